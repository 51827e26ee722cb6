import { equal, throws } from "node:assert/strict";
import type { Datum } from "../../../../lib/sql/datum.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import {
  assignToArray,
  assignToJsonb,
} from "../../../../lib/sql/functions/assign_element.ts";
import { oid } from "../../../../lib/sql/types/type.ts";

/** Subscripts as the printer gives them. */
const at = (...indexes: number[]): Datum[] =>
  indexes.flatMap((index) => [0, 0, 0, 1, index]);
const slice = (lower: number | null, upper: number | null): Datum[] => [
  1,
  lower === null ? 0 : 1,
  lower ?? 0,
  upper === null ? 0 : 1,
  upper ?? 0,
];

const fails = (code: string) => (error: unknown) =>
  error instanceof SqlError && error.sqlState === code;

Deno.test("assignToArray() replaces, appends and fills up", async (t) => {
  const cases: readonly [string | null, Datum, Datum[], string | null][] = [
    ["[1,2,3]", 9, at(2), "[1,9,3]"],
    ["[1]", 9, at(4), "[1,null,null,9]"],
    ["[1]", null, at(1), "[null]"],
    [null, 9, at(1), "[9]"],
    [null, 9, at(1, 1), "[[9]]"],
    ["[[1,2],[3,4]]", 9, at(2, 1), "[[1,2],[9,4]]"],
    ["[1,2,3]", "[8,9]", slice(2, 3), "[1,8,9]"],
    ["[1,2,3]", "[8,9,7]", slice(null, 2), "[8,9,3]"],
    ["[1]", "[8,9]", slice(3, 4), "[1,null,8,9]"],
    ["[1,2]", null, slice(1, 2), "[1,2]"],
  ];
  for (const [array, value, places, expected] of cases) {
    await t.step(`${array} ${value} at ${places}`, () => {
      equal(assignToArray([oid.int4, array, value, ...places]), expected);
    });
  }
});

Deno.test("assignToArray() refuses what no array could hold", async (t) => {
  const cases: readonly [string | null, Datum, Datum[], string][] = [
    ["[1]", 9, at(0), "0A000"],
    [null, 9, at(2), "0A000"],
    ["[[1,2]]", 9, at(1), "2202E"],
    ["[[1,2]]", 9, at(2, 1), "2202E"],
    ["[[1,2]]", 9, at(1, 3), "2202E"],
    ["[1]", 9, [0, 0, 0, 1, null], "22004"],
    ["[1,2,3]", "[8]", slice(1, 2), "2202E"],
    [null, "[8]", slice(null, null), "2202E"],
    ["[1]", 9, at(134_217_728), "54000"],
    ["[1]", 9, at(100_000_000), "0A000"],
  ];
  for (const [array, value, places, code] of cases) {
    await t.step(`${array} ${value} at ${places}`, () => {
      throws(
        () => assignToArray([oid.int4, array, value, ...places]),
        fails(code),
      );
    });
  }
});

Deno.test("assignToJsonb() makes what is missing on the way", async (t) => {
  const cases: readonly [string | null, Datum, number, Datum[], string][] = [
    ['{"a": 1}', "2", 0, ["b"], '{"a": 1, "b": 2}'],
    ["{}", "2", 0, ["a", "b"], '{"a": {"b": 2}}'],
    ["{}", "2", 0, ["a", "1"], '{"a": [null, 2]}'],
    [null, "2", 0, ["a"], '{"a": 2}'],
    [null, "2", 1, ["1"], "[null, 2]"],
    ["[1, 2]", "9", 1, ["-1"], "[1, 9]"],
    ["[1]", null, 1, ["0"], "[null]"],
  ];
  for (const [document, value, list, keys, expected] of cases) {
    await t.step(`${document} at ${keys}`, () => {
      equal(assignToJsonb([document, value, list, ...keys]), expected);
    });
  }
});

Deno.test("assignToJsonb() refuses places that cannot be", async (t) => {
  const cases: readonly [string, Datum[], string][] = [
    ['{"a": 1}', ["a", "b"], "22023"],
    ["[1]", ["x"], "22P02"],
    ["[1]", ["-2"], "22023"],
    ["{}", [null], "22004"],
    ["[]", ["99999999"], "0A000"],
  ];
  for (const [document, keys, code] of cases) {
    await t.step(`${document} at ${keys}`, () => {
      throws(() => assignToJsonb([document, "1", 0, ...keys]), fails(code));
    });
  }
});
