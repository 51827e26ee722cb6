/**
 * Functions of TIME, and how many digits of the second what they give has.
 *
 * @module
 */

import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { timeDigits, timeTypmod } from "../time_value.ts";
import {
  convertTo,
  invoke,
  toDecimal,
  toMoment,
  toText,
  toTime,
} from "./convert.ts";
import { type Form, of } from "./form.ts";
import { isLiteral, isTime, kindOf } from "./kinds.ts";

/** Digits of the second that a value has, as far as its type or its literal tells. */
function digitsOf(expr: Expr, scope: Scope): number {
  switch (kindOf(expr, scope)) {
    case "time":
      return expr.type === oid.interval ? timeDigits(expr.typmod) : expr.typmod;
    case "moment":
      return expr.typmod;
    case "date":
    case "integer":
    case "condition":
    case "null":
      return 0;
    case "decimal":
      return expr.kind === "constant"
        ? Math.min(String(expr.value).split(".")[1]?.length ?? 0, 6)
        : expr.typmod < 4
        ? -1
        : Math.min((expr.typmod - 4) & 0x7ff, 6);
    default:
      return isLiteral(expr) && expr.kind === "constant"
        ? Math.min(/\.(\d+)\s*$/.exec(String(expr.value))?.[1]?.length ?? 0, 6)
        : -1;
  }
}

/** A time with as many digits as the one of those it is made of that has most. */
function shown(time: Expr, from: readonly Expr[], scope: Scope): Expr {
  const digits = from.map((expr) => digitsOf(expr, scope));
  return digits.includes(-1)
    ? time
    : { ...time, typmod: timeTypmod(Math.max(0, ...digits)) };
}

/** TIME(), and the literal `TIME '…'`. */
export const timeOf: Form = of(1, ([arg], scope) => {
  const time = toTime(arg as Expr, scope);
  return kindOf(arg as Expr, scope) === "time"
    ? time
    : shown(time, [arg as Expr], scope);
});

/** TIMEDIFF: of two times, or of two moments. */
export const timeDifference: Form = of(2, (args, scope) => {
  const [left, right] = args as [Expr, Expr];
  if (kindOf(left, scope) === "time" && kindOf(right, scope) === "time") {
    return shown(
      invoke(
        "subtract_times",
        [toTime(left, scope), toTime(right, scope)],
        scope,
      ),
      args,
      scope,
    );
  }
  return shown(
    invoke(
      "time_difference",
      args.map((arg) =>
        toText(
          kindOf(arg, scope) === "date" ? toMoment(arg, scope) : arg,
          scope,
        )
      ),
      scope,
    ),
    args,
    scope,
  );
});

/** A time that is added, which no moment may be. */
function amount(expr: Expr, scope: Scope): Expr {
  return kindOf(expr, scope) === "time"
    ? toTime(expr, scope)
    : invoke("plain_time", [toText(expr, scope)], scope);
}

const names = {
  add: {
    time: "add_times",
    moment: "add_time_to_timestamp",
    text: "add_time_to_text",
  },
  subtract: {
    time: "subtract_times",
    moment: "subtract_time_from_timestamp",
    text: "subtract_time_from_text",
  },
} as const;

/** ADDTIME and SUBTIME: what the first is, the sum is. */
export const addTime = (way: "add" | "subtract"): Form =>
  of(2, (args, scope) => {
    const [first, second] = args as [Expr, Expr];
    const added = amount(second, scope);
    const kind = kindOf(first, scope);
    if (kind === "time") {
      return shown(
        invoke(names[way].time, [toTime(first, scope), added], scope),
        args,
        scope,
      );
    }
    return isTime(kind)
      ? invoke(names[way].moment, [toMoment(first, scope), added], scope)
      : invoke(names[way].text, [toText(first, scope), added], scope);
  });

/** SEC_TO_TIME: texts may have any fraction. */
export const secondsToTime: Form = of(1, (args, scope) => {
  const [seconds] = args as [Expr];
  const time = invoke("time_of_seconds", [toDecimal(seconds, scope)], scope);
  return kindOf(seconds, scope) === "text"
    ? { ...time, typmod: timeTypmod(6) }
    : shown(time, args, scope);
});

/** MAKETIME. */
export const makeTime: Form = of(3, (args, scope) => {
  const [hour, minute, second] = args as [Expr, Expr, Expr];
  return shown(
    invoke("time_of_parts", [
      convertTo(hour, oid.int8, scope),
      convertTo(minute, oid.int8, scope),
      toDecimal(second, scope),
    ], scope),
    [second],
    scope,
  );
});

/** EXTRACT: of a time its hours are all that it has. */
export const extract: Form = of(2, ([unit, from], scope) => {
  const value = from as Expr;
  const name = unit?.kind === "constant" ? String(unit.value) : "";
  const isText = kindOf(value, scope) === "text";
  const isTimed = /hour|minute|second/.test(name);
  const given = unit as Expr;
  if (kindOf(value, scope) === "time") {
    return invoke("extract_of_time", [given, toTime(value, scope)], scope);
  }
  if (!isText || !isTimed) {
    return invoke("extract", [given, toMoment(value, scope)], scope);
  }
  // A text may be either.
  const times = [given, invoke("plain_time", [toText(value, scope)], scope)];
  return {
    kind: "coalesce",
    args: [
      invoke("extract_of_time", times, scope),
      invoke("extract", [given, toMoment(value, scope)], scope),
    ],
    type: oid.int8,
    typmod: -1,
  };
});
