/**
 * Starts PostgreSQL and our program and compares corpora on them.
 *
 * Each file has a fresh database on both sides, with the three API roles.
 *
 * @module
 */

import { basename } from "node:path";
import { answersOf, compare, type Comparison } from "./differential.ts";
import { startPostgresql } from "../../scripts/postgresql_server.ts";
import { startProgram } from "./program.ts";
import { readCorpus } from "./sql_corpus.ts";

/** Roles that PostgreSQL needs to be set up as our database is. */
export const apiRoles = `
  CREATE ROLE anon NOLOGIN;
  CREATE ROLE authenticated NOLOGIN;
  CREATE ROLE service_role NOLOGIN BYPASSRLS;`;
/** What a database of PostgreSQL needs beside them. */
export const apiDatabase = `
  GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
  CREATE SCHEMA auth;
  GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
  CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT nullif(coalesce(current_setting('request.jwt.claim.sub', true), current_setting('request.jwt.claims', true)::jsonb ->> 'sub'), '')::uuid $$;
  CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('request.jwt.claim.role', true), current_setting('request.jwt.claims', true)::jsonb ->> 'role')::text $$;
  CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('request.jwt.claim.email', true), current_setting('request.jwt.claims', true)::jsonb ->> 'email')::text $$;`;

/**
 * @param root Root of the project.
 * @returns Paths of all corpora.
 */
export async function corpusFiles(root: string): Promise<string[]> {
  const folder = `${root}/tests/corpora/postgresql`;
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".sql")) files.push(`${folder}/${name}`);
  }
  return files.sort();
}

/**
 * @param files Paths of corpora.
 * @param report Receives the comparison of each.
 */
export async function compareCorpora(
  files: readonly string[],
  report: (name: string, comparison: Comparison) => void | Promise<void>,
): Promise<void> {
  await using oracle = await startPostgresql();
  await answersOf(oracle, [], apiRoles);
  for (const [index, file] of files.entries()) {
    const name = basename(file);
    const statements = readCorpus(name, await Deno.readTextFile(file));
    const fresh = `corpus${index}`;
    await answersOf(oracle, [], `CREATE DATABASE ${fresh}`);
    const expected = await answersOf(
      { ...oracle, host: oracle.host, database: fresh },
      statements,
      apiDatabase,
    );
    await using program = await startProgram({
      args: ["--memory", "--no-auth-api", "--no-rest-api"],
    });
    const actual = await answersOf(
      { host: "127.0.0.1", port: program.pgPort, user: "postgres" },
      statements,
    );
    await report(name, compare(statements, expected, actual));
  }
}
