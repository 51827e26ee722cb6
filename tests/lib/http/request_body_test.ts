import { deepEqual, equal, rejects } from "node:assert/strict";
import fc from "fast-check";
import { Problem } from "../../../lib/base/problem.ts";
import { BodyBudget } from "../../../lib/http/body_budget.ts";
import { Inbox } from "../../../lib/http/inbox.ts";
import { RequestBody } from "../../../lib/http/request_body.ts";
import type { Framing } from "../../../lib/http/head_fields.ts";

const encoder = new TextEncoder();

/** An inbox that is fed with the given pieces, then ends. */
function inboxOf(pieces: readonly Uint8Array[]): Inbox {
  const left = [...pieces];
  return new Inbox({
    read(into) {
      const piece = left.shift();
      if (piece === undefined) return Promise.resolve(null);
      const count = Math.min(piece.length, into.length);
      into.set(piece.subarray(0, count));
      if (count < piece.length) left.unshift(piece.subarray(count));
      return Promise.resolve(count);
    },
  });
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [
    0,
    ...places.map((place) => place % (bytes.length + 1)),
    bytes.length,
  ].toSorted((a, b) => a - b);
  return sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end)).filter(
    (piece) => piece.length > 0,
  );
}

function bodyOf(
  inbox: Inbox,
  framing: Framing,
  beforeFirst: () => void = () => {},
): RequestBody {
  return new RequestBody(inbox, {
    framing,
    budget: new BodyBudget(1e6),
    beforeFirst: () => Promise.resolve(beforeFirst()),
  });
}

async function readAll(inbox: Inbox, framing: Framing): Promise<Uint8Array> {
  const chunks: number[] = [];
  for await (
    const chunk of bodyOf(inbox, framing)
  ) chunks.push(...chunk);
  return Uint8Array.from(chunks);
}

function concat(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((
      part,
    ) => [...(typeof part === "string" ? encoder.encode(part) : part)]),
  );
}

Deno.test("RequestBody gives the announced number of bytes and leaves the rest", async () => {
  const inbox = inboxOf([encoder.encode("hello world")]);

  equal(
    new TextDecoder().decode(
      await readAll(inbox, { kind: "length", length: 5 }),
    ),
    "hello",
  );
  equal(new TextDecoder().decode(inbox.bytes), " world");
});

Deno.test("RequestBody decodes chunks however they arrive", async () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 });
  await fc.assert(fc.asyncProperty(
    fc.array(chunk, { maxLength: 8 }),
    fc.array(fc.nat(500)),
    fc.constantFrom("", ";name=value", "  ;x"),
    fc.constantFrom("", "Trailer: x\r\n"),
    async (chunks, places, extension, trailer) => {
      const coded = concat(
        ...chunks.flatMap((
          bytes,
        ) => [`${bytes.length.toString(16)}${extension}\r\n`, bytes, "\r\n"]),
        `0\r\n${trailer}\r\nGET`,
      );
      const inbox = inboxOf(cut(coded, places));

      deepEqual(await readAll(inbox, { kind: "chunked" }), concat(...chunks));
      while (inbox.size < 3) await inbox.more();
      equal(new TextDecoder().decode(inbox.bytes), "GET");
    },
  ));
});

const malformed: Record<string, string> = {
  "a size that is no number": "zz\r\n\r\n",
  "a size with a sign": "-1\r\n\r\n",
  "a size too long": "123456789\r\n",
  "no size": "\r\nabc\r\n",
  "a bare line feed after the size": "1\na\r\n0\r\n\r\n",
  "a carriage return in an extension": "1;a\rb\r\na\r\n0\r\n\r\n",
  "a chunk longer than its size": "1\r\nab\r\n0\r\n\r\n",
  "an endless size line": `1;${"x".repeat(5000)}`,
  "endless trailers": `0\r\n${"a: b\r\n".repeat(100)}\r\n`,
};

for (const [what, coded] of Object.entries(malformed)) {
  Deno.test(`RequestBody does not allow smuggling through ${what}`, async () => {
    await rejects(
      readAll(inboxOf([encoder.encode(coded)]), { kind: "chunked" }),
      (e) => e instanceof Problem && e.code === "validation_failed",
    );
  });
}

Deno.test("RequestBody refuses chunks that are mostly framing", async () => {
  const chunks = (count: number, extension = "") =>
    inboxOf([
      encoder.encode(`${`1${extension}\r\na\r\n`.repeat(count)}0\r\n\r\n`),
    ]);

  equal((await readAll(chunks(4000), { kind: "chunked" })).length, 4000);
  for (const inbox of [chunks(5000), chunks(100, `;${"x".repeat(200)}`)]) {
    await rejects(readAll(inbox, { kind: "chunked" }), {
      code: "validation_failed",
    });
  }
});

Deno.test("RequestBody gives many small chunks in few pieces", async () => {
  const inbox = inboxOf([encoder.encode("1\r\na\r\n".repeat(400))]);
  let pieces = 0;
  await rejects(async () => {
    for await (const _ of bodyOf(inbox, { kind: "chunked" })) pieces += 1;
  }, { code: "bad_json" });

  equal(pieces, 1);
});

Deno.test("RequestBody refuses a body that ends too soon", async () => {
  await rejects(
    readAll(inboxOf([encoder.encode("abc")]), { kind: "length", length: 5 }),
    { code: "bad_json" },
  );
  await rejects(
    readAll(inboxOf([encoder.encode("5\r\nabc")]), { kind: "chunked" }),
    { code: "bad_json" },
  );
});

Deno.test("RequestBody asks for the body before it reads the first byte", async () => {
  let asked = 0;
  const body = bodyOf(
    inboxOf([encoder.encode("abc")]),
    { kind: "length", length: 3 },
    () => asked += 1,
  );

  for await (const _ of body);

  equal(asked, 1);
  equal(body.complete, true);
});

Deno.test("RequestBody gives a small body at once when it has come already", async () => {
  const inbox = inboxOf([encoder.encode("abcd")]);
  await inbox.more();
  const body = bodyOf(inbox, { kind: "length", length: 3 });

  equal(new TextDecoder().decode(body.takeReady()), "abc");
  equal(body.complete, true);
  equal(inbox.size, 1);
});

Deno.test("Inbox keeps every byte when much comes at once", async () => {
  const sent = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
  const inbox = inboxOf([sent]);
  const received: number[] = [];
  while (await inbox.more()) {
    const count = Math.ceil(inbox.size * 2 / 3);
    received.push(...inbox.bytes.subarray(0, count));
    inbox.use(count);
  }
  received.push(...inbox.bytes);

  deepEqual(Uint8Array.from(received), sent);
});
