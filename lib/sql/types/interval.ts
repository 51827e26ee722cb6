/**
 * The type `interval`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { BinaryReader, int32Bytes, int64Bytes, joinBytes } from "./binary.ts";
import { hour, minute } from "./date_time/calendar.ts";
import {
  type Interval,
  intervalDatum,
  intervalOf,
} from "./date_time/interval.ts";
import { rangeBits, readInterval } from "./date_time/interval_read.ts";
import { writeInterval } from "./date_time/interval_write.ts";
import { roundMicros } from "./precision.ts";
import { oid, type PgType } from "./type.ts";

const fullRange = 0x7fff;
const fullPrecision = 0xffff;

const {
  year: yearBit,
  month: monthBit,
  day: dayBit,
  hour: hourBit,
  minute: minuteBit,
  second: secondBit,
} = rangeBits;

/** Texts of the fields a modifier may name. */
const ranges: ReadonlyMap<number, string> = new Map([
  [yearBit, " year"],
  [monthBit, " month"],
  [dayBit, " day"],
  [hourBit, " hour"],
  [minuteBit, " minute"],
  [secondBit, " second"],
  [yearBit | monthBit, " year to month"],
  [dayBit | hourBit, " day to hour"],
  [dayBit | hourBit | minuteBit, " day to minute"],
  [dayBit | hourBit | minuteBit | secondBit, " day to second"],
  [hourBit | minuteBit, " hour to minute"],
  [hourBit | minuteBit | secondBit, " hour to second"],
  [minuteBit | secondBit, " minute to second"],
  [fullRange, ""],
]);

const rangeOf = (typmod: number) =>
  typmod < 0 ? fullRange : (typmod >> 16) & fullRange;
const precisionOf = (typmod: number) =>
  typmod < 0 ? fullPrecision : typmod & 0xffff;

/**
 * Cuts an interval to the fields of a modifier and rounds its seconds.
 *
 * @param interval An interval.
 * @param typmod Modifier, -1 for none.
 * @returns What is left.
 */
export function fitInterval(interval: Interval, typmod: number): Interval {
  if (typmod < 0) return interval;
  const range = rangeOf(typmod);
  let { months, days, micros } = interval;
  if (range !== fullRange) {
    if ((range & ~(yearBit | monthBit)) === 0) {
      days = 0;
      micros = 0n;
      if (range === yearBit) months = Math.trunc(months / 12) * 12;
    } else if (range === dayBit) micros = 0n;
    else if ((range & secondBit) === 0) {
      const unit = BigInt((range & minuteBit) === 0 ? hour : minute);
      micros = micros / unit * unit;
    }
  }
  const precision = precisionOf(typmod);
  if (precision !== fullPrecision) {
    micros = BigInt(roundMicros(micros, precision));
  }
  return { months, days, micros };
}

function typmodIn(modifiers: readonly number[]): number {
  const [range, precision, ...more] = modifiers;
  if (range === undefined || more.length > 0 || !ranges.has(range)) {
    throw new SqlError("22023", "invalid INTERVAL type modifier");
  }
  if (precision === undefined) {
    return range === fullRange ? -1 : (range << 16) | fullPrecision;
  }
  if (precision < 0) {
    throw new SqlError(
      "22023",
      `INTERVAL(${precision}) precision must not be negative`,
    );
  }
  return (range << 16) | Math.min(precision, 6);
}

/** `interval`. */
export const intervalType: PgType = {
  oid: oid.interval,
  name: "interval",
  schema: 11,
  length: 16,
  kind: "b",
  category: "T",
  preferred: true,
  element: 0,
  array: 1187,
  collation: "pg_interval",
  input(text, typmod, context) {
    const range = rangeOf(typmod);
    return intervalDatum(
      fitInterval(
        readInterval(text, range === fullRange ? 0 : range, context),
        typmod,
      ),
    );
  },
  output: (value, context) =>
    writeInterval(intervalOf(value as string), context.intervalStyle),
  send(value) {
    const { months, days, micros } = intervalOf(value as string);
    return joinBytes([
      int64Bytes(micros),
      int32Bytes(days),
      int32Bytes(months),
    ]);
  },
  receive(bytes, typmod) {
    const reader = new BinaryReader(bytes);
    const micros = reader.int64();
    const days = reader.int32();
    const months = reader.int32();
    reader.end();
    return intervalDatum(fitInterval({ months, days, micros }, typmod));
  },
  applyTypmod: (value, typmod) =>
    intervalDatum(fitInterval(intervalOf(value as string), typmod)),
  typmodIn,
  typmodOut(typmod) {
    if (typmod < 0) return "";
    const precision = precisionOf(typmod);
    return (ranges.get(rangeOf(typmod)) ?? "") +
      (precision === fullPrecision ? "" : `(${precision})`);
  },
};
