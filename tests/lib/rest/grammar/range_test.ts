import { deepEqual } from "node:assert/strict";
import {
  intersectRange,
  parseRange,
} from "../../../../lib/rest/grammar/range.ts";
import { refusal, sameTree } from "./support.ts";

const largest = Number.MAX_SAFE_INTEGER;

Deno.test("parseRange() reads ranges, and passes over what is none", () => {
  for (
    const [header, expected] of [
      [null, undefined],
      ["", undefined],
      ["0-9", { offset: 0, limit: 10 }],
      [" 5-5 ", { offset: 5, limit: 1 }],
      ["items=5-9", { offset: 5, limit: 5 }],
      ["5-", { offset: 5 }],
      ["0-99999999999999999999", { offset: 0, limit: largest }],
      ["99999999999999999999-", { offset: largest }],
      ["-5", undefined],
      ["5", undefined],
      ["a-b", undefined],
      ["1-2-3", undefined],
      ["0-1,3-4", undefined],
      ["bytes=0-9", undefined],
      ["0 - 9", undefined],
    ] as const
  ) deepEqual(parseRange(header), expected, String(header));
});

Deno.test("parseRange() refuses a range that ends before it begins", () => {
  const error = refusal(() => parseRange("9-8"));
  deepEqual([error.code, error.message, error.details], [
    "PGRST103",
    "Requested range not satisfiable",
    "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
  ]);
});

Deno.test("intersectRange() gives the rows that the header and the parameters want", () => {
  for (
    const [level, header, expected] of [
      [{}, null, { offset: 0 }],
      [{ limit: 5, offset: 2 }, null, { offset: 2, limit: 5 }],
      [{}, "3-7", { offset: 3, limit: 5 }],
      [{ limit: 5 }, "3-", { offset: 3, limit: 2 }],
      [{ offset: 5 }, "3-9", { offset: 5, limit: 5 }],
      [{ limit: 10, offset: 2 }, "5-20", { offset: 5, limit: 7 }],
      [{ limit: 2, offset: 6 }, "5-20", { offset: 6, limit: 2 }],
      [{ offset: 4 }, "2-", { offset: 4 }],
      [{ limit: 0 }, "5-9", { offset: 0, limit: 0 }],
    ] as const
  ) sameTree(intersectRange(level, parseRange(header)), expected, header ?? "");
});

Deno.test("intersectRange() refuses a header and parameters that have no row in common", () => {
  const error = refusal(() => intersectRange({ limit: 5 }, parseRange("5-9")));
  deepEqual([error.code, error.details], [
    "PGRST103",
    "The Range header and the parameters limit and offset have no row in common.",
  ]);
});
