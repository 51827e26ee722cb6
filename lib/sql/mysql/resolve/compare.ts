/**
 * Resolves comparisons: what is compared with what, and as what (MySQL manual, 14.3 and 14.4.2).
 *
 * A literal or parameter becomes what the other side is, so that an index on the column serves.
 *
 * @module
 */

import { coerce, tryCoerce } from "../../analyze/coercion.ts";
import { packList } from "../../analyze/membership.ts";
import { operatorCall } from "../../analyze/operators.ts";
import { logic } from "../../analyze/conditions.ts";
import { nullConstant } from "../../analyze/literals.ts";
import type { Scope } from "../../analyze/scope.ts";
import { SqlError } from "../../error.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import {
  invoke,
  literalAs,
  placeInList,
  toBytes,
  toDouble,
  toJsonValue,
  toMoment,
  toNumber,
  toText,
  toTime,
} from "./convert.ts";
import { isWide, largeDatum, withoutSign } from "../unsigned.ts";
import { columnBehind } from "../list_type.ts";
import { isYear, yearOfNumber } from "../year.ts";
import { isLiteral, isNumber, isTime, type Kind, kindOf } from "./kinds.ts";
import { folds } from "./text_collation.ts";

const symbols: Readonly<Record<string, string>> = {
  equal: "=",
  "not_equal": "<>",
  less: "<",
  "less_equal": "<=",
  greater: ">",
  "greater_equal": ">=",
};

/**
 * @param name Name of the comparison.
 * @param left One side.
 * @param right The other.
 * @param scope Where it stands.
 * @returns A condition.
 */
export function compare(
  name: string,
  left: Expr,
  right: Expr,
  scope: Scope,
): Expr {
  const [a, b] = alike(left, right, scope);
  if (folds(a, b, scope)) return invoke(`folded_${name}`, [a, b], scope);
  if (name === "equal_null") {
    const call = operatorCall(["="], [a, b], scope);
    const [first = a, second = b] = call.args;
    return {
      kind: "isDistinct",
      left: first,
      right: second,
      not: true,
      type: oid.bool,
      typmod: -1,
    };
  }
  return operatorCall([symbols[name] as string], [a, b], scope);
}

/**
 * Brings two sides to types that can be compared.
 *
 * @param left One side.
 * @param right The other.
 * @param scope Where they stand.
 * @returns Both.
 */
export function alike(left: Expr, right: Expr, scope: Scope): [Expr, Expr] {
  const one = kindOf(left, scope);
  const other = kindOf(right, scope);
  // Beside a number, a column with a list is its place.
  const place = isNumber(one)
    ? placeInList(right, scope)
    : isNumber(other)
    ? placeInList(left, scope)
    : undefined;
  if (place !== undefined) {
    return isNumber(one)
      ? [toNumber(left, scope), place]
      : [place, toNumber(right, scope)];
  }
  if (one === "null" || other === "null") {
    if (one === "null" && other === "null") {
      return [nullConstant(oid.text), nullConstant(oid.text)];
    }
    return one === "null"
      ? [
        nullConstant(comparable(right, other)),
        asComparable(right, other, scope),
      ]
      : [asComparable(left, one, scope), nullConstant(comparable(left, one))];
  }
  if (one === "open" && yearBehind(right)) {
    return [openYear(left, scope), toNumber(right, scope)];
  }
  if (other === "open" && yearBehind(left)) {
    return [toNumber(left, scope), openYear(right, scope)];
  }
  if (one === "open" || other === "open") {
    return withOpen(left, one, right, other, scope);
  }
  if (one === "json" || other === "json") {
    return [toJsonValue(left, scope), toJsonValue(right, scope)];
  }
  if (isNumber(one) && isNumber(other)) {
    return [besideNumber(left, right, scope), besideNumber(right, left, scope)];
  }
  if (isTime(one) || isTime(other)) {
    return times(left, one, right, other, scope);
  }
  if (one === "text" && other === "text") {
    return [toText(left, scope), toText(right, scope)];
  }
  if (one === "bytes" || other === "bytes") {
    return [toBytes(left, scope), toBytes(right, scope)];
  }
  if (one === "other" || other === "other") {
    return others(left, one, right, scope);
  }
  // A number and a text.
  if (isNumber(one)) {
    return [numberSide(left, right, scope), numberLike(right, left, scope)];
  }
  return [numberLike(left, right, scope), numberSide(right, left, scope)];
}

function yearBehind(expr: Expr): boolean {
  const column = columnBehind(expr);
  return column !== undefined && isYear(column);
}

/** A parameter beside a YEAR may have two digits. */
const openYear = (param: Expr, scope: Scope) =>
  invoke("year_of_number", [
    coerce(param, oid.int8, -1, "implicit", scope),
  ], scope);

/** A whole number is an integer beside one, however it is written, so that an index serves. */
function besideNumber(number: Expr, other: Expr, scope: Scope): Expr {
  if (number.kind === "constant" && typeof number.value === "number") {
    const column = columnBehind(other);
    if (column !== undefined && isYear(column)) {
      return { ...number, value: yearOfNumber(number.value) };
    }
  }
  const large = number.kind === "constant" && number.type === oid.numeric &&
      isWide(other)
    ? largeDatum(String(number.value))
    : undefined;
  return large === undefined ? toNumber(number, scope) : withoutSign({
    kind: "constant",
    type: oid.int8,
    typmod: -1,
    value: large,
  });
}

/** Type in which a NULL is compared with something. */
function comparable(expr: Expr, kind: Kind): number {
  return kind === "condition"
    ? oid.int4
    : kind === "json"
    ? oid.jsonb
    : kind === "text"
    ? oid.text
    : expr.type;
}

function asComparable(expr: Expr, kind: Kind, scope: Scope): Expr {
  return kind === "condition"
    ? toNumber(expr, scope)
    : kind === "json"
    ? toJsonValue(expr, scope)
    : kind === "text"
    ? toText(expr, scope)
    : expr;
}

/** A parameter is what the other side is. */
function withOpen(
  left: Expr,
  one: Kind,
  right: Expr,
  other: Kind,
  scope: Scope,
): [Expr, Expr] {
  if (one === "open" && other === "open") {
    return [
      coerce(left, oid.text, -1, "implicit", scope),
      coerce(right, oid.text, -1, "implicit", scope),
    ];
  }
  const known = one === "open" ? right : left;
  const kind = one === "open" ? other : one;
  const side = kind === "text"
    ? toText(known, scope)
    : asComparable(known, kind, scope);
  const type = kind === "text" ? oid.text : side.type;
  const param = coerce(
    one === "open" ? left : right,
    type,
    -1,
    "implicit",
    scope,
  );
  return one === "open" ? [param, side] : [side, param];
}

/** A literal that is a whole number is compared as the column is; any other as a double. */
function numberLike(text: Expr, number: Expr, scope: Scope): Expr {
  if (isLiteral(text) && text.kind === "constant") {
    const written = String(text.value).trim();
    const large = isWide(number) ? largeDatum(written) : undefined;
    if (large !== undefined) {
      return withoutSign({
        kind: "constant",
        type: oid.int8,
        typmod: -1,
        value: large,
      });
    }
    if (
      /^-?\d{1,18}$/.test(written) || /^-?\d{1,18}\.\d{1,10}$/.test(written)
    ) {
      const type = written.includes(".") ? oid.numeric : oid.int8;
      const read = literalAs(
        { ...text, value: written },
        kindOf(number, scope) === "float" ? oid.float8 : type,
        scope,
      );
      if (read !== undefined) return read;
    }
  }
  return toDouble(text, scope);
}

function numberSide(number: Expr, text: Expr, scope: Scope): Expr {
  const plain = toNumber(number, scope);
  return numberLike(text, number, scope).type === oid.float8
    ? toDouble(plain, scope)
    : plain;
}

/** Dates compare with dates; what is no date is an error when it stands in the statement. */
function times(
  left: Expr,
  one: Kind,
  right: Expr,
  other: Kind,
  scope: Scope,
): [Expr, Expr] {
  if (one === "time" || other === "time") {
    const kind = one === "time" ? other : one;
    if (kind === "text" || kind === "time") {
      return [toTime(left, scope), toTime(right, scope)];
    }
    if (isTime(kind)) return [toMoment(left, scope), toMoment(right, scope)];
    return [toNumber(left, scope), toNumber(right, scope)];
  }
  if (isTime(one) && isTime(other)) return [left, right];
  const time = isTime(one) ? left : right;
  const value = isTime(one) ? right : left;
  const kind = isTime(one) ? other : one;
  if (isNumber(kind)) {
    return isTime(one)
      ? [toNumber(left, scope), toNumber(right, scope)]
      : [toNumber(left, scope), toNumber(right, scope)];
  }
  const read = timeLiteral(value, time, scope) ?? toMoment(value, scope);
  // A date and a moment compare as moments.
  return isTime(one) ? [time, read] : [read, time];
}

const datePattern = /^\s*\d{4}-\d{1,2}-\d{1,2}\s*$/;

function timeLiteral(value: Expr, time: Expr, scope: Scope): Expr | undefined {
  if (!isLiteral(value) || value.kind !== "constant") return undefined;
  const text = String(value.value);
  const type = time.type === oid.date && datePattern.test(text)
    ? oid.date
    : time.type === oid.date
    ? oid.timestamp
    : time.type;
  const done = literalAs(value, type, scope);
  if (done === undefined && !/^\s*\d/.test(text)) {
    throw new SqlError(
      "22007",
      `Incorrect ${
        time.type === oid.date ? "DATE" : "DATETIME"
      } value: '${text}'`,
    );
  }
  return done;
}

/** uuid, interval, arrays and the like take literals as PostgreSQL does. */
function others(
  left: Expr,
  one: Kind,
  right: Expr,
  scope: Scope,
): [Expr, Expr] {
  const known = one === "other" ? left : right;
  const value = one === "other" ? right : left;
  const read = tryCoerce(value, known.type, -1, "explicit", scope);
  if (read === undefined) return [toText(left, scope), toText(right, scope)];
  return one === "other" ? [left, read] : [read, right];
}

/** A number that is kept as a text, which JSON cannot tell from one. */
const isLarge = (expr: Expr) =>
  expr.kind === "constant" && expr.type === oid.int8 &&
  typeof expr.value === "string";

/** Items that are bound one by one. */
const mostItems = 20_000;

/** `x IN (a, b, …)`. */
export function inList(args: readonly Expr[], scope: Scope): Expr {
  const [written, ...items] = args as [Expr, ...Expr[]];
  // Converted once, so that all items are compared with the same thing.
  const kind = kindOf(written, scope);
  const subject = kind === "text" ? toText(written, scope) : written;
  const pairs = items.map((item) => alike(subject, item, scope));
  const [first] = pairs;
  const uniform = first !== undefined && kind !== "open" &&
    pairs.every(([a, b]) => a === first[0] && b.type === first[1].type) &&
    !folds(first[0], first[1], scope);
  if (!uniform) {
    return logic(
      "or",
      items.map((item) => compare("equal", subject, item, scope)),
    );
  }
  const call = operatorCall(["="], first, scope);
  const arg = call.args[0] as Expr;
  const list = pairs.map((pair) =>
    operatorCall(["="], pair, scope).args[1] as Expr
  );
  // SQLite looks a value up in a list, but asks each item of an array.
  const packed =
    list.length > mostItems || isNumber(kind) && !list.some(isLarge)
      ? packList(list, scope)
      : undefined;
  return packed === undefined
    ? { kind: "in", arg, list, not: false, type: oid.bool, typmod: -1 }
    : {
      kind: "arrayCompare",
      function: call.function,
      all: false,
      left: arg,
      right: packed,
      type: oid.bool,
      typmod: -1,
    };
}
