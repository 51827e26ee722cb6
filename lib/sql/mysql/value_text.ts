/**
 * Values as MySQL's text protocol writes them.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";
import { writeDay, writeTime } from "../functions/mysql/write_text.ts";
import { localOf } from "../types/date_time/arithmetic.ts";
import { momentOf } from "../types/date_time/calendar.ts";
import { sessionZone } from "../types/date_time/time_zone.ts";
import { microsOf, timeDigits } from "./time_value.ts";
import { oid } from "../types/type.ts";

/** A type and its modifier. */
interface Typed {
  readonly type: number;
  readonly typmod: number;
}

/** Microseconds with as many digits as the type has; all that count where it has no modifier. */
function clock(micros: number, typmod: number): string {
  const whole = writeTime(micros - micros % 1_000_000);
  const rest = String(micros % 1_000_000).padStart(6, "0");
  if (typmod < 0) return micros % 1_000_000 === 0 ? whole : `${whole}.${rest}`;
  return typmod === 0 ? whole : `${whole}.${rest.slice(0, typmod)}`;
}

/** Shortest digits, with an exponent from 1e15 on and below 1e-15, as MySQL prints doubles. */
function double(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-15)) {
    return value.toExponential().replace("e+", "e");
  }
  const text = String(value);
  return text.includes("e")
    ? Number(value).toFixed(20).replace(/0+$/, "")
    : text;
}

/**
 * @param value Value.
 * @param column Its type.
 * @param context Session.
 * @returns Its text, or bytes; `null` for NULL.
 */
export function valueText(
  value: Datum,
  { type, typmod }: Typed,
  context: EvalContext,
): string | Uint8Array | null {
  if (value === null) return null;
  switch (type) {
    case oid.bool:
    case oid.int2:
    case oid.int4:
      return String(value);
    case oid.int8:
      return typeof value === "string" ? String(BigInt(value)) : String(value);
    case oid.float8:
      return typeof value === "number" ? double(value) : String(value);
    case oid.float4:
      return typeof value === "number"
        ? double(Number(value.toPrecision(6)))
        : String(value);
    case oid.date:
      return writeDay(Number(value));
    case oid.time:
      return clock(Number(value), typmod);
    case oid.interval:
      return writeTime(microsOf(value as string), timeDigits(typmod));
    case oid.timestamp: {
      const { days, micros } = momentOf(value as number);
      return `${writeDay(days)} ${clock(micros, typmod)}`;
    }
    case oid.timestamptz: {
      const { days, micros } = localOf(
        value as number,
        sessionZone(context.timeZone),
      );
      return `${writeDay(days)} ${clock(micros, typmod)}`;
    }
    case oid.bytea:
      return value as Uint8Array;
    case oid.text:
    case oid.varchar:
    case oid.numeric:
    case oid.jsonb:
    case oid.json:
      return value as string;
    default:
      return context.type(type)?.output(value, context) ?? String(value);
  }
}
