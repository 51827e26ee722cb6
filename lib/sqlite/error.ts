/**
 * Result codes (https://sqlite.org/rescode.html) and the error that carries them.
 *
 * @module
 */

/** Result codes this program acts on. */
export const resultCode = {
  ok: 0,
  error: 1,
  permission: 3,
  abort: 4,
  busy: 5,
  locked: 6,
  noMemory: 7,
  readOnly: 8,
  interrupt: 9,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  schema: 17,
  tooBig: 18,
  constraint: 19,
  mismatch: 20,
  authorization: 23,
  range: 25,
  notADatabase: 26,
  row: 100,
  done: 101,

  ioErrorFsync: 10 | (4 << 8),
  ioErrorDirectoryFsync: 10 | (5 << 8),
  constraintCheck: 19 | (1 << 8),
  constraintForeignKey: 19 | (3 << 8),
  constraintNotNull: 19 | (5 << 8),
  constraintPrimaryKey: 19 | (6 << 8),
  constraintTrigger: 19 | (7 << 8),
  constraintUnique: 19 | (8 << 8),
  constraintRowId: 19 | (10 << 8),
  constraintDatatype: 19 | (12 << 8),
} as const;

/** A call of SQLite that failed. */
export class SqliteError extends Error {
  override name = "SqliteError";

  /**
   * @param extendedCode Extended result code; its low byte is the primary one.
   * @param message SQLite's own words, which may quote the statement: not for a log or a client.
   */
  constructor(readonly extendedCode: number, message: string) {
    super(message);
  }

  /** Primary result code. */
  get code(): number {
    return this.extendedCode & 0xff;
  }
}
