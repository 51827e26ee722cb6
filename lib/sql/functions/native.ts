/**
 * Small tools of the lists of definitions: calls of one function from the SQLite text of another.
 *
 * @module
 */

import type { Printed } from "./define.ts";

/** Prints SQLite's own expression. */
export type Print = (args: readonly Printed[]) => string;

/**
 * @param signature Name and argument types of a function of ours, written as where it is defined.
 * @returns Printer of a call of it.
 */
export function callOf(signature: string): Print {
  return (args) => `"${signature}"(${args.join(", ")})`;
}

/**
 * @param print SQLite's own expression, which repeats its arguments.
 * @param otherwise What to print when one of them is too dear to be repeated.
 * @returns Printer that chooses.
 */
export function whenSimple(print: Print, otherwise: Print): Print {
  return (args) =>
    args.every(({ simple }) => simple) ? print(args) : otherwise(args);
}

/**
 * @param state SQLSTATE.
 * @param message Message of ours; holds no quote.
 * @returns SQLite expression that fails.
 */
export function failure(state: string, message: string): string {
  return `pg_error('${state}', '${message}')`;
}
