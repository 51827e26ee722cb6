/**
 * Prints what SET assigns, where somebody wants to know whether that changes a row: MySQL counts the rows
 * that it does change, and `ON UPDATE CURRENT_TIMESTAMP` notes the time of those alone.
 *
 * The row that stays the same is the rare one, so it is that which is noted, by a function that a changed
 * row does not call.
 *
 * @module
 */

import { contains } from "../analyze/walk.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { Assignment, Expr } from "../tree.ts";
import { isVolatile } from "./volatile.ts";

/** How assignments are printed. */
export interface Assigning {
  readonly relation: Relation;
  /** Prints a column of the row as it is. */
  readonly old: (column: number) => string;
  /** Prints a new value; `at` is its place in the list. */
  readonly value: (expr: Expr, at: number) => string;
  /** Prints a value for a row that stays the same, so that it is noted. */
  readonly same?: ((value: string) => string) | undefined;
  /** The same for a row that changes. */
  readonly changed?: ((value: string) => string) | undefined;
}

/** Calls that give back what they are given, for their effect. */
const transparent = "set_last_insert_id";

/** A value without the calls around it that only note it. */
function bare(expr: Expr): Expr {
  if (expr.kind === "cast") {
    const arg = bare(expr.arg);
    return arg === expr.arg ? expr : { ...expr, arg };
  }
  const [first] = expr.kind === "call" ? expr.args : [];
  return expr.kind === "call" && expr.function.name === transparent &&
      first !== undefined
    ? bare(first)
    : expr;
}

/** Whether an assignment is the statement's own, and not one that follows from others. */
const isOwn = (relation: Relation) => ({ column, onChange }: Assignment) =>
  onChange !== true && relation.columns[column]?.generated === "";

/**
 * @param set Assignments.
 * @returns Whether one of them depends on whether the others change the row.
 */
export function asksForChange(set: readonly Assignment[]): boolean {
  return set.some(({ onChange }) => onChange === true);
}

/**
 * @param set Assignments.
 * @returns Whether new values may be evaluated twice: once to compare, once to assign.
 */
export function comparesCheaply(set: readonly Assignment[]): boolean {
  return !set.some(({ value }) => {
    const compared = bare(value);
    return isVolatile(compared) ||
      contains(compared, ({ kind }) => kind === "subQuery");
  });
}

/**
 * Prints the condition that a row stays the same.
 *
 * @param set Assignments.
 * @param how How.
 */
export function printSame(
  set: readonly Assignment[],
  { relation, old, value }: Assigning,
): string {
  const own = set.flatMap((each, at) =>
    isOwn(relation)(each) ? [{ ...each, at }] : []
  );
  const parts = own.map(({ column, value: expr, at }) => {
    const compared = bare(expr);
    // What is random is another value than the one that is there.
    return isVolatile(compared)
      ? "0"
      : `${old(column)} COLLATE BINARY IS (${value(compared, at)})`;
  });
  return parts.length === 0 ? "1" : parts.join(" AND ");
}

/**
 * @param set Assignments.
 * @param how How.
 * @returns The new value of each.
 */
export function printAssigned(
  set: readonly Assignment[],
  how: Assigning,
): string[] {
  const { relation, old, value, same, changed } = how;
  const follows = asksForChange(set);
  if (same === undefined && !follows) {
    return set.map((each, at) => value(each.value, at));
  }
  const stays = printSame(set, how);
  const own = isOwn(relation);
  const first = set.findIndex(own);
  return set.map((each, at) => {
    const text = value(each.value, at);
    if (at === first && same !== undefined) {
      return `CASE WHEN ${stays} THEN ${same(text)} ELSE ${
        changed === undefined ? text : changed(text)
      } END`;
    }
    return own(each) || !follows
      ? text
      : `CASE WHEN ${stays} THEN ${old(each.column)} ELSE ${text} END`;
  });
}
