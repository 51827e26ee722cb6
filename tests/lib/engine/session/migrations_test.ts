import { deepEqual, equal, rejects } from "node:assert/strict";
import { authMigrations } from "../../../../lib/auth/schema.ts";
import { systemClock } from "../../../../lib/base/clock.ts";
import { silentLog } from "../../../../lib/base/log.ts";
import { EngineError, type Migration } from "../../../../lib/engine/engine.ts";
import { openEngine } from "../../../../lib/engine/session/open_engine.ts";
import { openSqliteEngine } from "../../../../lib/engine/sqlite/engine.ts";
import { cacheFolder } from "../../../../lib/sqlite/library_file.ts";
import { testEngine } from "./support.ts";

const cacheDir = cacheFolder((name) => Deno.env.get(name));
const id = "0198a0de-7e4c-7d51-9a3f-3f6c8a1b2c3d";
const moment = "2026-04-26T10:00:00.123Z";

/** Two of the auth server's tables as the release before PostgreSQL's SQL made them. */
const legacyTables = [
  `CREATE TABLE _auth_users (
    id uuid NOT NULL PRIMARY KEY, email text, encrypted_password text NOT NULL DEFAULT '',
    role text NOT NULL DEFAULT 'authenticated', created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL, last_sign_in_at timestamptz, email_confirmed_at timestamptz,
    banned_until timestamptz, app_metadata jsonb NOT NULL DEFAULT '{}',
    user_metadata jsonb NOT NULL DEFAULT '{}', is_anonymous boolean NOT NULL DEFAULT false, email_key text)`,
  "CREATE UNIQUE INDEX _auth_users_email_key ON _auth_users (email_key)",
  `CREATE TABLE _auth_sessions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES _auth_users (id) ON DELETE CASCADE, method text NOT NULL,
    created_at timestamptz NOT NULL, refreshed_at timestamptz NOT NULL,
    refresh_count integer NOT NULL DEFAULT 0, not_after timestamptz NOT NULL, ended_at timestamptz,
    end_reason text, access_ended_at timestamptz, ip text, user_agent text)`,
  "CREATE TABLE _heliosdb_migrations (name text NOT NULL PRIMARY KEY, applied_at timestamptz NOT NULL)",
];

async function writeLegacy(path: string): Promise<void> {
  const old = await openSqliteEngine({
    place: { kind: "directory", path },
    cacheDir,
    clock: systemClock,
    log: silentLog,
  });
  const session = old.session({ role: "postgres" });
  for (const statement of legacyTables) await session.query(statement);
  await session.query(
    `INSERT INTO _auth_users (id, email, email_key, encrypted_password, created_at, updated_at,
       last_sign_in_at, app_metadata, is_anonymous)
     VALUES ($1, 'a@example.com', 'a@example.com', 'hash', $2, $2, $2, '{"b":1,"a":[2]}', false)`,
    [id, moment],
  );
  await session.query(
    `INSERT INTO _auth_sessions (id, user_id, method, created_at, refreshed_at, refresh_count, not_after)
     VALUES ($1, $1, 'password', $2, $2, 3, $2)`,
    [id, moment],
  );
  await session.query(
    "INSERT INTO _heliosdb_migrations VALUES ('auth/001-first-tables', $1)",
    [moment],
  );
  await old.close();
}

Deno.test("Engine.migrate() moves the tables of the release before PostgreSQL's SQL, once", async () => {
  const path = await Deno.makeTempDir();
  try {
    await writeLegacy(`${path}/data`);
    for (let start = 0; start < 2; start++) {
      const engine = await openEngine({
        place: { kind: "directory", path: `${path}/data` },
        cacheDir,
        clock: systemClock,
        log: silentLog,
      });
      try {
        await engine.migrate(authMigrations);
        const session = engine.session({ role: "postgres" });
        const { rows } = await session.query(
          `SELECT u.id, u.email, u.created_at, u.app_metadata, u.is_anonymous, s.refresh_count,
             pg_typeof(u.created_at)::text
           FROM _auth_users u JOIN _auth_sessions s ON s.user_id = u.id`,
        );
        deepEqual(rows, [[
          id,
          "a@example.com",
          moment,
          '{"a": [2], "b": 1}',
          false,
          3,
          "timestamp with time zone",
        ]]);
        // What referred to a row refers to it still.
        await rejects(
          session.query(
            `INSERT INTO _auth_sessions (id, user_id, method, created_at, refreshed_at, not_after)
             VALUES (gen_random_uuid(), gen_random_uuid(), 'x', now(), now(), now())`,
          ),
          (error) => error instanceof EngineError && error.sqlState === "23503",
        );
      } finally {
        await engine.close();
      }
    }
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

Deno.test("Engine.migrate() runs each step once and wholly", async () => {
  await using engine = await testEngine();
  const { engine: db } = engine;
  const first = {
    name: "a/1",
    statements: [
      "CREATE TABLE auth.a (x int)",
      "INSERT INTO auth.a VALUES (1)",
    ],
  };
  const bad = {
    name: "a/2",
    statements: [
      "INSERT INTO auth.a VALUES (2)",
      "INSERT INTO auth.nosuch VALUES (1)",
    ],
  };
  await db.migrate([first]);
  await db.migrate([first]);
  const count = async () =>
    (await db.session({ role: "postgres" }).query(
      "SELECT count(*) FROM auth.a",
    ))
      .rows[0]?.[0];
  equal(await count(), 1);
  await rejects(
    db.migrate([first, bad]),
    (error) => error instanceof EngineError && error.sqlState === "42P01",
  );
  equal(await count(), 1);
  await db.migrate([{ name: "b/1", statements: [] }]);
  await db.migrate([first, { name: "a/2", statements: [] }]);
  await rejects(
    db.migrate([first]),
    (error) =>
      error instanceof EngineError && error.sqlState === "0A000" &&
      /later heliosdb-nano changed it \(a\/2\)/.test(error.message),
  );
});

Deno.test("openEngine() names the directory of a damaged file that was closed in order", async () => {
  const parent = await Deno.makeTempDir();
  try {
    const path = `${parent}/data`;
    const open = () =>
      openEngine({
        place: { kind: "directory", path },
        cacheDir,
        clock: systemClock,
        log: silentLog,
      });
    const engine = await open();
    await engine.migrate(authMigrations);
    await engine.close();
    const file = await Deno.open(`${path}/heliosdb.db`, { write: true });
    const { size } = await file.stat();
    for (let at = 4096; at < size; at += 4096) {
      await file.seek(at, Deno.SeekMode.Start);
      await file.write(new Uint8Array(4096).fill(0xaa));
    }
    file.close();
    await rejects(
      open(),
      new Error(
        `Cannot open data directory "${path}": its file is damaged, restore it from a backup`,
      ),
    );
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
});

Deno.test("Engine.migrate() makes the same catalog from a prepared step as from its statements", async () => {
  const [step] = authMigrations;
  if (step === undefined) throw new Error("no first step");
  const tables = async (migrations: readonly Migration[]) => {
    await using test = await testEngine();
    const { engine } = test;
    await engine.migrate(migrations);
    // A table made afterwards shows which oid is the next.
    const session = engine.session({ role: "postgres" });
    await session.query("CREATE TABLE after (id int)");
    const { rows } = await session.query(
      `SELECT c.oid::int, c.relname, c.relkind::text, c.relacl::text, pg_get_indexdef(c.oid),
         (SELECT string_agg(pg_get_constraintdef(o.oid), ';' ORDER BY o.oid) FROM pg_constraint o
          WHERE o.conrelid = c.oid),
         (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = c.oid)
       FROM pg_class c WHERE c.oid >= 16384 ORDER BY c.oid`,
    );
    return rows;
  };

  const prepared = await tables([step]);

  deepEqual(
    prepared,
    await tables([{ name: step.name, statements: step.statements }]),
  );
  equal(prepared.length > 20, true);
});

Deno.test("Engine.migrate() runs the statements of a prepared step when something was made before it", async () => {
  await using test = await testEngine();
  const { engine } = test;
  const session = engine.session({ role: "postgres", searchPath: "auth" });
  await session.query("CREATE TABLE public.before (id int)");

  await engine.migrate(authMigrations);

  const { rows } = await session.query(
    "SELECT count(DISTINCT oid)::int, count(*)::int FROM pg_class WHERE oid >= 16384",
  );
  equal(rows[0]?.[0], rows[0]?.[1]);
  deepEqual((await session.query("SELECT id FROM _auth_users")).rows, []);
});

Deno.test("Engine.migrate() writes nothing when everything is in place", async () => {
  const path = await Deno.makeTempDir();
  const open = () =>
    openEngine({
      place: { kind: "directory", path: `${path}/data` },
      cacheDir,
      clock: systemClock,
      log: silentLog,
    });
  try {
    const first = await open();
    await first.migrate(authMigrations);
    equal(first.stats().syncs > 0, true);
    await first.close();

    const second = await open();
    try {
      await second.migrate(authMigrations);
      equal(second.stats().syncs, 0);
    } finally {
      await second.close();
    }
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
