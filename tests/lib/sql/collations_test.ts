import { deepEqual, ok } from "node:assert/strict";
import { collations } from "../../../lib/sql/collations.ts";

/** Values in ascending order, by collation. */
const ascending: Readonly<Record<string, readonly string[]>> = {
  "pg_numeric": [
    "-Infinity",
    "-12345678901234567890.1",
    "-10",
    "-9.99",
    "-0.0000000000000000001",
    "0",
    "0.0000000000000000001",
    "9.99",
    "10.00",
    "123456789012345678.1",
    "123456789012345678.2",
    "1234567890123456789",
    "Infinity",
    "NaN",
  ],
  "pg_interval": [
    "-1 0 0",
    "0 -29 0",
    "0 0 0",
    "0 0 1",
    "0 1 0",
    "0 29 0",
    "1 0 0",
  ],
  "pg_timetz": ["36000000000 -10800", "36000000000 -7200", "36000000000 0"],
  "pg_array": [
    "[]",
    "[1]",
    "[1,2]",
    "[2]",
    "[10]",
    "[9007199254740993]",
    "[9007199254740995]",
    "[null]",
  ],
  "pg_array_numeric": [
    '["-1"]',
    '["9.5"]',
    '["10.0"]',
    '["10","1"]',
    '["NaN"]',
  ],
};

Deno.test("collations order values as PostgreSQL does", async (t) => {
  for (const [name, values] of Object.entries(ascending)) {
    await t.step(name, () => {
      const compare = collations[name];
      ok(compare !== undefined);
      const shuffled = [...values].reverse();
      deepEqual(shuffled.sort(compare), [...values]);
    });
  }
});

/** Values that are equal though their texts differ. */
const equals: readonly (readonly [string, string, string])[] = [
  ["pg_numeric", "1.0", "1.00"],
  ["pg_numeric", "12345678901234567890.10", "12345678901234567890.1"],
  ["pg_interval", "1 0 0", "0 30 0"],
  ["pg_interval", "0 1 0", "0 0 86400000000"],
  ["pg_array", "[1.0]", "[1]"],
  ["pg_array_numeric", '["1.0"]', '["1"]'],
  ["pg_array_interval", '["1 0 0"]', '["0 30 0"]'],
];

Deno.test("collations hold equal what PostgreSQL holds equal", () => {
  for (const [name, a, b] of equals) {
    deepEqual([name, collations[name]?.(a, b)], [name, 0]);
  }
});

Deno.test("pg_array compares texts by their UTF-8 bytes", () => {
  // U+FF5E is before U+1F600 in UTF-8, behind it in UTF-16.
  ok((collations.pg_array?.('["\uff5e"]', '["\u{1f600}"]') ?? 0) < 0);
});
