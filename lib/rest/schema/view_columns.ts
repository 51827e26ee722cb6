/**
 * Which column of which table a view's column shows: what a SELECT item that is nothing but a column leaves in
 * the tree of the view's rule, as `:resorigtbl` and `:resorigcol`. A view over a view names that view, so the
 * way goes on to the table.
 *
 * @module
 */

import type { Row } from "../../engine/rows.ts";

/** A column of a table, by numbers. */
export interface BaseColumn {
  readonly relation: number;
  readonly column: number;
}

/** Views within views. */
const deepest = 100;

const ending =
  /:resno (\d+) :resname (?:\\.|[^\\ ])* :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+) :resjunk false\}$/s;

/**
 * Reads the target list of the outermost query; those of queries within it lie deeper.
 *
 * @param action `pg_rewrite.ev_action` as text.
 * @returns Origins by number of the view's column; one that shows no column is missing.
 */
export function readOrigins(action: string): Map<number, BaseColumn> {
  const found = new Map<number, BaseColumn>();
  let depth = 0;
  let start = -1;
  for (let i = 0; i < action.length; i++) {
    switch (action.charCodeAt(i)) {
      case 0x5c: // a backslash before a character that means nothing here
        i++;
        break;
      case 0x7b: // {
        if (++depth === 2 && action.startsWith("TARGETENTRY ", i + 1)) {
          start = i;
        }
        break;
      case 0x7d: // }
        if (depth-- === 2 && start !== -1) {
          add(found, action.slice(start, i + 1));
          start = -1;
        }
        break;
    }
  }
  return found;
}

function add(found: Map<number, BaseColumn>, entry: string): void {
  const match = ending.exec(entry);
  if (match === null || match[2] === "0") return;
  found.set(Number(match[1]), {
    relation: Number(match[2]),
    column: Number(match[3]),
  });
}

/**
 * @param rules Rows of `pg_rewrite`.
 * @returns For each view the columns of tables that its columns show, by number of the view's column.
 */
export function baseColumns(
  rules: readonly Row[],
): Map<number, Map<number, BaseColumn>> {
  const direct = new Map(
    rules.map((row) => [
      Number(row["ev_class"]),
      readOrigins(String(row["ev_action"])),
    ]),
  );
  const resolve = (origin: BaseColumn): BaseColumn | undefined => {
    let at: BaseColumn | undefined = origin;
    for (let depth = 0; at !== undefined && depth < deepest; depth++) {
      const view = direct.get(at.relation);
      if (view === undefined) return at;
      at = view.get(at.column);
    }
    return undefined;
  };
  return new Map(
    [...direct].map(([view, columns]) => {
      const resolved = new Map<number, BaseColumn>();
      for (const [number, origin] of columns) {
        const base = resolve(origin);
        if (base !== undefined) resolved.set(number, base);
      }
      return [view, resolved];
    }),
  );
}
