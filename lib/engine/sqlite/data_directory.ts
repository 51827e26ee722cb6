/**
 * The folder that holds a database for good: private, and used by one process at a time.
 *
 * `heliosdb.lock` is locked while the process lives, whatever ends it, and says whether the last one
 * ended in order. The folder is 0700 and the files are 0600; SQLite gives its `-wal` and `-shm` files
 * the mode of the database file.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { refusal as refuse } from "./open_error.ts";
import type { Place } from "./place.ts";

const databaseName = "heliosdb.db";
const lockName = "heliosdb.lock";

/** Name of the error of {@linkcode openDataDirectory} when another process has the directory. */
export const directoryInUse = "DirectoryInUse";

/** What the lock file says. */
interface LockContent {
  /** Process that wrote it. */
  pid: number;
  /** Whether that process has closed the database. */
  closed: boolean;
}

/**
 * Opens a data directory, making it if it is not there.
 *
 * @param path Folder.
 * @returns The place.
 * @throws {Error} When it cannot be used; `open_error.ts` words what the system says.
 */
export function openDataDirectory(path: string): Place {
  makeDirectory(path);
  const directory = Deno.realPathSync(path);
  checkContent(directory, path);
  const file = join(directory, databaseName);
  const lockFile = join(directory, lockName);
  const files = [lockFile, file, `${file}-wal`, `${file}-shm`];
  // Before anything is touched, and once more when nobody else can put something in their place.
  for (const owned of files) checkOrdinary(owned);
  makePrivate(directory, path);
  for (const owned of files) makeFilePrivate(owned);

  const lock = openPrivate(lockFile);
  const before = takeLock(lock, path);
  const isNew = (lstat(file)?.size ?? 0) === 0;
  try {
    openPrivate(file).close();
    syncDirectory(directory);
  } catch (error) {
    lock.close();
    throw error;
  }
  const wasClosed = before?.closed === true;
  writeLock(lock, { pid: Deno.pid, closed: wasClosed });
  return {
    description: `in ${directory}`,
    file,
    durable: true,
    unclean: !isNew && !wasClosed,
    opened() {
      writeLock(lock, { pid: Deno.pid, closed: false });
    },
    close(clean) {
      try {
        if (clean) writeLock(lock, { pid: Deno.pid, closed: true });
      } catch {
        // The disk takes no more: the next start will check the file, and nothing is lost.
      } finally {
        lock.close();
      }
    },
  };
}

function refusal(path: string, reason: string): Error {
  return refuse({ kind: "directory", path }, reason);
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function makeDirectory(path: string): void {
  try {
    if (Deno.statSync(path).isDirectory) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    syncDirectory(dirname(path));
    return;
  }
  throw refusal(path, "it is a file, choose another --data-dir");
}

/** Keeps a mistyped path from turning somebody's folder into a data directory. */
function checkContent(directory: string, path: string): void {
  const names = Array.from(Deno.readDirSync(directory), ({ name }) => name);
  const foreign = names.filter((name) => name !== "lost+found");
  if (foreign.length === 0) return;
  if (!foreign.some((name) => name === databaseName || name === lockName)) {
    throw refusal(
      path,
      `it holds other files and no ${databaseName}, choose an empty folder`,
    );
  }
}

function makePrivate(directory: string, path: string): void {
  if (Deno.build.os === "windows") return;
  // A file that we make shows who we are, without the permission to ask.
  const probe = Deno.makeTempFileSync({ dir: directory, prefix: ".owner-" });
  const { uid } = Deno.statSync(probe);
  Deno.removeSync(probe);
  const { uid: owner, mode } = Deno.statSync(directory);
  if (owner !== uid) {
    throw refusal(path, "it belongs to another user, choose another");
  }
  if (((mode ?? 0) & 0o077) !== 0) Deno.chmodSync(directory, 0o700);
}

/** Refuses what is no file of ours alone, for example a link to somewhere else. */
function checkOrdinary(file: string): Deno.FileInfo | undefined {
  const info = lstat(file);
  if (info === undefined) return undefined;
  if (!info.isFile) {
    throw new Error(
      `Cannot open "${file}": it is a symbolic link or no file, remove it`,
    );
  }
  if ((info.nlink ?? 1) > 1) {
    throw new Error(
      `Cannot open "${file}": it is a hard link, so the file has another name too, put a copy in its place`,
    );
  }
  return info;
}

function makeFilePrivate(file: string): void {
  const mode = checkOrdinary(file)?.mode ?? 0;
  if ((mode & 0o077) !== 0) Deno.chmodSync(file, 0o600);
}

function openPrivate(file: string): Deno.FsFile {
  return Deno.openSync(file, {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
}

/** Locks the file and gives what it said; nothing when it is new. */
function takeLock(lock: Deno.FsFile, path: string): LockContent | undefined {
  let taken = false;
  try {
    taken = lock.tryLockSync(true);
    const content = readLock(lock);
    if (taken) return content;
    const error = refusal(
      path,
      `another heliosdb-nano (pid ${content?.pid ?? "unknown"}) is using it, ` +
        "stop it or choose another --data-dir",
    );
    error.name = directoryInUse;
    throw error;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function readLock(lock: Deno.FsFile): LockContent | undefined {
  const bytes = new Uint8Array(256);
  lock.seekSync(0, Deno.SeekMode.Start);
  const length = lock.readSync(bytes) ?? 0;
  if (length === 0) return undefined;
  try {
    const { pid, closed } = JSON.parse(
      new TextDecoder().decode(bytes.subarray(0, length)),
    );
    return { pid: Number(pid), closed: closed === true };
  } catch {
    // Cut short by a crash: certainly not closed in order.
    return { pid: 0, closed: false };
  }
}

function writeLock(lock: Deno.FsFile, content: LockContent): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(content)}\n`);
  // Over what is there, which takes no room that a full disk might not have.
  lock.seekSync(0, Deno.SeekMode.Start);
  lock.writeSync(bytes);
  lock.truncateSync(bytes.length);
  lock.syncSync();
}

/** Makes a new name in a folder survive a power cut. */
function syncDirectory(directory: string): void {
  if (Deno.build.os === "windows") return;
  const handle = Deno.openSync(directory, { read: true });
  try {
    handle.syncSync();
  } finally {
    handle.close();
  }
}
