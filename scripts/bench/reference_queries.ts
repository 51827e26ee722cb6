/**
 * One prepared query over and over through `lib/sqlite`, nothing else.
 *
 * @module
 */

import { Database } from "../../lib/sqlite/database.ts";
import { resultCode } from "../../lib/sqlite/error.ts";
import { loadLibrary } from "../../lib/sqlite/library.ts";
import { cacheFolder } from "../../lib/sqlite/library_file.ts";
import { serveJobs } from "./jobs.ts";

/** Opens a file for the jobs after it. */
export interface FillJob {
  readonly kind: "fill";
  /** An existing file that is empty. */
  readonly file: string;
  /** Make its tables and rows. */
  readonly statements: readonly string[];
}

/** Runs a query as often as it can. */
export interface QueryLoopJob {
  readonly kind: "query";
  readonly seconds: number;
  /** Gives one row; `$1` in it counts from 1 to `turns` and begins again. */
  readonly sql: string;
  readonly turns: number;
}

/** Runs a query once. */
export interface AnswerJob {
  readonly kind: "answer";
  /** Gives one row with one text; `$1` in it is 1. */
  readonly sql: string;
}

/** Looks at the clock only so often. */
const queriesBetweenLooks = 16;

const cacheDir = cacheFolder((name) => Deno.env.get(name));
const library = loadLibrary({ cacheDir });
let database: Database | undefined;

function fill({ file, statements }: FillJob): number {
  database = new Database(library, {
    file,
    exclusive: true,
    pragmas: ["journal_mode=WAL"],
  });
  for (const statement of statements) database.run(statement);
  return statements.length;
}

function query({ seconds, sql, turns }: QueryLoopJob): number {
  if (database === undefined) throw new TypeError("Cannot query: no file");
  const statement = database.prepare(sql);
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  let now = start;
  while (now < end) {
    for (let i = 0; i < queriesBetweenLooks; i++) {
      statement.bind([count++ % turns + 1]);
      if (statement.step() !== resultCode.row) {
        throw new Error("Cannot measure: the query gave no row");
      }
      statement.row();
      statement.reset();
    }
    now = performance.now();
  }
  database.release(statement);
  return count / ((now - start) / 1000);
}

function answer({ sql }: AnswerJob): string {
  if (database === undefined) throw new TypeError("Cannot query: no file");
  return String(database.run(sql, [1])[0]?.[0]);
}

await serveJobs<FillJob | QueryLoopJob | AnswerJob>((job) => {
  switch (job.kind) {
    case "fill":
      return Promise.resolve(fill(job));
    case "query":
      return Promise.resolve(query(job));
    case "answer":
      return Promise.resolve(answer(job));
  }
});
