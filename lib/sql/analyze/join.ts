/**
 * Resolves joins: ON, USING, NATURAL and the columns they merge (manual, 7.2.1.1).
 *
 * @module
 */

import type { JoinExpr } from "@pgsql/types";
import type { Expr, FromItem, RangeEntry } from "../tree.ts";
import { oid } from "../types/type.ts";
import { coerceToBoolean } from "./coercion.ts";
import { coerceAll } from "./common_type.ts";
import {
  aliasColumns,
  checkAliases,
  fromItem,
  type FromOptions,
  type Namespace,
} from "./from.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import type { StarColumn } from "./new_scope.ts";
import { operatorCall } from "./operators.ts";
import {
  columnRef,
  entriesOf,
  plainSelect,
  stringList,
  targetColumns,
} from "./range.ts";
import { originOfExpr } from "./targets.ts";
import { resolver } from "./resolver.ts";
import type { Scope, ScopeEntry } from "./scope.ts";
import { visitExpr } from "./walk.ts";
import { mapFrom } from "./walk_from.ts";

type JoinType = Extract<FromItem, { kind: "join" }>["type"];

/**
 * @param node Join in the parse tree.
 * @param scope What LATERAL items see.
 * @param options For the tables in it.
 * @returns The join and its names.
 */
export function joinItem(
  node: JoinExpr,
  scope: Scope,
  options: FromOptions,
): Namespace {
  if (node.larg === undefined || node.rarg === undefined) {
    throw notSupportedAt("JOIN");
  }
  const type = joinType(node);
  const left = fromItem(node.larg, scope, options);
  const right = fromItem(node.rarg, {
    ...scope,
    entries: [...scope.entries, ...left.entries],
    merged: [...scope.merged, ...left.merged],
  }, options);
  checkAliases(left.entries, right.entries);
  if (type === "right" || type === "full") checkLateral(left, right);

  const names = node.isNatural
    ? commonNames(left.columns, right.columns)
    : stringList(node.usingClause);
  const joined = names.length > 0
    ? joinUsing(names, type, left, right, scope)
    : joinOn(node, type, left, right, scope);
  if (node.join_using_alias !== undefined) {
    throw notSupportedAt("JOIN USING with an alias");
  }
  return node.alias === undefined ? joined : aliasJoin(node, joined, scope);
}

/** What an outer join keeps cannot depend on what may be missing. */
function checkLateral(left: Namespace, right: Namespace): void {
  const entries = entriesOf([left.item]);
  mapFrom([right.item], (expr) => {
    visitExpr(expr, (each) => {
      if (each.kind !== "column" || !entries.includes(each.entry)) return;
      throw errorAt(
        "42P10",
        `invalid reference to FROM-clause entry for table "${each.entry.alias}"`,
        locationOf(each),
        {
          detail:
            "The combining JOIN type must be INNER or LEFT for a LATERAL reference.",
        },
      );
    });
    return expr;
  });
}

function joinType(node: JoinExpr): JoinType {
  switch (node.jointype) {
    case "JOIN_LEFT":
      return "left";
    case "JOIN_RIGHT":
      return "right";
    case "JOIN_FULL":
      return "full";
    default:
      return node.quals === undefined && !node.isNatural &&
          (node.usingClause ?? []).length === 0
        ? "cross"
        : "inner";
  }
}

/** Marks entries that an outer join may leave without a row. */
function nullable(
  entries: readonly ScopeEntry[],
  yes: boolean,
): readonly ScopeEntry[] {
  return yes ? entries.map((each) => ({ ...each, nullable: true })) : entries;
}

function joinedEntries(
  type: JoinType,
  left: readonly ScopeEntry[],
  right: readonly ScopeEntry[],
): ScopeEntry[] {
  return [
    ...nullable(left, type === "right" || type === "full"),
    ...nullable(right, type === "left" || type === "full"),
  ];
}

function joinOn(
  node: JoinExpr,
  type: JoinType,
  left: Namespace,
  right: Namespace,
  scope: Scope,
): Namespace {
  const inner: Scope = {
    ...scope,
    entries: [...left.entries, ...right.entries],
    merged: [...left.merged, ...right.merged],
  };
  const on = node.quals === undefined ? undefined : coerceToBoolean(
    resolver.expression(node.quals, inner, "join"),
    "JOIN/ON",
    inner,
  );
  return {
    item: {
      kind: "join",
      type,
      left: left.item,
      right: right.item,
      ...(on === undefined ? {} : { on }),
    },
    entries: joinedEntries(type, left.entries, right.entries),
    merged: [...left.merged, ...right.merged],
    columns: [...left.columns, ...right.columns],
  };
}

function commonNames(
  left: readonly StarColumn[],
  right: readonly StarColumn[],
): string[] {
  const names = new Set(right.map(({ name }) => name));
  return [...new Set(left.map(({ name }) => name))].filter((name) =>
    names.has(name)
  );
}

function joinUsing(
  names: readonly string[],
  type: JoinType,
  left: Namespace,
  right: Namespace,
  scope: Scope,
): Namespace {
  const conditions: Expr[] = [];
  const merged: StarColumn[] = [];
  const used = new Set<Expr>();
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) {
      throw errorAt(
        "42701",
        `column name "${name}" appears more than once in USING clause`,
      );
    }
    const one = usingColumn(name, left, "left");
    const other = usingColumn(name, right, "right");
    used.add(one).add(other);
    conditions.push(operatorCall(["="], [one, other], scope));
    const { exprs, type: common } = coerceAll(
      [one, other],
      "JOIN/USING",
      scope,
    );
    const [a, b] = exprs as [Expr, Expr];
    merged.push({
      name,
      expr: type === "full"
        ? { kind: "coalesce", args: [a, b], type: common, typmod: -1 }
        : type === "right"
        ? b
        : a,
    });
  }
  const hide = (entries: readonly ScopeEntry[]) =>
    entries.map((each) => {
      const hidden = new Set(each.hidden);
      each.entry.columns.forEach(({ name }, index) => {
        if (names.includes(name)) hidden.add(index);
      });
      return hidden.size === 0 ? each : { ...each, hidden };
    });
  const rest = (columns: readonly StarColumn[]) =>
    columns.filter(({ expr }) => !used.has(expr));
  return {
    item: {
      kind: "join",
      type: type === "cross" ? "inner" : type,
      left: left.item,
      right: right.item,
      using: names,
      on: conditions.length === 1 ? conditions[0] as Expr : {
        kind: "logic",
        operator: "and",
        args: conditions,
        type: oid.bool,
        typmod: -1,
      },
    },
    entries: joinedEntries(type, hide(left.entries), hide(right.entries)),
    merged: [
      ...merged,
      ...rest(left.merged),
      ...rest(right.merged),
    ],
    columns: [...merged, ...rest(left.columns), ...rest(right.columns)],
  };
}

function usingColumn(name: string, side: Namespace, which: string): Expr {
  const found = side.columns.filter((column) => column.name === name);
  if (found.length > 1) {
    throw errorAt(
      "42702",
      `common column name "${name}" appears more than once in ${which} table`,
    );
  }
  const [column] = found;
  if (column === undefined) {
    throw errorAt(
      "42703",
      `column "${name}" specified in USING clause does not exist in ${which} table`,
    );
  }
  return column.expr;
}

/** `(a JOIN b …) AS j` hides `a` and `b`: it is a sub-query. */
function aliasJoin(
  node: JoinExpr,
  joined: Namespace,
  scope: Scope,
): Namespace {
  const alias = node.alias?.aliasname ?? "";
  const targets = joined.columns.map(({ name, expr }) => ({
    name,
    expr,
    ...originOfExpr(expr),
  }));
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias,
    columns: aliasColumns(targetColumns(targets), node.alias, alias),
    source: {
      kind: "query",
      query: { ...plainSelect, from: [joined.item], targets },
      lateral: true,
    },
  };
  return {
    item: { kind: "entry", entry },
    entries: [{ entry, visible: true }],
    merged: [],
    columns: entry.columns.map(({ name }, index) => ({
      name,
      expr: columnRef(entry, index),
    })),
  };
}
