/**
 * Debian's psql and pg_dump against our program, side by side with PostgreSQL.
 *
 * @module
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { answersOf } from "../support/differential.ts";
import { apiDatabase, apiRoles } from "../support/differential_run.ts";
import { startPostgresql } from "../../scripts/postgresql_server.ts";
import { startProgram } from "../support/program.ts";
import { psql } from "../support/psql.ts";

const schema = await Deno.readTextFile(
  new URL("../support/clients_schema.sql", import.meta.url),
);

/** Commands whose output must be PostgreSQL's, letter by letter. */
const commands = [
  "\\d authors",
  "\\d+ authors",
  "\\d books",
  "\\d+ books",
  "\\d cheap_books",
  "\\d+ cheap_books",
  "\\d book_counts",
  "\\d counter",
  "\\d books_title_idx",
  "\\d books_cheap_idx",
  "\\d app.settings",
  "\\dt public.*",
  "\\dt app.*",
  "\\dv public.*",
  "\\dm public.*",
  "\\ds public.*",
  "\\di public.*",
  "\\df public.*",
  "\\df add",
  "\\sf add",
  "\\sv cheap_books",
  "\\dT public.*",
  "\\dT+ mood",
  "\\dD public.*",
  "\\dp public.books",
  "\\dd public.authors",
  "\\d public.*",
  "\\dn app",
  "\\dg reader",
  "\\x \\\\ SELECT id, name, mood FROM authors ORDER BY id",
  "\\copy (SELECT id, name FROM authors ORDER BY id) TO STDOUT",
  "SELECT * FROM books ORDER BY id",
  "SELECT 1 AS a, NULL AS b, 'x' AS c \\gx",
  "SELECT title, price FROM books ORDER BY id \\crosstabview",
];

/** What a restored database must answer as the dumped one does. */
const rowsToCompare = [
  "SELECT * FROM authors ORDER BY id;",
  "SELECT * FROM books ORDER BY id;",
  "SELECT * FROM cheap_books ORDER BY id;",
  "SELECT * FROM book_counts ORDER BY author_id;",
  "SELECT * FROM app.settings ORDER BY key;",
  "SELECT add(2), add(2, 3);",
  "SELECT nextval('counter'), nextval('authors_id_seq'), nextval('books_id_seq');",
  "\\d books",
  "\\d+ cheap_books",
];

Deno.test("psql shows our tables as it shows PostgreSQL's", async (t) => {
  await using oracle = await startPostgresql();
  await using program = await startProgram();
  const theirs = `postgresql://postgres@127.0.0.1:${oracle.port}/postgres`;
  const ours = `postgresql://postgres@127.0.0.1:${program.pgPort}/postgres`;
  await answersOf(oracle, [], apiRoles);
  await answersOf(oracle, [], apiDatabase);
  // Everybody has this already, and ours does not say it again for each of them.
  await answersOf(
    oracle,
    [],
    "REVOKE USAGE ON SCHEMA public FROM anon, authenticated, service_role",
  );
  for (const address of [theirs, ours]) {
    const { stderr } = await psql(address, ["-q", "-v", "ON_ERROR_STOP=1"], {
      input: schema,
    });
    equal(stderr, "");
  }
  for (const command of commands) {
    await t.step(command, async () => {
      const input = `${command}\n`;
      const expected = await psql(theirs, [], { input });
      const actual = await psql(ours, [], { input });
      equal(actual.stderr, expected.stderr);
      equal(actual.stdout, expected.stdout);
    });
  }
  for (
    const command of [
      "\\d",
      "\\dt",
      "\\l",
      "\\du",
      "\\dn",
      "\\dx",
      "\\df",
      "\\dp",
      "\\di",
      "\\ds",
      "\\dv",
      "\\dT",
      "\\conninfo",
      "\\encoding",
      "\\z",
      "\\ddp",
      "\\dconfig work_mem",
      "\\timing",
    ]
  ) {
    await t.step(`${command} works`, async () => {
      const { stderr } = await psql(ours, [], { input: `${command}\n` });
      equal(stderr, "");
    });
  }

  await t.step(
    "pg_dump gives a schema that PostgreSQL takes, and ours takes again",
    async () => {
      const dump = await psql(ours, ["--schema=public", "--schema=app"], {
        program: "pg_dump",
      });
      equal(dump.stderr, "");
      const expected = await psql(theirs, ["--schema=public", "--schema=app"], {
        program: "pg_dump",
      });
      deepEqual(relevant(dump.stdout), relevant(expected.stdout));
      await answersOf(oracle, [], "CREATE DATABASE restored");
      const restored = theirs.replace(/postgres$/, "restored");
      await restore(restored, dump.stdout);
      await using again = await startProgram();
      const back = `postgresql://postgres@127.0.0.1:${again.pgPort}/postgres`;
      // Roles belong to no database, so no dump of one has them.
      await restore(back, `CREATE ROLE reader;\n${dump.stdout}`);
      const second = await psql(back, ["--schema=public", "--schema=app"], {
        program: "pg_dump",
      });
      deepEqual(relevant(second.stdout), relevant(dump.stdout));
      for (const query of rowsToCompare) {
        const input = `${query}\n`;
        const before = await psql(ours, ["-A"], { input });
        equal(before.stderr, "");
        for (const address of [restored, back]) {
          const after = await psql(address, ["-A"], { input });
          deepEqual([after.stderr, after.stdout], ["", before.stdout], query);
        }
      }
    },
  );

  await t.step("pg_dump --schema-only gives no rows", async () => {
    const args = ["--schema-only", "--schema=public", "--schema=app"];
    const dump = await psql(ours, args, { program: "pg_dump" });
    const expected = await psql(theirs, args, { program: "pg_dump" });
    equal(dump.stderr, "");
    deepEqual(relevant(dump.stdout), relevant(expected.stdout));
  });

  await t.step("anon sees no password and no password's verifier", async () => {
    for (
      const query of [
        "TABLE pg_authid;",
        "TABLE pg_shadow;",
        "SELECT rolpassword FROM pg_catalog.pg_authid;",
        "SELECT heliosdb_pg_authid();",
        "SELECT * FROM heliosdb_pg_authid();",
        "SELECT * FROM pg_catalog.heliosdb_pg_authid();",
      ]
    ) {
      const { stdout, stderr } = await psql(ours, ["-A"], {
        input: `SET ROLE anon;\n${query}\n`,
      });
      equal(stdout, "SET\n", query);
      match(stderr, /permission denied|does not exist/, query);
    }
  });

  await t.step(
    "pg_dump carries the auth server's tables and their rows",
    async () => {
      const answer = await fetch(`${program.base}/auth/v1/signup`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          email: "dump@example.com",
          password: "correct horse battery",
        }),
      });
      equal(answer.status, 200);
      await answer.body?.cancel();
      const dump = await psql(ours, ["--data-only", "--schema=auth"], {
        program: "pg_dump",
      });
      equal(dump.stderr, "");
      match(dump.stdout, /dump@example\.com/);
    },
  );

  await t.step("pg_dump of everything can be restored", async () => {
    const dump = await psql(ours, [], { program: "pg_dump" });
    equal(dump.stderr, "");
    await answersOf(oracle, [], "CREATE DATABASE whole");
    const whole = theirs.replace(/postgres$/, "whole");
    await restore(whole, dump.stdout);
    await using again = await startProgram();
    const back = `postgresql://postgres@127.0.0.1:${again.pgPort}/postgres`;
    // The tables of the auth server are in every database of ours, and so is schema realtime; a dump of rows
    // alone has those first that others refer to.
    const rest = await psql(
      ours,
      ["--exclude-schema=auth", "--exclude-schema=realtime"],
      { program: "pg_dump" },
    );
    await restore(back, `CREATE ROLE reader;\n${rest.stdout}`);
    const users = await psql(ours, ["--data-only", "--schema=auth"], {
      program: "pg_dump",
    });
    await restore(back, users.stdout);
    for (
      const query of [
        ...rowsToCompare,
        "SELECT id, email, role, created_at FROM auth._auth_users;",
        "SELECT count(*) FROM auth._auth_sessions;",
      ]
    ) {
      const input = `${query}\n`;
      const before = await psql(whole, ["-A"], { input });
      const after = await psql(back, ["-A"], { input });
      deepEqual(after, before, query);
    }
    const answer = await fetch(
      `${again.base}/auth/v1/token?grant_type=password`,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          email: "dump@example.com",
          password: "correct horse battery",
        }),
      },
    );
    equal(answer.status, 200);
    await answer.body?.cancel();
  });
});

/** Runs a dump; what is there already may stay. */
async function restore(address: string, dump: string): Promise<void> {
  const { stderr } = await psql(address, ["-q"], { input: dump });
  const errors = stderr.split("\n").filter((line) =>
    /ERROR|FATAL|error:/.test(line) && !/already exists/.test(line)
  );
  deepEqual(errors, []);
}

/** Without comments, versions and what belongs to the cluster. */
function relevant(dump: string): string[] {
  return dump.split("\n").filter((line) =>
    line !== "" && !line.startsWith("--") &&
    !/^(SET|SELECT pg_catalog\.set_config|\\)/.test(line)
  );
}
