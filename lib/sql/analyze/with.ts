/**
 * Resolves WITH: plain, recursive and data-modifying common table expressions (manual, 7.8).
 *
 * @module
 */

import type { CommonTableExpr, Node, WithClause } from "@pgsql/types";
import type { Cte, Query, RangeColumn, SetOperation } from "../tree.ts";
import type { Access } from "./access.ts";
import { isReferenced, known, notYet, whileForbidden } from "./find_cte.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { childScope, memoOf } from "./new_scope.ts";
import { resolveSelectStmt, resolveStatementQuery } from "./query.ts";
import {
  entriesOf,
  outputColumns,
  stringList,
  targetColumns,
} from "./range.ts";
import { resolveModification } from "./modification.ts";
import type { Scope } from "./scope.ts";
import { combine } from "./set_operation.ts";
import { typeLabel } from "./type_facts.ts";

/**
 * Resolves a WITH clause and brings its names into scope.
 *
 * @param clause The clause, if there is one.
 * @param scope Scope of the statement it belongs to.
 * @param top Whether that is the whole statement, where data may be modified.
 * @returns The expressions in an order in which each comes after those it reads.
 */
export function resolveWith(
  clause: WithClause | undefined,
  scope: Scope,
  top: boolean,
): Cte[] {
  if (clause === undefined) return [];
  const items = (clause.ctes ?? []).flatMap((node) =>
    "CommonTableExpr" in node ? [node.CommonTableExpr] : []
  );
  const names = new Set<string>();
  for (const { ctename = "", location } of items) {
    if (names.has(ctename)) {
      throw errorAt(
        "42712",
        `WITH query name "${ctename}" specified more than once`,
        location,
      );
    }
    names.add(ctename);
  }
  const ordered = clause.recursive ? inOrder(items) : items;
  notYet(scope, ordered.map(({ ctename = "" }) => ctename));
  const memo = memoOf(scope.statement);
  return ordered.map((item) => {
    const before = memo.accesses.length;
    const cte = resolveOne(item, clause.recursive ?? false, scope, top);
    accesses.set(cte, memo.accesses.slice(before));
    scope.ctes.set(cte.name, cte);
    known(scope, cte.name);
    return cte;
  });
}

/** Relations that each item touches. */
const accesses = new WeakMap<Cte, readonly Access[]>();

/**
 * Leaves out the items that nothing reads, with the rights they would need.
 *
 * @param ctes Items of a statement that has been resolved.
 * @param scope Its scope.
 * @returns The others, and those that modify data.
 */
export function usedCtes(ctes: readonly Cte[], scope: Scope): Cte[] {
  const memo = memoOf(scope.statement);
  return ctes.filter((cte) => {
    const { query } = cte;
    if (
      isReferenced(cte) || (query.kind !== "select" && query.kind !== "set")
    ) return true;
    for (const access of accesses.get(cte) ?? []) {
      const at = memo.accesses.indexOf(access);
      if (at >= 0) memo.accesses.splice(at, 1);
    }
    return false;
  });
}

/** Under RECURSIVE an item may read one that comes after it. */
function inOrder(items: readonly CommonTableExpr[]): CommonTableExpr[] {
  const done: CommonTableExpr[] = [];
  const open = new Set<CommonTableExpr>();
  const visit = (item: CommonTableExpr) => {
    if (done.includes(item)) return;
    if (open.has(item)) {
      throw errorAt(
        "0A000",
        "mutual recursion between WITH items is not implemented",
        item.location,
      );
    }
    open.add(item);
    for (const other of items) {
      if (other !== item && reads(item.ctequery, other.ctename ?? "")) {
        visit(other);
      }
    }
    open.delete(item);
    done.push(item);
  };
  for (const item of items) visit(item);
  return done;
}

/** Whether a part of a parse tree names a table. */
function reads(node: unknown, name: string): boolean {
  if (typeof node !== "object" || node === null) return false;
  if (Array.isArray(node)) return node.some((each) => reads(each, name));
  const range =
    (node as { RangeVar?: { relname?: string; schemaname?: string } })
      .RangeVar;
  if (range !== undefined) {
    return range.relname === name && range.schemaname === undefined;
  }
  return Object.values(node).some((each) => reads(each, name));
}

function resolveOne(
  item: CommonTableExpr,
  recursive: boolean,
  scope: Scope,
  top: boolean,
): Cte {
  const { ctename = "", ctequery, location } = item;
  if (ctequery === undefined) throw notSupportedAt("WITH", location);
  if (item.search_clause !== undefined) {
    throw notSupportedAt("SEARCH", location);
  }
  if (item.cycle_clause !== undefined) throw notSupportedAt("CYCLE", location);
  const base = {
    id: scope.statement.nextId(),
    name: ctename,
    materialized: item.ctematerialized === "CTEMaterializeAlways"
      ? true
      : item.ctematerialized === "CTEMaterializeNever"
      ? false
      : undefined,
  };
  if (!("SelectStmt" in ctequery)) {
    return modifying(item, ctequery, base, scope, top);
  }
  if (recursive && reads(ctequery, ctename)) {
    return resolveRecursive(item, ctequery, base, scope);
  }
  const query = resolveStatementQuery(ctequery, childScope(scope));
  return {
    ...base,
    recursive: false,
    query,
    columns: renamed(outputColumns(query), item),
  };
}

function modifying(
  item: CommonTableExpr,
  node: Node,
  base: Pick<Cte, "id" | "name" | "materialized">,
  scope: Scope,
  top: boolean,
): Cte {
  if (!top) {
    throw errorAt(
      "0A000",
      "WITH clause containing a data-modifying statement must be at the top level",
      item.location,
    );
  }
  const query = resolveModification(node, childScope(scope));
  return {
    ...base,
    recursive: false,
    query,
    columns: renamed(targetColumns(query.returning), item),
  };
}

function renamed(
  columns: readonly RangeColumn[],
  item: CommonTableExpr,
): RangeColumn[] {
  const names = stringList(item.aliascolnames);
  if (names.length > columns.length) {
    throw errorAt(
      "42P10",
      `WITH query "${item.ctename}" has ${columns.length} columns available but ${names.length} columns specified`,
      item.location,
    );
  }
  return columns.map((column, index) => ({
    ...column,
    name: names[index] ?? column.name,
  }));
}

function resolveRecursive(
  item: CommonTableExpr,
  node: Extract<Node, { SelectStmt: unknown }>,
  base: Pick<Cte, "id" | "name" | "materialized">,
  scope: Scope,
): Cte {
  const { SelectStmt: stmt } = node;
  const { larg, rarg } = stmt;
  if (
    stmt.op !== "SETOP_UNION" || larg === undefined || rarg === undefined
  ) {
    throw errorAt(
      "42P19",
      `recursive query "${base.name}" does not have the form non-recursive-term UNION [ALL] recursive-term`,
      item.location,
    );
  }
  for (
    const [clause, what] of [
      [stmt.sortClause, "ORDER BY"],
      [stmt.limitOffset, "OFFSET"],
      [stmt.limitCount, "LIMIT"],
      [stmt.lockingClause, "FOR UPDATE/SHARE"],
    ] as const
  ) {
    if (clause !== undefined) {
      throw errorAt("0A000", `${what} in a recursive query is not implemented`);
    }
  }
  if (stmt.withClause !== undefined) {
    throw notSupportedAt("WITH inside a recursive query", item.location);
  }
  const cte = {
    ...base,
    recursive: true,
    columns: [] as readonly RangeColumn[],
  } as Cte;
  const level = childScope(scope);
  level.ctes.set(base.name, cte);
  const left = whileForbidden(
    cte,
    () => resolveSelectStmt(larg, childScope(level)),
  );
  cte.columns = renamed(outputColumns(left), item);
  const right = resolveSelectStmt(rarg, childScope(level), { unsettled: true });
  checkRecursion(right, cte);
  cte.query = unite(left, right, stmt.all ?? false, cte, scope);
  return cte;
}

/** The recursive term takes the types of the other one, which must be those PostgreSQL would find. */
function unite(
  left: Query,
  right: Query,
  all: boolean,
  cte: Cte,
  scope: Scope,
): SetOperation {
  if (left.targets.length !== right.targets.length) {
    throw errorAt(
      "42601",
      "each UNION query must have the same number of columns",
    );
  }
  const made = combine({ left, right, all, operator: "union" }, scope);
  made.targets.forEach(({ expr }, index) => {
    const before = left.targets[index]?.expr;
    if (before === undefined || before.type === expr.type) return;
    // MySQL takes the wider type for the whole.
    if (scope.env.dialect === "mysql") return;
    throw errorAt(
      "42804",
      `recursive query "${cte.name}" column ${index + 1} has type ${
        typeLabel(scope.env, before.type)
      } in non-recursive term but type ${
        typeLabel(scope.env, expr.type)
      } overall`,
      locationOf(before),
      {
        hint: "Cast the output of the non-recursive term to the correct type.",
      },
    );
  });
  return made;
}

/** SQLite takes the recursive reference once, right in FROM of the recursive term. */
function checkRecursion(query: Query, cte: Cte): void {
  if (query.kind === "set") {
    throw notSupportedAt("set operation in a recursive term");
  }
  if (query.aggregated) {
    throw errorAt(
      "42P19",
      "aggregate functions are not allowed in a recursive query's recursive term",
    );
  }
  const direct = entriesOf(query.from).filter((entry) =>
    entry.source.kind === "cte" && entry.source.cte === cte
  );
  if (direct.length > 1) {
    throw errorAt(
      "42P19",
      `recursive reference to query "${cte.name}" must not appear more than once`,
    );
  }
  if (direct.length === 0) {
    throw notSupportedAt("recursive reference inside a sub-query");
  }
}
