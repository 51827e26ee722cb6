import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { Problem, type ProblemCode } from "../../../lib/base/problem.ts";
import { readJson, type ReadJsonOptions } from "../../../lib/http/body.ts";
import { maxDepth, maxKeys } from "../../../lib/http/json_shape.ts";

const schema = z.object({
  email: z.string().min(3),
  age: z.int().max(150).optional(),
});

interface Sent {
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
}

function callOf(
  { body, headers = { "content-type": "application/json" } }: Sent,
) {
  return {
    request: new Request("http://localhost", {
      method: "POST",
      headers,
      ...(body === undefined ? {} : { body }),
    }),
  };
}

/** One refused body: what was sent, what is answered. */
interface Case extends Sent {
  what: string;
  code: ProblemCode;
  message?: RegExp;
  options?: ReadJsonOptions;
}

const jsonType = "application/json";
const cases: Case[] = [
  {
    what: "no content type",
    body: new Uint8Array([123, 125]),
    headers: {},
    code: "unsupported_media_type",
  },
  {
    what: "a form",
    body: "a=b",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    code: "unsupported_media_type",
  },
  {
    what: "a type that only begins like JSON",
    body: "{}",
    headers: { "content-type": "application/json5" },
    code: "unsupported_media_type",
  },
  {
    what: "another charset",
    body: "{}",
    headers: { "content-type": `${jsonType}; charset=iso-8859-1` },
    code: "unsupported_media_type",
  },
  {
    what: "a compressed body",
    body: "{}",
    headers: { "content-type": jsonType, "content-encoding": "gzip" },
    code: "unsupported_media_type",
  },
  { what: "no body", code: "bad_json" },
  { what: "an empty body", body: "", code: "bad_json" },
  { what: "half a value", body: '{"email":"al', code: "bad_json" },
  { what: "two values", body: "{}{}", code: "bad_json" },
  { what: "NaN", body: '{"age":NaN}', code: "bad_json" },
  {
    what: "bytes that are no UTF-8",
    body: new Uint8Array([123, 34, 255, 34, 125]),
    code: "bad_json",
  },
  { what: "UTF-16", body: new Uint8Array([123, 0, 125, 0]), code: "bad_json" },
  {
    what: "too many bytes",
    body: JSON.stringify({ email: "x".repeat(2000) }),
    options: { limit: 1000 },
    code: "payload_too_large",
  },
  {
    what: "too many announced bytes",
    body: "{}",
    headers: { "content-type": jsonType, "content-length": "1048577" },
    code: "payload_too_large",
  },
  {
    what: "too many levels",
    body: `{"a":${"[".repeat(maxDepth)}${"]".repeat(maxDepth)}}`,
    code: "validation_failed",
    message: /levels/,
  },
  {
    what: "a million levels",
    body: "[".repeat(500_000) + "]".repeat(500_000),
    code: "validation_failed",
    message: /levels/,
  },
  {
    what: "too many keys",
    body: `{${
      Array.from({ length: maxKeys + 1 }, (_, i) => `"k${i}":0`).join(",")
    }}`,
    code: "validation_failed",
    message: /keys/,
  },
  {
    what: "an array",
    body: "[]",
    code: "validation_failed",
    message: /the value must be of type object/,
  },
  {
    what: "null",
    body: "null",
    code: "validation_failed",
    message: /the value must be of type object/,
  },
  {
    what: "a missing field",
    body: "{}",
    code: "validation_failed",
    message: /field "email" is missing/,
  },
  {
    what: "a field of a wrong type",
    body: '{"email":{"secret":1}}',
    code: "validation_failed",
    message: /field "email" must be of type string/,
  },
  {
    what: "null for a text",
    body: '{"email":null}',
    code: "validation_failed",
    message: /field "email" must be of type string/,
  },
  {
    what: "a text too short",
    body: '{"email":"x"}',
    code: "validation_failed",
    message: /field "email" must be at least 3 characters long/,
  },
  {
    what: "a number too large",
    body: '{"email":"abc","age":151}',
    code: "validation_failed",
    message: /field "age" must be at most 150$/,
  },
  {
    what: "an inherited field",
    body: '{"__proto__":{"email":"alice"}}',
    code: "validation_failed",
    message: /field "email" is missing/,
  },
];

for (
  const { what, code, message = /^Cannot read/, options = {}, ...sent } of cases
) {
  Deno.test(`readJson() refuses ${what}`, async () => {
    await rejects(
      readJson(callOf(sent), schema, options),
      (error) =>
        error instanceof Problem && error.code === code &&
        message.test(error.message) && !error.message.includes("secret"),
    );
  });
}

Deno.test("readJson() gives the value as the schema does", async () => {
  for (
    const type of [
      jsonType,
      `${jsonType};charset=UTF-8`,
      `${jsonType}; charset="utf-8"`,
      `Application/JSON ; x=y`,
    ]
  ) {
    deepEqual(
      await readJson(
        callOf({
          body: '{"email":"alice","unknown":1}',
          headers: { "content-type": type },
        }),
        schema,
      ),
      { email: "alice" },
    );
  }
});

Deno.test("readJson() skips a byte order mark", async () => {
  deepEqual(
    await readJson(callOf({ body: '\ufeff{"email":"alice"}' }), schema),
    { email: "alice" },
  );
});

Deno.test("readJson() takes an empty body for an empty object when it is optional", async () => {
  const optional = z.object({ scope: z.string().optional() });

  deepEqual(
    await readJson(callOf({ headers: {} }), optional, { optional: true }),
    {},
  );
  deepEqual(
    await readJson(callOf({ body: '{"scope":"local"}' }), optional, {
      optional: true,
    }),
    { scope: "local" },
  );
  await rejects(
    readJson(
      callOf({ body: "x", headers: { "content-type": "text/plain" } }),
      optional,
      { optional: true },
    ),
    { code: "unsupported_media_type" },
  );
});

Deno.test("readJson() refuses a body that does not come in time", async () => {
  const never = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
  });

  await rejects(readJson(callOf({ body: never }), schema, { deadlineMs: 5 }), {
    code: "request_timeout",
  });
});

Deno.test("readJson() refuses a body whose connection breaks", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("reset by peer")),
  });

  await rejects(readJson(callOf({ body: broken }), schema), {
    code: "bad_json",
    message: /connection closed/,
  });
});

Deno.test("readJson() takes a body in any number of pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.jsonValue(),
      fc.array(fc.nat(200)),
      async (value, sizes) => {
        const bytes = new TextEncoder().encode(JSON.stringify({ value }));
        let at = 0;
        const stream = new ReadableStream<Uint8Array>({
          pull(controller) {
            const size = sizes.shift() ?? bytes.length;
            controller.enqueue(bytes.slice(at, at + size));
            at += size;
            if (at >= bytes.length) controller.close();
          },
        });

        const read = await readJson(
          callOf({ body: stream }),
          z.object({ value: z.unknown() }),
        );

        equal(JSON.stringify(read), JSON.stringify({ value }));
      },
    ),
  );
});

Deno.test("readJson() throws nothing but problems whatever it is given", async () => {
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    fc.json().chain((json) =>
      fc.nat(json.length).map((end) => json.slice(0, end))
    ),
    fc.uint8Array(),
  );
  await fc.assert(fc.asyncProperty(text, async (body) => {
    try {
      const read = await readJson(
        callOf({
          body: typeof body === "string" ? body : Uint8Array.from(body),
        }),
        schema,
      );
      ok(typeof read.email === "string");
    } catch (error) {
      ok(error instanceof Problem);
      ok(["bad_json", "validation_failed"].includes(error.code), error.code);
    }
  }));
});
