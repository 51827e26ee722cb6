/**
 * Turns what the SQL pipeline throws into what doors understand.
 *
 * @module
 */

import { EngineError } from "../engine.ts";
import { SqlError, type SqlErrorFields } from "../../sql/error.ts";

/**
 * @param error What was thrown.
 * @returns The same as an {@linkcode EngineError} where it speaks of SQL; otherwise unchanged.
 */
export function toClientError(error: unknown): unknown {
  if (error instanceof SqlError) {
    return new EngineError(error.sqlState, error.message, {
      cause: error,
      fields: error.fields,
    });
  }
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return new EngineError("54001", "stack depth limit exceeded", {
      cause: error,
    });
  }
  return error;
}

/**
 * @param error What was thrown.
 * @param where Line to add to its context.
 * @returns The error with the context.
 */
export function inContext(error: unknown, where: string): unknown {
  const known = toClientError(error);
  if (!(known instanceof EngineError)) return known;
  const before = known.fields.where;
  const fields: SqlErrorFields = {
    ...known.fields,
    where: before === undefined ? where : `${before}\n${where}`,
  };
  return new EngineError(known.sqlState, known.message, {
    cause: known.cause,
    fields,
    ...(known.constraint === undefined ? {} : { constraint: known.constraint }),
  });
}

/** @returns What a statement is told that was cancelled. */
export function canceled(): EngineError {
  return new EngineError("57014", "canceling statement due to user request");
}

/** @returns What a statement is told that took too long. */
export function timedOut(): EngineError {
  return new EngineError(
    "57014",
    "canceling statement due to statement timeout",
  );
}
