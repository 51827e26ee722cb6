/**
 * Says in PostgreSQL's terms why SQLite failed (PostgreSQL manual, appendix A).
 *
 * SQLite's words may quote what the client sent. Only names of tables, columns and constraints are
 * taken from them; everything else is said anew.
 *
 * @module
 */

import { InterruptedError } from "../../sqlite/interruption.ts";
import { resultCode, SqliteError } from "../../sqlite/error.ts";
import { EngineError } from "../engine.ts";

const fixed: ReadonlyMap<number, readonly [sqlState: string, text: string]> =
  new Map([
    [resultCode.permission, ["42501", "the file system denied access"]],
    [resultCode.busy, ["55P03", "another program holds the database file"]],
    [resultCode.locked, ["55P03", "the table is in use"]],
    [resultCode.noMemory, ["53200", "out of memory"]],
    [resultCode.readOnly, ["25006", "the database cannot be written"]],
    [resultCode.interrupt, ["57014", "it was cancelled"]],
    [resultCode.ioError, ["58030", "reading or writing the disk failed"]],
    [resultCode.corrupt, ["XX001", "the database file is damaged"]],
    [resultCode.notADatabase, ["XX001", "the file is not a database"]],
    [resultCode.full, ["53100", "the disk is full"]],
    [resultCode.cannotOpen, ["58030", "a file cannot be opened"]],
    [resultCode.tooBig, ["54000", "value or row is too large"]],
    [resultCode.mismatch, [
      "22003",
      "a value is out of range or of no SQL type",
    ]],
    [resultCode.range, ["08P01", "the number of values is not that of $n"]],
    [resultCode.authorization, ["42501", "not allowed"]],
  ]);

/** What SQLite says of a text that it cannot compile or run; `$1` is a name of the schema. */
const worded: readonly (readonly [RegExp, string, string])[] = [
  [/^no such table: (.+)$/, "42P01", 'table "$1" does not exist'],
  [/^no such column: (.+)$/, "42703", 'column "$1" does not exist'],
  [
    /^table (.+) has no column named (.+)$/,
    "42703",
    'table "$1" has no column "$2"',
  ],
  [/^ambiguous column name: (.+)$/, "42702", 'column "$1" is ambiguous'],
  [/^duplicate column name: (.+)$/, "42701", 'column "$1" is named twice'],
  [/^no such function: (.+)$/, "42883", 'function "$1" does not exist'],
  [
    /^wrong number of arguments to function (\w+)/,
    "42883",
    'function "$1" does not take so many arguments',
  ],
  [/^(?:table|view) (.+) already exists$/, "42P07", '"$1" exists already'],
  [/^index (.+) already exists$/, "42P07", '"$1" exists already'],
  [/^there is already .* named (.+)$/, "42P07", '"$1" exists already'],
  [/^no such (?:index|trigger|view): (.+)$/, "42704", '"$1" does not exist'],
  [/^misuse of /, "42803", "an aggregate or window function is misplaced"],
  [/^foreign key mismatch/, "42830", "a foreign key does not fit its target"],
  [/^integer overflow/, "22003", "integer out of range"],
  [/^malformed JSON/, "22P02", "a value is not JSON"],
  [
    /^(?:parser stack|Expression tree|too many|at most)/,
    "54000",
    "the statement is too complex",
  ],
  [
    /^near "(\w+|[^\w"'])": syntax error$/,
    "42601",
    'syntax error at or near "$1"',
  ],
  [
    /syntax error|unrecognized token|incomplete input|values for|number of/,
    "42601",
    "syntax error",
  ],
];

/**
 * Turns whatever a statement threw into an {@linkcode EngineError}.
 *
 * @param error What was thrown.
 * @returns The same failure in PostgreSQL's terms.
 */
export function toEngineError(error: unknown): unknown {
  if (!(error instanceof SqliteError)) return error;
  if (error instanceof InterruptedError && error.reason === "timeout") {
    return failure("57014", "it ran longer than its time limit");
  }
  if (error.code === resultCode.constraint) return constraintError(error);
  const known = fixed.get(error.code);
  if (known !== undefined) return failure(...known);
  for (const [pattern, sqlState, text] of worded) {
    const match = pattern.exec(error.message);
    if (match !== null) {
      return failure(
        sqlState,
        text.replace(/\$(\d)/g, (_, n) => match[Number(n)] ?? ""),
      );
    }
  }
  return failure(
    "XX000",
    `the database refused it (SQLite result ${error.extendedCode})`,
  );
}

/**
 * Tells whether the disk may have lost what it was told to keep. Asking again would succeed and
 * mean nothing, so the program must end (PostgreSQL does the same).
 *
 * @param error What a commit or checkpoint threw.
 * @returns Whether it was a failed fsync.
 */
export function isSyncFailure(error: unknown): boolean {
  return error instanceof SqliteError &&
    (error.extendedCode === resultCode.ioErrorFsync ||
      error.extendedCode === resultCode.ioErrorDirectoryFsync);
}

/**
 * Tells whether the disk refused to take something, which may pass: it was full, say.
 *
 * @param error What a write threw.
 * @returns Whether other writes are likely to fail too.
 */
export function isWriteRefusal(error: unknown): boolean {
  return error instanceof EngineError &&
    ["25006", "53100", "58030"].includes(error.sqlState);
}

/** @returns The reason why nothing can be promised any more. */
export function storageFailed(): EngineError {
  return new EngineError(
    "58030",
    "Cannot use the database: the disk failed to keep what was written, start again",
  );
}

/** @returns What a statement is told that comes after the end began, or outlasts it. */
export function closing(): EngineError {
  return new EngineError(
    "57P01",
    "Cannot run statement: the database is closing",
  );
}

function failure(sqlState: string, reason: string): EngineError {
  return new EngineError(sqlState, `Cannot run statement: ${reason}`);
}

function constraintError(
  { extendedCode, message }: SqliteError,
): EngineError {
  const violated = /constraint failed: (?:index ')?(.+?)'?$/.exec(message)?.[1];
  const constraint = violated === undefined ? {} : { constraint: violated };
  switch (extendedCode) {
    case resultCode.constraintUnique:
    case resultCode.constraintPrimaryKey:
    case resultCode.constraintRowId:
      return new EngineError(
        "23505",
        `Cannot write row: "${violated}" must be unique`,
        constraint,
      );
    case resultCode.constraintForeignKey:
      return new EngineError(
        "23503",
        "Cannot write row: a foreign key would point nowhere",
        constraint,
      );
    case resultCode.constraintNotNull:
      return new EngineError(
        "23502",
        `Cannot write row: "${violated}" must not be null`,
        constraint,
      );
    case resultCode.constraintCheck:
      return new EngineError(
        "23514",
        "Cannot write row: a check constraint is violated",
        constraint,
      );
    case resultCode.constraintDatatype:
      return new EngineError(
        "42804",
        "Cannot write row: a value has not the type of its column",
      );
    case resultCode.constraintTrigger:
      return new EngineError("P0001", "Cannot write row: a trigger refused it");
    default:
      return new EngineError(
        "23000",
        "Cannot write row: a constraint is violated",
        constraint,
      );
  }
}

/**
 * Says why SQLite refused a text that was printed from a plan.
 *
 * @param known The error in PostgreSQL's terms.
 * @param error What SQLite threw.
 * @returns 54000 where a limit is known; its own words where nothing is, for the text is ours and they tell
 *   nothing but names.
 */
export function refusedText(known: unknown, error: unknown): unknown {
  if (
    !(known instanceof EngineError) || known.sqlState !== "XX000" ||
    !(error instanceof SqliteError)
  ) return known;
  if (/^variable number must be|^too many SQL variables/.test(error.message)) {
    return new EngineError(
      "54000",
      "statement has too many values",
      { fields: { hint: "Use COPY, or an array: column = ANY ($1)." } },
    );
  }
  return new EngineError("XX000", `statement cannot run: ${error.message}`);
}
