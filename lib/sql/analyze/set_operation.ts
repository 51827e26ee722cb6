/**
 * Resolves UNION, INTERSECT and EXCEPT.
 *
 * @module
 */

import type { Node, SelectStmt } from "@pgsql/types";
import type { Expr, Query, SetOperation, SortKey, Target } from "../tree.ts";
import { coerce } from "./coercion.ts";
import { coerceToCommon, commonType } from "./common_type.ts";
import { errorAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { childScope } from "./new_scope.ts";
import { nodeLocation } from "./node_location.ts";
import { equalityOf } from "./operators.ts";
import { type QueryOptions, resolveSelectStmt } from "./query.ts";
import { columnRef, plainSelect, queryEntry, selectAll } from "./range.ts";
import type { Scope } from "./scope.ts";
import { resolveLimit } from "./select.ts";
import { sortKey } from "./sort.ts";
import { oid } from "../types/type.ts";

type Operator = SetOperation["operator"];

const operators: Readonly<Record<string, Operator>> = {
  SETOP_UNION: "union",
  SETOP_INTERSECT: "intersect",
  SETOP_EXCEPT: "except",
};

/**
 * @param stmt The statement.
 * @param scope Its level.
 * @param options See {@linkcode QueryOptions}.
 * @returns The query.
 */
export function resolveSetOperation(
  stmt: SelectStmt,
  scope: Scope,
  options: QueryOptions,
): Query {
  const { larg, rarg } = stmt;
  if (larg === undefined || rarg === undefined) {
    throw errorAt("42601", "syntax error");
  }
  const locked = options.locked === undefined ? {} : { locked: options.locked };
  const arm = (select: SelectStmt) =>
    resolveSelectStmt(select, childScope(scope), {
      ...locked,
      unsettled: true,
    });
  const operator = operators[stmt.op ?? ""] ?? "union";
  if (stmt.lockingClause !== undefined) {
    throw errorAt(
      "0A000",
      "FOR UPDATE is not allowed with UNION/INTERSECT/EXCEPT",
    );
  }
  const made = combine({
    left: arm(larg),
    right: arm(rarg),
    all: stmt.all ?? false,
    operator,
  }, scope);
  const { withTies, ...limits } = resolveLimit(stmt, scope);
  const result: SetOperation = {
    ...made,
    orderBy: outputOrder(stmt, made, scope),
    ...limits,
  };
  if (!withTies) return result;
  const { limit, offset, orderBy, ...rest } = result;
  const entry = queryEntry({ ...rest, orderBy: [] }, scope);
  return {
    ...selectAll(entry),
    withTies: true,
    orderBy: orderBy.map((key) => ({
      ...key,
      expr: key.expr.kind === "column"
        ? columnRef(entry, key.expr.index)
        : key.expr,
    })),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/**
 * Brings two queries to common types and joins them.
 *
 * @param parts The queries and how.
 * @param scope Where.
 * @returns The set operation, without ORDER BY and LIMIT.
 * @throws {SqlError} 42601, 42804.
 */
export function combine(
  parts: Pick<SetOperation, "left" | "right" | "all" | "operator">,
  scope: Scope,
): SetOperation {
  const { left, right, operator, all } = parts;
  const name = operator.toUpperCase();
  if (left.targets.length !== right.targets.length) {
    throw errorAt(
      "42601",
      `each ${name} query must have the same number of columns`,
      right.targets[0] === undefined
        ? undefined
        : locationOf(right.targets[0].expr),
    );
  }
  const types = left.targets.map(({ expr: one }, index) => {
    const other = right.targets[index]?.expr ?? one;
    const type = commonType([one, other], name, scope);
    if (!all) equalityOf(type, scope, locationOf(one));
    const typmod = one.type === type && other.type === type &&
        one.typmod === other.typmod
      ? one.typmod
      : -1;
    return { type, typmod };
  });
  const a = withTypes(left, types, name, scope);
  const b = withTypes(right, types, name, scope);
  const targets: Target[] = a.targets.map((target, index) => ({
    name: target.name,
    expr: { ...target.expr, ...types[index] } as Expr,
    table: 0,
    column: 0,
  }));
  const output = {
    id: scope.statement.nextId(),
    alias: "",
    columns: a.targets.map(({ name }, index) => ({
      name,
      number: 0,
      type: types[index]?.type ?? oid.text,
      typmod: types[index]?.typmod ?? -1,
    })),
    source: { kind: "values", rows: [] },
  } as const;
  return {
    kind: "set",
    ctes: [],
    operator,
    all,
    left: a,
    right: b,
    targets: targets.map((target, index) => ({
      ...target,
      expr: columnRef(output, index),
    })),
    orderBy: [],
    output,
  };
}

/** Casts the columns of an arm, inside it where that changes nothing else. */
function withTypes(
  query: Query,
  types: readonly { readonly type: number; readonly typmod: number }[],
  name: string,
  scope: Scope,
): Query {
  const cast = (expr: Expr, index: number): Expr => {
    const type = types[index]?.type ?? expr.type;
    if (expr.type === type) return expr;
    return expr.type === oid.unknown
      ? coerce(expr, type, -1, "implicit", scope)
      : coerceToCommon(expr, type, name, scope);
  };
  const fits = query.targets.every(({ expr }, index) =>
    expr.type === types[index]?.type
  );
  if (fits) return query;
  if (
    query.kind === "select" &&
    (query.distinct === "no" ||
      query.targets.every(({ expr }, index) =>
        expr.type === oid.unknown || expr.type === types[index]?.type
      ))
  ) {
    const before = query.targets.map(({ expr }) => expr);
    const targets = query.targets.map((target, index) => ({
      ...target,
      expr: cast(target.expr, index),
    }));
    return {
      ...query,
      targets,
      // ORDER BY may mean a target whose literal has only now got a type.
      orderBy: query.orderBy.map((key) => {
        const index = key.expr.type === oid.unknown
          ? before.indexOf(key.expr)
          : -1;
        const expr = targets[index]?.expr;
        return expr === undefined ? key : { ...key, expr };
      }),
    };
  }
  const entry = queryEntry(query, scope);
  const all = selectAll(entry);
  return {
    ...plainSelect,
    from: all.from,
    targets: all.targets.map((target, index) => ({
      ...target,
      expr: cast(target.expr, index),
    })),
  };
}

/** ORDER BY of a set operation may name output columns only. */
function outputOrder(
  stmt: SelectStmt,
  made: SetOperation,
  scope: Scope,
): SortKey[] {
  return (stmt.sortClause ?? []).flatMap((node) => {
    if (!("SortBy" in node) || node.SortBy.node === undefined) return [];
    const item = node.SortBy.node;
    const index = outputIndex(item, made, scope);
    if (index === undefined) {
      throw errorAt(
        "0A000",
        "invalid UNION/INTERSECT/EXCEPT ORDER BY clause",
        nodeLocation(item),
        {
          detail:
            "Only result column names can be used, not expressions or functions.",
          hint:
            "Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
        },
      );
    }
    return [sortKey(columnRef(made.output, index), node.SortBy)];
  });
}

function outputIndex(
  item: Node,
  made: SetOperation,
  scope: Scope,
): number | undefined {
  if ("A_Const" in item) {
    const number = item.A_Const.ival?.ival ?? 0;
    scope.statement.exactText = true;
    if (item.A_Const.ival === undefined) {
      throw errorAt(
        "42601",
        "non-integer constant in ORDER BY",
        item.A_Const.location,
      );
    }
    if (number < 1 || number > made.targets.length) {
      throw errorAt(
        "42P10",
        `ORDER BY position ${number} is not in select list`,
        item.A_Const.location,
      );
    }
    return number - 1;
  }
  if (!("ColumnRef" in item)) return undefined;
  const { fields = [], location } = item.ColumnRef;
  const [only] = fields;
  if (fields.length !== 1 || only === undefined || !("String" in only)) {
    return undefined;
  }
  const name = only.String.sval ?? "";
  const index = made.targets.findIndex((target) => target.name === name);
  if (index < 0) {
    throw errorAt("42703", `column "${name}" does not exist`, location);
  }
  return index;
}
