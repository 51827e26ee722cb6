import { equal, match, ok } from "node:assert/strict";
import { healthRequest, postHead, serve } from "../../support/http_server.ts";
import { exchange } from "../../support/raw_http.ts";

/** One request over the wire, and what must come back. */
interface Case {
  what: string;
  request: string;
  status: number;
  contains?: RegExp;
  excludes?: RegExp;
}

const cases: Case[] = [
  {
    what: "a plain request",
    request: healthRequest,
    status: 200,
    contains: /{"status":"ok"}$/,
  },
  {
    what: "HEAD without a body",
    request: "HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 200,
    contains: /content-length: 15\r\n\r\n$/,
  },
  {
    what: "HTTP/1.0",
    request: "GET /health HTTP/1.0\r\n\r\n",
    status: 200,
    contains: /connection: close\r\n/,
  },
  {
    what: "HTTP/1.0 that stays",
    request: "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    status: 200,
    contains: /connection: keep-alive\r\n/,
  },
  {
    what: "empty lines first",
    request: "\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 200,
  },
  {
    what: "a full URL",
    request: "GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 200,
  },
  {
    what: "a body by length",
    request: `${postHead}Content-Length: 7\r\n\r\n{"a":1}`,
    status: 200,
    contains: /{"a":1}$/,
  },
  {
    what: "a body in chunks",
    request:
      `${postHead}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n`,
    status: 200,
    contains: /{"a":1}$/,
  },
  {
    what: "OPTIONS",
    request: "OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 204,
    contains: /allow: OPTIONS, POST\r\n/,
  },
  {
    what: "a preflight",
    request:
      "OPTIONS /echo HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n\r\n",
    status: 204,
    contains: /access-control-allow-headers: .*apikey/,
  },
  {
    what: "an unknown path",
    request: "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 404,
    contains: /"not_found"/,
  },
  {
    what: "a wrong method",
    request: "DELETE /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 405,
    contains: /allow: GET, HEAD, OPTIONS\r\n/,
  },
  {
    what: "a method in lower case",
    request: "get /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 405,
  },
  {
    what: "TLS on a plain port",
    request: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    status: 400,
    contains: /"validation_failed"/,
  },
  {
    what: "an HTTP/2 preface",
    request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    status: 400,
  },
  {
    what: "something else altogether",
    request: "EHLO example.com\r\n",
    status: 400,
  },
  {
    what: "a header that ends too soon",
    request: "GET /health HTTP/1.1\r\nHo",
    status: 400,
    contains: /ends within its header/,
  },
  { what: "no host", request: "GET /health HTTP/1.1\r\n\r\n", status: 400 },
  {
    what: "length and coding",
    request:
      `${postHead}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
  },
  {
    what: "chunks that are none",
    request: `${postHead}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    status: 400,
    contains: /chunked coding/,
  },
  {
    what: "a body that ends too soon",
    request: `${postHead}Content-Length: 30\r\n\r\n{"a"`,
    status: 400,
    contains: /announced length/,
  },
  {
    what: "NUL in a header",
    request: "GET /health HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n",
    status: 400,
  },
  {
    what: "a header field too long",
    request: `GET /health HTTP/1.1\r\nHost: x\r\nA: ${
      "a".repeat(70_000)
    }\r\n\r\n`,
    status: 413,
  },
  {
    what: "a path too long",
    request: `GET /${"a".repeat(500_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    status: 413,
  },
  {
    what: "too many header fields",
    request: `GET /health HTTP/1.1\r\nHost: x\r\n${"A: b\r\n".repeat(200)}\r\n`,
    status: 413,
  },
  {
    what: "a body too long",
    request: `${postHead}Content-Length: 2000000\r\n\r\n${
      "a".repeat(2_000_000)
    }`,
    status: 413,
    contains: /"payload_too_large"/,
  },
  {
    what: "chunks too long",
    request: `${postHead}Transfer-Encoding: chunked\r\n\r\n${
      `10000\r\n${"a".repeat(65_536)}\r\n`.repeat(20)
    }0\r\n\r\n`,
    status: 413,
  },
  {
    what: "XML",
    request:
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<a/>",
    status: 415,
  },
  {
    what: "a fault of ours",
    request: "GET /fail HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 500,
    contains: /"internal_error"/,
    excludes: /hunter2|at |\.ts/,
  },
  {
    what: "a busy server",
    request: "GET /busy HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 503,
    contains: /retry-after: 3\r\n/,
    excludes: /hunter2/,
  },
];

Deno.test("serveHttp() answers what it is sent, and lives", async (t) => {
  await using server = serve();
  for (
    const { what, request, status, contains = /./, excludes = /undefined/ }
      of cases
  ) {
    await t.step(`serveHttp() answers ${what} with ${status}`, async () => {
      const answer = await exchange(server.port, request);

      equal(answer.status, status, answer.text.slice(0, 300));
      match(answer.text, contains);
      ok(!excludes.test(answer.text));
      if (status >= 400) equal(answer.json?.error, answer.json?.code);
    });
  }
  await t.step("serveHttp() answers again after all of that", async () => {
    equal(
      (await exchange(server.port, healthRequest))
        .status,
      200,
    );
  });
});
