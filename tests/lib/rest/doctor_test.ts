import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Session } from "../../../lib/engine/engine.ts";
import type { LogValue } from "../../../lib/base/log.ts";
import { examine, type Finding } from "../../../lib/rest/doctor.ts";
import {
  openTables,
  openTableWarnings,
} from "../../../lib/rest/open_tables.ts";
import { testEngine } from "../engine/session/support.ts";

/** A database with these statements in it, and a session that sees all of its catalog. */
async function database(
  ...statements: string[]
): Promise<AsyncDisposable & { db: Session }> {
  const stage = await testEngine();
  // With claims, though none: a person, whose tables get the default grants.
  const person = stage.engine.session({ role: "postgres", claims: {} });
  for (const statement of statements) await person.query(statement);
  return {
    db: stage.engine.session({ role: "postgres" }),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

const secret = { schemas: ["public"], secretIsKnown: false };

const brief = (findings: readonly Finding[]) =>
  findings.map(({ code, severity, object }) => `${severity} ${code} ${object}`);

Deno.test("openTables() tells what anon may do with each table without row security", async () => {
  await using place = await database(
    "CREATE TABLE open (id int)",
    "CREATE TABLE readable (id int)",
    "REVOKE INSERT, UPDATE, DELETE ON readable FROM anon",
    "CREATE TABLE one_column (id int, secret text)",
    "REVOKE ALL ON one_column FROM anon",
    "GRANT UPDATE (secret) ON one_column TO anon",
    "CREATE TABLE secured (id int)",
    "ALTER TABLE secured ENABLE ROW LEVEL SECURITY",
    "CREATE TABLE revoked (id int)",
    "REVOKE ALL ON revoked FROM anon",
    `CREATE VIEW "Owner's view" AS SELECT * FROM secured`,
    "CREATE VIEW invoker WITH (security_invoker = on) AS SELECT * FROM secured",
    "CREATE SCHEMA hidden",
    "CREATE TABLE hidden.t (id int)",
    "GRANT ALL ON hidden.t TO anon",
  );

  deepEqual(await openTables(place.db, ["public"]), [
    {
      schema: "public",
      name: "Owner's view",
      kind: "view",
      read: true,
      write: true,
    },
    {
      schema: "public",
      name: "one_column",
      kind: "table",
      read: false,
      write: true,
    },
    { schema: "public", name: "open", kind: "table", read: true, write: true },
    {
      schema: "public",
      name: "readable",
      kind: "table",
      read: true,
      write: false,
    },
  ]);
  deepEqual(
    await openTables(place.db, ["hidden"]),
    [],
    "no USAGE of the schema",
  );
  deepEqual(await openTables(place.db, []), []);
});

Deno.test("openTableWarnings() warns once for each table", async () => {
  await using place = await database("CREATE TABLE a (id int)");
  const lines: string[] = [];
  const tell = (event: string, fields?: Record<string, LogValue>) =>
    lines.push(`${event} ${fields?.["table"]}`);
  const log = { debug: tell, info: tell, warn: tell, error: tell };
  const person = place.db;
  const check = openTableWarnings({ db: place.db, schemas: ["public"], log });

  await check();
  await check();
  await person.query("CREATE TABLE b (id int)");
  await person.query("GRANT SELECT ON b TO anon");
  await check();

  deepEqual(lines, ["rest.table_open public.a", "rest.table_open public.b"]);
});

Deno.test("examine() finds nothing when all is well", async () => {
  await using place = await database(
    "CREATE TABLE parent (id int PRIMARY KEY)",
    "CREATE TABLE child (a int, b int REFERENCES parent, PRIMARY KEY (b, a))",
    "ALTER TABLE parent ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE child ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY p ON parent USING (true)",
    "CREATE POLICY p ON child USING (true)",
  );

  deepEqual(await examine(place.db, secret), []);
});

Deno.test("examine() finds what is open, asleep, invisible and slow, warnings first", async () => {
  await using place = await database(
    'CREATE TABLE "Big Parent" (x int, y int, PRIMARY KEY (x, y))',
    `CREATE TABLE child (id int PRIMARY KEY, x int, "Y" int,
       FOREIGN KEY (x, "Y") REFERENCES "Big Parent")`,
    "CREATE INDEX ON child (id, x)",
    `CREATE INDEX ON child (x, "Y") WHERE id > 0`,
    'ALTER TABLE "Big Parent" ENABLE ROW LEVEL SECURITY',
    "CREATE POLICY p ON child USING (true)",
    'CREATE VIEW v AS SELECT * FROM "Big Parent"',
  );

  const findings = await examine(place.db, {
    schemas: ["public"],
    secretIsKnown: true,
  });

  deepEqual(brief(findings), [
    "warning secret_known JWT_SECRET",
    "warning table_open public.child",
    "warning view_open public.v",
    "warning policies_asleep public.child",
    "notice no_policy public.Big Parent",
    "notice foreign_key_without_index public.child",
  ]);
  equal(
    findings.at(-1)?.advice,
    'CREATE INDEX ON public.child (x, "Y")',
  );
  match(findings[4]?.advice ?? "", /ON public\."Big Parent"/);
});

Deno.test("examine() gives advice that mends what it found", async () => {
  await using place = await database(
    "CREATE TABLE t (id int PRIMARY KEY, t int REFERENCES t)",
    "CREATE VIEW v AS SELECT * FROM t",
  );
  const before = await examine(place.db, secret);
  equal(before.length, 3);
  const statements = before.map(({ advice }) =>
    /^((?:ALTER|CREATE INDEX)[^,;]*)/.exec(advice)?.[1] ?? advice
  );

  for (const statement of statements) await place.db.query(statement);

  deepEqual(brief(await examine(place.db, secret)), [
    "notice no_policy public.t",
  ]);
  ok(statements.length === 3);
});
