/**
 * What PostgreSQL 15 answered to statements of DDL, statement by statement: tags, rows, notices and
 * errors. `null` stands where the answer is not compared (a time, a key that only the engine can name).
 */

import { deepEqual, equal } from "node:assert/strict";
import { changesBetween } from "../../../../lib/sql/catalog/memory_catalog.ts";
import { writeJson } from "../../../../lib/sql/catalog/catalog_json.ts";
import cases from "../../../corpora/ddl_cases.json" with { type: "json" };
import { type DdlStage, withDdl } from "./support.ts";

type Case = readonly [statement: string, answer: string | null];

/** SQLite agrees with the catalog, and so does what is on the disk. */
async function checkWhole(stage: DdlStage): Promise<void> {
  deepEqual(stage.database.run("PRAGMA foreign_key_check"), []);
  deepEqual(stage.database.run("PRAGMA integrity_check"), [["ok"]]);
  const before = stage.catalog;
  await stage.reload();
  const differing = changesBetween(before, stage.catalog).filter((change) =>
    writeJson(change.before) !== writeJson(change.after)
  );
  deepEqual(differing, []);
  equal(stage.catalog.nextOid, before.nextOid);
}

for (const [name, list] of Object.entries(cases)) {
  Deno.test(`runDdl() answers as PostgreSQL does (${name})`, () =>
    withDdl(async (stage) => {
      for (const [statement, answer] of list as unknown as Case[]) {
        const given = await stage.answer(statement);
        if (answer !== null) equal(given, answer, statement);
      }
      await checkWhole(stage);
    }));
}

Deno.test("runDdl() refuses to touch what belongs to the program", () =>
  withDdl(async (stage) => {
    stage.system = true;
    await stage.sql("CREATE TABLE auth._auth_users (id uuid PRIMARY KEY)");
    stage.system = false;
    const refused: readonly Case[] = [
      [
        "DROP TABLE auth._auth_users",
        "42501 must be owner of table _auth_users",
      ],
      [
        "ALTER TABLE _auth_users ADD COLUMN x int",
        "42501 must be owner of table _auth_users",
      ],
      [
        "CREATE INDEX ON auth._auth_users (id)",
        "42501 must be owner of table _auth_users",
      ],
      [
        "CREATE TABLE auth.x (a int)",
        "42501 permission denied for schema auth",
      ],
      ["DROP SCHEMA auth CASCADE", "42501 must be owner of schema auth"],
      ["ALTER SCHEMA auth RENAME TO x", "42501 must be owner of schema auth"],
      [
        "DROP FUNCTION auth.uid()",
        "42501 must be owner of function uid",
      ],
      [
        "CREATE TABLE pg_catalog.x (a int)",
        '42501 permission denied to create "pg_catalog.x"\n' +
        "DETAIL: System catalog modifications are currently disallowed.",
      ],
      [
        "DROP SCHEMA pg_catalog",
        "2BP01 cannot drop schema pg_catalog because it is required by the database system",
      ],
    ];
    for (const [statement, error] of refused) {
      equal(await stage.error(statement), error, statement);
    }
    await stage.sql("DROP SCHEMA public CASCADE");
    equal(stage.catalog.schemaNamed("auth")?.name, "auth");
    equal(stage.catalog.relationNamed(13100, "_auth_users")?.system, true);
  }));

Deno.test("runDdl() grants new tables of public to the roles of the API, and nothing of auth", () =>
  withDdl(async (stage) => {
    await stage.sql("CREATE TABLE t (id serial)");
    stage.system = true;
    await stage.sql("CREATE TABLE auth._auth_x (id int)");
    const relation = (schema: number, name: string) =>
      stage.catalog.relationNamed(schema, name);
    equal(relation(2200, "t")?.acl?.length, 4);
    equal(relation(2200, "t_id_seq")?.acl?.length, 4);
    equal(relation(13100, "_auth_x")?.acl, null);
  }));

Deno.test("runDdl() leaves everything as it was when a statement fails half-way", () =>
  withDdl(async (stage) => {
    await stage.sql("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)");
    const { catalog } = stage;
    equal(
      await stage.error(
        "ALTER TABLE t ADD COLUMN b int NOT NULL DEFAULT 7, ADD UNIQUE (a)",
      ),
      '23505 could not create unique index "t_a_key"\n' +
        "DETAIL: Key (a)=(1) is duplicated.\nCONSTRAINT: t_a_key\nTABLE: t",
    );
    equal(stage.catalog, catalog);
    deepEqual(await stage.sql("INSERT INTO t VALUES (2) RETURNING *"), [["2"]]);
    await checkWhole(stage);
  }));

Deno.test("runDdl() keeps names apart that SQLite would take for one", () =>
  withDdl(async (stage) => {
    await stage.sql(
      'CREATE TABLE "T" ("A" int, "a" text, "_rowid_" int); ' +
        "CREATE TABLE t (a int); CREATE SCHEMA s; CREATE TABLE s.t (b int); " +
        "INSERT INTO \"T\" VALUES (1, 'x', 3); INSERT INTO t VALUES (2); INSERT INTO s.t VALUES (3)",
    );
    deepEqual(await stage.sql('SELECT "A", "a", "_rowid_" FROM "T"'), [
      ["1", "x", "3"],
    ]);
    deepEqual(await stage.sql("SELECT a, (SELECT b FROM s.t) FROM t"), [
      ["2", "3"],
    ]);
  }));
