/**
 * Opens a connection to a file.
 *
 * @module
 */

import { longestRow } from "../base/value_limit.ts";
import { SqliteError } from "./error.ts";
import type { SqliteSymbols } from "./symbols.ts";

// https://sqlite.org/c3ref/c_open_autoproxy.html
const openReadOnly = 0x0000_0001;
const openReadWrite = 0x0000_0002;
const openCreate = 0x0000_0004;
const openNoMutex = 0x0000_8000;
const openNoFollow = 0x0100_0000;
const openExtendedCodes = 0x0200_0000;

/** `SQLITE_LIMIT_LENGTH` (https://sqlite.org/c3ref/c_limit_attached.html). */
export const limitLength = 0;

const modeFlags = {
  read: openReadOnly,
  write: openReadWrite,
  create: openReadWrite | openCreate,
} as const;

const encoder = new TextEncoder();
/** https://sqlite.org/vfs.html, 2.1; Windows has nothing of the kind. */
const exclusiveVfs = Deno.build.os === "windows"
  ? null
  : encoder.encode("unix-excl\0");
const out = new BigUint64Array(1);

/** Whether a connection reads, also writes, or makes the file if it is not there. */
export type OpenMode = "read" | "write" | "create";

/** How to open a connection. */
export interface DatabaseOptions {
  /** Real path of the file; a symbolic link is refused. */
  readonly file: string;
  /**
   * What this connection may do.
   *
   * @default {"write"}
   */
  readonly mode?: OpenMode;
  /**
   * Whether no other process may open the file: locks and the index of the write-ahead log are then
   * kept in this process's memory, which makes a point read about four times as fast.
   *
   * @default {false}
   */
  readonly exclusive?: boolean;
  /** `PRAGMA` texts without the word, run in order, for example `synchronous=FULL`. */
  readonly pragmas?: readonly string[];
  /**
   * Prepared statements kept.
   *
   * @default {256}
   */
  readonly cachedStatements?: number;
}

/**
 * @param symbols The library.
 * @param options File and settings.
 * @returns SQLite's handle, which is there also when `code` is a failure.
 * @throws {SqliteError} When there is not even memory for a handle.
 */
export function openHandle(
  symbols: SqliteSymbols,
  { file, mode = "write", exclusive = false }: DatabaseOptions,
): { code: number; handle: Deno.PointerObject } {
  const code = symbols.sqlite3_open_v2(
    encoder.encode(`${file}\0`),
    out,
    modeFlags[mode] | openNoMutex | openNoFollow | openExtendedCodes,
    exclusive ? exclusiveVfs : null,
  );
  const handle = Deno.UnsafePointer.create(out[0] as bigint);
  if (handle === null) throw new SqliteError(code, "out of memory");
  symbols.sqlite3_limit(handle, limitLength, longestRow);
  return { code, handle };
}
