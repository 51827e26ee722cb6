/**
 * Functions of `pg_mysql` whose meaning depends on the types of their arguments.
 *
 * @module
 */

import { nullConstant } from "../../analyze/literals.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import {
  arithmetic,
  bits,
  concat,
  negate,
  rounding,
  toBits,
} from "./arithmetic.ts";
import { compare, inList } from "./compare.ts";
import { extreme } from "./extreme.ts";
import {
  convertTo,
  invoke,
  invokePlain,
  toBytes,
  toCondition,
  toDate,
  toDecimal,
  toDouble,
  toInteger,
  toJson,
  toMoment,
  toNumber,
  toText,
} from "./convert.ts";
import { cast, type Form, of, one, text } from "./form.ts";
import { isBinaryCollation } from "../collation.ts";
import { columnBehind, listOf } from "../list_type.ts";
import { isUnsigned, isWide, unsignedMark, withoutSign } from "../unsigned.ts";
import { timeTypmod } from "../time_value.ts";
import { defaultOf } from "./default_of.ts";
import { fitWhole } from "./fit_integer.ts";
import { fitYear } from "./fit_year.ts";
import { fitListed } from "./list_forms.ts";
import { average, exactly, sum, summand } from "./decimal_digits.ts";
import type { FormName } from "./form_names.ts";
import { isNumber, kindOf } from "./kinds.ts";
import { assign } from "./assign.ts";
import { dateAdd } from "./date_forms.ts";
import {
  addTime,
  extract,
  makeTime,
  secondsToTime,
  timeDifference,
  timeOf,
} from "./time_forms.ts";
import { jsonChange, jsonItems } from "./json_forms.ts";
import { toNumberIfNumber, typeWord } from "./variable_type.ts";

const comparison = (name: string): Form =>
  of(
    2,
    ([left, right], scope) => compare(name, left as Expr, right as Expr, scope),
  );

const calculation = (name: string): Form =>
  of(
    2,
    ([left, right], scope) =>
      arithmetic(name, left as Expr, right as Expr, scope),
  );

const bitwise = (name: string, count = 2): Form =>
  of(count, (args, scope) => bits(name, args, scope));

const rounded = (name: string, most: number): Form => (args, scope) =>
  args.length >= 1 && args.length <= most
    ? rounding(name, args, scope)
    : undefined;

/** Texts and bytes have digests of their bytes. */
const digest = (name: string): Form =>
  one((arg, scope) => invoke(`${name}_of`, [toBytes(arg, scope)], scope));

/** See the top of the file. */
export const forms: Readonly<Partial<Record<FormName, Form>>> = {
  int: one((arg, scope) =>
    kindOf(arg, scope) === "condition"
      ? cast(arg, oid.int4, scope)
      : toNumber(arg, scope)
  ),
  truth: one(toCondition),
  equal: comparison("equal"),
  "equal_null": comparison("equal_null"),
  "not_equal": comparison("not_equal"),
  less: comparison("less"),
  "less_equal": comparison("less_equal"),
  greater: comparison("greater"),
  "greater_equal": comparison("greater_equal"),
  "in_list": (args, scope) => args.length < 2 ? undefined : inList(args, scope),
  add: calculation("add"),
  subtract: calculation("subtract"),
  multiply: calculation("multiply"),
  divide: calculation("divide"),
  "divide_whole": calculation("divide_whole"),
  modulo: calculation("modulo"),
  negate: one(negate),
  "bit_and": bitwise("bit_and"),
  "bit_or": bitwise("bit_or"),
  "bit_xor": bitwise("bit_xor"),
  "bit_not": bitwise("bit_not", 1),
  "shift_left": bitwise("shift_left"),
  "shift_right": bitwise("shift_right"),
  number: one((arg, scope) => summand(toNumber(arg, scope), scope)),
  sum: one(sum),
  average: one(average),
  // Written out, even a text of a list is a mere text.
  "to_text": one((arg, scope) =>
    listOf(arg) === undefined
      ? toText(arg, scope)
      : invoke("collate_folded", [toText(arg, scope)], scope)
  ),
  "to_signed": one((arg, scope) =>
    isWide(arg) ? invoke("signed_bits", [arg], scope) : toInteger(arg, scope)
  ),
  "to_unsigned": one(toUnsigned),
  "keep_sign": one(keepSign),
  "bit_count": one((arg, scope) =>
    invoke("bit_count_of", [toBits(arg, scope)], scope)
  ),
  "to_decimal": one((arg, scope) => exactly(toDecimal(arg, scope), scope)),
  "to_double": one((arg, scope) =>
    toDouble(exactly(toNumber(arg, scope), scope), scope)
  ),
  "to_date": one(toDate),
  date: one(toDate),
  "to_timestamp": one(toMoment),
  timestamp: (args, scope) => {
    const [first, second] = args;
    if (first === undefined || args.length > 2) return undefined;
    const moment = toMoment(first, scope);
    return second === undefined
      ? moment
      : addTime("add")([moment, second], scope);
  },
  "to_time": timeOf,
  time: timeOf,
  timediff: timeDifference,
  addtime: addTime("add"),
  subtime: addTime("subtract"),
  "sec_to_time": secondsToTime,
  maketime: makeTime,
  extract,
  "to_json": one(toJson),
  binary: one(toBytes),
  collate: of(2, ([arg, name], scope) => {
    const binary = name?.kind === "constant" &&
      /_(?:bin|cs)$|^binary$/.test(String(name.value));
    return invoke(binary ? "collate_binary" : "collate_folded", [
      toText(arg as Expr, scope),
    ], scope);
  }),
  "date_add": dateAdd(""),
  "date_sub": dateAdd("-"),
  greatest: (args, scope) => extreme("greatest", args, scope),
  least: (args, scope) => extreme("least", args, scope),
  // A value, a sample of a column's type, the type in MySQL's words and the column's name.
  assign: of(4, ([value, sample, type, name], scope) => {
    const word = (expr: Expr | undefined) =>
      expr?.kind === "constant" ? String(expr.value) : "";
    const column = {
      name: word(name),
      type: (sample as Expr).type,
      typmod: -1,
      mysql: { type: word(type) },
    };
    return fitListed(value as Expr, column, scope) ??
      fitYear(value as Expr, column, scope) ??
      fitWhole(value as Expr, column, scope) ??
      assign(value as Expr, column.type, -1, scope);
  }),
  "default_of": defaultOf,
  "key_prefix": of(2, ([arg, length], scope) => {
    const whole = arg as Expr;
    if (kindOf(whole, scope) === "bytes") {
      return invoke("bytes_prefix", [whole, length as Expr], scope);
    }
    const part = invoke(
      "text_prefix",
      [toText(whole, scope), length as Expr],
      scope,
    );
    const collation = columnBehind(whole)?.mysql?.collation;
    return collation === undefined || isBinaryCollation(collation)
      ? part
      : invoke("collate_folded", [part], scope);
  }),
  concat: (args, scope) => args.length === 0 ? undefined : concat(args, scope),
  "concat_ws": (args, scope) => {
    const [separator, ...rest] = args;
    if (separator === undefined || rest.length === 0) return undefined;
    const array: Expr = {
      kind: "array",
      elements: rest.map((arg) => toText(arg, scope)),
      type: 1009,
      typmod: -1,
    };
    return invoke("concat_with", [toText(separator, scope), array], scope);
  },
  abs: rounded("abs", 1),
  ceil: rounded("ceil", 1),
  floor: rounded("floor", 1),
  round: rounded("round", 2),
  truncate: (args, scope) =>
    args.length === 2 ? rounding("truncate", args, scope) : undefined,
  sign: rounded("sign", 1),
  "assign_variable": of(2, ([name, value], scope) => {
    const kind = kindOf(value as Expr, scope);
    const kept = kind === "open" || kind === "text"
      ? toText(value as Expr, scope)
      : toNumberIfNumber(value as Expr, scope);
    const set = invoke("set_variable", [
      name as Expr,
      toText(kept, scope),
      text(typeWord(kept.type)),
    ], scope);
    return convertTo(set, kept.type, scope);
  }),
  md5: digest("md5"),
  sha1: digest("sha1"),
  sha2: of(
    2,
    ([arg, length], scope) =>
      invoke("sha2_of", [
        toBytes(arg as Expr, scope),
        toInteger(length as Expr, scope),
      ], scope),
  ),
  hex: one((arg, scope) =>
    isNumber(kindOf(arg, scope))
      ? invoke("hex_of_number", [toInteger(arg, scope)], scope)
      : invoke("hex_of_bytes", [toBytes(arg, scope)], scope)
  ),
  length: one((arg, scope) =>
    kindOf(arg, scope) === "bytes"
      ? invokePlain("octet_length", [oid.bytea], [arg], scope)
      : invokePlain("octet_length", [oid.text], [toText(arg, scope)], scope)
  ),
  "json_object": jsonItems("json_object"),
  "json_array": jsonItems("json_array"),
  "json_set": jsonChange("json_set_values"),
  "json_insert": jsonChange("json_insert_values"),
  "json_replace": jsonChange("json_replace_values"),
  "json_array_append": jsonChange("json_append"),
  interval: (args, scope) => {
    const [subject, ...rest] = args;
    if (subject === undefined || rest.length === 0) return undefined;
    // How many of the numbers, which grow, are not greater.
    const number = (value: number): Expr => ({
      kind: "constant",
      type: oid.int4,
      typmod: -1,
      value,
    });
    return {
      kind: "case",
      whens: [
        {
          when: {
            kind: "isNull",
            arg: toNumber(subject, scope),
            not: false,
            type: oid.bool,
            typmod: -1,
          },
          then: number(-1),
        },
        ...rest.map((each, at) => ({
          when: compare("less", subject, each, scope),
          then: number(at),
        })),
      ],
      otherwise: number(rest.length),
      type: oid.int4,
      typmod: -1,
    };
  },
  "str_to_date": of(2, ([value, format], scope) => {
    if (
      format?.kind === "constant" &&
      !/%[^fHhIiklprSsT%]/.test(String(format.value))
    ) {
      const time = invoke("time_by_format", [
        toText(value as Expr, scope),
        toText(format, scope),
      ], scope);
      return String(format.value).includes("%f")
        ? time
        : { ...time, typmod: timeTypmod(0) };
    }
    const moment = invoke("moment_by_format", [
      toText(value as Expr, scope),
      toText(format as Expr, scope),
    ], scope);
    const dateOnly = format?.kind === "constant" &&
      !/%[fHhIiklprSsT]/.test(String(format.value));
    return dateOnly ? cast(moment, oid.date, scope) : moment;
  }),
  field: (args, scope) => {
    const [subject, ...rest] = args;
    if (subject === undefined || rest.length === 0) return undefined;
    return {
      kind: "case",
      whens: rest.map((each, at) => ({
        when: compare("equal", subject, each, scope),
        then: {
          kind: "constant",
          type: oid.int4,
          typmod: -1,
          value: at + 1,
        } as Expr,
      })),
      otherwise: { kind: "constant", type: oid.int4, typmod: -1, value: 0 },
      type: oid.int4,
      typmod: -1,
    };
  },
  elt: (args, scope) => {
    const [index, ...rest] = args;
    if (index === undefined || rest.length === 0) return undefined;
    const at = toInteger(index, scope);
    return {
      kind: "case",
      whens: rest.map((each, n) => ({
        when: compare("equal", at, {
          kind: "constant",
          type: oid.int8,
          typmod: -1,
          value: n + 1,
        }, scope),
        then: toText(each, scope),
      })),
      otherwise: nullConstant(oid.text),
      type: oid.text,
      typmod: -1,
    };
  },
  char: (args, scope) => {
    const array: Expr = {
      kind: "array",
      elements: args.map((arg) => cast(toInteger(arg, scope), oid.text, scope)),
      type: 1009,
      typmod: -1,
    };
    return invoke("char_of", [array], scope);
  },
  strcmp: of(
    2,
    ([left, right], scope) =>
      invoke("compare_texts", [
        toText(left as Expr, scope),
        toText(right as Expr, scope),
      ], scope),
  ),
  "from_unixtime": (args, scope) => {
    const [seconds, format] = args;
    if (seconds === undefined || args.length > 2) return undefined;
    const moment = invoke(
      "timestamp_of_unix",
      [toDecimal(seconds, scope)],
      scope,
    );
    return format === undefined
      ? moment
      : invoke("date_format", [moment, toText(format, scope)], scope);
  },
  "unix_timestamp": (args, scope) => {
    const [moment] = args;
    if (args.length > 1) return undefined;
    return moment === undefined
      ? invoke("unix_now", [], scope)
      : invoke("unix_of_timestamp", [toMoment(moment, scope)], scope);
  },
};

/** CAST AS UNSIGNED. */
function toUnsigned(arg: Expr, scope: Scope): Expr {
  if (isWide(arg)) return arg;
  const kind = kindOf(arg, scope);
  if (kind === "text" && listOf(arg) === undefined) {
    return withoutSign(
      invoke("text_to_unsigned", [toText(arg, scope)], scope),
    );
  }
  return withoutSign(
    kind === "decimal" || kind === "float"
      ? invoke("unsigned_of", [toDecimal(arg, scope)], scope)
      : invoke("unsigned_bits", [toInteger(arg, scope)], scope),
  );
}

/** An aggregate of what has no sign, such as MAX, has none. */
function keepSign(arg: Expr): Expr {
  const over = arg.kind === "aggregate" || arg.kind === "window"
    ? arg.args[0]
    : undefined;
  return over !== undefined && arg.type === oid.int8 && isUnsigned(over)
    ? {
      kind: "cast",
      arg,
      how: { by: "relabel" },
      explicit: false,
      type: oid.int8,
      typmod: unsignedMark,
    }
    : arg;
}
