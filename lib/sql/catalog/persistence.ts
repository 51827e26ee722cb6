/**
 * The catalog in SQLite: one row of JSON for each object.
 *
 * ```sql
 * heliosdb_catalog   (oid INTEGER PRIMARY KEY, kind TEXT, body TEXT)
 * heliosdb_sequences (oid INTEGER PRIMARY KEY, last_value INTEGER, is_called INTEGER)
 * ```
 *
 * Row 0 holds the format's version and the next free oid. Built-in types and the relations of
 * `pg_catalog` are part of the program and not stored.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { Catalog } from "./catalog.ts";
import { readJson, writeJson } from "./catalog_json.ts";
import {
  type BuiltIn,
  emptyCatalog,
  initialCatalog,
} from "./initial_catalog.ts";
import {
  asMemoryCatalog,
  changesBetween,
  MemoryCatalog,
} from "./memory_catalog.ts";
import {
  type CatalogObject,
  type ObjectKind,
  type ObjectKinds,
  objectKinds,
} from "./objects.ts";

/** Version of the form of the rows; a program refuses one that it does not know. */
export const catalogFormat = 1;

/** Runs a statement of ours. */
export type Run = (
  sql: string,
  params?: readonly Datum[],
) =>
  | readonly (readonly Datum[])[]
  | Promise<readonly (readonly Datum[])[]>;

/** What runs statements of DDL. */
export interface DdlTarget {
  /** Runs one SQLite statement of ours. */
  run(
    sql: string,
    params?: readonly Datum[],
  ): Promise<readonly (readonly Datum[])[]>;
}

const tables: readonly string[] = [
  "CREATE TABLE IF NOT EXISTS heliosdb_catalog " +
  "(oid INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS heliosdb_sequences " +
  "(oid INTEGER PRIMARY KEY, last_value INTEGER NOT NULL, is_called INTEGER NOT NULL)",
];

const upsert =
  "INSERT INTO heliosdb_catalog (oid, kind, body) VALUES ($1, $2, $3) " +
  "ON CONFLICT (oid) DO UPDATE SET kind = excluded.kind, body = excluded.body";

interface Head {
  readonly format: number;
  readonly nextOid: number;
}

/**
 * Makes the tables and the first catalog in them. Call it in a transaction.
 *
 * @param run Runs SQLite statements.
 * @param builtIn Built-in types and relations.
 * @returns The catalog of a new database.
 */
export async function createCatalog(
  run: Run,
  builtIn: BuiltIn = {},
): Promise<MemoryCatalog> {
  for (const table of tables) await run(table);
  const catalog = initialCatalog(builtIn);
  await saveChanges(emptyCatalog(builtIn), catalog, {
    run: async (sql, params) => await run(sql, params),
  });
  await writeHead(run, catalog);
  return catalog;
}

/**
 * Reads the catalog.
 *
 * @param run Runs SQLite statements.
 * @param builtIn Built-in types and relations.
 * @returns The catalog; `undefined` when the database has none yet.
 * @throws {Error} When a newer program wrote it.
 */
export async function loadCatalog(
  run: Run,
  builtIn: BuiltIn = {},
): Promise<MemoryCatalog | undefined> {
  const [found] = await run(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'heliosdb_catalog'",
  );
  if (found === undefined) return undefined;
  const maps = Object.fromEntries(
    objectKinds.map((kind) => [kind, new Map()]),
  ) as { [Kind in ObjectKind]: Map<number, ObjectKinds[Kind]> };
  let head: Head | undefined;
  for (
    const [oid, kind, body] of await run(
      "SELECT oid, kind, body FROM heliosdb_catalog ORDER BY oid",
    )
  ) {
    const object = readJson(String(body));
    if (oid === 0) {
      head = object as Head;
      continue;
    }
    const map = maps[kind as ObjectKind] as
      | Map<number, CatalogObject["body"]>
      | undefined;
    map?.set(Number(oid), object as CatalogObject["body"]);
  }
  if (head === undefined) return undefined;
  if (head.format > catalogFormat) {
    throw new Error(
      `Cannot read the catalog: its format ${head.format} is newer than ${catalogFormat}, use a newer version of the program`,
    );
  }
  return new MemoryCatalog(emptyCatalog(builtIn).fixed, maps, head.nextOid);
}

/**
 * Writes what a statement changed. Call it in the statement's transaction.
 *
 * @param before Catalog before.
 * @param after Catalog after.
 * @param target Runs SQLite statements.
 */
export async function saveChanges(
  before: Catalog,
  after: Catalog,
  target: DdlTarget,
): Promise<void> {
  const old = asMemoryCatalog(before);
  const now = asMemoryCatalog(after);
  for (const { kind, oid, after: body } of changesBetween(old, now)) {
    if (body === undefined) {
      await target.run("DELETE FROM heliosdb_catalog WHERE oid = $1", [oid]);
    } else {
      await target.run(upsert, [oid, kind, writeJson(body)]);
    }
  }
  if (old.nextOid !== now.nextOid) {
    await writeHead((sql, params) => target.run(sql, params), now);
  }
}

async function writeHead(run: Run, catalog: MemoryCatalog): Promise<void> {
  const head: Head = { format: catalogFormat, nextOid: catalog.nextOid };
  await run(upsert, [0, "head", writeJson(head)]);
}
