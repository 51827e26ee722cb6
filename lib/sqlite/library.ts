/**
 * Finds and loads the SQLite library: an explicit file, else the compiled one in the cache folder,
 * else the system's.
 *
 * @module
 */

import { join } from "node:path";
import { fileTrouble } from "../base/file_trouble.ts";
import { libraryFileName } from "./library_file.ts";
import { ownText, type SqliteSymbols, sqliteSymbols } from "./symbols.ts";

/** Where to look; all are optional, but what is named must work. */
export interface LibraryPlaces {
  /** The library itself, for example the one embedded in an executable. */
  readonly path?: string | undefined;
  /** Folder that `scripts/sqlite_library.ts` compiles into. */
  readonly cacheDir?: string | undefined;
}

/** A loaded library. */
export interface SqliteLibrary {
  /** Its functions. */
  readonly symbols: SqliteSymbols;
  /** SQLite's version, for example `3.54.1`. */
  readonly version: string;
  /** File or name it was loaded from. */
  readonly source: string;
  /** One sentence for the log when this is not the library one would wish for. */
  readonly warning: string | undefined;
  /** Unloads it; every connection must be closed. */
  close(): void;
}

type Loaded = Deno.DynamicLibrary<typeof sqliteSymbols>;

/** `UPSERT`, `RETURNING`, `STRICT` and 64-bit change counts are all there from here on. */
const oldest = 3_037_000;
/** Releases before this one may corrupt a database when the WAL is reset. */
const firstSafe = 3_051_003;

const systemNames: Readonly<Record<string, readonly string[]>> = {
  linux: ["libsqlite3.so.0", "libsqlite3.so"],
  darwin: ["libsqlite3.dylib", "/usr/lib/libsqlite3.dylib"],
  windows: ["sqlite3.dll", "winsqlite3.dll"],
};

/**
 * Loads the library.
 *
 * @param places Where to look.
 * @returns The library and what to tell the log.
 * @throws {Error} When there is none that can be used; the message says what mends it.
 */
export function loadLibrary(
  { path, cacheDir }: LibraryPlaces = {},
): SqliteLibrary {
  if (path !== undefined) return describe(open(path), path);

  const compiled = cacheDir === undefined
    ? undefined
    : join(cacheDir, libraryFileName());
  if (compiled !== undefined && isPrivateFile(compiled)) {
    return describe(open(compiled), compiled);
  }
  for (const name of systemNames[Deno.build.os] ?? []) {
    const loaded = tryOpen(name);
    if (loaded !== undefined) {
      return describe(
        loaded,
        name,
        "the pinned SQLite is not compiled, so the system's is used",
      );
    }
  }
  throw new Error(
    "Cannot load SQLite: it is neither compiled nor installed, " +
      "run `apt-get install gcc libc6-dev` and start again",
  );
}

/** Tells whether a file may be loaded as code: ours, and nobody else can change it. */
function isPrivateFile(path: string): boolean {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    const advice = "set HELIOSDB_CACHE_DIR to another folder";
    throw new Error(
      `Cannot load SQLite from "${path}": ${
        fileTrouble(error, advice) ?? `it cannot be looked at, ${advice}`
      }`,
      { cause: error },
    );
  }
  const changeable = info.mode !== null && (info.mode & 0o022) !== 0;
  if (!info.isFile || changeable || !isOurs(info)) {
    throw new Error(
      `Cannot load SQLite from "${path}": others can change the file, delete it and start again`,
    );
  }
  return true;
}

/** Tells whether we or root own a file, as far as we may know who we are. */
function isOurs({ uid }: Deno.FileInfo): boolean {
  if (uid === null || uid === 0) return true;
  const permission = { name: "sys", kind: "uid" } as const;
  return Deno.permissions.querySync(permission).state !== "granted" ||
    uid === Deno.uid();
}

function open(path: string): Loaded {
  try {
    return Deno.dlopen(path, sqliteSymbols);
  } catch (cause) {
    throw new Error(
      `Cannot load SQLite from "${path}": it is not a SQLite library for this machine`,
      { cause },
    );
  }
}

function tryOpen(name: string): Loaded | undefined {
  try {
    return Deno.dlopen(name, sqliteSymbols);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}

function describe(
  loaded: Loaded,
  source: string,
  notice?: string,
): SqliteLibrary {
  const { symbols } = loaded;
  const number = symbols.sqlite3_libversion_number();
  const version = ownText(symbols.sqlite3_libversion()) ?? String(number);
  if (number < oldest || symbols.sqlite3_threadsafe() === 0) {
    loaded.close();
    throw new Error(
      `Cannot use SQLite ${version} from "${source}": version 3.37 or later built for threads ` +
        "is needed, run `apt-get install gcc libc6-dev` and start again",
    );
  }
  const affected = number < firstSafe
    ? `SQLite ${version} may corrupt a database when its WAL is reset (mended in 3.51.3)`
    : undefined;
  const warning = [notice, affected].filter((text) => text !== undefined)
    .join("; ");
  return {
    symbols,
    version,
    source,
    warning: warning === "" ? undefined : warning,
    close: () => loaded.close(),
  };
}
