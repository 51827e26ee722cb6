/**
 * DATE_ADD and DATE_SUB.
 *
 * @module
 */

import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { invoke, toMoment, toText, toTime } from "./convert.ts";
import { isLiteral, kindOf } from "./kinds.ts";
import { cast, type Form, of, text } from "./form.ts";

/** Whether an amount has no fraction. */
const isWhole = (amount: Expr, scope: Scope) =>
  kindOf(amount, scope) === "integer" ||
  isLiteral(amount) && amount.kind === "constant" &&
    !String(amount.value).includes(".");

/** DATE_ADD and DATE_SUB: a date stays one while days are added; text stays text. */
export const dateAdd = (sign: string): Form =>
  of(3, ([date, amount, unit], scope) => {
    const name = unit?.kind === "constant" ? String(unit.value) : "day";
    const parts = [toText(amount as Expr, scope), text(`${sign}${name}`)];
    const kind = kindOf(date as Expr, scope);
    const whole = ["day", "week", "month", "quarter", "year", "year_month"]
      .includes(name);
    if (kind === "date" && whole) {
      return cast(
        invoke(
          "add_to_timestamp",
          [toMoment(date as Expr, scope), ...parts],
          scope,
        ),
        oid.date,
        scope,
      );
    }
    if (kind === "date" || kind === "moment" || kind === "null") {
      return invoke("add_to_timestamp", [
        toMoment(date as Expr, scope),
        ...parts,
      ], scope);
    }
    if (kind === "time") {
      const time = toTime(date as Expr, scope);
      const digits = name.includes("micro") || !isWhole(amount as Expr, scope)
        ? -1
        : time.typmod;
      return {
        ...invoke("add_to_time", [time, ...parts], scope),
        typmod: digits,
      };
    }
    return invoke(
      "add_to_text",
      [toText(date as Expr, scope), ...parts],
      scope,
    );
  });
