import { equal, throws } from "node:assert/strict";
import { sqliteLiteral } from "../../../../lib/sql/ddl/sqlite_text.ts";
import { quoteName } from "../../../../lib/sql/sqlite_words.ts";
import type { Datum } from "../../../../lib/sql/datum.ts";
import { oid } from "../../../../lib/sql/types/type.ts";

Deno.test("quoteName() does not allow injection through a quotation mark", () => {
  equal(quoteName('a"; DROP TABLE x; --'), '"a""; DROP TABLE x; --"');
});

const literals: readonly (readonly [Datum, number, string])[] = [
  [null, oid.text, "NULL"],
  [5, oid.int4, "5"],
  [-5, oid.int4, "(-5)"],
  [5, oid.float8, "5.0"],
  [-0, oid.float8, "(-0.0)"],
  [Infinity, oid.float8, "9e999"],
  [-Infinity, oid.float8, "(-9e999)"],
  [1e300, oid.float8, "1e+300"],
  [9223372036854775807n, oid.int8, "9223372036854775807"],
  [-9223372036854775808n, oid.int8, "(-9223372036854775807 - 1)"],
  ["it's", oid.text, "'it''s'"],
  [new Uint8Array([0, 255]), oid.bytea, "x'00ff'"],
];

Deno.test("sqliteLiteral() keeps the storage class", () => {
  for (const [value, type, text] of literals) {
    equal(sqliteLiteral(value, type), text);
  }
});

Deno.test("sqliteLiteral() refuses NUL, which would end the statement", () => {
  throws(() => sqliteLiteral("a\0b"), /invalid byte sequence/);
});
