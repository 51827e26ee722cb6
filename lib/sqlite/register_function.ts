/**
 * Tells SQLite of functions and collations that callbacks serve.
 *
 * @module
 */

import type {
  AggregateFunction,
  Collation,
  ScalarFunction,
} from "./function_types.ts";
import type { SqliteSymbols } from "./symbols.ts";

// https://sqlite.org/c3ref/c_deterministic.html
const utf8 = 1;
const deterministic = 0x0000_0800;
const innocuous = 0x0020_0000;

const encoder = new TextEncoder();

/** Callbacks of a function. */
export type FunctionCallbacks =
  | { readonly scalar: Deno.PointerValue }
  | {
    readonly step: Deno.PointerValue;
    readonly inverse: Deno.PointerValue;
    readonly value: Deno.PointerValue;
    readonly final: Deno.PointerValue;
  };

/**
 * Registers a function with one connection.
 *
 * @param symbols The library.
 * @param handle The connection.
 * @param entry The function.
 * @param data What its callbacks are told.
 * @param callbacks Its callbacks.
 * @returns Result code.
 */
export function registerFunction(
  symbols: SqliteSymbols,
  handle: Deno.PointerObject,
  entry: ScalarFunction | AggregateFunction,
  data: bigint,
  callbacks: FunctionCallbacks,
): number {
  const flags = utf8 | innocuous | (entry.deterministic ? deterministic : 0);
  const name = cString(entry.name);
  return "scalar" in callbacks
    ? symbols.sqlite3_create_function_v2(
      handle,
      name,
      -1,
      flags,
      data,
      callbacks.scalar,
      null,
      null,
      null,
    )
    : symbols.sqlite3_create_window_function(
      handle,
      name,
      -1,
      flags,
      data,
      callbacks.step,
      callbacks.final,
      callbacks.value,
      callbacks.inverse,
      null,
    );
}

/**
 * Registers a collation with one connection.
 *
 * @param symbols The library.
 * @param handle The connection.
 * @param collation The collation.
 * @param data What its callback is told.
 * @param compare Its callback.
 * @returns Result code.
 */
export function registerCollation(
  symbols: SqliteSymbols,
  handle: Deno.PointerObject,
  collation: Collation,
  data: bigint,
  compare: Deno.PointerValue,
): number {
  return symbols.sqlite3_create_collation_v2(
    handle,
    cString(collation.name),
    utf8,
    data,
    compare,
    null,
  );
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${text}\0`);
}
