/**
 * Values of the session that a statement reads, bound when it runs.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import { localTimestamp } from "../../sql/functions/date_time.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import type { SessionValue } from "../../sql/tree.ts";

/**
 * @param value Which value.
 * @param context The session, as far as functions see it.
 * @returns Its value.
 * @throws {SqlError} 42704 for a setting that nobody made.
 */
export function sessionValue(
  value: SessionValue["value"],
  context: EvalContext,
): Datum {
  switch (value.name) {
    case "transaction_timestamp":
      return context.transactionTime;
    case "statement_timestamp":
      return context.statementTime;
    case "localtimestamp":
      return localTimestamp([context.transactionTime], context);
    case "time_zone":
      return context.timeZone;
    case "setting": {
      const text = context.setting(value.setting);
      if (text !== undefined || value.missingOk) return text ?? null;
      throw new SqlError(
        "42704",
        `unrecognized configuration parameter "${value.setting}"`,
      );
    }
    default:
      // Dates depend on the time zone, names on the role and the search path.
      return context.services.call(value.name, []);
  }
}
