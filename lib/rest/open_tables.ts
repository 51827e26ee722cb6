/**
 * Which tables and views `anon`, that is everybody, can reach without row security.
 *
 * A grant alone is how the API works; row security is what keeps rows apart. A view reads with the
 * rights of its owner and so past the row security of its tables, unless it says `security_invoker`; a
 * materialized view has none at all.
 *
 * @module
 */

import type { Log } from "../base/log.ts";
import type { Queryable } from "../engine/engine.ts";
import { arrayText } from "./sql/text.ts";

/** A table or view whose rows are open to everybody. */
export interface OpenTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "view" | "materialized view";
  /** Whether `anon` may read its rows. */
  readonly read: boolean;
  /** Whether `anon` may add, change or remove rows. */
  readonly write: boolean;
}

const kinds: Readonly<Record<string, OpenTable["kind"]>> = {
  r: "table",
  p: "table",
  v: "view",
  m: "materialized view",
};

const query = `
  SELECT n.nspname, c.relname, c.relkind, c.reloptions::text,
    has_any_column_privilege('anon', c.oid, 'SELECT'),
    has_any_column_privilege('anon', c.oid, 'INSERT, UPDATE')
      OR has_table_privilege('anon', c.oid, 'DELETE')
  FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relrowsecurity
    AND n.nspname = ANY ($1::text[])
    AND has_schema_privilege('anon', n.oid, 'USAGE')
  ORDER BY n.nspname, c.relname`;

const invoker = /[{,]"?security_invoker=(?:true|on|yes|1)[",}]/i;

/**
 * @param db The database, as somebody who sees all of its catalog.
 * @param schemas Schemas that are served.
 * @returns The tables and views, by schema and name.
 */
export async function openTables(
  db: Queryable,
  schemas: readonly string[],
): Promise<OpenTable[]> {
  const { rows } = await db.query(query, [arrayText(schemas)]);
  return rows.flatMap(([schema, name, kind, options, read, write]) => {
    if (!read && !write) return [];
    if (kind === "v" && invoker.test(String(options ?? ""))) return [];
    return [{
      schema: schema as string,
      name: name as string,
      kind: kinds[kind as string] ?? "table",
      read: read === true,
      write: write === true,
    }];
  });
}

/**
 * Writes a warning for each open table, once for each in the life of the program.
 *
 * @param deps The database, the schemas that are served, the log.
 * @returns To be called at the start and whenever definitions have changed.
 */
export function openTableWarnings(
  { db, schemas, log }: {
    db: Queryable;
    schemas: readonly string[];
    log: Log;
  },
): () => Promise<void> {
  const told = new Set<string>();
  return async () => {
    for (const table of await openTables(db, schemas)) {
      const { schema, name, kind, read, write } = table;
      const key = JSON.stringify([schema, name]);
      if (told.has(key)) continue;
      told.add(key);
      log.warn("rest.table_open", {
        table: `${schema}.${name}`,
        kind,
        read,
        write,
      });
    }
  };
}
