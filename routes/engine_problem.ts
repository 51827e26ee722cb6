/**
 * What a failure of the database means to the caller of a route.
 *
 * @module
 */

import { Problem } from "../lib/base/problem.ts";
import { EngineError } from "../lib/engine/engine.ts";

/**
 * Turns the failures that a caller can do something about into a `Problem`.
 *
 * @param error What a handler threw.
 * @returns The problem; `undefined` when it is a fault of ours.
 */
export function engineProblem(error: unknown): Problem | undefined {
  if (!(error instanceof EngineError)) return undefined;
  const { sqlState } = error;
  // PostgreSQL manual, appendix A: 57014 query_canceled; class 53 insufficient resources, of which
  // 53100 is a full disk; class 58 system error; 57P01 admin shutdown; 40001 serialization failure.
  if (sqlState === "57014") {
    return new Problem(
      "statement_timeout",
      "Cannot answer: the database took too long",
      { cause: error },
    );
  }
  if (sqlState === "53100" || sqlState.startsWith("58")) {
    return new Problem(
      "storage_failed",
      "Cannot answer: the database cannot be written",
      { cause: error },
    );
  }
  if (
    sqlState.startsWith("53") || sqlState === "57P01" || sqlState === "40001"
  ) {
    return new Problem(
      "server_busy",
      "Cannot answer now: the database is busy, try again",
      {
        cause: error,
        retryAfter: 1,
      },
    );
  }
  return undefined;
}
