/**
 * What a client is told of an error.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
import { EngineError } from "../engine/engine.ts";
import { SqlError, type SqlErrorFields } from "../sql/error.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import { type ErrorPlace, mysqlErrorOf } from "../sql/mysql/error_map.ts";

const noFields: SqlErrorFields = {};

/**
 * @param error What was thrown.
 * @param place Where.
 * @returns It in MySQL's terms; nothing for what is not meant for clients.
 */
export function mysqlErrorFrom(
  error: unknown,
  place: ErrorPlace,
): MysqlError | undefined {
  if (error instanceof MysqlError) return error;
  if (error instanceof SqlError) return mysqlErrorOf(error, place);
  if (error instanceof EngineError) {
    const { sqlState, message, constraint } = error;
    const { fields = noFields } = error as EngineError & {
      fields?: SqlErrorFields;
    };
    return mysqlErrorOf({ sqlState, message, constraint, fields }, place);
  }
  if (error instanceof Problem) {
    return new MysqlError(1105, "HY000", error.message);
  }
  return undefined;
}

/** @returns What is told of a fault of this program. */
export function internalError(): MysqlError {
  return new MysqlError(1105, "HY000", "internal error");
}

const warnings: ReadonlySet<number> = new Set([
  1048,
  1062,
  1264,
  1292,
  1364,
  1366,
  1406,
  1451,
  1452,
  3819,
]);

/**
 * @param error Error of a statement with IGNORE.
 * @returns Whether it is about data, so that it becomes a warning.
 */
export function canBeWarning({ errno }: MysqlError): boolean {
  return warnings.has(errno);
}
