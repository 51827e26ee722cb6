/**
 * Says in one sentence why a database cannot be opened: which place, why, what to do.
 *
 * @module
 */

import { fileTrouble } from "../../base/file_trouble.ts";
import { resultCode, SqliteError } from "../../sqlite/error.ts";
import { EngineError } from "../engine.ts";
import { toEngineError } from "./errors.ts";

/** What to do when the data cannot stay where it is. */
const elsewhere = {
  directory: "choose another --data-dir",
  memory: "set $TMPDIR to another folder",
} as const;

/** By SQLSTATE, see `errors.ts`. */
const reasons: ReadonlyMap<string, string> = new Map([
  ["25006", "its file cannot be written, make it writable"],
  ["42501", "the file system denied access, give this user the right"],
  ["53100", "the disk is full, make room and start again"],
  ["53200", "there is not enough memory, free some and start again"],
  ["55P03", "another program has opened its file, close that first"],
  ["58030", "reading or writing the disk failed, check it and start again"],
  ["XX001", "its file is damaged, restore it from a backup"],
]);

/** A place for a database, as its user named it. */
export type NamedPlace =
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "memory" };

/**
 * @param place Which place.
 * @param reason Why, and what to do.
 * @returns The error.
 */
export function refusal(place: NamedPlace, reason: string): Error {
  return new Error(sentence(place, reason));
}

/**
 * Puts a sentence of our own in the place of what others say.
 *
 * @param place What was to be opened.
 * @param error What was thrown.
 * @returns An error with the sentence; `error` itself when it has one or is about something else.
 */
export function openError(place: NamedPlace, error: unknown): unknown {
  const reason = fileTrouble(error, elsewhere[place.kind]) ??
    databaseTrouble(error);
  if (reason === undefined) return error;
  const message = sentence(place, reason);
  return error instanceof EngineError
    ? new EngineError(error.sqlState, message, { cause: error })
    : new Error(message, { cause: error });
}

function sentence(place: NamedPlace, reason: string): string {
  const name = place.kind === "directory"
    ? `data directory "${place.path}"`
    : "the database in memory";
  return `Cannot open ${name}: ${reason}`;
}

function databaseTrouble(error: unknown): string | undefined {
  if (error instanceof SqliteError && error.code === resultCode.notADatabase) {
    return "its file is not a database, restore it from a backup";
  }
  const known = toEngineError(error);
  if (!(known instanceof EngineError)) return undefined;
  const reason = reasons.get(known.sqlState);
  if (reason !== undefined || !(error instanceof SqliteError)) return reason;
  return `SQLite refused it (result ${error.extendedCode}), restore it from a backup`;
}
