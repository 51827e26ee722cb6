/**
 * What a client is told of an error.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
import { EngineError } from "../engine/engine.ts";
import { SqlError, type SqlErrorFields } from "../sql/error.ts";
import type { QueryStatement } from "../sql/mysql/dialect.ts";
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

/** Errors for which IGNORE leaves a row out. */
const ofOneRow: ReadonlySet<number> = new Set([1062, 1452]);

/**
 * Tells whether IGNORE makes a warning of an error. Where a statement has several rows, leaving out the
 * one alone cannot be done, and leaving out all would lose rows without a word: the error stays.
 *
 * @param error Error of the statement.
 * @param statement A statement with IGNORE.
 */
export function isIgnored(
  { errno }: MysqlError,
  { nodes, answer }: QueryStatement,
): boolean {
  const node = nodes[answer];
  if (node === undefined || !("InsertStmt" in node)) return false;
  const source = node.InsertStmt.selectStmt;
  return source !== undefined && "SelectStmt" in source &&
    source.SelectStmt.valuesLists?.length === 1 && ofOneRow.has(errno);
}
