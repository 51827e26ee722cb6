/**
 * What a client is told of an error.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
import { EngineError } from "../engine/engine.ts";
import { SqlError, type SqlErrorFields } from "../sql/error.ts";
import type { Report } from "./backend_messages.ts";

const noFields: SqlErrorFields = {};

/** An error of the engine may bring the fields of the SQL error that it was. */
function fieldsOf(error: EngineError): SqlErrorFields {
  const { fields } = error as EngineError & { fields?: SqlErrorFields };
  const { constraint } = error;
  if (fields !== undefined) {
    return fields.constraint === undefined && constraint !== undefined
      ? { ...fields, constraint }
      : fields;
  }
  return constraint === undefined ? noFields : { constraint };
}

/**
 * Turns an error into a report. What is not meant for clients becomes XX000 without its particulars.
 *
 * @param error What was thrown.
 * @param severity `ERROR` or `FATAL`.
 * @returns The report.
 */
export function reportOf(error: unknown, severity: "ERROR" | "FATAL"): Report {
  if (error instanceof SqlError) {
    const { sqlState, message, fields } = error;
    return { severity, sqlState, message, fields };
  }
  if (error instanceof EngineError) {
    const { sqlState, message } = error;
    return { severity, sqlState, message, fields: fieldsOf(error) };
  }
  if (error instanceof Problem) {
    const { message } = error;
    return { severity, sqlState: "XX000", message, fields: noFields };
  }
  return {
    severity,
    sqlState: "XX000",
    message: "internal error",
    fields: noFields,
  };
}

/**
 * @param error What was thrown.
 * @returns Whether it is a fault of this program.
 */
export function isInternal(error: unknown): boolean {
  return !(error instanceof SqlError || error instanceof EngineError ||
    error instanceof Problem);
}
