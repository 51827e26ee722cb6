/**
 * Brings the schema up to date: each step is PostgreSQL's DDL, run by the program itself in one
 * transaction with the row that records it.
 *
 * Releases before PostgreSQL's SQL made the auth server's tables in SQLite's own words. Such tables are
 * found when their step is on record but the catalog does not know them: the step is run again, and
 * their rows are moved.
 *
 * @module
 */

import { type Clock, timestamp } from "../../base/clock.ts";
import type { Datum } from "../../sql/datum.ts";
import { parse } from "../../sql/parse.ts";
import { EngineError, type Migration, type SqlValue } from "../engine.ts";
import type { Lease } from "../sqlite/plan_runner.ts";
import { isNew, runPrepared } from "./prepared_step.ts";
import { runDdlStatement } from "./utility/ddl.ts";
import type { SessionCore } from "./session_core.ts";
import { isQuery } from "../../sql/compile.ts";
import { runQuery } from "./service_session.ts";

const findHistory =
  "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_heliosdb_migrations'";
const createHistory =
  "CREATE TABLE _heliosdb_migrations (name TEXT NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL)";

/** Prefix of tables of an earlier release while their rows are moved. */
const legacyPrefix = "heliosdb_legacy";

/**
 * @param core A session of the program itself.
 * @param migrations Steps of one owner, oldest first.
 * @param clock Source of the time.
 * @throws {EngineError} When a step fails, or when the database has seen a later version.
 */
export async function migrate(
  core: SessionCore,
  migrations: readonly Migration[],
  clock: Clock,
): Promise<void> {
  await inTransaction(core, async (lease) => {
    // A start that finds everything in place writes nothing.
    const [history] = await lease.run(findHistory);
    if (history === undefined) await lease.run(createHistory);
    const rows = await lease.run("SELECT name FROM _heliosdb_migrations");
    const applied = new Set(rows.map(([name]) => String(name)));
    checkKnown(applied, migrations);
    await dropTemporarySchemas(core, lease);
    const legacy = await legacyTables(lease, core);
    if (legacy.length > 0) {
      await convert(core, lease, { legacy, migrations, applied });
    }
    for (const { name, statements, prepared } of migrations) {
      if (applied.has(name)) continue;
      if (prepared !== undefined && isNew(lease.catalog)) {
        await runPrepared(prepared, lease);
      } else {
        await runStatements(core, lease, statements);
      }
      await lease.run(
        "INSERT INTO _heliosdb_migrations (name, applied_at) VALUES ($1, $2)",
        [name, timestamp(clock.now())],
      );
    }
  });
}

/** Temporary tables of sessions that a crash ended. */
async function dropTemporarySchemas(
  core: SessionCore,
  lease: Lease,
): Promise<void> {
  const left = [...lease.catalog.schemas()].filter(({ name }) =>
    /^pg_temp_\d+$/.test(name)
  );
  await runStatements(
    core,
    lease,
    left.map(({ name }) => `DROP SCHEMA ${name} CASCADE`),
  );
}

async function inTransaction(
  core: SessionCore,
  body: (lease: Lease) => Promise<void>,
): Promise<void> {
  core.transaction.beginExplicit();
  try {
    await body(await core.transaction.acquire());
    await core.transaction.commit();
  } catch (error) {
    await core.transaction.rollback();
    throw error;
  }
}

async function runStatements(
  core: SessionCore,
  lease: Lease,
  statements: readonly string[],
): Promise<void> {
  for (const text of statements) {
    for (const { node } of parse(text)) {
      if (isQuery(node)) await runQuery(core, text, [], {});
      else {
        await runDdlStatement(core, lease, { node, text, params: [] });
      }
    }
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

/** @returns Tables of SQLite that the catalog does not know. */
async function legacyTables(
  lease: Lease,
  { catalog }: SessionCore,
): Promise<string[]> {
  const known = new Set([...catalog.relations()].map(({ storage }) => storage));
  const rows = await lease.run(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB '_auth_*'",
  );
  return rows.map(([name]) => String(name)).filter((name) => !known.has(name));
}

/** What is to be moved. */
interface Conversion {
  readonly legacy: readonly string[];
  readonly migrations: readonly Migration[];
  readonly applied: ReadonlySet<string>;
}

async function convert(
  core: SessionCore,
  lease: Lease,
  { legacy, migrations, applied }: Conversion,
): Promise<void> {
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
  for (const name of legacy) {
    const indexes = await lease.run(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL",
      [name],
    );
    for (const [index] of indexes) {
      await lease.run(`DROP INDEX ${quote(String(index))}`);
    }
    await lease.run(
      `ALTER TABLE ${quote(name)} RENAME TO ${quote(legacyPrefix + name)}`,
    );
  }
  for (const { name, statements } of migrations) {
    if (applied.has(name)) await runStatements(core, lease, statements);
  }
  for (const name of inOrder(core, legacy)) {
    await moveRows(core, lease, name);
  }
  for (const name of [...inOrder(core, legacy)].reverse()) {
    await lease.run(`DROP TABLE ${quote(legacyPrefix + name)}`);
  }
}

/** Tables before those that refer to them. */
function inOrder({ catalog }: SessionCore, names: readonly string[]): string[] {
  const relations = new Map(
    [...catalog.relations()].map((relation) => [relation.name, relation]),
  );
  const ordered: string[] = [];
  const visit = (name: string) => {
    if (ordered.includes(name) || !names.includes(name)) return;
    for (const { foreign } of relations.get(name)?.constraints ?? []) {
      const target = foreign && catalog.relation(foreign.table)?.name;
      if (target !== undefined && target !== name) visit(target);
    }
    ordered.push(name);
  };
  for (const name of names) visit(name);
  return ordered;
}

/** Rows read at a time. */
const chunk = 500;

async function moveRows(
  core: SessionCore,
  lease: Lease,
  name: string,
): Promise<void> {
  const schema = core.catalog.schemaNamed("auth")?.oid ?? 0;
  const relation = core.catalog.relationNamed(schema, name);
  if (relation === undefined) {
    throw new EngineError(
      "XX000",
      `Cannot convert the database: nothing takes the rows of table ${name}`,
    );
  }
  const old = await lease.run(
    "SELECT name FROM pragma_table_info($1)",
    [legacyPrefix + name],
  );
  const present = new Set(old.map(([column]) => String(column)));
  const columns = relation.columns.map(({ name }) => name)
    .filter((column) => present.has(column));
  const list = columns.map((column) => `"${column}"`).join(", ");
  const values = columns.map((_, i) => `$${i + 1}`).join(", ");
  const insert = `INSERT INTO auth."${name}" (${list}) VALUES (${values})`;
  let last: Datum = -1;
  for (;;) {
    const rows = await lease.run(
      `SELECT rowid, ${list} FROM "${legacyPrefix}${name}" WHERE rowid > $1 ORDER BY rowid LIMIT ${chunk}`,
      [last],
    );
    for (const [rowid, ...row] of rows) {
      last = rowid as Datum;
      const given = row.map((value, i) => {
        const column = relation.columns.find((each) =>
          each.name === columns[i]
        );
        const isBool = core.catalog.type(column?.type ?? 0)?.name === "bool";
        return isBool && typeof value === "number" ? value !== 0 : value;
      });
      await runQuery(core, insert, given as SqlValue[], {});
    }
    if (rows.length < chunk) return;
  }
}
