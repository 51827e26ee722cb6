/**
 * Values as SQLite keeps them and as JavaScript sees them.
 *
 * @module
 */

/**
 * A value on its way in or out. Integers come back as `number` where that is exact, as `bigint`
 * beyond 2^53; `boolean` comes back only from a column declared so.
 */
export type SqliteValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array;

/** A column that a statement returns. */
export interface SqliteColumn {
  /** Name after `AS`, or what SQLite makes up. */
  readonly name: string;
  /** Declared type in lower case; `null` for an expression. */
  readonly type: string | null;
}
