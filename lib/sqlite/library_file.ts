/**
 * Names the compiled SQLite library: which source, which options, which file in the cache folder.
 *
 * The script that compiles it and the program that loads it both ask here, so they cannot disagree.
 * Nothing here touches a file or reads the environment.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";

/** The one version of SQLite that is compiled, and where its source is. */
export const sqliteSource = {
  /** SQLite's version. */
  version: "3.54.1",
  /** npm package whose copy of SQLite's own amalgamation is used, and nothing else of it. */
  npmPackage: "better-sqlite3@13.2.0",
  /** The amalgamation inside the package. */
  path: "deps/sqlite3/sqlite3.c",
  /** SHA-256 of that file. */
  sha256: "75a4760a7b9727a4c4c877aec92eacf39e52a8f2921ce00bd33be6d3a8e8e254",
} as const;

/** Compile-time options of SQLite (https://sqlite.org/compile.html), each for a reason. */
export const compileOptions: readonly string[] = [
  // One connection is never used by two threads at once, so connections need no mutex.
  "SQLITE_THREADSAFE=2",
  // "x" is an identifier, never a string.
  "SQLITE_DQS=0",
  // `$1::text` must not be read as one variable with a long name.
  "SQLITE_OMIT_TCL_VARIABLE",
  "SQLITE_OMIT_SHARED_CACHE",
  "SQLITE_OMIT_DEPRECATED",
  // A schema that somebody else wrote must not call functions with side effects.
  "SQLITE_TRUSTED_SCHEMA=0",
  "SQLITE_USE_URI=0",
  "SQLITE_DEFAULT_FOREIGN_KEYS=1",
  // A long INSERT has a value for each literal; the limit on texts comes first.
  "SQLITE_MAX_VARIABLE_NUMBER=4000000",
  "SQLITE_DEFAULT_MEMSTATUS=0",
  "SQLITE_DEFAULT_FILE_PERMISSIONS=0600",
  "SQLITE_LIKE_DOESNT_MATCH_BLOBS",
  "SQLITE_ENABLE_FTS5",
  "SQLITE_ENABLE_MATH_FUNCTIONS",
  "SQLITE_ENABLE_COLUMN_METADATA",
  "SQLITE_ENABLE_PREUPDATE_HOOK",
  "SQLITE_ENABLE_STAT4",
  "HAVE_USLEEP=1",
  "HAVE_FDATASYNC=1",
];

/** Options of the C compiler. */
export const compilerFlags: readonly string[] = [
  "-O2",
  "-fPIC",
  "-shared",
  // SQLite's functions call each other by way of no table: nobody puts others in their places. A tenth of a query.
  "-fno-semantic-interposition",
];

/** The same for the linker of Linux; other systems do so by themselves. */
export const linuxFlags: readonly string[] = [
  "-Wl,-Bsymbolic",
  "-lm",
  "-lpthread",
  "-ldl",
];

/** A machine, as far as machine code cares. */
export interface Platform {
  /** Target triple, for example `x86_64-unknown-linux-gnu` (`Deno.build.target`). */
  readonly target: string;
  /** Operating system (`Deno.build.os`). */
  readonly os: string;
}

/**
 * @param os Operating system (`Deno.build.os`).
 * @returns The ending of a shared library there.
 */
export function libraryExtension(os: string): string {
  return os === "darwin" ? "dylib" : os === "windows" ? "dll" : "so";
}

/**
 * Names the compiled library after everything that goes into it.
 *
 * @param platform Where it will run.
 * @returns For example `libsqlite3-3.54.1-0123456789abcdef.so`.
 */
export function libraryFileName(platform: Platform = Deno.build): string {
  const key = createHash("sha256")
    .update(
      [
        sqliteSource.sha256,
        ...compileOptions,
        ...compilerFlags,
        ...linuxFlags,
        platform.target,
      ].join("\n"),
    )
    .digest("hex")
    .slice(0, 16);
  const { version } = sqliteSource;
  return `libsqlite3-${version}-${key}.${libraryExtension(platform.os)}`;
}

/**
 * Finds the folder for what can be made again: `$HELIOSDB_CACHE_DIR`, else
 * `$XDG_CACHE_HOME/heliosdb-nano`, else `$HOME/.cache/heliosdb-nano`.
 *
 * @param variable Gives the value of an environment variable.
 * @returns The folder, or nothing when none of the three variables is set.
 */
export function cacheFolder(
  variable: (name: string) => string | undefined,
): string | undefined {
  const own = variable("HELIOSDB_CACHE_DIR");
  if (own) return own;
  const shared = variable("XDG_CACHE_HOME");
  if (shared) return join(shared, "heliosdb-nano");
  const home = variable("HOME");
  return home ? join(home, ".cache", "heliosdb-nano") : undefined;
}
