import { deepEqual, equal, throws } from "node:assert/strict";
import { SqlError } from "../../../../lib/sql/error.ts";
import type { EvalContext } from "../../../../lib/sql/eval_context.ts";
import { jsonType } from "../../../../lib/sql/types/json.ts";
import { compareJsonb, jsonbType } from "../../../../lib/sql/types/jsonb.ts";
import { jsonpathType } from "../../../../lib/sql/types/jsonpath.ts";
import {
  tsqueryType,
  tsvectorType,
} from "../../../../lib/sql/types/text_search.ts";

const context = {} as EvalContext;
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("jsonbType keeps values as PostgreSQL writes them", () => {
  for (
    const [written, kept] of [
      ['{"b":1,"aa":2,"a":3}', '{"a": 3, "b": 1, "aa": 2}'],
      ['{"a":1,"a":2}', '{"a": 2}'],
      ["[1,[2,{}]]", "[1, [2, {}]]"],
      ["1e2", "100"],
      [' "\\u00e9" ', '"é"'],
    ] as const
  ) equal(jsonbType.input(written, -1, context), kept, written);
});

Deno.test("jsonbType sends and receives version 1", () => {
  const sent = jsonbType.send?.('{"a": 1}', context) as Uint8Array;
  deepEqual([...sent.slice(0, 2)], [1, 0x7b]);
  equal(jsonbType.receive?.(sent, -1, context), '{"a": 1}');
  throws(
    () => jsonbType.receive?.(bytes("\u0002{}"), -1, context),
    (error) => error instanceof SqlError && error.sqlState === "XX000",
  );
});

Deno.test("jsonType keeps what was written and checks it", () => {
  equal(jsonType.input(' {"a" : 1,"a":2}', -1, context), ' {"a" : 1,"a":2}');
  equal(jsonType.receive?.(bytes("[ 1 ]"), -1, context), "[ 1 ]");
  throws(
    () => jsonType.receive?.(bytes("[1"), -1, context),
    (error) => error instanceof SqlError && error.sqlState === "22P02",
  );
  throws(
    () => jsonType.receive?.(new Uint8Array([0x22, 0xff, 0x22]), -1, context),
    (error) =>
      error instanceof SqlError && error.sqlState === "22021" &&
      error.message.endsWith("0xff"),
  );
});

Deno.test("compareJsonb() orders kinds, sizes and values", () => {
  const ordered = [
    "[]",
    "null",
    '"B"',
    '"a"',
    "1",
    "1.5",
    "false",
    "true",
    "[1]",
    "[0, 0]",
    "{}",
    '{"a": 1}',
    '{"a": 2}',
    '{"aa": 1}',
    '{"b": 1}',
  ];
  deepEqual(ordered.toReversed().sort(compareJsonb), ordered);
  equal(compareJsonb('{"a": 1.0}', '{"a": 1.00}'), 0);
});

Deno.test("jsonpathType shows PostgreSQL's text and keeps one that can be read", () => {
  const datum = jsonpathType.input("(exists($.a)).type()", -1, context);
  equal(datum, '(exists ($."a")).type()');
  equal(
    jsonpathType.output(datum as string, context),
    'exists ($."a").type()',
  );
});

Deno.test("tsvectorType and tsqueryType keep values as PostgreSQL writes them", () => {
  equal(tsvectorType.input("b:2A a:1,1B", -1, context), "'a':1B 'b':2A");
  equal(
    tsqueryType.input("a&(b|!c:*A)", -1, context),
    "'a' & ( 'b' | !'c':*A )",
  );
});
