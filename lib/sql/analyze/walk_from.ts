/**
 * Goes through FROM and WITH. What range entries and items of WITH hold is replaced in place.
 *
 * @module
 */

import type { Cte, FromItem, RangeEntry } from "../tree.ts";
import { type ExprMap, mapList, mapQuery, withChanges } from "./walk.ts";
import { mapStatement } from "./walk_statement.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Maps what an entry holds, in place.
 *
 * @param entry An entry.
 * @param map What becomes of each expression.
 */
export function mapEntry(entry: RangeEntry, map: ExprMap): void {
  const { source } = entry;
  const mutable = entry as Mutable<RangeEntry>;
  switch (source.kind) {
    case "query":
      mutable.source = withChanges(source, {
        query: mapQuery(source.query, map),
      });
      break;
    case "values":
      mutable.source = withChanges(source, {
        rows: mapList(source.rows, (row) => mapList(row, map)),
      });
      break;
    case "function":
      mutable.source = withChanges(source, {
        calls: mapList(source.calls, (call) => map(call) as typeof call),
      });
      break;
    case "table":
    case "cte":
      break;
  }
  if (entry.security !== undefined) {
    mutable.security = mapList(entry.security, map);
  }
}

/**
 * @param items FROM.
 * @param map What becomes of each expression.
 * @returns The items.
 */
export function mapFrom(
  items: readonly FromItem[],
  map: ExprMap,
): readonly FromItem[] {
  return mapList(items, (item) => mapFromItem(item, map));
}

/**
 * @param item An item of FROM.
 * @param map What becomes of each expression.
 * @returns The item.
 */
export function mapFromItem(item: FromItem, map: ExprMap): FromItem {
  if (item.kind === "entry") {
    mapEntry(item.entry, map);
    return item;
  }
  return withChanges(item, {
    left: mapFromItem(item.left, map),
    right: mapFromItem(item.right, map),
    ...(item.on === undefined ? {} : { on: map(item.on) }),
  });
}

/**
 * Maps the items of a WITH, in place.
 *
 * @param ctes The items.
 * @param map What becomes of each expression.
 */
export function mapCtes(ctes: readonly Cte[], map: ExprMap): void {
  for (const cte of ctes) cte.query = mapStatement(cte.query, map);
}
