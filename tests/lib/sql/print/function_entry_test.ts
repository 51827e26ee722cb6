import { deepEqual, match } from "node:assert/strict";
import { rootScope } from "../../../../lib/sql/analyze/new_scope.ts";
import { plainSelect, selectAll } from "../../../../lib/sql/analyze/range.ts";
import { fixedOid } from "../../../../lib/sql/catalog/catalog.ts";
import type { FunctionEntry } from "../../../../lib/sql/functions/registry.ts";
import { printQuery } from "../../../../lib/sql/print/query.ts";
import { StepPrinter } from "../../../../lib/sql/print/step_printer.ts";
import type { Expr, RangeEntry } from "../../../../lib/sql/tree.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import { withSqlStage } from "../../../support/sql_stage.ts";

const series: FunctionEntry = {
  oid: 1067,
  name: "generate_series",
  schema: fixedOid.pgCatalog,
  kind: "rows",
  args: [oid.int4, oid.int4],
  argNames: [],
  defaults: [],
  variadic: false,
  returns: oid.int4,
  columns: [{ name: "generate_series", type: oid.int4 }],
  strict: true,
  volatility: "i",
  leakproof: false,
  sqliteName: "none",
};

const number = (value: number | null): Expr => ({
  kind: "constant",
  type: oid.int4,
  typmod: -1,
  value,
});

Deno.test("printQuery() lets SQLite count by itself when whole numbers follow each other", async () => {
  await withSqlStage([], (stage) => {
    const env = {
      catalog: stage.catalog,
      searchPath: [],
      role: fixedOid.postgres,
      rowSecurity: true,
      params: [],
      eval: undefined as never,
    };
    const rows = (from: number | null, to: number | null) => {
      const scope = rootScope(env);
      const column = { typmod: -1, number: 0 };
      const entry: RangeEntry = {
        id: scope.statement.nextId(),
        alias: "g",
        columns: [
          { name: "x", type: oid.int4, ...column },
          { name: "n", type: oid.int8, ...column },
        ],
        source: {
          kind: "function",
          calls: [{
            kind: "call",
            function: series,
            args: [number(from), number(to)],
            type: oid.int4,
            typmod: -1,
          }],
          ordinality: true,
          lateral: true,
        },
      };
      const printer = new StepPrinter(env, { literals: true });
      const sql = printQuery(
        { ...plainSelect, ...selectAll(entry) },
        printer,
      );
      match(sql, /WITH RECURSIVE/);
      return stage.raw(sql);
    };
    deepEqual(rows(3, 5), [[3, 1], [4, 2], [5, 3]]);
    deepEqual(rows(5, 5), [[5, 1]]);
    deepEqual(rows(5, 3), []);
    deepEqual(rows(null, 3), []);
    deepEqual(rows(1, null), []);
  });
});
