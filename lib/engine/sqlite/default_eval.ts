/**
 * What functions see that statements of the engine's own call, when no session is behind them.
 *
 * @module
 */

import { epochMilliseconds } from "../../sql/types/date_time/calendar.ts";
import type { Clock } from "../../base/clock.ts";
import type { Catalog } from "../../sql/catalog/catalog.ts";
import { SqlError } from "../../sql/error.ts";
import type { EvalContext } from "../../sql/eval_context.ts";

/**
 * @param clock Source of the time.
 * @param catalog Where types are found.
 * @returns Settings as they are when nobody set any; services are refused.
 */
export function defaultEval(clock: Clock, catalog?: Catalog): EvalContext {
  const time = BigInt(clock.now() - epochMilliseconds) * 1000n;
  return {
    transactionTime: time,
    statementTime: time,
    clock: () => clock.now(),
    timeZone: "UTC",
    dateStyle: "ISO, MDY",
    intervalStyle: "postgres",
    extraFloatDigits: 1,
    byteaOutput: "hex",
    type: (oid) => catalog?.type(oid),
    setting: () => undefined,
    setSetting: (_, value) => value,
    services: {
      call(name) {
        throw new SqlError("0A000", `${name} is not supported here`);
      },
    },
  };
}
