import { deepEqual, equal, throws } from "node:assert/strict";
import { testEngine } from "../../engine/session/support.ts";
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

Deno.test("writeRecord() writes bytes that a row holds", async () => {
  await using stage = await testEngine();
  const client = stage.client();
  await client.run(
    "CREATE TABLE b (id int, x bytea); INSERT INTO b VALUES (1, '\\x00ff'), (2, NULL)",
  );

  deepEqual(await client.rows("SELECT b::text, (b).x FROM b ORDER BY id"), [
    ['(1,"\\\\x00ff")', "\\x00ff"],
    ["(2,)", null],
  ]);
});
