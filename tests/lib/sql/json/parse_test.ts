import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { SqlError } from "../../../../lib/sql/error.ts";
import {
  checkJson,
  deepest,
  parseJson,
} from "../../../../lib/sql/json/parse.ts";
import { compareJson, printJson } from "../../../../lib/sql/json/value.ts";

Deno.test("parseJson() gives what JSON.parse() gives for its own documents", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      if (
        text.includes("\\u0000") || /[\ud800-\udfff]/.test(text) ||
        /\\ud[89a-f]/.test(text)
      ) return;
      deepEqual(
        JSON.parse(printJson(parseJson(text))),
        JSON.parse(text.replaceAll(/-0(?![.\d])/g, "0")),
      );
      equal(
        printJson(parseJson(printJson(parseJson(text)))),
        printJson(parseJson(text)),
      );
    }),
    { numRuns: 500 },
  );
});

Deno.test("parseJson() and checkJson() give a value or a SqlError for any text", () => {
  const character = fc.constantFrom(
    ...'{}[],:"\\ue0123.+-truefalsn \n\u0001é😀',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: character, maxLength: 60 }),
        fc.string({ unit: "binary", maxLength: 40 }),
      ),
      (text) => {
        for (const read of [parseJson, checkJson]) {
          try {
            read(text);
          } catch (error) {
            ok(error instanceof SqlError, String(error));
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("parseJson() refuses deep nesting without overflowing the stack", () => {
  for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) {
    const nested = (depth: number) =>
      open.repeat(depth) + "1" + close.repeat(depth);
    parseJson(nested(deepest));
    throws(
      () => parseJson(nested(100_000)),
      (error) => error instanceof SqlError && error.sqlState === "54001",
    );
  }
});

Deno.test("parseJson() refuses numbers that would grow without bound", () => {
  throws(
    () => parseJson(`[${Array(1000).fill("1e131000").join(",")}]`),
    (error) => error instanceof SqlError && error.sqlState === "54000",
  );
});

Deno.test("compareJson() is an order", () => {
  const json = fc.jsonValue({ maxDepth: 3 })
    .map((value) => JSON.stringify(value))
    .filter((text) => !/\\u/.test(text))
    .map(parseJson);
  fc.assert(
    fc.property(json, json, json, (a, b, c) => {
      equal(compareJson(a, a), 0);
      equal(Math.sign(compareJson(a, b)) + Math.sign(compareJson(b, a)), 0);
      // An empty array at the top comes before scalars, which come before each other by kind.
      if (compareJson(a, b) <= 0 && compareJson(b, c) <= 0) {
        ok(compareJson(a, c) <= 0);
      }
    }),
    { numRuns: 1000 },
  );
});
