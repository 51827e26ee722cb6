/**
 * What the tests of `lib/sqlite` share: the library and a database file that goes away by itself.
 *
 * @module
 */

import { join } from "node:path";
import { systemClock } from "../../../lib/base/clock.ts";
import { Database } from "../../../lib/sqlite/database.ts";
import type { OpenMode } from "../../../lib/sqlite/open_handle.ts";
import { InlineGuard } from "../../../lib/sqlite/inline_guard.ts";
import {
  loadLibrary,
  type SqliteLibrary,
} from "../../../lib/sqlite/library.ts";
import { cacheFolder } from "../../../lib/sqlite/library_file.ts";

/** Folder of the compiled library. */
export const cacheDir = cacheFolder((name) => Deno.env.get(name));

/** What a test gets. */
export interface Fixture {
  library: SqliteLibrary;
  database: Database;
  /** Opens another connection to the same file. */
  open(mode?: OpenMode): Database;
  guard: InlineGuard;
}

/**
 * Runs a test with an open, empty database.
 *
 * @param body The test.
 */
export async function withDatabase(
  body: (fixture: Fixture) => Promise<void> | void,
): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const file = join(directory, "test.db");
  const library = loadLibrary({ cacheDir });
  const guard = new InlineGuard(systemClock, 4);
  const opened: Database[] = [];
  const open = (mode: OpenMode = "create") => {
    const database = new Database(library, {
      file,
      mode,
      pragmas: ["journal_mode=WAL", "synchronous=OFF"],
    });
    opened.push(database);
    return database;
  };
  try {
    await body({ library, database: open(), open, guard });
  } finally {
    for (const database of opened) await database.close();
    guard.close();
    library.close();
    await Deno.remove(directory, { recursive: true });
  }
}

/** Counts up to `$1`, slowly. */
export const counting =
  "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1) " +
  "SELECT sum(n) FROM c";
