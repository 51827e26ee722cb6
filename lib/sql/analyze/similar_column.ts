/**
 * Guesses which column was meant by a name that none has.
 *
 * @module
 */

import type { Scope } from "./scope.ts";

/** Names that differ in more characters are not alike. */
const mostDifferent = 3;

interface Guess {
  readonly table: string;
  readonly column: string;
}

/**
 * @param name Name of a column that is not there.
 * @param table Table it was asked of, if one was named.
 * @param scope Where it stands.
 * @returns Hint in PostgreSQL's words, if one or two columns are close.
 */
export function similarColumnHint(
  name: string,
  table: string | undefined,
  scope: Scope,
): string | undefined {
  let best: Guess[] = [];
  let distance = mostDifferent + 1;
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    for (const { entry } of level.entries) {
      const penalty = table === undefined
        ? 0
        : editDistance(table, entry.alias, distance);
      if (penalty > distance) continue;
      for (const column of entry.columns) {
        const different = editDistance(name, column.name, distance);
        // More than half of it is another name.
        if (different > Math.floor([...name].length / 2)) continue;
        const total = different + penalty;
        const guess = { table: entry.alias, column: column.name };
        if (total < distance) {
          best = [guess];
          distance = total;
        } else if (total === distance) {
          // Three that are equally close are no help.
          best = best.length === 1 ? [...best, guess] : [];
        }
      }
    }
  }
  const [first, second] = best.map(({ table, column }) =>
    `the column "${table}.${column}"`
  );
  if (first === undefined) return undefined;
  return second === undefined
    ? `Perhaps you meant to reference ${first}.`
    : `Perhaps you meant to reference ${first} or ${second}.`;
}

/** @returns Characters to change, add and take away; more than `limit` as soon as that is sure. */
function editDistance(left: string, right: string, limit: number): number {
  const source = [...left];
  const target = [...right];
  if (Math.abs(source.length - target.length) > limit) return limit + 1;
  let row = target.map((_, index) => index + 1);
  row.unshift(0);
  for (const [i, character] of source.entries()) {
    const next = [i + 1];
    for (const [j, other] of target.entries()) {
      next.push(Math.min(
        (next[j] as number) + 1,
        (row[j + 1] as number) + 1,
        (row[j] as number) + (character === other ? 0 : 1),
      ));
    }
    if (Math.min(...next) > limit) return limit + 1;
    row = next;
  }
  return row[target.length] as number;
}
