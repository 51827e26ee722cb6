/**
 * `generate_series`.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { add, signOf } from "../numeric/arithmetic.ts";
import { compare } from "../numeric/compare.ts";
import {
  isSpecial,
  type Numeric,
  numericOf,
  one,
  printNumeric,
} from "../numeric/decimal.ts";
import { integerDatum } from "../types/binary.ts";
import { addInterval, type Timestamp } from "../types/date_time/arithmetic.ts";
import { compareIntervals, intervalOf } from "../types/date_time/interval.ts";
import { sessionZone } from "../types/date_time/time_zone.ts";
import { int4Range, int8Range } from "../types/integer.ts";
import { type Definition, rows } from "./define.ts";

const zeroStep = () => new SqlError("22023", "step size cannot equal zero");

function* integers(
  args: readonly Datum[],
  largest: bigint,
): Iterable<readonly Datum[]> {
  const [start, stop, step] = args.map((each) => BigInt(each as number)) as [
    bigint,
    bigint,
    bigint | undefined,
  ];
  const by = step ?? 1n;
  if (by === 0n) throw zeroStep();
  for (
    let at = start;
    // One beyond the type's end is no number of it.
    (by > 0n ? at <= stop : at >= stop) && at <= largest && at >= -largest - 1n;
    at += by
  ) yield [integerDatum(at)];
}

function* decimals(args: readonly Datum[]): Iterable<readonly Datum[]> {
  const [start, stop, step] = args.map((each) => numericOf(each as string)) as [
    Numeric,
    Numeric,
    Numeric | undefined,
  ];
  const check = (value: Numeric | undefined, name: string) => {
    if (value !== undefined && isSpecial(value)) {
      throw new SqlError(
        "22023",
        `${name} cannot be ${value === "NaN" ? "NaN" : "infinity"}`,
      );
    }
  };
  check(start, "start value");
  check(stop, "stop value");
  check(step, "step size");
  const by = step ?? one;
  const sign = signOf(by);
  if (sign === 0) throw zeroStep();
  for (
    let at = start;
    sign > 0 ? compare(at, stop) <= 0 : compare(at, stop) >= 0;
    at = add(at, by)
  ) yield [printNumeric(at)];
}

function timestamps(zoned: boolean) {
  return function* (
    [start, stop, step]: readonly Datum[],
    context: EvalContext,
  ): Iterable<readonly Datum[]> {
    const sign = compareIntervals(step as string, "0 0 0");
    if (sign === 0) throw zeroStep();
    const by = intervalOf(step as string);
    const zone = zoned ? sessionZone(context.timeZone) : undefined;
    const end = stop as Timestamp;
    for (
      let at = start as Timestamp;
      sign > 0 ? at <= end : at >= end;
      at = addInterval(at, by, zone)
    ) yield [at];
  };
}

/** See the top of the file. */
export const seriesFunctions: readonly Definition[] = [
  ...([["int4", int4Range.max], ["int8", int8Range.max]] as const).flatMap((
    [type, largest],
  ) => [
    rows(`generate_series(${type}, ${type}) ${type}`, {
      rows: (args) => integers(args, largest),
    }),
    rows(`generate_series(${type}, ${type}, ${type}) ${type}`, {
      rows: (args) => integers(args, largest),
    }),
  ]),
  rows("generate_series(numeric, numeric) numeric", { rows: decimals }),
  rows("generate_series(numeric, numeric, numeric) numeric", {
    rows: decimals,
  }),
  rows("generate_series(timestamp, timestamp, interval) timestamp", {
    rows: timestamps(false),
  }),
  rows("generate_series(timestamptz, timestamptz, interval) timestamptz", {
    volatility: "s",
    rows: timestamps(true),
  }),
];
