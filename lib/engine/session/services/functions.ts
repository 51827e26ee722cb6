/**
 * Functions of users that could not be put in the place of their call: run on the connection whose
 * statement calls them.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- services have the names that SQL functions ask by

import type { Catalog, Relation } from "../../../sql/catalog/catalog.ts";
import { recordDatum } from "../../../sql/catalog/record_text.ts";
import type { Datum } from "../../../sql/datum.ts";
import { baseType } from "../../../sql/functions/datum_text.ts";
import { notSupported } from "../../../sql/error.ts";
import { runFunction } from "../user_functions.ts";
import { rowsText } from "../../sqlite/rows_text.ts";
import type { QueryPlan } from "../../../sql/plan.ts";
import type { Services } from "../services.ts";
import type { SessionCore } from "../session_core.ts";
import { Statement } from "../statement.ts";
import { textColumn } from "../utility/utility.ts";

const byRowType = new WeakMap<Catalog, Map<number, Relation>>();

function rowTypes(catalog: Catalog): Map<number, Relation> {
  let found = byRowType.get(catalog);
  if (found === undefined) {
    found = new Map();
    for (const relation of catalog.relations()) {
      if (relation.rowType !== 0) found.set(relation.rowType, relation);
    }
    byRowType.set(catalog, found);
  }
  return found;
}

/** Asks SQLite for one value. */
function ask(
  core: SessionCore,
  sql: string,
  params: readonly Datum[],
): Datum {
  const { runner } = core.instance;
  if (runner.nested === undefined) return 0;
  const plan: QueryPlan = {
    kind: "query",
    tag: "SELECT",
    steps: [{
      sql,
      slots: params.map((_, i) => ({ from: "param", number: i + 1 })),
      answers: true,
      counts: false,
    }],
    columns: [textColumn("value")],
    params: [],
    readOnly: true,
    exactText: true,
  };
  let value: Datum = null;
  runner.nested(
    plan,
    params,
    { row: ([first]) => value = first ?? null, full: () => undefined },
    { eval: core.eval, timeoutMs: 0 },
  );
  return value;
}

/**
 * Runs a cast to a domain inside the statement that asks.
 *
 * @throws {SqlError} 23502, 23514.
 */
function domainValue(core: SessionCore, number: number, value: Datum): Datum {
  const { catalog, instance: { runner } } = core;
  const type = catalog.type(number);
  if (type === undefined || runner.nested === undefined) {
    throw notSupported("a domain in this place");
  }
  const schema = catalog.schema(type.schema)?.name ?? "";
  const name = [schema, type.name]
    .map((each) => `"${each.replaceAll('"', '""')}"`).join(".");
  const statement = core.preparer.text(
    `SELECT CAST($1 AS ${name})`,
    [baseType(number, core.eval).oid],
    false,
  );
  const compiled = statement instanceof Statement
    ? statement.compiled
    : undefined;
  if (compiled?.kind !== "query") throw new TypeError("No query for a cast");
  let result: Datum = null;
  runner.nested(
    compiled.plan,
    [value],
    {
      row: ([first]) => {
        result = first ?? null;
      },
      full: () => undefined,
    },
    core.executor.contextOf(compiled),
  );
  return result;
}

/** See the top of the file. */
export const functionServices: Services = {
  call_sql([oid, ...args], core) {
    const { rows } = runFunction(core, Number(oid), args as Datum[]);
    const [first] = rows;
    // Several OUT arguments make one record.
    return first !== undefined && first.length > 1
      ? recordDatum(first)
      : first?.[0] ?? null;
  },
  call_sql_rows([oid, ...args], core) {
    const { rows, types } = runFunction(core, Number(oid), args as Datum[]);
    return rowsText(rows, types);
  },
  /** `[[name, type, typmod], …]` of a row type. */
  row_type_columns([type], { catalog }) {
    const rows = rowTypes(catalog).get(Number(type));
    return rows === undefined ? null : JSON.stringify(
      rows.columns.map(({ name, type, typmod }) => [name, type, typmod]),
    );
  },
  /** A value as one of a domain, if its NOT NULL and checks let it. */
  domain_value: ([type, value], core) =>
    domainValue(core, Number(type), value ?? null),
  enum_labels([type], { catalog }) {
    const labels = catalog.enumType(Number(type))?.labels ?? [];
    return JSON.stringify(
      [...labels].sort((a, b) => a.order - b.order).map(({ label }) => label),
    );
  },
  database_size(_, core) {
    return ask(
      core,
      "SELECT c.page_count * s.page_size FROM pragma_page_count c, pragma_page_size s",
      [],
    );
  },
  relation_size([name, number], core) {
    const relation = core.catalog.relation(Number(number));
    if (relation === undefined) return null;
    const indexes = relation.indexes.map(({ storage }) => storage);
    const table = [relation.storage];
    const parts = name === "pg_indexes_size"
      ? indexes
      : name === "pg_total_relation_size"
      ? [...table, ...indexes]
      : table;
    try {
      return ask(
        core,
        "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate " +
          "AND name IN (SELECT value FROM json_each(?1))",
        [JSON.stringify(parts)],
      );
    } catch {
      return 0; // a library without this table
    }
  },
  sleep([seconds]) {
    if (!(Number(seconds) > 0)) return "";
    throw notSupported("pg_sleep() inside a larger statement");
  },
};
