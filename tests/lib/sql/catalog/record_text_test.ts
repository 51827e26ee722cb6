import { deepEqual, equal, throws } from "node:assert/strict";
import {
  quoteField,
  recordDatum,
  splitRecord,
} from "../../../../lib/sql/catalog/record_text.ts";

const cases: readonly (readonly [string, readonly (string | null)[]])[] = [
  ["(1,a)", ["1", "a"]],
  ["(1,)", ["1", null]],
  ['("a ""b""",\\,)', ['a "b"', ","]],
  ['(" a",b )', [" a", "b "]],
  ['("")', [""]],
];

Deno.test("splitRecord() reads as PostgreSQL does", () => {
  for (const [text, fields] of cases) {
    deepEqual(splitRecord(text), fields, text);
  }
  for (const text of ["1,2", "(1,2", '("a', "(1) x"]) {
    throws(() => splitRecord(text), { sqlState: "22P02" });
  }
});

Deno.test("quoteField() quotes what has to be", () => {
  equal(quoteField("a"), "a");
  equal(quoteField(""), '""');
  equal(quoteField('a "b'), '"a ""b"');
  equal(quoteField("a\\"), '"a\\\\"');
});

Deno.test("recordDatum() keeps 64-bit integers", () => {
  equal(
    recordDatum([1, 9007199254740993n, "x", null, new Uint8Array([1])]),
    '[1,9007199254740993,"x",null,"\\\\x01"]',
  );
});
