/**
 * Converts values as MySQL does by itself: text gives the number it begins with, and so on
 * (manual, 14.3).
 *
 * @module
 */

import { makeCall } from "../../analyze/call.ts";
import { coerce, tryCoerce } from "../../analyze/coercion.ts";
import { nullConstant } from "../../analyze/literals.ts";
import type { Scope } from "../../analyze/scope.ts";
import { fixedOid } from "../../catalog/catalog.ts";
import { SqlError } from "../../error.ts";
import { builtins } from "../../functions/builtins.ts";
import type { FunctionEntry } from "../../functions/registry.ts";
import type { Expr } from "../../tree.ts";
import { readTime } from "../../functions/mysql/read_text.ts";
import { oid } from "../../types/type.ts";
import { columnBehind, listOfColumn } from "../list_type.ts";
import { unsignedDatum, withoutSign } from "../unsigned.ts";
import { nearestTime, timeDatum, timeDigits } from "../time_value.ts";
import { isLiteral, kindOf } from "./kinds.ts";

/** @returns Functions of `pg_mysql` of that name. */
export function mysqlEntries(name: string): readonly FunctionEntry[] {
  return builtins().functionsNamed(name).filter(({ schema }) =>
    schema === fixedOid.mysql
  );
}

/**
 * Calls a function of `pg_mysql`.
 *
 * @param name Its name.
 * @param args Arguments of the declared types.
 * @param scope Where it stands.
 */
export function invoke(
  name: string,
  args: readonly Expr[],
  scope: Scope,
): Expr {
  const entry = mysqlEntries(name).find((each) =>
    each.args.length === args.length
  );
  if (entry === undefined) throw new TypeError(`Cannot find pg_mysql.${name}`);
  return makeCall(entry, args, scope);
}

/**
 * Calls a function of `pg_catalog`.
 *
 * @param name Its name.
 * @param types Types of its arguments.
 * @param args Arguments.
 * @param scope Where it stands.
 */
export function invokePlain(
  name: string,
  types: readonly number[],
  args: readonly Expr[],
  scope: Scope,
): Expr {
  const entry = builtins().functionsNamed(name).find((each) =>
    each.schema === fixedOid.pgCatalog && each.args.length === types.length &&
    types.every((type, at) => each.args[at] === type)
  );
  if (entry === undefined) throw new TypeError(`Cannot find ${name}`);
  return makeCall(entry, args, scope);
}

/** PostgreSQL's own cast, written out. */
const plain = (expr: Expr, type: number, scope: Scope) =>
  coerce(expr, type, -1, "explicit", scope);

/** Text, whatever it is. */
export function toText(expr: Expr, scope: Scope): Expr {
  switch (kindOf(expr, scope)) {
    case "null":
    case "open":
      return plain(expr, oid.text, scope);
    case "text":
      if (expr.type === oid.text) return expr;
      return tryCoerce(expr, oid.text, -1, "explicit", scope) ?? expr;
    case "condition":
      return plain(plain(expr, oid.int4, scope), oid.text, scope);
    case "bytes":
      return invoke("bytes_to_text", [expr], scope);
    case "date":
      return invoke("date_to_text", [expr], scope);
    case "moment":
      return invoke("timestamp_to_text", [
        plain(expr, oid.timestamp, scope),
        { kind: "constant", type: oid.int4, typmod: -1, value: expr.typmod },
      ], scope);
    case "time":
      return invoke(
        "time_to_text",
        [toTime(expr, scope), digitsOf(expr)],
        scope,
      );
    default:
      return plain(expr, oid.text, scope);
  }
}

/** Bytes that stand in the statement. */
function bytesOf(expr: Expr): Uint8Array | undefined {
  if (expr.kind === "cast") return bytesOf(expr.arg);
  return expr.kind === "constant" && expr.value instanceof Uint8Array
    ? expr.value
    : undefined;
}

/** Digits of the second that a time is shown with; -1 for as many as count. */
const digitsOf = ({ type, typmod }: Expr): Expr => ({
  kind: "constant",
  type: oid.int4,
  typmod: -1,
  value: type === oid.interval ? timeDigits(typmod) : typmod,
});

/** `hhmmss`, an integer where the time has no fraction. */
function timeToNumber(expr: Expr, scope: Scope): Expr {
  const number = invoke("time_to_number", [
    toTime(expr, scope),
    digitsOf(expr),
  ], scope);
  const digits = digitsOf(expr);
  return digits.kind === "constant" && digits.value === 0
    ? plain(number, oid.int8, scope)
    : number;
}

/**
 * @param expr Expression.
 * @param scope Where it stands.
 * @returns The place in its list of an ENUM or SET column; nothing for anything else.
 */
export function placeInList(expr: Expr, scope: Scope): Expr | undefined {
  const column = columnBehind(expr);
  const list = column === undefined ? undefined : listOfColumn(column);
  if (list === undefined) return undefined;
  // The bits of a long SET need more than a double has.
  const isLong = list.word === "set" && list.labels.length > 52;
  return invoke(isLong ? "list_place" : "list_small_place", [
    plain(expr, oid.text, scope),
    {
      kind: "constant",
      type: oid.text,
      typmod: -1,
      value: column?.mysql?.type ?? "",
    },
  ], scope);
}

/** A number of whatever type suits; text is a double. */
export function toNumber(expr: Expr, scope: Scope): Expr {
  switch (kindOf(expr, scope)) {
    case "integer":
    case "decimal":
    case "float":
      return expr;
    case "condition":
      return plain(expr, oid.int4, scope);
    case "null":
      return nullConstant(oid.int8);
    case "open":
      return plain(expr, oid.float8, scope);
    case "date":
      return invoke("date_to_number", [expr], scope);
    case "moment":
      return invoke(
        "timestamp_to_number",
        [plain(expr, oid.timestamp, scope)],
        scope,
      );
    case "time":
      return timeToNumber(expr, scope);
    case "bytes": {
      const written = bytesOf(expr);
      if (written !== undefined && written.length <= 8) {
        // A hexadecimal literal is a number among numbers.
        const value = BigInt(`0x0${written.toHex()}`);
        return withoutSign({
          kind: "constant",
          type: oid.int8,
          typmod: -1,
          value: unsignedDatum(value),
        });
      }
      return invoke("text_to_double", [toText(expr, scope)], scope);
    }
    default:
      return placeInList(expr, scope) ??
        invoke("text_to_double", [toText(expr, scope)], scope);
  }
}

/** float8. */
export function toDouble(expr: Expr, scope: Scope): Expr {
  return plain(toNumber(expr, scope), oid.float8, scope);
}

/** numeric, exact where it can be. */
export function toDecimal(expr: Expr, scope: Scope): Expr {
  const place = placeInList(expr, scope);
  if (place !== undefined) return plain(place, oid.numeric, scope);
  const kind = kindOf(expr, scope);
  return kind === "text" || kind === "bytes" || kind === "json"
    ? invoke("text_to_decimal", [toText(expr, scope)], scope)
    : plain(toNumber(expr, scope), oid.numeric, scope);
}

/** int8; fractions are rounded, text is cut. */
export function toInteger(expr: Expr, scope: Scope): Expr {
  const kind = kindOf(expr, scope);
  if (kind === "integer" || kind === "null") {
    return plain(expr, oid.int8, scope);
  }
  if (kind === "open") return plain(expr, oid.int8, scope);
  const place = placeInList(expr, scope);
  if (place !== undefined) return plain(place, oid.int8, scope);
  if (kind === "bytes" && bytesOf(expr) !== undefined) {
    return plain(toNumber(expr, scope), oid.int8, scope);
  }
  if (kind === "text" || kind === "bytes" || kind === "json") {
    return invoke("text_to_integer", [toText(expr, scope)], scope);
  }
  return invoke("decimal_to_integer", [toDecimal(expr, scope)], scope);
}

/** timestamp; NULL for what is none. */
export function toMoment(expr: Expr, scope: Scope): Expr {
  switch (kindOf(expr, scope)) {
    case "moment":
    case "date":
    case "null":
    case "open":
      return plain(expr, oid.timestamp, scope);
    case "time":
      return invoke("time_to_timestamp", [toTime(expr, scope)], scope);
    case "integer":
    case "decimal":
    case "float":
      return invoke("number_to_timestamp", [toDecimal(expr, scope)], scope);
    default:
      return invoke("text_to_timestamp", [toText(expr, scope)], scope);
  }
}

/** date; NULL for what is none. */
export function toDate(expr: Expr, scope: Scope): Expr {
  switch (kindOf(expr, scope)) {
    case "date":
    case "null":
      return plain(expr, oid.date, scope);
    default:
      return plain(toMoment(expr, scope), oid.date, scope);
  }
}

/** interval; NULL for what is no time. */
export function toTime(expr: Expr, scope: Scope): Expr {
  switch (kindOf(expr, scope)) {
    case "time":
    case "null":
    case "open":
      return plain(expr, oid.interval, scope);
    case "moment":
    case "date":
      return plain(
        plain(toMoment(expr, scope), oid.time, scope),
        oid.interval,
        scope,
      );
    default:
      if (isLiteral(expr) && expr.kind === "constant") {
        // Read once, so that an index serves.
        const read = readTime(String(expr.value));
        return {
          kind: "constant",
          type: oid.interval,
          typmod: -1,
          value: read === undefined ? null : timeDatum(nearestTime(read)),
        };
      }
      return invoke("text_to_time", [toText(expr, scope)], scope);
  }
}

/** bytea. */
export function toBytes(expr: Expr, scope: Scope): Expr {
  switch (kindOf(expr, scope)) {
    case "bytes":
    case "null":
    case "open":
      return plain(expr, oid.bytea, scope);
    default:
      return invoke("text_to_bytes", [toText(expr, scope)], scope);
  }
}

/** jsonb: text is a string of JSON, not JSON to be read. */
export function toJsonValue(expr: Expr, scope: Scope): Expr {
  switch (kindOf(expr, scope)) {
    case "json":
    case "null":
      return plain(expr, oid.jsonb, scope);
    case "integer":
    case "decimal":
    case "float":
      return invoke("text_to_json", [plain(expr, oid.text, scope)], scope);
    case "condition":
      return invoke("boolean_to_json", [expr], scope);
    default:
      return invoke("quote_to_json", [toText(expr, scope)], scope);
  }
}

/** jsonb: text is read as JSON. */
export function toJson(expr: Expr, scope: Scope): Expr {
  const kind = kindOf(expr, scope);
  return kind === "text" || kind === "open" || kind === "bytes"
    ? invoke("text_to_json", [toText(expr, scope)], scope)
    : toJsonValue(expr, scope);
}

/** A condition: a number is true when it is not zero. */
export function toCondition(expr: Expr, scope: Scope): Expr {
  const kind = kindOf(expr, scope);
  if (kind === "condition" || kind === "null") {
    return plain(expr, oid.bool, scope);
  }
  if (kind === "integer" || kind === "open") {
    return invoke("is_true", [plain(expr, oid.int8, scope)], scope);
  }
  return invoke("is_true_number", [toDouble(expr, scope)], scope);
}

/**
 * Converts to a type that a function declares.
 *
 * @param expr Expression.
 * @param type Type.
 * @param scope Where it stands.
 */
export function convertTo(expr: Expr, type: number, scope: Scope): Expr {
  if (expr.type === type) return expr;
  switch (type) {
    case oid.text:
      return toText(expr, scope);
    case oid.float8:
      return toDouble(expr, scope);
    case oid.numeric:
      return toDecimal(expr, scope);
    case oid.int8:
      return toInteger(expr, scope);
    case oid.int4:
      return plain(toInteger(expr, scope), oid.int4, scope);
    case oid.timestamp:
      return toMoment(expr, scope);
    case oid.date:
      return toDate(expr, scope);
    case oid.interval:
      return toTime(expr, scope);
    case oid.bytea:
      return toBytes(expr, scope);
    case oid.jsonb:
      return toJson(expr, scope);
    case oid.bool:
      return toCondition(expr, scope);
    default:
      return coerce(expr, type, -1, "implicit", scope);
  }
}

/**
 * Reads a literal as the type of what it is compared with or assigned to.
 *
 * @param expr Literal.
 * @param type Type.
 * @param scope Where it stands.
 * @returns It in that type; nothing when it cannot be read as one.
 */
export function literalAs(
  expr: Expr,
  type: number,
  scope: Scope,
): Expr | undefined {
  if (!isLiteral(expr)) return undefined;
  try {
    return coerce({ ...expr, type: oid.unknown }, type, -1, "implicit", scope);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
