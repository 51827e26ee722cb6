/**
 * Digits of exact numbers: a quotient shows four more than its dividend has, but is reckoned with as many as
 * MySQL keeps, which are whole groups of nine (manual, 14.25.2 and `div_precision_increment`).
 *
 * A number that shows fewer digits than it has is a call of `show_digits`, or of `divide_shown`; what reckons
 * with it goes on with what is inside.
 *
 * @module
 */

import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { invoke } from "./convert.ts";

/** Most digits after the point. */
const most = 30;

/** Digits that a quotient shows beyond those of its dividend. */
const increment = 4;

const digits = (value: number): Expr => ({
  kind: "constant",
  type: oid.int4,
  typmod: -1,
  value,
});

const isWhole = (type: number) =>
  type === oid.int2 || type === oid.int4 || type === oid.int8 ||
  type === oid.bool;

/** Modifier of a numeric with so many digits after the point. */
const typmodOf = (scale: number) => (65 << 16 | scale) + 4;

const isShown = (expr: Expr) =>
  expr.kind === "call" &&
  (expr.function.name === "show_digits" ||
    expr.function.name === "divide_shown");

/**
 * @param expr Exact number.
 * @returns Digits after the point that it shows; nothing when only its values tell.
 */
export function scaleOf(expr: Expr): number | undefined {
  if (isWhole(expr.type)) return 0;
  if (expr.type !== oid.numeric) return undefined;
  if (expr.typmod >= 4) return (expr.typmod - 4) & 0x7ff;
  switch (expr.kind) {
    case "constant":
      return expr.value === null
        ? 0
        : String(expr.value).split(".")[1]?.length ?? 0;
    case "cast":
      return expr.how.by === "function" || expr.how.by === "relabel"
        ? scaleOf(expr.arg)
        : undefined;
    case "aggregate":
    case "window":
      return ["sum", "min", "max"].includes(expr.function.name) &&
          expr.args[0] !== undefined
        ? scaleOf(expr.args[0])
        : undefined;
    case "call":
      return scaleOfCall(expr.function.name, expr.args);
    default:
      return undefined;
  }
}

function scaleOfCall(name: string, args: readonly Expr[]): number | undefined {
  if (name === "show_digits" || name === "divide_shown") {
    const last = args.at(-1);
    return last?.kind === "constant" ? Number(last.value) : undefined;
  }
  if (name === "unsigned_to_decimal") return 0;
  const [a, b] = args.map(scaleOf);
  if (args.length === 1) return name === "-" || name === "abs" ? a : undefined;
  if (a === undefined || b === undefined || args.length !== 2) return undefined;
  switch (name) {
    case "+":
    case "-":
    case "modulo_decimals":
      return Math.max(a, b);
    case "*":
      return Math.min(a + b, most);
    default:
      return undefined;
  }
}

/**
 * @param expr Number.
 * @param scope Where it stands.
 * @returns It with all its digits.
 */
export function exactly(expr: Expr, scope: Scope): Expr {
  if (expr.kind !== "call" || !isShown(expr)) return expr;
  const [a, b] = expr.args as [Expr, Expr];
  return expr.function.name === "show_digits"
    ? a
    : invoke("divide_exactly", [a, b], scope);
}

/**
 * @param expr Exact number.
 * @param scale Digits that it shows.
 * @param scope Where it stands.
 * @returns It, shown with those.
 */
export const showDigits = (expr: Expr, scale: number, scope: Scope): Expr =>
  invoke("show_digits", [expr, digits(Math.min(scale, most))], scope);

/** A quotient. */
export function quotient(left: Expr, right: Expr, scope: Scope): Expr {
  const scale = scaleOf(left);
  const args = [exactly(left, scope), exactly(right, scope)];
  return scale === undefined
    ? invoke("divide_decimals", [left, right], scope)
    : invoke(
      "divide_shown",
      [...args, digits(Math.min(scale + increment, most))],
      scope,
    );
}

/**
 * What is made of numbers that have more digits than they show, shows as many as it would of what they show.
 *
 * @param args Numbers.
 * @param make What is made of them.
 * @param scope Where it stands.
 */
export function reckon(
  args: readonly Expr[],
  make: (args: readonly Expr[]) => Expr,
  scope: Scope,
): Expr {
  const shown = make(args);
  if (!args.some(isShown)) return shown;
  const scale = scaleOf(shown);
  return scale === undefined
    ? shown
    : showDigits(make(args.map((arg) => exactly(arg, scope))), scale, scope);
}

/** A number as SUM and AVG take it: with all its digits, and those that it shows as its modifier. */
export function summand(expr: Expr, scope: Scope): Expr {
  const scale = isShown(expr) ? scaleOf(expr) : undefined;
  return scale === undefined
    ? expr
    : { ...exactly(expr, scope), typmod: typmodOf(scale) };
}

/** A sum, which shows what its summands show. */
export function sum(expr: Expr, scope: Scope): Expr {
  const over = expr.kind === "aggregate" || expr.kind === "window"
    ? expr.args[0]
    : undefined;
  return over?.kind === "call" && over.type === oid.numeric && over.typmod >= 4
    ? showDigits(expr, (over.typmod - 4) & 0x7ff, scope)
    : expr;
}

/** An average has four digits more than what it is over. */
export function average(expr: Expr, scope: Scope): Expr {
  if (expr.type !== oid.numeric) return expr;
  const over = expr.kind === "aggregate" || expr.kind === "window"
    ? expr.args[0]
    : undefined;
  const scale = over === undefined ? undefined : scaleOf(over);
  return showDigits(
    expr,
    scale === undefined ? 6 : scale + increment,
    scope,
  );
}
