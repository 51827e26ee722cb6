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
import { isUnsigned, isWide, mostSigned, withoutSign } from "../unsigned.ts";
import { exactly, quotient, reckon } from "./decimal_digits.ts";
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
  if (
    a.type === oid.int8 && name !== "divide" &&
    (isUnsigned(left) || isUnsigned(right))
  ) {
    const made = invoke(`unsigned_${name}`, [a, b], scope);
    return name === "modulo" && !isUnsigned(left) ? made : withoutSign(made);
  }
  const symbol = symbols[name];
  if (symbol !== undefined) {
    return reckon(
      [a, b],
      ([x, y]) => operatorCall([symbol], [x as Expr, y as Expr], scope),
      scope,
    );
  }
  if (name === "divide") {
    return isFloat(a)
      ? invoke("divide_doubles", [a, b], scope)
      : quotient(toDecimal(a, scope), toDecimal(b, scope), scope);
  }
  if (name === "divide_whole") {
    return a.type === oid.int8
      ? invoke("divide_integers", [a, b], scope)
      : invoke("divide_to_integer", [
        exactly(toDecimal(a, scope), scope),
        exactly(toDecimal(b, scope), scope),
      ], scope);
  }
  return a.type === oid.int8
    ? invoke("modulo_integers", [a, b], scope)
    : isFloat(a)
    ? invoke("modulo_doubles", [a, b], scope)
    : reckon(
      [a, b],
      (args) => invoke("modulo_decimals", args, scope),
      scope,
    );
}

/** Unary minus. */
export function negate(arg: Expr, scope: Scope): Expr {
  const number = toNumber(arg, scope);
  if (isWide(number)) {
    // A literal becomes a number of any size.
    const isLarge = number.kind === "constant" &&
      BigInt(String(number.value)) > mostSigned + 1n;
    return isLarge
      ? operatorCall(["-"], [toDecimal(number, scope)], scope)
      : invoke("negate_unsigned", [number], scope);
  }
  const wide = isFloat(number) || isDecimal(number)
    ? number
    : coerce(number, oid.int8, -1, "explicit", scope);
  return reckon(
    [wide],
    ([x]) => operatorCall(["-"], [x as Expr], scope),
    scope,
  );
}

/** `& | ^ << >>`, over 64 bits without a sign. */
export function bits(name: string, args: readonly Expr[], scope: Scope): Expr {
  return withoutSign(invoke(
    `${name}_integers`,
    args.map((arg) => toBits(arg, scope)),
    scope,
  ));
}

/** The 64 bits of a number, as one that is exact. */
export function toBits(arg: Expr, scope: Scope): Expr {
  return kindOf(arg, scope) === "decimal"
    ? toDecimal(invoke("unsigned_of", [arg], scope), scope)
    : toDecimal(toInteger(arg, scope), scope);
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
      if (isUnsigned(value)) return wide;
      return reckon(
        [whole ? wide : float],
        (exact) =>
          invokePlain(
            "abs",
            [whole ? oid.int8 : isDecimal(value) ? oid.numeric : oid.float8],
            exact,
            scope,
          ),
        scope,
      );
    case "sign":
      return invoke("sign_of", [toDouble(value, scope)], scope);
    case "ceil":
    case "floor":
      if (whole) return wide;
      return isDecimal(value)
        ? coerce(
          invokePlain(name, [oid.numeric], [exactly(value, scope)], scope),
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
        [exactly(toDecimal(value, scope), scope), digits],
        scope,
      );
      if (isUnsigned(value)) {
        return withoutSign(invoke("unsigned_of", [made], scope));
      }
      return whole ? coerce(made, oid.int8, -1, "explicit", scope) : made;
    }
  }
}

/** CONCAT: NULL if any is. */
export function concat(args: readonly Expr[], scope: Scope): Expr {
  if (args.length === 0) return nullConstant(oid.text);
  return args.map((arg) => toText(arg, scope)).reduce((left, right) =>
    operatorCall(["||"], [left, right], scope)
  );
}
