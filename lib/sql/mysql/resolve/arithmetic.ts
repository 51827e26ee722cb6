/**
 * Resolves arithmetic (MySQL manual, 14.6): whole numbers are 64 bits wide, a division of exact numbers has four
 * digits more than its dividend, a division by zero is NULL.
 *
 * @module
 */

import { coerce } from "../../analyze/coercion.ts";
import { nullConstant } from "../../analyze/literals.ts";
import { operatorCall } from "../../analyze/operators.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import {
  convertTo,
  invoke,
  invokePlain,
  toDecimal,
  toDouble,
  toInteger,
  toNumber,
  toText,
} from "./convert.ts";
import { kindOf } from "./kinds.ts";

const symbols: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
};

const isFloat = ({ type }: Expr) => type === oid.float4 || type === oid.float8;
const isDecimal = ({ type }: Expr) => type === oid.numeric;

/** Two numbers of one type: int8, numeric or float8. */
function aligned(left: Expr, right: Expr, scope: Scope): [Expr, Expr] {
  const pair = [open(left, right, scope), open(right, left, scope)].map((
    each,
  ) => toNumber(each, scope)) as [Expr, Expr];
  const type = pair.some(isFloat)
    ? oid.float8
    : pair.some(isDecimal)
    ? oid.numeric
    : oid.int8;
  return pair.map((each) => coerce(each, type, -1, "explicit", scope)) as [
    Expr,
    Expr,
  ];
}

/** A parameter is a number like the other side; two of them are doubles. */
function open(expr: Expr, other: Expr, scope: Scope): Expr {
  if (kindOf(expr, scope) !== "open") return expr;
  const kind = kindOf(other, scope);
  const type = kind === "integer" || kind === "condition"
    ? oid.int8
    : kind === "decimal"
    ? oid.numeric
    : oid.float8;
  return coerce(expr, type, -1, "implicit", scope);
}

/** `+ - * / DIV %`. */
export function arithmetic(
  name: string,
  left: Expr,
  right: Expr,
  scope: Scope,
): Expr {
  const [a, b] = aligned(left, right, scope);
  const symbol = symbols[name];
  if (symbol !== undefined) return operatorCall([symbol], [a, b], scope);
  if (name === "divide") {
    return isFloat(a) ? invoke("divide_doubles", [a, b], scope) : invoke(
      "divide_decimals",
      [toDecimal(a, scope), toDecimal(b, scope)],
      scope,
    );
  }
  if (name === "divide_whole") {
    return a.type === oid.int8
      ? invoke("divide_integers", [a, b], scope)
      : invoke(
        "divide_to_integer",
        [toDecimal(a, scope), toDecimal(b, scope)],
        scope,
      );
  }
  return a.type === oid.int8
    ? invoke("modulo_integers", [a, b], scope)
    : isFloat(a)
    ? invoke("modulo_doubles", [a, b], scope)
    : invoke("modulo_decimals", [a, b], scope);
}

/** Unary minus. */
export function negate(arg: Expr, scope: Scope): Expr {
  const number = toNumber(arg, scope);
  const wide = isFloat(number) || isDecimal(number)
    ? number
    : coerce(number, oid.int8, -1, "explicit", scope);
  return operatorCall(["-"], [wide], scope);
}

/** `& | ^ << >>`, over 64 bits without a sign. */
export function bits(name: string, args: readonly Expr[], scope: Scope): Expr {
  return invoke(
    `${name}_integers`,
    args.map((arg) =>
      kindOf(arg, scope) === "decimal"
        ? invoke("unsigned_of", [arg], scope)
        : toDecimal(toInteger(arg, scope), scope)
    ),
    scope,
  );
}

/** ABS, CEIL, FLOOR, ROUND, TRUNCATE, SIGN. */
export function rounding(
  name: string,
  args: readonly Expr[],
  scope: Scope,
): Expr {
  const [first, second] = args as [Expr, Expr | undefined];
  const value = toNumber(first, scope);
  const whole = !isFloat(value) && !isDecimal(value);
  const wide = whole ? coerce(value, oid.int8, -1, "explicit", scope) : value;
  const float = isFloat(value)
    ? coerce(value, oid.float8, -1, "explicit", scope)
    : value;
  switch (name) {
    case "abs":
      return invokePlain(
        "abs",
        [whole ? oid.int8 : isDecimal(value) ? oid.numeric : oid.float8],
        [whole ? wide : float],
        scope,
      );
    case "sign":
      return invoke("sign_of", [toDouble(value, scope)], scope);
    case "ceil":
    case "floor":
      if (whole) return wide;
      return isDecimal(value)
        ? coerce(
          invokePlain(name, [oid.numeric], [value], scope),
          oid.int8,
          -1,
          "explicit",
          scope,
        )
        : invokePlain(name, [oid.float8], [float], scope);
    default: {
      const digits = second === undefined
        ? { kind: "constant", type: oid.int4, typmod: -1, value: 0 } as Expr
        : convertTo(second, oid.int4, scope);
      if (isFloat(value)) {
        return invoke(name === "round" ? "round_double" : "truncate_double", [
          float,
          digits,
        ], scope);
      }
      const made = invoke(
        name === "round" ? "round_decimal" : "truncate_decimal",
        [toDecimal(value, scope), digits],
        scope,
      );
      return whole ? coerce(made, oid.int8, -1, "explicit", scope) : made;
    }
  }
}

/** AVG has four digits more than what it is over. */
export function average(expr: Expr, scope: Scope): Expr {
  if (expr.type !== oid.numeric) return expr;
  const over = expr.kind === "aggregate" || expr.kind === "window"
    ? expr.args[0]
    : undefined;
  const scale = over?.type === oid.numeric
    ? over.typmod >= 4 ? (over.typmod - 4) & 0x7ff : undefined
    : 0;
  const digits: Expr = {
    kind: "constant",
    type: oid.int4,
    typmod: -1,
    value: scale === undefined ? 6 : scale + 4,
  };
  return invoke("round_decimal", [expr, digits], scope);
}

/** CONCAT: NULL if any is. */
export function concat(args: readonly Expr[], scope: Scope): Expr {
  if (args.length === 0) return nullConstant(oid.text);
  return args.map((arg) => toText(arg, scope)).reduce((left, right) =>
    operatorCall(["||"], [left, right], scope)
  );
}
