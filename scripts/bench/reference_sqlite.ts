/**
 * A bare loop of durable transactions: one row each, `synchronous=FULL`, nothing else.
 *
 * @module
 */

import { Database } from "../../lib/sqlite/database.ts";
import { loadLibrary } from "../../lib/sqlite/library.ts";
import { cacheFolder } from "../../lib/sqlite/library_file.ts";
import { serveJobs } from "./jobs.ts";

/** How long, and into which file. */
export interface DurableLoopJob {
  readonly seconds: number;
  /** An existing file; an empty one becomes a database. */
  readonly file: string;
}

const cacheDir = cacheFolder((name) => Deno.env.get(name));
const library = loadLibrary({ cacheDir });

async function run({ seconds, file }: DurableLoopJob): Promise<number> {
  const database = new Database(library, {
    file,
    pragmas: ["journal_mode=WAL", "synchronous=FULL"],
  });
  try {
    database.run(
      "CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, content TEXT NOT NULL)",
    );
    const start = performance.now();
    const end = start + seconds * 1000;
    let count = 0;
    let now = start;
    while (now < end) {
      database.run("INSERT INTO line (content) VALUES ($1)", ["one row"]);
      count += 1;
      now = performance.now();
    }
    return count / ((now - start) / 1000);
  } finally {
    await database.close();
  }
}

await serveJobs(run);
