/**
 * SQL functions, aggregates and collations that are written in JavaScript.
 *
 * One host serves all connections of a thread with five callbacks in all; which function of which
 * connection is meant comes with each call as a number. Functions are registered with a connection
 * when a statement first names them, so that many functions and many connections cost nothing.
 *
 * @module
 */

import {
  argumentsAreLong,
  argumentsHadReal,
  argumentsTakeTime,
  giveError,
  giveInterrupt,
  giveResult,
  isLong,
  readArguments,
  readText,
} from "./callback_value.ts";
import {
  collationDefinition,
  finalDefinition,
  scalarDefinition,
} from "./callback_definitions.ts";
import { takeOut } from "./take_out.ts";
import { Attached, type AttachedHost, callVolatile } from "./attached.ts";
import type { Database } from "./database.ts";
import { resultCode, SqliteError } from "./error.ts";
import type {
  AggregateFunction,
  Collation,
  ConnectionFunctions,
  FunctionLibrary,
  ScalarFunction,
} from "./function_types.ts";
import { registerCollation, registerFunction } from "./register_function.ts";
import type { SqliteSymbols } from "./symbols.ts";

/** Bits of the number that come from the function; the rest is the connection. */
const functionBits = 16;
const functionMask = (1 << functionBits) - 1;

/** See the top of the file. */
export class FunctionHost implements AttachedHost {
  readonly #symbols: SqliteSymbols;
  readonly #library: FunctionLibrary;
  readonly #functions: (ScalarFunction | AggregateFunction)[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #connections: (Attached | undefined)[] = [];
  readonly #aggregates = new Map<number, unknown>();
  #calling: Attached | undefined;
  readonly #scalar: Deno.UnsafeCallback<typeof scalarDefinition>;
  readonly #step: Deno.UnsafeCallback<typeof scalarDefinition>;
  readonly #inverse: Deno.UnsafeCallback<typeof scalarDefinition>;
  readonly #final: Deno.UnsafeCallback<typeof finalDefinition>;
  readonly #value: Deno.UnsafeCallback<typeof finalDefinition>;
  readonly #compare: Deno.UnsafeCallback<typeof collationDefinition>;

  /**
   * @param symbols The library.
   * @param library What can be called.
   */
  constructor(symbols: SqliteSymbols, library: FunctionLibrary) {
    this.#symbols = symbols;
    this.#library = library;
    this.#scalar = new Deno.UnsafeCallback(
      scalarDefinition,
      (call, count, values) => this.#callScalar(call, count, values),
    );
    this.#step = new Deno.UnsafeCallback(
      scalarDefinition,
      (call, count, values) => this.#advance(call, count, values, false),
    );
    this.#inverse = new Deno.UnsafeCallback(
      scalarDefinition,
      (call, count, values) => this.#advance(call, count, values, true),
    );
    this.#final = new Deno.UnsafeCallback(
      finalDefinition,
      (call) => this.#finish(call, true),
    );
    this.#value = new Deno.UnsafeCallback(
      finalDefinition,
      (call) => this.#finish(call, false),
    );
    this.#compare = new Deno.UnsafeCallback(
      collationDefinition,
      (which, leftLength, left, rightLength, right) =>
        this.#collate(which, leftLength, left, rightLength, right),
    );
  }

  /** The connection whose statement is inside a call at this moment. */
  get calling(): ConnectionFunctions | undefined {
    return this.#calling;
  }

  /**
   * Serves a connection: registers its collations now and functions when they are needed.
   *
   * @param database The connection; its statements are compiled with what this offers from now on.
   * @returns Its functions.
   */
  attach(database: Database): ConnectionFunctions {
    let index = this.#connections.indexOf(undefined);
    if (index < 0) index = this.#connections.length;
    const attached = new Attached(this, database, index);
    this.#connections[index] = attached;
    for (const [i, collation] of this.#library.collations.entries()) {
      database.check(registerCollation(
        this.#symbols,
        database.handle,
        collation,
        BigInt(index * (functionMask + 1) + i),
        this.#compare.pointer,
      ));
    }
    database.functions = attached;
    return attached;
  }

  /**
   * Registers one function with one connection.
   *
   * @param attached The connection.
   * @param name Name of the function.
   * @returns Whether there is such a function.
   */
  register(attached: Attached, name: string): boolean {
    const index = this.#indexOf(name);
    // What is registered and not found all the same will not be found the next time.
    if (index === undefined || attached.registered.has(index)) return false;
    attached.registered.add(index);
    const entry = this.#functions[index] as ScalarFunction | AggregateFunction;
    const { database } = attached;
    database.check(
      registerFunction(
        this.#symbols,
        database.handle,
        entry,
        BigInt(attached.index * (functionMask + 1) + index),
        "call" in entry ? { scalar: this.#scalar.pointer } : {
          step: this.#step.pointer,
          inverse: this.#inverse.pointer,
          value: this.#value.pointer,
          final: this.#final.pointer,
        },
      ),
    );
    return true;
  }

  /**
   * Takes functions and collations out of a connection, no statement of which is left.
   *
   * @param attached The connection.
   */
  unregister(attached: Attached): void {
    takeOut(
      this.#symbols,
      attached.database.handle,
      Array.from(attached.registered, (i) => this.#functions[i]!.name),
      this.#library.collations.map(({ name }) => name),
    );
    attached.registered.clear();
  }

  /**
   * @param attached A connection that will be closed.
   */
  forget(attached: Attached): void {
    this.#connections[attached.index] = undefined;
  }

  /**
   * @param on Whether a statement begins to run on another thread, or ends.
   */
  offThread(on: boolean): void {
    for (
      const callback of [
        this.#scalar,
        this.#step,
        this.#inverse,
        this.#final,
        this.#value,
        this.#compare,
      ]
    ) {
      // Only a referenced callback wakes the event loop when another thread calls it.
      if (on) callback.ref();
      else callback.unref();
    }
  }

  /** Frees the callbacks; every connection must be closed. */
  close(): void {
    this.#scalar.close();
    this.#step.close();
    this.#inverse.close();
    this.#final.close();
    this.#value.close();
    this.#compare.close();
  }

  #indexOf(name: string): number | undefined {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const entry = this.#library.find(name);
    if (entry === undefined || this.#functions.length > functionMask) {
      return undefined;
    }
    this.#functions.push(entry);
    this.#indexes.set(name, this.#functions.length - 1);
    return this.#functions.length - 1;
  }

  // Nothing may be thrown out of a callback: it would end the program.

  #callScalar(call: bigint, count: number, values: bigint): void {
    const symbols = this.#symbols;
    const data = symbols.sqlite3_user_data(call);
    const attached = this.#connections[data >>> functionBits] as Attached;
    const caller = this.#calling;
    this.#calling = attached;
    try {
      const entry = this.#functions[data & functionMask] as ScalarFunction;
      const args = readArguments(symbols, count, values, entry.strict);
      if (args === undefined) return;
      if (argumentsAreLong() && attached.guard?.giveUp()) {
        giveInterrupt(symbols, call);
        return;
      }
      if (argumentsTakeTime()) attached.pause();
      const { real } = entry;
      // Asked now: the call may run functions itself.
      const sawReal = real === "like arguments" && argumentsHadReal();
      const value = entry.volatile
        ? callVolatile(entry, args, attached)
        : entry.call(args, attached.context);
      if (!entry.volatile && isLong(value) && attached.guard?.giveUp()) {
        giveInterrupt(symbols, call);
        return;
      }
      giveResult(
        symbols,
        call,
        value,
        typeof real === "boolean"
          ? real
          : typeof real === "function"
          ? real(args[0])
          : sawReal,
      );
    } catch (error) {
      this.#fail(attached, call, error);
    } finally {
      this.#calling = caller;
    }
  }

  #advance(
    call: bigint,
    count: number,
    values: bigint,
    inverse: boolean,
  ): void {
    const symbols = this.#symbols;
    const data = symbols.sqlite3_user_data(call);
    const attached = this.#connections[data >>> functionBits] as Attached;
    const caller = this.#calling;
    this.#calling = attached;
    try {
      const entry = this.#functions[data & functionMask] as AggregateFunction;
      const args = readArguments(symbols, count, values, entry.strict);
      const key = Number(symbols.sqlite3_aggregate_context(call, 8));
      if (argumentsTakeTime()) attached.pause();
      let state = this.#aggregates.get(key);
      if (state === undefined) state = entry.init();
      if (args !== undefined) {
        state = inverse
          ? entry.inverse(state, args, attached.context)
          : entry.step(state, args, attached.context);
      }
      this.#aggregates.set(key, state);
    } catch (error) {
      this.#fail(attached, call, error);
    } finally {
      this.#calling = caller;
    }
  }

  #finish(call: bigint, end: boolean): void {
    const symbols = this.#symbols;
    const data = symbols.sqlite3_user_data(call);
    const attached = this.#connections[data >>> functionBits] as Attached;
    const caller = this.#calling;
    this.#calling = attached;
    try {
      const entry = this.#functions[data & functionMask] as AggregateFunction;
      // Nothing was allotted when no row came.
      const key = Number(symbols.sqlite3_aggregate_context(call, 0));
      const known = key === 0 ? undefined : this.#aggregates.get(key);
      if (end && key !== 0) this.#aggregates.delete(key);
      const state = known === undefined ? entry.init() : known;
      giveResult(
        symbols,
        call,
        entry.final(state, attached.context),
        entry.real === true,
      );
    } catch (error) {
      this.#fail(attached, call, error);
    } finally {
      this.#calling = caller;
    }
  }

  #collate(
    which: bigint,
    leftLength: number,
    left: bigint,
    rightLength: number,
    right: bigint,
  ): number {
    const data = Number(which);
    try {
      const collation = this.#library
        .collations[data & functionMask] as Collation;
      // A fraction would be cut to 0 on its way to SQLite.
      return Math.sign(collation.compare(
        readText(this.#symbols, left, leftLength),
        readText(this.#symbols, right, rightLength),
      ));
    } catch (error) {
      this.#connections[data >>> functionBits]?.fail(error);
      return 0;
    }
  }

  #fail(attached: Attached, call: bigint, error: unknown): void {
    if (error instanceof SqliteError && error.code === resultCode.interrupt) {
      giveInterrupt(this.#symbols, call);
      return;
    }
    attached.fail(error);
    giveError(
      this.#symbols,
      call,
      error instanceof Error ? error.message : "failed",
    );
  }
}
