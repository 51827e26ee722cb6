import { equal, ok } from "node:assert/strict";
import { EngineError } from "../../../../lib/engine/engine.ts";
import {
  type NamedPlace,
  openError,
} from "../../../../lib/engine/sqlite/open_error.ts";
import { resultCode, SqliteError } from "../../../../lib/sqlite/error.ts";

const directory: NamedPlace = { kind: "directory", path: "data" };
const full = Object.assign(
  new Error("No space left on device (os error 28)"),
  { code: "ENOSPC" },
);

const cases: [name: string, NamedPlace, error: unknown, says: string][] = [
  [
    "a full disk",
    directory,
    full,
    'Cannot open data directory "data": the disk is full, make room or choose another --data-dir',
  ],
  [
    "a full disk for a database in memory",
    { kind: "memory" },
    full,
    "Cannot open the database in memory: the disk is full, make room or set $TMPDIR to another folder",
  ],
  [
    "a full disk that SQLite met",
    directory,
    new SqliteError(resultCode.full, "database or disk is full"),
    'Cannot open data directory "data": the disk is full, make room and start again',
  ],
  [
    "a full disk that a statement met",
    directory,
    new EngineError("53100", "Cannot run statement: the disk is full"),
    'Cannot open data directory "data": the disk is full, make room and start again',
  ],
  [
    "another program",
    directory,
    new SqliteError(resultCode.busy, "database is locked"),
    'Cannot open data directory "data": another program has opened its file, close that first',
  ],
  [
    "a failure that has no sentence",
    directory,
    new SqliteError(resultCode.error, "near secret"),
    'Cannot open data directory "data": SQLite refused it (result 1), restore it from a backup',
  ],
];
for (const [name, place, error, says] of cases) {
  Deno.test(`openError() tells of ${name}`, () => {
    const told = openError(place, error);
    ok(told instanceof Error);
    equal(told.message, says);
  });
}

Deno.test("openError() keeps the SQLSTATE of a statement's failure", () => {
  const told = openError(directory, new EngineError("53100", "x"));
  ok(told instanceof EngineError);
  equal(told.sqlState, "53100");
});

Deno.test("openError() leaves alone what is about something else", () => {
  for (
    const error of [
      new Error("Cannot open it: a sentence of ours"),
      new EngineError("42601", "Cannot run statement: syntax error"),
    ]
  ) {
    equal(openError(directory, error), error);
  }
});
