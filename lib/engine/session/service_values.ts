/**
 * Values of services: JavaScript's on the outside, datums inside.
 *
 * @module
 */

import { epochMilliseconds } from "../../sql/types/date_time/calendar.ts";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import { oid, type PgType } from "../../sql/types/type.ts";
import type { SqlValue } from "../engine.ts";

const integers: ReadonlySet<number> = new Set([
  oid.int2,
  oid.int4,
  oid.int8,
  oid.oid,
]);
/** Of `2026-04-26T10:00:00.000Z`. */
const isoLength = 24;
const floats: ReadonlySet<number> = new Set([oid.float4, oid.float8]);

/**
 * @param value What a service gives for `$n`.
 * @param type Type of `$n`.
 * @param context For texts.
 * @returns The datum.
 * @throws {SqlError} 22P02 and so on where it does not fit.
 */
export function toDatum(
  value: SqlValue,
  type: PgType,
  context: EvalContext,
): Datum {
  switch (typeof value) {
    case "string":
      if (type.oid === oid.text || type.oid === oid.varchar) return value;
      return (type.oid === oid.timestamptz ? ownMoment(value) : undefined) ??
        type.input(value, -1, context);
    case "boolean":
      return type.oid === oid.bool
        ? Number(value)
        : type.input(String(value), -1, context);
    case "number":
      if (floats.has(type.oid)) return value;
      if (integers.has(type.oid) && Number.isSafeInteger(value)) {
        return inRange(value, type);
      }
      return type.input(String(value), -1, context);
    case "bigint":
      return type.oid === oid.int8
        ? value
        : type.input(String(value), -1, context);
    default:
      return value;
  }
}

/**
 * @param text A text for a `timestamptz`.
 * @returns The datum if it is written as `Date.toISOString` writes it, which is how services do; PostgreSQL's
 *   other ways cost a hundred times as much to read.
 */
function ownMoment(text: string): number | undefined {
  if (text.length !== isoLength || !text.endsWith("Z")) return undefined;
  const date = new Date(text);
  const micros = (date.getTime() - epochMilliseconds) * 1000;
  return Number.isSafeInteger(micros) && date.toISOString() === text
    ? micros
    : undefined;
}

function inRange(value: number, type: PgType): number {
  const most = type.oid === oid.int4
    ? 2 ** 31
    : type.oid === oid.int2
    ? 2 ** 15
    : Infinity;
  if (value >= most || value < -most) {
    throw new SqlError("22003", "integer out of range");
  }
  return value;
}

/**
 * @param value A datum.
 * @param type Its type.
 * @param context For texts.
 * @returns Booleans, numbers and bytes as such; moments as RFC 3339 in UTC with milliseconds; texts for
 *   all others.
 */
export function fromDatum(
  value: Datum,
  type: PgType,
  context: EvalContext,
): SqlValue {
  if (value === null) return null;
  switch (type.oid) {
    case oid.bool:
      return value === 1;
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.oid:
    case oid.float4:
    case oid.float8:
    case oid.text:
    case oid.varchar:
    case oid.uuid:
    case oid.json:
    case oid.jsonb:
    case oid.bytea:
      return value;
    case oid.timestamptz: {
      const ms = Math.floor(Number(value) / 1000) + epochMilliseconds;
      const moment = new Date(ms);
      return Number.isNaN(moment.getTime())
        ? type.output(value, context)
        : moment.toISOString();
    }
    default:
      return type.output(value, context);
  }
}
