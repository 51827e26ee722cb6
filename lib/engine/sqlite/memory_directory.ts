/**
 * A place for a database that leaves nothing behind: a private folder, in shared memory where there
 * is enough of it, whose files lose their names as soon as every connection is open. SQLite goes on
 * with files that have no name, and the system frees them when the process ends, however it ends.
 *
 * @module
 */

import { statfsSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./place.ts";

const sharedMemory = "/dev/shm";
const enoughBytes = 1024 ** 3;

/**
 * Makes the folder.
 *
 * @returns The place.
 */
export function openMemoryDirectory(): Place {
  const directory = Deno.realPathSync(
    Deno.makeTempDirSync({
      prefix: `heliosdb-${Deno.pid}-`,
      ...(hasSharedMemory() ? { dir: sharedMemory } : {}),
    }),
  );
  const file = join(directory, "heliosdb.db");
  Deno.writeFileSync(file, new Uint8Array(), { mode: 0o600, createNew: true });
  let removed = false;

  function remove(): void {
    if (removed) return;
    Deno.removeSync(directory, { recursive: true });
    removed = true;
  }
  return {
    description: "in memory",
    file,
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

function hasSharedMemory(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    const { bavail, bsize } = statfsSync(sharedMemory);
    return bavail * bsize >= enoughBytes;
  } catch {
    return false;
  }
}
