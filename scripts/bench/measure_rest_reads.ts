/**
 * Reads of `/rest/v1` a second: one row by its key against a bare `Deno.serve`, pages with embedded rows
 * against the same query of SQLite alone.
 *
 * @module
 */

import { deepEqual } from "node:assert/strict";
import type { Bench } from "./bench.ts";
import type { RepeatedRequest } from "./load_job.ts";
import type { RestSubject } from "./measure_rest.ts";
import type { ServeJob } from "./reference_http.ts";
import type { AnswerJob, FillJob, QueryLoopJob } from "./reference_queries.ts";
import { Repeater } from "./repeat_rate.ts";
import { comparedRow, type Row } from "./report.ts";
import {
  articlesEach,
  noteCount,
  pageRows,
  pages,
  sqliteTables,
} from "./rest_tables.ts";
import { alternate } from "./rounds.ts";

const clients = 16;
const graceMs = 20_000;

/** A page with embedded rows, and the same by hand. */
interface Page {
  readonly what: string;
  /** Query string, with `{n}`. */
  readonly search: string;
  /** SQLite's SQL, with `$1`. */
  readonly sql: string;
}

const embeddingPages: readonly Page[] = [
  {
    what: `${pageRows} rows, each with a to-one embed`,
    search:
      `articles?select=id,title,words,author:authors(id,name)&id=gte.{n}&order=id&limit=${pageRows}`,
    sql: `SELECT json_group_array(json_object(
        'id', id, 'title', title, 'words', words, 'author',
        json((SELECT json_object('id', a.id, 'name', a.name) FROM authors a WHERE a.id = r.author_id))))
      FROM (SELECT * FROM articles WHERE id >= $1 ORDER BY id LIMIT ${pageRows}) AS r`,
  },
  {
    what: `${pageRows} rows, each with a to-many embed of ${articlesEach}`,
    search:
      `authors?select=id,name,articles(id,title,words)&id=gte.{n}&order=id&limit=${pageRows}`,
    sql: `SELECT json_group_array(json_object(
        'id', id, 'name', name, 'articles',
        json((SELECT json_group_array(json_object('id', a.id, 'title', a.title, 'words', a.words))
          FROM articles a WHERE a.author_id = r.id))))
      FROM (SELECT * FROM authors WHERE id >= $1 ORDER BY id LIMIT ${pageRows}) AS r`,
  },
];

/**
 * Measures a row by its key.
 *
 * @param bench Processes.
 * @param subject Server and user.
 * @returns The line of the table.
 */
export async function measureRowByKey(
  bench: Bench,
  { server, user }: RestSubject,
): Promise<Row> {
  await using bareHttp = bench.bareHttp();
  await using repeater = await Repeater.start(bench, clients);
  const request: RepeatedRequest = {
    method: "GET",
    path: "/rest/v1/notes?id=eq.{n}",
    turns: noteCount,
    token: user.accessToken,
  };
  const shown = await fetch(
    `http://127.0.0.1:${server.port}/rest/v1/notes?id=eq.1`,
    { headers: { authorization: `Bearer ${user.accessToken}` } },
  );
  const value: unknown = await shown.json();
  if (!Array.isArray(value) || value.length !== 1) {
    throw new Error("Cannot measure: the row is not there");
  }
  const bare = await bareHttp.ask<ServeJob, number>({ value }, graceMs);
  const compared = await alternate({
    ...bench.pace,
    reference: (seconds) => repeater.rate(request, { port: bare, seconds }),
    ours: (seconds) => repeater.rate(request, { port: server.port, seconds }),
  });
  return comparedRow(compared, {
    what:
      `REST: a row by key under a policy, ${clients} clients (${repeater.client}) ÷ bare Deno.serve`,
    unit: "/s",
    target: { bound: "at least", value: 0.2 },
  });
}

/**
 * Measures pages with embedded rows.
 *
 * @param bench Processes.
 * @param subject Server and user.
 * @returns The lines of the table.
 */
export async function measureEmbeds(
  bench: Bench,
  { server, user }: RestSubject,
): Promise<Row[]> {
  await using queries = bench.bareQueries();
  await using repeater = await Repeater.start(bench, clients);
  const file = `${bench.folder}/queries.db`;
  await Deno.create(file).then((created) => created.close());
  await queries.ask<FillJob, number>(
    { kind: "fill", file, statements: sqliteTables },
    graceMs,
  );
  const rows: Row[] = [];
  for (const { what, search, sql } of embeddingPages) {
    const request: RepeatedRequest = {
      method: "GET",
      path: `/rest/v1/${search}`,
      turns: pages,
      token: user.accessToken,
    };
    const target = `http://127.0.0.1:${server.port}${request.path}`;
    const answered = await fetch(target.replace("{n}", "1"), {
      headers: { authorization: `Bearer ${user.accessToken}` },
    });
    const byHand = await queries.ask<AnswerJob, string>(
      { kind: "answer", sql },
      graceMs,
    );
    // What is compared must be the same.
    deepEqual(await answered.json(), JSON.parse(byHand));
    const compared = await alternate({
      ...bench.pace,
      reference: (seconds) =>
        queries.ask<QueryLoopJob, number>(
          { kind: "query", seconds, sql, turns: pages },
          seconds * 1000 + graceMs,
        ),
      ours: (seconds) => repeater.rate(request, { port: server.port, seconds }),
    });
    rows.push(comparedRow(compared, {
      what: `REST: ${what} ÷ the query alone`,
      unit: "/s",
      target: { bound: "at least", value: 0.5 },
    }));
  }
  return rows;
}
