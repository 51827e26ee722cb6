import { deepEqual, equal, throws } from "node:assert/strict";
import type { Datum } from "../../../../lib/sql/datum.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import {
  allSqliteFunctions,
  packed,
} from "../../../../lib/sql/functions/helpers.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import { stageCatalog, stageEval } from "../expression_stage.ts";

const context = stageEval(stageCatalog());

function call(name: string, ...args: readonly Datum[]): Datum | boolean {
  const entry = allSqliteFunctions().find(({ sqliteName }) =>
    sqliteName === name
  );
  if (entry?.call === undefined) throw new Error(`There is no ${name}`);
  return entry.call(args, context);
}

Deno.test("allSqliteFunctions() names each function once", () => {
  const names = allSqliteFunctions().map(({ sqliteName }) => sqliteName);
  equal(new Set(names).size, names.length);
});

Deno.test("helpers give what the printer counts on", async (t) => {
  const cases:
    readonly (readonly [string, readonly Datum[], Datum | boolean])[] = [
      ["pg_in", [oid.int4, -1, "42"], 42],
      ["pg_out", [oid.bool, 1], "t"],
      ["pg_typmod", [oid.varchar, 6, 1, "abc"], "ab"],
      ["pg_typmod", [1015, 6, 1, '["abc",null]'], '["ab",null]'],
      [
        "pg_record_out",
        ['[1,"a b",null]', 'record("a" 23,"b" 25,"c" 25)'],
        '(1,"a b",)',
      ],
      ["pg_array_flat", ["[[1,2],[3,4]]"], "[1,2,3,4]"],
      ["pg_array_flat", ["[1]"], "[1]"],
      ["pg_subscript", [1007, "[[1,2],[3,4]]", 2, 1], 3],
      ["pg_subscript", [1007, "[[1,2],[3,4]]", 2], null],
      ["pg_subscript", [1007, "[1,2]", 0], null],
      ["pg_slice", [oid.int4, "[1,2,3]", 1, 2, 1, 3], "[2,3]"],
      ["pg_slice", [oid.int4, "[1,2,3]", 0, null, 1, 2], "[1,2]"],
      ["pg_slice", [oid.int4, "[1,2,3]", 1, null, 1, 2], null],
      ["pg_slice", [oid.int4, "[1,2,3]", 1, 5, 1, 6], "[]"],
      ["pg_slice", [oid.int4, null, 1, 5, 1, 6], null],
      ["pg_row_is_null", ["[null,null]", 0], true],
      ["pg_row_is_null", ["[null,1]", 0], false],
      ["pg_row_is_null", ["[null,1]", 1], false],
      ["pg_row_is_null", [null, 0], true],
    ];
  for (const [name, args, expected] of cases) {
    await t.step(`${name}(${JSON.stringify(args)})`, () => {
      deepEqual(call(name, ...args), expected);
    });
  }
});

Deno.test("pg_error() fails with state, message and fields", () => {
  throws(
    () => call("pg_error", "23514", "no", '{"constraint":"c"}'),
    (error) =>
      error instanceof SqlError && error.sqlState === "23514" &&
      error.message === "no" && error.fields.constraint === "c",
  );
});

Deno.test("packed() hands an aggregate the arguments that came as one array", () => {
  const seen: (readonly Datum[])[] = [];
  const { aggregate } = packed({
    ...allSqliteFunctions()[0] as ReturnType<typeof allSqliteFunctions>[0],
    kind: "aggregate",
    args: [oid.text, oid.int4],
    aggregate: {
      init: () => 0,
      step: (state: number, args) => {
        seen.push(args);
        return state;
      },
      final: (state: number) => state,
    },
  });
  aggregate?.step(0, ['["a",1]'], context);
  deepEqual(seen, [["a", 1]]);
});
