/**
 * What the tests of the embedded engine share.
 *
 * @module
 */

import { join } from "node:path";
import { systemClock } from "../../../../lib/base/clock.ts";
import { silentLog } from "../../../../lib/base/log.ts";
import {
  EngineError,
  type Queryable,
  type Result,
  type Session,
} from "../../../../lib/engine/engine.ts";
import {
  openSqliteEngine,
  type SqliteEngineOptions,
} from "../../../../lib/engine/sqlite/engine.ts";
import type { SqliteEngine } from "../../../../lib/engine/sqlite/sqlite_engine.ts";
import { cacheFolder } from "../../../../lib/sqlite/library_file.ts";

/** Folder of the compiled library. */
export const cacheDir = cacheFolder((name) => Deno.env.get(name));

/** What a test gets. */
export interface Fixture {
  engine: SqliteEngine;
  session: Session;
}

/**
 * Opens an engine, in memory unless told otherwise.
 *
 * @param options Settings that matter to the test.
 * @returns The engine; close it.
 */
export function openEngine(
  options: Partial<SqliteEngineOptions> = {},
): Promise<SqliteEngine> {
  return openSqliteEngine({
    place: { kind: "memory" },
    cacheDir,
    clock: systemClock,
    log: silentLog,
    ...options,
  });
}

/**
 * Runs a test with an engine.
 *
 * @param body The test.
 * @param options Settings that matter to it.
 */
export async function withEngine(
  body: (fixture: Fixture) => Promise<void>,
  options: Partial<SqliteEngineOptions> = {},
): Promise<void> {
  const engine = await openEngine(options);
  try {
    await body({ engine, session: engine.session({ role: "postgres" }) });
  } finally {
    await engine.close();
  }
}

/**
 * Runs a test with a folder of its own.
 *
 * @param body The test; gets a path at which nothing is yet.
 */
export async function withDirectory(
  body: (path: string) => Promise<void>,
): Promise<void> {
  const parent = await Deno.realPath(await Deno.makeTempDir());
  try {
    await body(join(parent, "data"));
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

/**
 * @param sqlState SQLSTATE that an error must have.
 * @param message What its message must match.
 * @returns A check for `rejects`.
 */
export function engineError(
  sqlState: string,
  message = /./,
): (error: unknown) => boolean {
  return (error) =>
    error instanceof EngineError && error.sqlState === sqlState &&
    message.test(error.message);
}

/** A program of `programs/` that runs beside the test. */
export interface Program {
  /** Lines of its standard output; ends when it ends. */
  lines: AsyncIterator<string>;
  /** The process. */
  process: Deno.ChildProcess;
}

/**
 * Starts a program of `programs/`.
 *
 * @param name File name.
 * @param args Its arguments.
 * @returns The running program.
 */
export function startProgram(name: string, args: string[]): Program {
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      join(import.meta.dirname ?? "", "programs", name),
      ...args,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  return { lines: readLines(process.stdout), process };
}

async function* readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/**
 * Runs a test with a table `t (v integer PRIMARY KEY)`.
 *
 * @param body The test; the second argument tells the commits since the table was made.
 * @param options Settings that matter to it.
 */
export async function withTable(
  body: (session: Session, commits: () => number) => Promise<void>,
  options: Partial<SqliteEngineOptions> = {},
): Promise<void> {
  await withEngine(async ({ engine, session }) => {
    await session.query("CREATE TABLE t (v integer PRIMARY KEY)");
    const before = engine.stats().commits;
    await body(session, () => engine.stats().commits - before);
  }, options);
}

/**
 * @param session Session.
 * @returns What is in the table of {@linkcode withTable}, in order.
 */
export async function values(session: Session): Promise<unknown[]> {
  const { rows } = await session.query("SELECT v FROM t ORDER BY v");
  return rows.map(([v]) => v);
}

/**
 * @param to Where to write.
 * @param v Value for the table of {@linkcode withTable}.
 * @returns The result.
 */
export function insert(to: Queryable, v: number): Promise<Result> {
  return to.query("INSERT INTO t VALUES ($1)", [v]);
}

/** Counts up to `$1`, slowly. */
export const counting =
  "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1) " +
  "SELECT sum(n) FROM c";
