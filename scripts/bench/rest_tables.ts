/**
 * The tables that `/rest/v1` is measured with: a policy for each owner on one, none on two that relate.
 *
 * @module
 */

import { PostgresqlClient } from "./postgresql_client.ts";
import type { Server } from "./server.ts";

/** Rows of `notes` that belong to the user who reads them. */
export const noteCount = 1000;
/** Rows of `authors`. */
export const authorCount = 1000;
/** Rows of `articles` for each author. */
export const articlesEach = 3;
/** Rows of a page. */
export const pageRows = 25;
/** First keys of pages that are asked for in turn. */
export const pages = 500;

/** The owner has no default: not every server that is compared here can work one out. */
export const notesTable = `
  CREATE TABLE notes (
    id serial PRIMARY KEY,
    owner uuid NOT NULL,
    content text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes TO authenticated
    USING (owner = auth.uid()) WITH CHECK (owner = auth.uid());
`;

const relatedTables = `
  CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL, city text);
  CREATE TABLE articles (
    id int PRIMARY KEY,
    author_id int NOT NULL REFERENCES authors,
    title text NOT NULL,
    words int NOT NULL
  );
  CREATE INDEX ON articles (author_id);
  INSERT INTO authors SELECT i, 'author number ' || i, 'city ' || i % 50
    FROM generate_series(1, ${authorCount}) AS i;
  INSERT INTO articles
    SELECT i, (i - 1) / ${articlesEach} + 1, 'article number ' || i, i % 1000
    FROM generate_series(1, ${authorCount * articlesEach}) AS i;
`;

/** A million rows of a thousand owners; those of one of them lie far apart. */
export const entryCount = 1_000_000;
const owners = 1000;

function entriesTable(owner: string): string {
  return `
  CREATE TABLE entries (id int PRIMARY KEY, owner uuid NOT NULL, content text NOT NULL);
  INSERT INTO entries
    SELECT i, CASE i % ${owners} WHEN 0 THEN '${owner}'::uuid ELSE
      ('00000000-0000-4000-8000-' || lpad((i % ${owners})::text, 12, '0'))::uuid END,
      'entry number ' || i
    FROM generate_series(1, ${entryCount}) AS i;
  CREATE INDEX ON entries (owner, id);
  ALTER TABLE entries ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON entries TO authenticated USING (owner = auth.uid());
`;
}

/**
 * Makes all tables of a server.
 *
 * @param server The server; it trusts whoever connects.
 * @param owner Id of the user to whom rows belong.
 */
export async function makeRestTables(
  { postgresPort }: Server,
  owner: string,
): Promise<void> {
  using client = await PostgresqlClient.connect(postgresPort);
  await client.run(notesTable);
  await client.run(
    `INSERT INTO notes (owner, content) SELECT '${owner}', 'note number ' || i
       FROM generate_series(1, ${noteCount}) AS i`,
  );
  await client.run(relatedTables);
  await client.run(entriesTable(owner));
}

/**
 * Makes `notes`, without rows.
 *
 * @param server The server; it trusts whoever connects.
 */
export async function makeNotesTable({ postgresPort }: Server): Promise<void> {
  using client = await PostgresqlClient.connect(postgresPort);
  await client.run(notesTable);
}

/** The related tables as SQLite alone has them. */
export const sqliteTables: readonly string[] = [
  "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT)",
  `CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES authors,
    title TEXT NOT NULL,
    words INTEGER NOT NULL
  )`,
  "CREATE INDEX articles_author ON articles (author_id)",
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${authorCount})
   INSERT INTO authors SELECT i, 'author number ' || i, 'city ' || i % 50 FROM n`,
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${
    authorCount * articlesEach
  })
   INSERT INTO articles
     SELECT i, (i - 1) / ${articlesEach} + 1, 'article number ' || i, i % 1000 FROM n`,
];
