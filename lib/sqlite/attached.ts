/**
 * The functions of one connection.
 *
 * @module
 */

import type { Database } from "./database.ts";
import { resultCode, SqliteError } from "./error.ts";
import type { ConnectionFunctions, ScalarFunction } from "./function_types.ts";
import type { InlineGuard } from "./inline_guard.ts";
import type { SqliteValue } from "./value.ts";

const missing = /^(?:no such function: (.+)|unknown function: (.+)\(\))$/;

/** Who serves the connections of a thread. */
export interface AttachedHost {
  register(attached: Attached, name: string): boolean;
  unregister(attached: Attached): void;
  forget(attached: Attached): void;
  offThread(on: boolean): void;
}

/** See the top of the file. */
export class Attached implements ConnectionFunctions {
  context: unknown = undefined;
  record: SqliteValue[] | undefined;
  replay: SqliteValue[] | undefined;
  owner: unknown = undefined;
  guard: InlineGuard | undefined;
  /** Functions that the connection knows. */
  readonly registered = new Set<number>();
  #error: { readonly error: unknown } | undefined;
  readonly #host: AttachedHost;

  /**
   * @param host Whom it belongs to.
   * @param database The connection.
   * @param index Its number.
   */
  constructor(
    host: AttachedHost,
    readonly database: Database,
    readonly index: number,
  ) {
    this.#host = host;
  }

  pause(): void {
    const { handle, symbols } = this.database;
    if (
      this.guard?.overdue() === true ||
      symbols.sqlite3_is_interrupted?.(handle) === 1
    ) throw new SqliteError(resultCode.interrupt, "interrupted");
  }

  get failed(): boolean {
    return this.#error !== undefined;
  }

  takeError(): { readonly error: unknown } | undefined {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  /**
   * Keeps what a function threw, the first of several.
   *
   * @param error What it was.
   */
  fail(error: unknown): void {
    this.#error ??= { error };
  }

  supply(error: SqliteError): boolean {
    const match = missing.exec(error.message);
    const name = match?.[1] ?? match?.[2];
    return name !== undefined && this.#host.register(this, name);
  }

  offThread(on: boolean): void {
    this.#host.offThread(on);
  }

  unregister(): void {
    this.#host.unregister(this);
  }

  detach(): void {
    this.#host.forget(this);
  }
}

/**
 * Calls a function that may give something else the next time.
 *
 * @param entry The function.
 * @param args Its arguments.
 * @param attached The connection, which may know what it must give.
 * @returns What it gives.
 */
export function callVolatile(
  entry: ScalarFunction,
  args: readonly SqliteValue[],
  attached: Attached,
): SqliteValue {
  const { replay } = attached;
  const value = replay !== undefined && replay.length > 0
    ? replay.shift() as SqliteValue
    : entry.call(args, attached.context);
  attached.record?.push(value);
  return value;
}
