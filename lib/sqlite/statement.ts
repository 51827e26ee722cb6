/**
 * One prepared statement of one connection.
 *
 * Parameters are written `$1`, `$2`, …. To SQLite `$1` is a name, not a number, and it numbers names
 * in the order they appear; the mapping is made here, once.
 *
 * @module
 */

import { bindValue } from "./bind.ts";
import { resultCode, SqliteError } from "./error.ts";
import { firstWord } from "./first_word.ts";
import { readRow } from "./row.ts";
import { ownText, type SqliteSymbols } from "./symbols.ts";
import type { SqliteColumn, SqliteValue } from "./value.ts";

/** `SQLITE_STMTSTATUS_REPREPARE`: how often SQLite compiled the text again by itself. */
const reprepareCount = 5;

/** Statements that count the rows they write. */
const counting = new Set(["INSERT", "REPLACE", "UPDATE", "DELETE", "WITH"]);

/** A compiled statement; made by `Database.prepare`, which also gives it up. */
export class Statement {
  /** SQL text. */
  readonly sql: string;
  /** First word of the text in upper case. */
  readonly word: string;
  /** Whether it changes nothing in the database. */
  readonly readOnly: boolean;
  /** Whether it is an INSERT, UPDATE or DELETE, which count the rows they write. */
  readonly changesRows: boolean;
  /** Highest `$n` of the text, that is the number of values it needs. */
  readonly parameterCount: number;
  /** SQLite's own handle. */
  readonly handle: Deno.PointerObject;
  /** Whether it was given up and must not be used any more. */
  finalized = false;
  /** At `i`, the text that is bound to SQLite's parameter `i + 1`, as far as that is known. */
  readonly texts: (string | undefined)[] = [];
  readonly #symbols: SqliteSymbols;
  /** At `i`, the `n` of SQLite's parameter `i + 1`. */
  readonly #numbers: readonly number[];
  #columns: readonly SqliteColumn[];
  #prepared: number;

  /**
   * @param symbols The library.
   * @param handle What `sqlite3_prepare_v3` gave.
   * @param sql The text it was given.
   * @param numbered Whether its parameters are `?1`, `?2`, … rather than `$1`, `$2`, ….
   * @throws {SqliteError} When a parameter is not of the form `$1`.
   */
  constructor(
    symbols: SqliteSymbols,
    handle: Deno.PointerObject,
    sql: string,
    numbered = false,
  ) {
    this.#symbols = symbols;
    this.handle = handle;
    this.sql = sql;
    this.word = firstWord(sql);
    this.readOnly = symbols.sqlite3_stmt_readonly(handle) !== 0;
    this.changesRows = !this.readOnly && counting.has(this.word);
    this.#numbers = readNumbers(symbols, handle, numbered);
    // Not all at once: there may be more than a call takes arguments.
    this.parameterCount = this.#numbers.reduce(
      (most, number) => Math.max(most, number),
      0,
    );
    this.#columns = readColumns(symbols, handle);
    this.#prepared = 0;
  }

  /** Columns of its rows; empty when it returns none. */
  get columns(): readonly SqliteColumn[] {
    return this.#columns;
  }

  /**
   * Binds the values of `$1`, `$2`, …; the statement must be reset.
   *
   * @param values One value for each, no more and no less.
   */
  bind(values: readonly SqliteValue[]): void {
    if (values.length !== this.parameterCount) {
      throw new SqliteError(
        resultCode.range,
        `${this.parameterCount} parameters needed, ${values.length} given`,
      );
    }
    this.texts.length = 0;
    for (let i = 0; i < this.#numbers.length; i++) {
      const n = this.#numbers[i] as number;
      bindValue(
        this.#symbols,
        this.handle,
        i + 1,
        values[n - 1] as SqliteValue,
      );
    }
  }

  /**
   * Runs up to the next row, on this thread.
   *
   * @returns `row`, `done` or the extended code of a failure.
   */
  step(): number {
    return this.#symbols.sqlite3_step(this.handle);
  }

  /**
   * Runs up to the next row, on another thread.
   *
   * @returns As {@linkcode Statement.step}.
   */
  stepOffThread(): Promise<number> {
    return this.#symbols.sqlite3_stepOffThread(this.handle);
  }

  /**
   * @param columns What to take its columns for, if not for what they are.
   * @returns The row that the last step gave.
   */
  row(columns: readonly SqliteColumn[] = this.#columns): SqliteValue[] {
    return readRow(this.#symbols, this.handle, columns);
  }

  /** Looks at the columns again if the schema changed under the statement; call after a step. */
  refresh(): void {
    const prepared = this.#symbols.sqlite3_stmt_status(
      this.handle,
      reprepareCount,
      0,
    );
    if (prepared !== this.#prepared) {
      this.#prepared = prepared;
      this.#columns = readColumns(this.#symbols, this.handle);
    }
  }

  /** Makes it ready to run again and forgets the values. */
  reset(): void {
    this.#symbols.sqlite3_reset(this.handle);
    this.texts.length = 0;
    // Not sqlite3_clear_bindings: it makes SQLite plan anew whatever once looked at a value.
    for (let i = 1; i <= this.#numbers.length; i++) {
      this.#symbols.sqlite3_bind_null(this.handle, i);
    }
  }

  /**
   * Forgets one value; the statement must be reset.
   *
   * @param index SQLite's number of the parameter less one.
   */
  forget(index: number): void {
    this.texts[index] = undefined;
    this.#symbols.sqlite3_bind_null(this.handle, index + 1);
  }

  /** Makes it ready to run again and keeps the values. */
  rewind(): void {
    this.#symbols.sqlite3_reset(this.handle);
  }

  /** Gives it up; it must not be used any more. */
  finalize(): void {
    this.finalized = true;
    this.#symbols.sqlite3_finalize(this.handle);
  }
}

function readNumbers(
  symbols: SqliteSymbols,
  handle: Deno.PointerObject,
  numbered: boolean,
): number[] {
  const count = symbols.sqlite3_bind_parameter_count(handle);
  return Array.from({ length: count }, (_, i) => {
    if (numbered) return i + 1;
    const name = ownText(symbols.sqlite3_bind_parameter_name(handle, i + 1));
    const number = /^\$([1-9][0-9]{0,4})$/.exec(name ?? "")?.[1];
    if (number === undefined) {
      throw new SqliteError(
        resultCode.error,
        "syntax error: parameters must be written $1, $2, …",
      );
    }
    return Number(number);
  });
}

function readColumns(
  symbols: SqliteSymbols,
  handle: Deno.PointerObject,
): readonly SqliteColumn[] {
  const count = symbols.sqlite3_column_count(handle);
  return Object.freeze(Array.from({ length: count }, (_, i) =>
    Object.freeze({
      name: ownText(symbols.sqlite3_column_name(handle, i)) ?? "",
      type: ownText(symbols.sqlite3_column_decltype(handle, i))
        ?.toLowerCase() ?? null,
    })));
}
