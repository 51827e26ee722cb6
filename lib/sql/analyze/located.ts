/**
 * Where in the text an error is to blame.
 *
 * The parser counts bytes, PostgreSQL reports characters, and whoever finds a fault seldom has the text
 * at hand. So errors carry the byte offset until they leave the compiler, which turns it into a position.
 *
 * @module
 */

import { SqlError, type SqlErrorFields } from "../error.ts";
import type { StatementState } from "./scope.ts";

/** An error that knows the byte offset of what is to blame. */
export class LocatedError extends SqlError {
  override name = "SqlError";

  /**
   * @param sqlState See {@linkcode SqlError}.
   * @param message See {@linkcode SqlError}.
   * @param location Byte offset from 0.
   * @param fields See {@linkcode SqlError}.
   */
  constructor(
    sqlState: string,
    message: string,
    readonly location: number,
    fields: SqlErrorFields = {},
  ) {
    super(sqlState, message, fields);
  }
}

/**
 * @param sqlState Five characters.
 * @param message First sentence.
 * @param location Byte offset that the parser gave; nothing or -1 when it is not known.
 * @param fields The other fields.
 * @returns The error, located if that is possible.
 */
export function errorAt(
  sqlState: string,
  message: string,
  location?: number | undefined,
  fields: SqlErrorFields = {},
): SqlError {
  return location === undefined || location < 0
    ? new SqlError(sqlState, message, fields)
    : new LocatedError(sqlState, message, location, fields);
}

/**
 * @param feature What is refused.
 * @param location Byte offset.
 * @returns Error `0A000` that names it.
 */
export function notSupportedAt(
  feature: string,
  location?: number | undefined,
): SqlError {
  return errorAt("0A000", `${feature} is not supported`, location);
}

/**
 * Blames a place for errors that do not know theirs.
 *
 * @param location Byte offset; nothing or -1 when it is not known.
 * @param run What may throw.
 * @returns What `run` returns.
 */
export function within<T>(location: number | undefined, run: () => T): T {
  if (location === undefined || location < 0) return run();
  try {
    return run();
  } catch (error) {
    if (
      !(error instanceof SqlError) || error instanceof LocatedError ||
      error.fields.position !== undefined
    ) throw error;
    throw new LocatedError(
      error.sqlState,
      error.message,
      location,
      error.fields,
    );
  }
}

/**
 * Resolves what comes from another text than the statement's (a view, a policy, a default, the body of a
 * function): its literals are part of the plan, and its offsets mean nothing to the client.
 *
 * @param state The statement's state.
 * @param run Resolves it.
 * @returns What `run` returns.
 */
export function inOtherText<T>(state: StatementState, run: () => T): T {
  state.otherText = (state.otherText ?? 0) + 1;
  try {
    return run();
  } catch (error) {
    if (!(error instanceof LocatedError)) throw error;
    throw new SqlError(error.sqlState, error.message, error.fields);
  } finally {
    state.otherText -= 1;
  }
}

/**
 * @param text The statement's text.
 * @param byteOffset Offset in its UTF-8 form.
 * @returns Character (not UTF-16 unit) from 1.
 */
export function positionOf(text: string, byteOffset: number): number {
  let bytes = 0;
  let characters = 0;
  for (const character of text) {
    if (bytes >= byteOffset) break;
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    characters += 1;
  }
  return characters + 1;
}

/**
 * Gives an error its position, at the edge of the compiler.
 *
 * @param error What was thrown.
 * @param text The text whose offsets it holds.
 * @returns An error without offsets; anything else unchanged, save that running out of stack becomes 54001.
 */
export function withPosition(error: unknown, text: string): unknown {
  if (error instanceof LocatedError) {
    return new SqlError(error.sqlState, error.message, {
      ...error.fields,
      position: positionOf(text, error.location),
    });
  }
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return tooDeep();
  }
  return error;
}

/** @returns Error of a statement that is nested too deeply. */
export function tooDeep(): SqlError {
  return new SqlError("54001", "stack depth limit exceeded", {
    hint:
      'Increase the configuration parameter "max_stack_depth" (currently 2048kB), after ensuring the platform\'s stack depth limit is adequate.',
  });
}
