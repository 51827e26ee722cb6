/**
 * Brings the schema up to date. Each step runs in one transaction with the row that records it.
 *
 * @module
 */

import { type Clock, timestamp } from "../../base/clock.ts";
import { EngineError, type Migration, type Session } from "../engine.ts";

const createHistory = `CREATE TABLE IF NOT EXISTS _heliosdb_migrations (
  name text NOT NULL PRIMARY KEY,
  applied_at timestamptz NOT NULL
)`;

/**
 * Runs the steps that have not run yet.
 *
 * @param session A session that may change the schema.
 * @param migrations Steps of one owner (the part before the `/`), oldest first.
 * @param clock Source of the time.
 * @throws {EngineError} When a step fails, or when the database has seen a later version.
 */
export async function migrate(
  session: Session,
  migrations: readonly Migration[],
  clock: Clock,
): Promise<void> {
  await session.query(createHistory);
  const { rows } = await session.query("SELECT name FROM _heliosdb_migrations");
  const applied = new Set(rows.map(([name]) => String(name)));
  checkKnown(applied, migrations);

  for (const { name, statements } of migrations) {
    if (applied.has(name)) continue;
    await session.transaction(async (tx) => {
      for (const statement of statements) await tx.query(statement);
      await tx.query(
        "INSERT INTO _heliosdb_migrations (name, applied_at) VALUES ($1, $2)",
        [name, timestamp(clock.now())],
      );
    });
  }
}

/** Refuses a schema that a later version of this program has changed. */
function checkKnown(
  applied: ReadonlySet<string>,
  migrations: readonly Migration[],
): void {
  const known = new Set(migrations.map(({ name }) => name));
  const owners = new Set(migrations.map(({ name }) => owner(name)));
  for (const name of applied) {
    if (owners.has(owner(name)) && !known.has(name)) {
      throw new EngineError(
        "0A000",
        `Cannot open the database: a later heliosdb-nano changed it (${name}), use that version`,
      );
    }
  }
}

function owner(name: string): string {
  return name.slice(0, name.indexOf("/"));
}
