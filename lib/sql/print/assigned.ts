/**
 * Prints what SET assigns, where somebody wants to know whether that changes a row: MySQL counts the rows
 * that it does change, and `ON UPDATE CURRENT_TIMESTAMP` notes the time of those alone.
 *
 * The row that stays the same is the rare one, so it is that which is noted, by a function that a changed
 * row does not call. A value that takes work is worked out once, and compared and assigned from there.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Assignment, Expr } from "../tree.ts";
import { barrier } from "./from.ts";
import { isCheap } from "./volatile.ts";

/** How assignments are printed. */
export interface Assigning {
  readonly relation: Relation;
  /** Prints a column of the row as it is. */
  readonly old: (column: number) => string;
  /** Prints a new value; `at` is its place in the list. */
  readonly value: (expr: Expr, at: number) => string;
  /** Whether the values were worked out before. */
  readonly known?: boolean | undefined;
  /** Stands around the first value, for checks of the new row. */
  readonly checked?: ((value: string) => string) | undefined;
  /** Prints a value for a row that stays the same, so that it is noted. */
  readonly same?: ((value: string) => string) | undefined;
  /** The same for a row that changes. */
  readonly changed?: ((value: string) => string) | undefined;
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
 * Prints the condition that a row stays the same.
 *
 * @param set Assignments.
 * @param how How.
 */
export function printSame(
  set: readonly Assignment[],
  { relation, old, value }: Assigning,
): string {
  const own = isOwn(relation);
  const parts = set.flatMap((each, at) =>
    own(each)
      // As they are kept: a letter in another case is another letter.
      ? [`${old(each.column)} COLLATE BINARY IS (${value(each.value, at)})`]
      : []
  );
  return parts.length === 0 ? "1" : parts.join(" AND ");
}

/** The new value of each. */
function printValues(
  set: readonly Assignment[],
  how: Assigning,
): string[] {
  const { relation, old, value, same, changed } = how;
  const stays = printSame(set, how);
  const own = isOwn(relation);
  const follows = asksForChange(set);
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

/**
 * @param set Assignments.
 * @param how How.
 * @returns What stands after SET.
 */
export function printAssigned(
  set: readonly Assignment[],
  how: Assigning,
): string {
  const { relation, value, known = false, same } = how;
  const { checked = (text) => text } = how;
  const names = set.map(({ column }) =>
    quoteName(relation.columns[column]?.storage ?? "")
  );
  const pairs = (values: readonly string[]) =>
    values.map((text, at) =>
      `${names[at]} = ${at === 0 ? checked(text) : text}`
    ).join(", ");
  if (same === undefined && !asksForChange(set)) {
    return pairs(set.map((each, at) => value(each.value, at)));
  }
  const own = isOwn(relation);
  if (known || set.every((each) => !own(each) || isCheap(each.value))) {
    return pairs(printValues(set, how));
  }
  const worked = set.map((each, at) => `${value(each.value, at)} AS v${at}`);
  const values = printValues(set, { ...how, value: (_, at) => `v${at}` });
  const list = values.map((text, at) => at === 0 ? checked(text) : text);
  return `(${names.join(", ")}) = (SELECT ${list.join(", ")} FROM (SELECT ${
    worked.join(", ")
  } ${barrier}))`;
}
