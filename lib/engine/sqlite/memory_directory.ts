/**
 * A place for a database that leaves nothing behind: a private folder, in shared memory where there
 * is enough of it, whose files lose their names as soon as every connection is open. SQLite goes on
 * with files that have no name, and the system frees them when the process ends, however it ends.
 *
 * @module
 */

import { join } from "node:path";
import {
  makeSharedMemoryFolder,
  type SharedMemoryFolder,
} from "../../sqlite/shared_memory.ts";
import type { Place } from "./place.ts";

const databaseName = "heliosdb.db";
const names = ["", "-wal", "-shm", "-journal"]
  .map((suffix) => databaseName + suffix);
/** Shared memory of a container may be a few megabytes; a disk has more room. */
const enoughBytes = 1024 ** 3;

/**
 * Makes the folder.
 *
 * @param library Path or name of the SQLite library.
 * @returns The place.
 */
export function openMemoryDirectory(library: string): Place {
  const folder = makeSharedMemoryFolder(library, enoughBytes) ??
    makeTemporaryFolder();
  let removed = false;

  function remove(): void {
    if (removed) return;
    folder.remove(names);
    removed = true;
  }
  return {
    description: "in memory",
    file: join(folder.path, databaseName),
    durable: false,
    unclean: false,
    opened() {
      try {
        remove();
      } catch (error) {
        // Windows keeps the names of open files; they go when the database is closed.
        if (Deno.build.os !== "windows") throw error;
      }
    },
    close: remove,
  };
}

function makeTemporaryFolder(): SharedMemoryFolder {
  const path = Deno.realPathSync(
    Deno.makeTempDirSync({ prefix: `heliosdb-${Deno.pid}-` }),
  );
  return {
    path,
    remove: () => Deno.removeSync(path, { recursive: true }),
  };
}
