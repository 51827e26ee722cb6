import { equal, throws } from "node:assert/strict";
import { rowsText } from "../../../../lib/engine/sqlite/rows_text.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import { oid } from "../../../../lib/sql/types/type.ts";

Deno.test("rowsText() gives an array of arrays, also of many rows", () => {
  equal(rowsText([], [oid.int4]), "[]");
  equal(
    rowsText([[1, "a"], [null, "b"]], [oid.int4, oid.text]),
    '[[1,"a"],[null,"b"]]',
  );
  const many = Array.from({ length: 50_000 }, (_, i) => [i]);
  equal(rowsText(many, [oid.int4]), JSON.stringify(many));
});

Deno.test("rowsText() refuses rows without end and lets others have their turn", () => {
  const text = "x".repeat(100_000);
  let pauses = 0;
  function* endless() {
    for (;;) yield [text];
  }
  throws(
    () => rowsText(endless(), [oid.text], () => void pauses++),
    (error) => error instanceof SqlError && error.sqlState === "54000",
  );
  equal(pauses > 1000, true);
});
