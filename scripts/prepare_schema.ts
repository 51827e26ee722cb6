/**
 * Works out what the first step of the auth server's schema comes to in a new database and writes it to
 * `lib/auth/first_tables.json`, from which every new database takes it.
 *
 * ```sh
 * deno task schema   # after a change of the step, or of the way in which DDL is printed
 * ```
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { fileURLToPath } from "node:url";
import { authMigrations } from "../lib/auth/schema.ts";
import { silentLog } from "../lib/base/log.ts";
import { systemClock } from "../lib/base/clock.ts";
import type { Migration, PreparedStep } from "../lib/engine/engine.ts";
import { openEngine } from "../lib/engine/session/open_engine.ts";
import { fixedOid } from "../lib/sql/catalog/catalog.ts";
import { Database } from "../lib/sqlite/database.ts";
import { loadLibrary } from "../lib/sqlite/library.ts";
import { cacheFolder } from "../lib/sqlite/library_file.ts";
import { run } from "./run.ts";

/** The file that holds it. */
export const preparedFile = fileURLToPath(
  new URL("../lib/auth/first_tables.json", import.meta.url),
);

/** Tables of SQLite that every database has. */
const own = "'heliosdb_catalog', 'heliosdb_sequences', '_heliosdb_migrations'";

/**
 * Runs a step in a new database, statement by statement, and reads what it made.
 *
 * @param migration The step.
 * @returns What it comes to.
 */
export async function prepareStep(
  { name, statements }: Migration,
): Promise<PreparedStep> {
  const path = await Deno.makeTempDir({ prefix: "heliosdb-nano-" });
  const cacheDir = cacheFolder((name) => Deno.env.get(name));
  try {
    const engine = await openEngine({
      place: { kind: "directory", path: `${path}/data` },
      cacheDir,
      clock: systemClock,
      log: silentLog,
    });
    try {
      await engine.migrate([{ name, statements }]);
    } finally {
      await engine.close();
    }
    return await readStep(`${path}/data/heliosdb.db`, cacheDir);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

async function readStep(
  file: string,
  cacheDir: string | undefined,
): Promise<PreparedStep> {
  const library = loadLibrary({ path: undefined, cacheDir });
  const database = new Database(library, {
    file: await Deno.realPath(file),
    mode: "read",
  });
  try {
    const texts = database.run(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT IN (${own}) ORDER BY rowid`,
    );
    const objects = database.run(
      `SELECT kind, body FROM heliosdb_catalog WHERE oid >= ${fixedOid.firstUser} ORDER BY oid`,
    );
    const [head] = database.run(
      "SELECT body FROM heliosdb_catalog WHERE oid = 0",
    );
    return {
      statements: texts.map(([text]) => String(text)),
      objects: objects.map(([kind, body]) => ({
        kind: String(kind),
        body: JSON.parse(String(body)),
      })),
      nextOid: JSON.parse(String(head?.[0])).nextOid,
    };
  } finally {
    await database.close();
    library.close();
  }
}

async function main(): Promise<void> {
  const [first] = authMigrations;
  if (first === undefined) throw new Error("Cannot find the first step");
  const step = await prepareStep(first);
  await Deno.writeTextFile(preparedFile, JSON.stringify(step));
  await run([Deno.execPath(), "fmt", "--quiet", preparedFile]);
  console.log(
    `Wrote ${preparedFile}: ${step.statements.length} statements, ${step.objects.length} objects.`,
  );
}

if (import.meta.main) await main();
