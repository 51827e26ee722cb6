/**
 * Fits values to columns where MySQL does not refuse what does not fit: with IGNORE, and without strict mode
 * (manual, 7.1.11). What was changed is told in a warning.
 *
 * A zero date cannot be kept here: a date that is none becomes NULL, or stays an error where the column takes
 * no NULL.
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import type { EvalContext } from "../../eval_context.ts";
import {
  type Decimal,
  isSpecial,
  parseNumeric,
  pow10,
  printNumeric,
  round,
} from "../../numeric/decimal.ts";
import {
  declaredPlace,
  declaredText,
  type ListType,
} from "../../mysql/list_type.ts";
import { mostTime } from "../../mysql/time_value.ts";
import { unsignedDatum } from "../../mysql/unsigned.ts";
import { yearOfNumber, yearOfText } from "../../mysql/year.ts";
import type { StatementWarning } from "../../statement_notes.ts";
import { utf8Text } from "../../types/utf8_text.ts";
import { numberPrefix, readMoment, readTime } from "./read_text.ts";

/** What a column takes. */
export interface FitSpec {
  /** Its name. */
  readonly column: string;
  /** Which of a statement's lists gives it the value; rows are counted in each. */
  readonly place: "values" | "set";
  readonly to:
    | {
      readonly kind: "integer";
      readonly min: string;
      readonly max: string;
    }
    | {
      readonly kind: "year";
      /** Whether it was given as a text: there `0` is 2000. */
      readonly isText: boolean;
    }
    | {
      readonly kind: "decimal";
      readonly precision: number;
      readonly scale: number;
      readonly signed: boolean;
    }
    | { readonly kind: "float"; readonly signed: boolean }
    | { readonly kind: "text"; readonly length: number | undefined }
    | { readonly kind: "bytes"; readonly length: number | undefined }
    | { readonly kind: "date" | "moment" | "time" | "other" }
    | {
      readonly kind: "list";
      readonly list: ListType;
      /** Whether it was given as a text; a number is a place. */
      readonly isText: boolean;
    };
  /**
   * What NULL is: NULL, an error, or the type's own default with warning 1048; or a column that was left out,
   * with 1364.
   */
  readonly whenNull: "null" | "error" | "default" | "missing";
}

type Make<Kind extends FitSpec["to"]["kind"]> = Extract<
  FitSpec["to"],
  { kind: Kind }
>;

/** What tells of one value. */
interface Place {
  readonly context: Pick<EvalContext, "notes">;
  readonly spec: FitSpec;
  readonly row: number;
}

const mostShown = 128;

function warn(
  { context: { notes }, row }: Place,
  code: number,
  message: string,
  level: StatementWarning["level"] = "Warning",
): void {
  notes?.warn({ level, code, message: `${message} at row ${row}` });
}

const truncated = (
  place: Place,
  level: StatementWarning["level"] = "Warning",
) =>
  warn(
    place,
    1265,
    `Data truncated for column '${place.spec.column}'`,
    level,
  );

const outOfRange = (place: Place) =>
  warn(place, 1264, `Out of range value for column '${place.spec.column}'`);

/** The number that a text begins with. */
function numberIn(value: string, what: string, place: Place): Decimal {
  const trimmed = value.trim();
  const prefix = numberPrefix(trimmed);
  if (!trimmed.startsWith(prefix) || trimmed === "") {
    warn(
      place,
      1366,
      `Incorrect ${what} value: '${
        value.slice(0, mostShown)
      }' for column '${place.spec.column}'`,
    );
  } else if (trimmed.length > prefix.length) truncated(place);
  const found = parseNumeric(prefix);
  return isSpecial(found) ? parseNumeric("0") as Decimal : found;
}

function integer(value: string, to: Make<"integer">, place: Place): Datum {
  const { digits } = round(numberIn(value, "integer", place), 0);
  const min = BigInt(to.min);
  const max = BigInt(to.max);
  if (digits >= min && digits <= max) return unsignedDatum(digits);
  outOfRange(place);
  return unsignedDatum(digits < min ? min : max);
}

function year(value: string, { isText }: Make<"year">, place: Place): Datum {
  const digits = value.trim();
  const found = isText && /^\d{1,4}$/.test(digits)
    ? yearOfText(digits)
    : yearOfNumber(
      Number(round(numberIn(value, "integer", place), 0).digits),
    );
  if (found === 0 || found >= 1901 && found <= 2155) return found;
  outOfRange(place);
  return 0;
}

function decimal(value: string, to: Make<"decimal">, place: Place): Datum {
  const number = numberIn(value, "decimal", place);
  const fitted = round(number, to.scale);
  const most = pow10(to.precision) - 1n;
  const least = to.signed ? -most : 0n;
  if (fitted.digits > most || fitted.digits < least) {
    outOfRange(place);
    const digits = fitted.digits > most ? most : least;
    return printNumeric({ ...fitted, digits });
  }
  const lost = number.scale > to.scale &&
    round(fitted, number.scale).digits !== number.digits;
  if (lost) truncated(place, "Note");
  return printNumeric(fitted);
}

function float(value: string, to: Make<"float">, place: Place): Datum {
  const number = Number(printNumeric(numberIn(value, "double", place)));
  if (number < 0 && !to.signed) {
    outOfRange(place);
    return 0;
  }
  return Number.isFinite(number) ? number : Math.sign(number) *
    Number.MAX_VALUE;
}

function text(value: string, { length }: Make<"text">, place: Place): string {
  if (length === undefined || value.length <= length) return value;
  const characters = [...value];
  if (characters.length <= length) return value;
  const rest = characters.slice(length).join("");
  truncated(place, rest.trim() === "" ? "Note" : "Warning");
  return characters.slice(0, length).join("");
}

function bytes(
  value: Uint8Array<ArrayBuffer>,
  { length }: Make<"bytes">,
  place: Place,
): Datum {
  if (length === undefined || value.length <= length) return value;
  truncated(place);
  return value.slice(0, length);
}

function moment(value: string, kind: "date" | "moment", place: Place): Datum {
  const found = readMoment(value);
  if (found !== undefined) {
    if (kind === "date" && found.micros !== 0) truncated(place, "Note");
    return value;
  }
  // An error where there can be no NULL: what follows refuses the text.
  if (place.spec.whenNull !== "null") return value;
  truncated(place);
  return null;
}

function time(value: string, place: Place): Datum {
  const found = readTime(value);
  if (found === undefined) {
    truncated(place);
    return "00:00:00";
  }
  if (Math.abs(found) <= mostTime) return value;
  outOfRange(place);
  return found < 0 ? "-838:59:59" : "838:59:59";
}

function list(
  value: string,
  { list, isText }: Make<"list">,
  place: Place,
): Datum {
  const found = isText || !/^\d+$/.test(value)
    ? declaredText(list, value)
    : declaredPlace(list, BigInt(value));
  if (found !== undefined) return found;
  if (list.word === "set") {
    truncated(place);
    return someOf(list, value);
  }
  // The empty label that MySQL keeps instead is none of the list.
  if (place.spec.whenNull !== "null") return value;
  truncated(place);
  return null;
}

/** Those labels of a SET that are there; of a number, those of its bits. */
function someOf(list: ListType, value: string): string {
  const { labels } = list;
  if (/^\d+$/.test(value)) {
    const bits = BigInt(value) & ((1n << BigInt(labels.length)) - 1n);
    return declaredPlace(list, bits) ?? "";
  }
  const found = value.split(",").map((item) => declaredText(list, item));
  return labels.filter((label) => found.includes(label)).join(",");
}

/** The default of a type; nothing for one that has none here. */
function implicit({ to }: FitSpec): Datum {
  switch (to.kind) {
    case "integer":
    case "year":
      return 0;
    case "decimal":
      return printNumeric(round(parseNumeric("0") as Decimal, to.scale));
    case "float":
      return 0;
    case "text":
      return "";
    case "bytes":
      return new Uint8Array();
    case "time":
      return "00:00:00";
    case "list":
      return to.list.word === "set" ? "" : to.list.labels[0] ?? null;
    default:
      return null;
  }
}

/** Whether a column that was left out, or NULL, can have a value all the same. */
export const hasImplicit = (spec: FitSpec): boolean => implicit(spec) !== null;

function fitNull(place: Place): Datum {
  const { spec, context: { notes } } = place;
  const { column, whenNull } = spec;
  if (whenNull === "null" || whenNull === "error") return null;
  const kept = implicit(spec);
  if (kept === null) return null;
  if (whenNull === "default") {
    notes?.warn({
      level: "Warning",
      code: 1048,
      message: `Column '${column}' cannot be null`,
    });
  } else if (place.row === 1) {
    notes?.warn({
      level: "Warning",
      code: 1364,
      message: `Field '${column}' doesn't have a default value`,
    });
  }
  return kept;
}

/** Specs that were read. */
const specs = new Map<string, FitSpec>();
const mostSpecs = 256;

function specOf(json: string): FitSpec {
  let found = specs.get(json);
  if (found === undefined) {
    if (specs.size >= mostSpecs) specs.clear();
    specs.set(json, found = JSON.parse(json) as FitSpec);
  }
  return found;
}

/**
 * @param args Value, {@linkcode FitSpec} as JSON.
 * @param context Session.
 * @returns The value as the column takes it; a text where the column's type reads it.
 */
export function fit(
  [value = null, json]: readonly Datum[],
  context: Pick<EvalContext, "notes">,
): Datum {
  const spec = specOf(String(json));
  const row = context.notes?.rowOf(`${spec.place} ${spec.column}`) ?? 1;
  const place: Place = { context, spec, row };
  if (value === null) return fitNull(place);
  const { to } = spec;
  if (to.kind === "bytes") {
    const raw = value instanceof Uint8Array
      ? value as Uint8Array<ArrayBuffer>
      : new TextEncoder().encode(String(value));
    return bytes(raw, to, place);
  }
  const written = value instanceof Uint8Array ? utf8Text(value) : String(value);
  switch (to.kind) {
    case "integer":
      return integer(written, to, place);
    case "year":
      return year(written, to, place);
    case "decimal":
      return decimal(written, to, place);
    case "float":
      return float(written, to, place);
    case "text":
      return text(written, to, place);
    case "date":
    case "moment":
      return moment(written, to.kind, place);
    case "time":
      return time(written, place);
    case "list":
      return list(written, to, place);
    case "other":
      return written;
  }
}
