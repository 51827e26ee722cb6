import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { Problem } from "../../../lib/base/problem.ts";
import { maxHeaderFields } from "../../../lib/http/head_fields.ts";
import { isPlausible, parseHead } from "../../../lib/http/request_head.ts";

function head(line: string, ...fields: string[]): string {
  return [line, "Host: localhost", ...fields].join("\r\n");
}

Deno.test("parseHead() reads method, path, query and fields", () => {
  const { method, path, search, fields: { headers } } = parseHead(
    head(
      "GET /auth/v1/user?a=1&b=%20 HTTP/1.1",
      "Authorization:  Bearer x.y.z \t",
      "X-Two: 1",
      "x-two: 2",
    ),
  );

  equal(method, "GET");
  equal(path, "/auth/v1/user");
  equal(search, "a=1&b=%20");
  equal(headers.get("AUTHORIZATION"), "Bearer x.y.z");
  equal(headers.get("x-two"), "1, 2");
  equal(headers.get("x-none"), null);
});

Deno.test("parseHead() joins cookies with semicolons", () => {
  const { fields: { headers } } = parseHead(
    head("GET / HTTP/1.1", "Cookie: a=1", "Cookie: b=2"),
  );

  equal(headers.get("cookie"), "a=1; b=2");
});

Deno.test("parseHead() does not decode, fold or normalise a path", () => {
  for (
    const path of ["//", "/a/../b", "/a/./b", "/A%2fb", "/a/", "/a\\b", "/a;b"]
  ) {
    equal(parseHead(head(`GET ${path} HTTP/1.1`)).path, path);
  }
});

Deno.test("parseHead() takes a full URL as target", () => {
  const { path, search } = parseHead(
    head("GET http://localhost:8080/a?b HTTP/1.1"),
  );

  equal(path, "/a");
  equal(search, "b");
  equal(parseHead(head("GET http://localhost?b HTTP/1.1")).path, "/");
});

Deno.test("parseHead() percent-encodes what a client left raw", () => {
  equal(
    parseHead(head("GET /t?name=eq.Z\xc3\xbcrich HTTP/1.1")).search,
    "name=eq.Z%C3%BCrich",
  );
});

Deno.test("parseHead() tells how the body is delimited", () => {
  const framing = (...fields: string[]) =>
    parseHead(head("POST / HTTP/1.1", ...fields)).fields.framing;

  deepEqual(framing(), { kind: "none" });
  deepEqual(framing("Content-Length: 0"), { kind: "none" });
  deepEqual(framing("Content-Length: 12"), { kind: "length", length: 12 });
  deepEqual(framing("Transfer-Encoding: Chunked"), { kind: "chunked" });
});

Deno.test("parseHead() tells whether the connection stays", () => {
  const stays = (version: string, ...fields: string[]) =>
    parseHead(head(`GET / HTTP/${version}`, ...fields)).fields.keepAlive;

  equal(stays("1.1"), true);
  equal(stays("1.1", "Connection: TE , Close"), false);
  equal(stays("1.0"), false);
  equal(stays("1.0", "Connection: Keep-Alive"), true);
});

const malformed: Record<string, string> = {
  "no version": "GET /\r\nHost: x",
  "another protocol": "GET / HTTP/2.0\r\nHost: x",
  "an HTTP/2 preface": "PRI * HTTP/2.0",
  "two spaces": "GET  / HTTP/1.1\r\nHost: x",
  "a space in the path": "GET /a b HTTP/1.1\r\nHost: x",
  "a method that is no token": "G@T / HTTP/1.1\r\nHost: x",
  "a relative target": "GET a HTTP/1.1\r\nHost: x",
  "a fragment": "GET /a#b HTTP/1.1\r\nHost: x",
  "an authority as target": "CONNECT a:80 HTTP/1.1\r\nHost: a:80",
  "a user in the target": "GET http://a@b/ HTTP/1.1\r\nHost: x",
  "a star for GET": "GET * HTTP/1.1\r\nHost: x",
  "no host": "GET / HTTP/1.1",
  "two hosts": "GET / HTTP/1.1\r\nHost: a\r\nHost: b",
  "a host with a path": "GET / HTTP/1.1\r\nHost: a/b?c",
  "a host with a space": "GET / HTTP/1.1\r\nHost: a b",
  "a bare line feed": "GET / HTTP/1.1\nHost: x",
  "a bare carriage return": "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc: d",
  "a folded field": "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c",
  "a space before the colon": "GET / HTTP/1.1\r\nHost: x\r\nA : b",
  "a field without a colon": "GET / HTTP/1.1\r\nHost: x\r\nA",
  "a field without a name": "GET / HTTP/1.1\r\nHost: x\r\n: b",
  "NUL in a value": "GET / HTTP/1.1\r\nHost: x\r\nA: \0",
  "two lengths":
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1",
  "a list of lengths": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1",
  "a signed length": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1",
  "a hexadecimal length": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1",
  "an endless length":
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999",
  "length and coding":
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
  "an unknown coding":
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked",
  "two codings":
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
  "a coding in HTTP/1.0":
    "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked",
  "two authorizations":
    "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b",
  "nothing": "",
};

for (const [what, text] of Object.entries(malformed)) {
  Deno.test(`parseHead() does not allow smuggling through ${what}`, () => {
    throws(
      () => parseHead(text),
      (e) => e instanceof Problem && e.code === "validation_failed",
    );
  });
}

Deno.test("parseHead() takes over the fields of the last head where they are the same, and no others", () => {
  const first = parseHead(head("GET /1 HTTP/1.1", "A: b"));
  const from = (line: string, ...fields: string[]) =>
    parseHead(head(line, ...fields), first.fields);

  const same = from("POST /2?q HTTP/1.1", "A: b");
  equal(same.fields, first.fields);
  equal(same.path, "/2");
  equal(from("GET /3 HTTP/1.1", "A: c").fields.headers.get("a"), "c");
  equal(from("GET /4 HTTP/1.1").fields.headers.get("a"), null);
  throws(() => from("GET /5 HTTP/1.1", "A: b", ""), Problem);
  // What the connection does next depends on the version.
  equal(from("GET /6 HTTP/1.0", "A: b").fields.keepAlive, false);
});

Deno.test("parseHead() refuses too many fields", () => {
  const fields = Array.from({ length: maxHeaderFields }, (_, i) => `X-${i}: y`);

  throws(() => parseHead(head("GET / HTTP/1.1", ...fields)), {
    code: "payload_too_large",
  });
});

Deno.test("parseHead() throws nothing but problems whatever it is given", () => {
  const bytes = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) =>
      String.fromCharCode(code)
    ),
  });
  const lines = fc.array(fc.oneof(
    bytes,
    fc.constantFrom(
      "GET / HTTP/1.1",
      "Host: x",
      "Content-Length: 5",
      "Transfer-Encoding: chunked",
      "A:b",
      " c",
    ),
  )).map((parts) => parts.join("\r\n"));

  fc.assert(fc.property(fc.oneof(bytes, lines), (text) => {
    try {
      parseHead(text);
    } catch (error) {
      ok(error instanceof Problem);
    }
  }));
});

Deno.test("parseHead() reads long runs of spaces", () => {
  const text = head(
    "GET / HTTP/1.1",
    `A: b${" ".repeat(30_000)}c`,
    `Connection: a${" ".repeat(30_000)}b`,
  );

  equal(parseHead(text).fields.headers.get("a")?.length, 30_002);
});

Deno.test("isPlausible() accepts every beginning of a request", () => {
  const whole = "DELETE /rest/v1/notes?id=eq.1 HTTP/1.1\r\nHost: x\r\nA: b";
  for (let end = 1; end <= whole.length; end += 1) {
    ok(isPlausible(whole.slice(0, end)), whole.slice(0, end));
  }
});

Deno.test("isPlausible() rejects what will never be a request", () => {
  for (
    const text of [
      "\x16\x03\x01",
      "hello world\r\n",
      "GET / HTTP/9",
      "\n",
      "GET /\r\n",
      "é",
      "{",
    ]
  ) {
    equal(isPlausible(text), false, text);
  }
});
