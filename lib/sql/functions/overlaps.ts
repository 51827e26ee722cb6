/**
 * `OVERLAPS` of two stretches of time.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  addInterval,
  type Timestamp,
  wrapDay,
} from "../types/date_time/arithmetic.ts";
import { intervalOf } from "../types/date_time/interval.ts";
import { sessionZone } from "../types/date_time/time_zone.ts";
import { compareTimeTz } from "../types/time.ts";
import { type Definition, fn } from "./define.ts";

/** Order of two values of one type. */
type Order = (a: Datum, b: Datum) => number;
const byNumber: Order = (a, b) => {
  const [x, y] = [a as number | bigint, b as number | bigint];
  return x < y ? -1 : x > y ? 1 : 0;
};
const byTimeTz: Order = (a, b) => compareTimeTz(a as string, b as string);

/** `OVERLAPS` of two stretches whose ends may be unknown (SQL's own rules). */
function overlap(order: Order, ends: readonly Datum[]): boolean | null {
  const pair = (a: Datum, b: Datum): [Datum, Datum] | undefined => {
    if (a === null) return b === null ? undefined : [b, null];
    if (b !== null && order(a, b) > 0) return [b, a];
    return [a, b];
  };
  const first = pair(ends[0] as Datum, ends[1] as Datum);
  const other = pair(ends[2] as Datum, ends[3] as Datum);
  if (first === undefined || other === undefined) return null;
  const [s1, e1] = first;
  const [s2, e2] = other;
  const starts = order(s1, s2);
  if (starts > 0) {
    // The one that begins first must not have ended.
    if (e2 === null) return null;
    if (order(s1, e2) < 0) return true;
    return e1 === null ? null : false;
  }
  if (starts < 0) {
    if (e1 === null) return null;
    if (order(s2, e1) < 0) return true;
    return e2 === null ? null : false;
  }
  return e1 === null || e2 === null ? null : true;
}

function overlapsOf(
  type: string,
  order: Order,
  shift?: (at: Datum, by: string, context: EvalContext) => Datum,
): Definition[] {
  const forms = shift === undefined
    ? [[type, type]]
    : [[type, type], ["interval", "interval"], [type, "interval"], [
      "interval",
      type,
    ]];
  return forms.map(([first, other]) =>
    fn(`overlaps(${type}, ${first}, ${type}, ${other}) bool`, {
      strict: false,
      volatility: type === "timestamptz" && forms.length > 1 ? "s" : "i",
      call: (args, context) => {
        const ends = [...args];
        const end = (at: number, kind: string | undefined) => {
          if (kind !== "interval" || shift === undefined) return;
          const [from, by] = [ends[at - 1], ends[at]];
          ends[at] = from === null || by === null
            ? null
            : shift(from as Datum, by as string, context);
        };
        end(1, first);
        end(3, other);
        return overlap(order, ends);
      },
    })
  );
}

/** `OVERLAPS`. */
export const overlapsFunctions: readonly Definition[] = [
  ...overlapsOf("timetz", byTimeTz),
  ...overlapsOf(
    "time",
    byNumber,
    (at, by) => wrapDay(BigInt(at as number) + intervalOf(by).micros),
  ),
  ...overlapsOf(
    "timestamp",
    byNumber,
    (at, by) => addInterval(at as Timestamp, intervalOf(by)),
  ),
  ...overlapsOf("timestamptz", byNumber, (at, by, context) =>
    addInterval(
      at as Timestamp,
      intervalOf(by),
      sessionZone(context.timeZone),
    )),
];
