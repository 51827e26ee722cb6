/**
 * Conversions that MySQL makes by itself (manual, 14.3), and those of strict assignments.
 *
 * @module
 */

import { utf8Text } from "../../types/utf8_text.ts";
import type { Datum } from "../../datum.ts";
import { SqlError } from "../../error.ts";
import type { EvalContext } from "../../eval_context.ts";
import {
  type Decimal,
  isSpecial,
  numericOf,
  parseNumeric,
  printNumeric,
  round,
  truncate,
} from "../../numeric/decimal.ts";
import { parseJson } from "../../json/parse.ts";
import { printJson, quoteJson } from "../../json/value.ts";
import {
  civilOf,
  momentOf,
  narrow,
  timestampOf,
} from "../../types/date_time/calendar.ts";
import { type Definition, fn } from "../define.ts";
import { doubtValue } from "../notes.ts";
import { isNumeric, numberPrefix, readMoment } from "./read_text.ts";
import { writeDay, writeTime } from "./write_text.ts";

type Args = readonly Datum[];
const text = (args: Args, at = 0) => args[at] as string;

/** numeric of what a text begins with. */
export function decimalOfText(value: string): string {
  const found = parseNumeric(numberPrefix(value));
  return printNumeric(found);
}

const most = 9_223_372_036_854_775_807n;

/** int8 of a numeric, rounded; what is greater is the greatest. */
function integerOf(value: string, fraction: "round" | "cut"): Datum {
  const number = numericOf(value);
  if (isSpecial(number)) throw new SqlError("22003", "bigint out of range");
  const { digits } = fraction === "round"
    ? round(number, 0)
    : truncate(number, 0);
  return narrow(
    digits > most ? most : digits < -most - 1n ? -most - 1n : digits,
  );
}

function moment(value: string, context: EvalContext): Datum {
  const found = readMoment(value);
  if (found !== undefined) return timestampOf(found.days, found.micros);
  doubtValue(context, "Incorrect datetime", value);
  return null;
}

/** Tells of a text that is more, or less, than a number. */
function numeric(value: string, type: string, context: EvalContext): void {
  if (isNumeric(value) || value === "") return;
  doubtValue(context, `Truncated incorrect ${type}`, value);
}

/** Strict: zero dates and other nonsense are errors. */
function strictMoment(value: string): Datum {
  const found = readMoment(value);
  if (found !== undefined) return timestampOf(found.days, found.micros);
  throw new SqlError("22007", `Incorrect datetime value: '${value}'`);
}

const dayNumber = (days: number) => {
  const { year, month, day } = civilOf(days);
  return year * 10_000 + month * 100 + day;
};

function timeNumber(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const whole = Math.floor(seconds / 3600) * 10_000 +
    Math.floor(seconds / 60) % 60 * 100 + seconds % 60;
  const rest = micros % 1_000_000;
  return rest === 0
    ? String(whole)
    : `${whole}.${String(rest).padStart(6, "0")}`;
}

function json(value: string): string {
  try {
    return printJson(parseJson(value));
  } catch (error) {
    if (error instanceof SqlError) {
      throw new SqlError("22032", "Invalid JSON text");
    }
    throw error;
  }
}

/** See the top of the file. */
export const mysqlConversions: readonly Definition[] = [
  fn("pg_mysql.text_to_double(text) float8", {
    call: (a, context) => {
      numeric(text(a), "DOUBLE", context);
      const value = Number(numberPrefix(text(a)));
      return Number.isFinite(value)
        ? value
        : value > 0
        ? Number.MAX_VALUE
        : -Number.MAX_VALUE;
    },
  }),
  fn("pg_mysql.text_to_decimal(text) numeric", {
    call: (a, context) => {
      numeric(text(a), "DECIMAL", context);
      return decimalOfText(text(a));
    },
  }),
  fn("pg_mysql.text_to_integer(text) int8", {
    call: (a, context) => {
      const [whole = ""] = /^\s*[-+]?\d+/.exec(text(a)) ?? [];
      if (text(a).slice(whole.length).trim() !== "" || whole === "") {
        doubtValue(context, "Truncated incorrect INTEGER", text(a));
      }
      return integerOf(decimalOfText(whole || "0"), "cut");
    },
  }),
  fn("pg_mysql.decimal_to_integer(numeric) int8", {
    call: (a) => integerOf(text(a), "round"),
  }),
  fn("pg_mysql.text_to_timestamp(text) timestamp", {
    call: (a, context) => moment(text(a), context),
  }),
  fn("pg_mysql.number_to_timestamp(numeric) timestamp", {
    call: (a, context) => moment(text(a), context),
  }),
  fn("pg_mysql.date_to_number(date) int8", {
    call: (a) => dayNumber(Number(a[0])),
  }),
  fn("pg_mysql.timestamp_to_number(timestamp) numeric", {
    call: (a) => {
      const { days, micros } = momentOf(a[0] as number);
      const [whole = "0", rest] = timeNumber(micros).split(".");
      return `${dayNumber(days)}${whole.padStart(6, "0")}${
        rest === undefined ? "" : `.${rest}`
      }`;
    },
  }),
  fn("pg_mysql.date_to_text(date) text", {
    call: (a) => writeDay(Number(a[0])),
  }),
  fn("pg_mysql.timestamp_to_text(timestamp, int4) text", {
    call: (a) => {
      const { days, micros } = momentOf(a[0] as number);
      return `${writeDay(days)} ${writeTime(micros, Number(a[1]))}`;
    },
  }),
  fn("pg_mysql.bytes_to_text(bytea) text", {
    call: (a) => utf8Text(a[0] as Uint8Array),
  }),
  fn("pg_mysql.text_to_bytes(text) bytea", {
    call: (a) => new TextEncoder().encode(text(a)),
  }),
  fn("pg_mysql.text_to_json(text) jsonb", { call: (a) => json(text(a)) }),
  fn("pg_mysql.quote_to_json(text) jsonb", { call: (a) => quoteJson(text(a)) }),
  fn("pg_mysql.boolean_to_json(bool) jsonb", {
    call: (a) => a[0] === 1 ? "true" : "false",
  }),
  fn("pg_mysql.is_true_number(float8) bool", {
    leakproof: true,
    sql: ([n]) => `(${n} <> 0)`,
  }),
  fn("pg_mysql.is_true(int8) bool", {
    leakproof: true,
    sql: ([n]) => `(${n} <> 0)`,
  }),
  // Strict assignments.
  fn("pg_mysql.integer_of_text(text) int8", {
    call: (a) => {
      if (!isNumeric(text(a))) {
        throw new SqlError("22P02", `Incorrect integer value: '${text(a)}'`);
      }
      return integerOf(printNumeric(parseNumeric(text(a).trim())), "round");
    },
  }),
  fn("pg_mysql.integer_text(text) numeric", {
    call: (a) => {
      if (!isNumeric(text(a))) {
        throw new SqlError("22P02", `Incorrect integer value: '${text(a)}'`);
      }
      return printNumeric(parseNumeric(text(a).trim()));
    },
  }),
  fn("pg_mysql.number_of_text(text) numeric", {
    call: (a) => {
      if (!isNumeric(text(a))) {
        throw new SqlError("22P02", `Incorrect decimal value: '${text(a)}'`);
      }
      return printNumeric(parseNumeric(text(a).trim()));
    },
  }),
  fn("pg_mysql.round_half_up(numeric) numeric", {
    call: (a) => printNumeric(round(numericOf(text(a)) as Decimal, 0)),
  }),
  fn("pg_mysql.moment_of_text(text) timestamp", {
    call: (a) => strictMoment(text(a)),
  }),
  fn("pg_mysql.to_interval(text, text) interval", {
    call: (a) => {
      const count = Number(numberPrefix(text(a)));
      const unit = text(a, 1);
      const months = unit === "month"
        ? count
        : unit === "quarter"
        ? count * 3
        : unit === "year"
        ? count * 12
        : 0;
      const days = unit === "day" ? count : unit === "week" ? count * 7 : 0;
      const seconds = unit === "hour"
        ? count * 3600
        : unit === "minute"
        ? count * 60
        : unit === "second"
        ? count
        : 0;
      return `${months} ${days} ${seconds * 1_000_000}`;
    },
  }),
  fn("pg_mysql.uuid_text() text", {
    volatility: "v",
    call: () => crypto.randomUUID(),
  }),
];
