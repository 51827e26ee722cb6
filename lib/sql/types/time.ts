/**
 * The types `time` and `timetz`.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  BinaryReader,
  int32Bytes,
  int64Bytes,
  joinBytes,
  viewOf,
} from "./binary.ts";
import { day, second } from "./date_time/calendar.ts";
import { readDateTime } from "./date_time/read.ts";
import { sessionZone } from "./date_time/time_zone.ts";
import { writeClock, writeOffset } from "./date_time/write.ts";
import { precisionText, precisionTypmod, roundMicros } from "./precision.ts";
import { oid, type PgType } from "./type.ts";

const shape = {
  schema: 11,
  kind: "b",
  category: "D",
  preferred: false,
  element: 0,
} as const;

/** `time`. */
export const timeType: PgType = {
  ...shape,
  oid: oid.time,
  name: "time",
  length: 8,
  array: 1183,
  input(text, typmod, context) {
    const { special, micros } = readDateTime(text, "time", context, true);
    if (special !== undefined) throw noTime(text, "time");
    return roundMicros(micros, typmod);
  },
  output: (value) => writeClock(value as number),
  send: (value) => int64Bytes(value as number),
  receive(bytes, typmod) {
    const micros = Number(viewOf(bytes, 8).getBigInt64(0));
    checkTime(micros);
    return roundMicros(micros, typmod);
  },
  applyTypmod: (value, typmod) => roundMicros(value as number, typmod),
  typmodIn: precisionTypmod("TIME"),
  typmodOut: precisionText,
};

function noTime(text: string, label: string): SqlError {
  return new SqlError(
    "22007",
    `invalid input syntax for type ${label}: "${text}"`,
  );
}

function checkTime(micros: number): void {
  if (micros < 0 || micros > day) {
    throw new SqlError("22008", "time out of range");
  }
}

/** A time and seconds west of UTC. */
export interface TimeTz {
  readonly micros: number;
  readonly west: number;
}

/**
 * @param datum Datum of a `timetz`.
 * @returns Its parts.
 */
export function timeTzOf(datum: string): TimeTz {
  const blank = datum.indexOf(" ");
  return {
    micros: Number(datum.slice(0, blank)),
    west: Number(datum.slice(blank + 1)),
  };
}

/**
 * @param micros Microseconds since midnight.
 * @param west Seconds west of UTC.
 * @returns Datum.
 */
export function timeTzDatum(micros: number, west: number): string {
  return `${micros} ${west}`;
}

/**
 * @param a Datum of a `timetz`.
 * @param b Another.
 * @returns Their order: by the time in UTC, then by zone.
 */
export function compareTimeTz(a: string, b: string): number {
  if (a === b) return 0;
  const left = timeTzOf(a);
  const right = timeTzOf(b);
  return left.micros + left.west * second -
      (right.micros + right.west * second) || left.west - right.west;
}

function readTimeTz(text: string, typmod: number, context: EvalContext) {
  const label = "time with time zone";
  const read = readDateTime(text, label, context, true);
  if (read.special !== undefined) throw noTime(text, label);
  const zone = read.zone ?? sessionZone(context.timeZone);
  let offset: number;
  if (zone.fixed) offset = zone.offsetAt(0);
  else {
    if (!read.dated && read.zone !== undefined) throw noTime(text, label);
    const seconds = read.dated
      ? read.days * 86_400 + read.micros / second
      : undefined;
    offset = seconds === undefined
      ? zone.offsetAt(Number(context.transactionTime) / second)
      : zone.offsetOfLocal(Math.floor(seconds));
  }
  return timeTzDatum(Number(roundMicros(read.micros, typmod)), 0 - offset);
}

/** `timetz`. */
export const timeTzType: PgType = {
  ...shape,
  oid: oid.timetz,
  name: "timetz",
  length: 12,
  array: 1270,
  collation: "pg_timetz",
  input: readTimeTz,
  output(value: NonNullable<Datum>) {
    const { micros, west } = timeTzOf(value as string);
    return writeClock(micros) + writeOffset(0 - west);
  },
  send(value) {
    const { micros, west } = timeTzOf(value as string);
    return joinBytes([int64Bytes(micros), int32Bytes(west)]);
  },
  receive(bytes, typmod) {
    const reader = new BinaryReader(bytes);
    const micros = Number(reader.int64());
    const west = reader.int32();
    reader.end();
    checkTime(micros);
    if (Math.abs(west) >= 16 * 3600) {
      throw new SqlError("22009", "time zone displacement out of range");
    }
    return timeTzDatum(Number(roundMicros(micros, typmod)), west);
  },
  applyTypmod(value, typmod) {
    const { micros, west } = timeTzOf(value as string);
    return timeTzDatum(Number(roundMicros(micros, typmod)), west);
  },
  typmodIn: precisionTypmod("TIME"),
  typmodOut: precisionText,
};
