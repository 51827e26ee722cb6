/**
 * Resolves what INSERT inserts: VALUES, a query or defaults, each row with a value for every column.
 *
 * @module
 */

import type { InsertStmt, Node, SelectStmt } from "@pgsql/types";
import type { Column } from "../catalog/catalog.ts";
import type { Expr, Query, RangeEntry, Select } from "../tree.ts";
import { errorAt } from "./located.ts";
import { fitGiven } from "../mysql/resolve/fit.ts";
import { mysqlDefault, mysqlNumber } from "../mysql/resolve/new_row.ts";
import { locationOf } from "./locations.ts";
import type { ModifyTarget } from "./modify_target.ts";
import { defaultValue, generatedValue } from "./new_row.ts";
import { childScope } from "./new_scope.ts";
import { resolveStatementQuery } from "./query.ts";
import {
  columnRef,
  plainSelect,
  queryEntry,
  relationColumns,
  selectAll,
} from "./range.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { valuesRows } from "./values.ts";

/** A value of the statement, or its lack. */
type Given = Expr | "default";

/** Rows to insert. */
export interface Source {
  readonly source: Query;
  /** How many columns the statement gives values for. */
  readonly width: number;
}

/**
 * @param stmt The statement.
 * @param target Its target.
 * @param named Columns that it names, by index.
 * @param scope Its level.
 * @returns The rows, with a value for each column of the table.
 */
export function resolveSource(
  stmt: InsertStmt,
  target: ModifyTarget,
  named: readonly number[],
  scope: Scope,
): Source {
  if (stmt.selectStmt === undefined) {
    return { source: fromRows([[]], [], stmt, target, scope), width: 0 };
  }
  const mysql = scope.env.dialect === "mysql";
  const select = "SelectStmt" in stmt.selectStmt
    ? stmt.selectStmt.SelectStmt
    : undefined;
  if (select !== undefined && isPlainValues(select)) {
    const rows = valuesRows(select).map((row) =>
      row.map((node): Given =>
        "SetToDefault" in node
          ? "default"
          : resolver.expression(node, valuesScope(scope), "values")
      )
    );
    const width = rows[0]?.length ?? 0;
    for (const row of rows) {
      if (row.length !== width) {
        throw errorAt(
          "42601",
          "VALUES lists must all be the same length",
          locate(row[0]),
        );
      }
      checkWidth(stmt, named, row.map((each) => locate(each)), mysql);
    }
    return {
      source: fromRows(rows, named.slice(0, width), stmt, target, scope),
      width,
    };
  }
  const query = resolveStatementQuery(stmt.selectStmt, childScope(scope), {
    unsettled: true,
  });
  const width = query.targets.length;
  checkWidth(
    stmt,
    named,
    query.targets.map(({ expr }) => locationOf(expr)),
    mysql,
  );
  return {
    source: fromQuery(query, named.slice(0, width), stmt, target, scope),
    width,
  };
}

function valuesScope(scope: Scope): Scope {
  return childScope(scope);
}

function isPlainValues(select: SelectStmt): boolean {
  return select.valuesLists !== undefined && select.withClause === undefined &&
    select.sortClause === undefined && select.limitCount === undefined &&
    select.limitOffset === undefined;
}

function locate(given: Given | undefined): number | undefined {
  return given === undefined || given === "default"
    ? undefined
    : locationOf(given);
}

function checkWidth(
  stmt: InsertStmt,
  named: readonly number[],
  locations: readonly (number | undefined)[],
  mysql: boolean,
): void {
  const width = locations.length;
  if (width > named.length) {
    throw errorAt(
      "42601",
      "INSERT has more expressions than target columns",
      locations[named.length],
    );
  }
  if (
    (stmt.cols !== undefined || mysql) && width < named.length && width > 0
  ) {
    const node: Node | undefined = stmt.cols?.[width];
    throw errorAt(
      "42601",
      "INSERT has more target columns than expressions",
      node !== undefined && "ResTarget" in node
        ? node.ResTarget.location
        : undefined,
    );
  }
}

/** Whether a column's value is ignored or refused, and what to do about it. */
function usesDefault(
  column: Column,
  given: Given | undefined,
  stmt: InsertStmt,
): boolean {
  if (given === undefined || given === "default") return true;
  if (column.generated !== "") {
    throw errorAt(
      "428C9",
      `cannot insert a non-DEFAULT value into column "${column.name}"`,
      undefined,
      { detail: `Column "${column.name}" is a generated column.` },
    );
  }
  if (column.identity !== "" && stmt.override === "OVERRIDING_USER_VALUE") {
    return true;
  }
  if (column.identity === "a" && stmt.override !== "OVERRIDING_SYSTEM_VALUE") {
    throw errorAt(
      "428C9",
      `cannot insert a non-DEFAULT value into column "${column.name}"`,
      undefined,
      {
        detail:
          `Column "${column.name}" is an identity column defined as GENERATED ALWAYS.`,
        hint: "Use OVERRIDING SYSTEM VALUE to override.",
      },
    );
  }
  return false;
}

/** Where each column of the table gets its value from: a place among the given ones. */
function placesOf(
  target: ModifyTarget,
  named: readonly number[],
): Map<number, number> {
  return new Map(named.map((index, at) => [target.baseColumn(index), at]));
}

function fromRows(
  rows: readonly (readonly Given[])[],
  named: readonly number[],
  stmt: InsertStmt,
  target: ModifyTarget,
  scope: Scope,
): Query {
  const places = placesOf(target, named);
  const { columns } = target.relation;
  const full = rows.map((row, number) =>
    columns.map((column, index): Expr => {
      const at = places.get(index);
      const given = at === undefined ? undefined : row[at];
      if (column.number <= 0 || usesDefault(column, given, stmt)) {
        return mysqlDefault(target, index, scope) ??
          defaultValue(target, index);
      }
      return mysqlNumber(target, column, given as Expr, scope) ??
        fitGiven(given as Expr, column, scope, {
          list: "values",
          row: number + 1,
          alone: rows.length === 1,
        });
    })
  );
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: "",
    columns: relationColumns(target.relation),
    source: { kind: "values", rows: full },
  };
  return withGenerated(entry, target);
}

function fromQuery(
  query: Query,
  named: readonly number[],
  stmt: InsertStmt,
  target: ModifyTarget,
  scope: Scope,
): Query {
  const places = placesOf(target, named);
  const { columns } = target.relation;
  const value = (given: (at: number) => Expr) =>
    columns.map((column, index): Expr => {
      const at = places.get(index);
      const expr = at === undefined ? undefined : given(at);
      return expr === undefined || usesDefault(column, expr, stmt)
        ? mysqlDefault(target, index, scope) ?? defaultValue(target, index)
        : mysqlNumber(target, column, expr, scope) ??
          fitGiven(expr, column, scope, { list: "values" });
    });
  const toTargets = (exprs: readonly Expr[]) =>
    exprs.map((expr, index) => ({
      expr,
      name: columns[index]?.name ?? "",
      table: 0,
      column: 0,
    }));
  // Literals whose type is not known yet are read as what the column is, so they go up.
  const plain = query.kind === "select" && query.distinct === "no" &&
    query.ctes.length === 0 && !defaultsVary(query, places, target);
  let source: Select;
  if (plain) {
    const exprs = query.targets.map(({ expr }) => expr);
    source = {
      ...query,
      targets: toTargets(value((at) => exprs[at] as Expr)),
    };
  } else {
    const entry = queryEntry(query, scope);
    source = {
      ...plainSelect,
      from: [{ kind: "entry", entry }],
      targets: toTargets(value((at) => {
        const expr = query.targets[at]?.expr;
        const up = expr !== undefined &&
          (expr.kind === "constant" || expr.kind === "param");
        return up && query.kind === "select" ? expr : columnRef(entry, at);
      })),
    };
  }
  if (!hasGenerated(target)) return source;
  const entry = queryEntry(source, scope);
  return withGenerated(
    { ...entry, columns: relationColumns(target.relation) },
    target,
  );
}

/** Defaults such as nextval() must not be evaluated for rows that LIMIT or grouping leaves out. */
function defaultsVary(
  query: Select,
  places: ReadonlyMap<number, number>,
  target: ModifyTarget,
): boolean {
  return (query.limit !== undefined || query.offset !== undefined ||
    query.aggregated || query.orderBy.length > 0) &&
    places.size < target.relation.columns.length;
}

function hasGenerated(target: ModifyTarget): boolean {
  return target.relation.columns.some(({ generated }) => generated !== "");
}

function withGenerated(entry: RangeEntry, target: ModifyTarget): Query {
  const all = selectAll(entry);
  if (!hasGenerated(target)) return all;
  return {
    ...all,
    targets: all.targets.map((each, index) => {
      const generated = target.relation.columns[index]?.generated ?? "";
      return generated === "" ? each : {
        ...each,
        expr: generatedValue(
          target,
          index,
          (other) => columnRef(entry, other),
        ),
      };
    }),
  };
}
