/**
 * Reads the keys of an index out of the text that SQLite keeps of it.
 *
 * @module
 */

import type { Index, Relation } from "../../sql/catalog/catalog.ts";
import type { Database } from "../../sqlite/database.ts";
import { quoteName } from "../../sql/sqlite_words.ts";

/** What may follow the expression of a key. */
const suffix =
  /(?:\s+COLLATE\s+(?:\w+|"(?:[^"]|"")*"))?(?:\s+(?:ASC|DESC))?(?:\s+NULLS\s+(?:FIRST|LAST))?\s*$/i;

/**
 * @param database A connection.
 * @param relation The table.
 * @param index One of its indexes.
 * @returns SQLite expressions of its keys; nothing when they cannot be told.
 */
export function indexKeys(
  database: Database,
  relation: Relation,
  index: Index,
): string[] | undefined {
  if (index.keys.every(({ column }) => column !== 0)) {
    return index.keys.map(({ column }) => {
      const found = relation.columns.find(({ number }) => number === column);
      return quoteName(found?.storage ?? "");
    });
  }
  const [row] = database.run(
    "SELECT sql FROM main.sqlite_schema WHERE type = 'index' AND name = $1",
    [index.storage],
  );
  const keys = splitKeys(String(row?.[0] ?? ""));
  return keys?.length === index.keys.length ? keys : undefined;
}

/**
 * @param sql Text of CREATE INDEX, as our printer writes it.
 * @returns Its keys without collations and directions.
 */
export function splitKeys(sql: string): string[] | undefined {
  const keys: string[] = [];
  let depth = 0;
  let start = -1;
  for (let i = 0; i < sql.length; i++) {
    const c = sql[i];
    if (c === '"' || c === "'") {
      // A doubled quotation mark opens the next piece at once.
      i = sql.indexOf(c, i + 1);
      if (i < 0) return undefined;
    } else if (c === "(") {
      if (depth++ === 0) start = i + 1;
    } else if (depth === 1 && (c === "," || c === ")")) {
      keys.push(sql.slice(start, i).replace(suffix, "").trim());
      start = i + 1;
      if (c === ")") return keys;
    } else if (c === ")") depth--;
  }
  return undefined;
}
