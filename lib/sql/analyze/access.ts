/**
 * Which relations a statement touches and how, for the check of privileges.
 *
 * Columns that are read are found by looking through the finished tree, so that no reference is missed,
 * whoever made it. What row policies read of their own table needs no right (the policy is the owner's);
 * other tables they read do.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import type { Expr, Modification, Query, RangeEntry } from "../tree.ts";
import { memoOf } from "./new_scope.ts";
import type { Scope, StatementState } from "./scope.ts";
import { visitExpr } from "./walk.ts";
import { visitStatement } from "./walk_statement.ts";

/** One use of a relation. */
export interface Access {
  readonly entry: RangeEntry;
  readonly relation: Relation;
  /** Role whose right it must be. */
  readonly role: number;
  /** `r` for an entry of FROM; a modification's target is read only if a column of it is. */
  readonly reads: boolean;
  /** Rights on the whole relation, for example `d`. */
  readonly whole: string;
  /** Columns that are written, by number. */
  readonly written: {
    readonly privilege: "a" | "w";
    readonly column: number;
  }[];
  /** Whether some rows or columns are read although no expression says so (`ON CONFLICT (…)`). */
  readonly readColumns: Set<number>;
}

/**
 * Notes that a relation is used.
 *
 * @param entry Entry that stands for it.
 * @param relation The relation.
 * @param scope Where.
 * @param how Rights beyond reading.
 * @returns The note, to which columns can be added.
 */
export function noteAccess(
  entry: RangeEntry,
  relation: Relation,
  scope: Scope,
  how: { readonly reads: boolean; readonly whole?: string },
): Access {
  const access: Access = {
    entry,
    relation,
    role: scope.env.role,
    reads: how.reads,
    whole: how.whole ?? "",
    written: [],
    readColumns: new Set(),
  };
  memoOf(scope.statement).accesses.push(access);
  return access;
}

/**
 * @param tree Statement or expression.
 * @param entry An entry.
 * @returns Whether a column of the entry is read, other than by the entry's own row policies.
 */
export function readsEntry(
  tree: Query | Modification | readonly Expr[],
  entry: RangeEntry,
): boolean {
  let found = false;
  const visit = (expr: Expr) => {
    if (expr.kind === "column" && expr.entry === entry) found = true;
    return !found;
  };
  if ("kind" in tree) visitStatement(tree, visit);
  else for (const expr of tree) visitExpr(expr, visit);
  return found;
}

/**
 * Turns the notes into rights that must be held.
 *
 * @param tree The statement.
 * @param state Its state; `needed` grows.
 */
export function collectNeeded(
  tree: Query | Modification,
  state: StatementState,
): void {
  const { accesses } = memoOf(state);
  if (accesses.length === 0) return;
  const { trusted } = memoOf(state);
  const own = new Map<RangeEntry, Set<number>>();
  for (const { entry } of accesses) own.set(entry, new Set());
  const visit = (over: RangeEntry | undefined) => (expr: Expr): boolean => {
    const owner = trusted.get(expr);
    if (owner !== undefined && owner !== over) {
      visitExpr(expr, visit(owner));
      return false;
    }
    if (expr.kind === "column" && expr.entry !== over) {
      own.get(expr.entry)?.add(expr.entry.columns[expr.index]?.number ?? 0);
    }
    return true;
  };
  visitStatement(tree, visit(undefined));

  for (const access of accesses) {
    const { relation, role, whole, written } = access;
    for (const privilege of whole) {
      state.needed.push({
        kind: "relation",
        oid: relation.oid,
        privilege,
        role,
      });
    }
    for (const { column, privilege } of written) {
      state.needed.push({
        kind: "column",
        oid: relation.oid,
        column,
        privilege,
        role,
      });
    }
    const read = new Set([
      ...own.get(access.entry) ?? [],
      ...access.readColumns,
    ]);
    for (const column of read) {
      state.needed.push({
        kind: "column",
        oid: relation.oid,
        column,
        privilege: "r",
        role,
      });
    }
    if (read.size === 0 && access.reads) {
      // count(*) needs the right to some column, whichever.
      state.needed.push({
        kind: "column",
        oid: relation.oid,
        column: 0,
        privilege: "r",
        role,
      });
    }
  }
}
