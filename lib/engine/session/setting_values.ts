/**
 * Checks what `SET` is given and writes it as `SHOW` does.
 *
 * @module
 */

import { SqlError } from "../../sql/error.ts";
import { checkSearchPath } from "./search_path.ts";
import { readTimeZone } from "./time_zone.ts";
import type { KnownSetting } from "./settings_table.ts";

const wrong = (name: string, value: string, more: object = {}) =>
  new SqlError(
    "22023",
    `invalid value for parameter "${name}": "${value}"`,
    more,
  );

/** Units in terms of the smallest one of their kind. */
const timeUnits: ReadonlyMap<string, number> = new Map([
  ["us", 1],
  ["ms", 1000],
  ["s", 1_000_000],
  ["min", 60_000_000],
  ["h", 3_600_000_000],
  ["d", 86_400_000_000],
]);
const sizeUnits: ReadonlyMap<string, number> = new Map([
  ["B", 1],
  ["kB", 1024],
  ["8kB", 8192],
  ["MB", 1024 ** 2],
  ["GB", 1024 ** 3],
  ["TB", 1024 ** 4],
]);
/** What `SHOW` may write, largest first. */
const shownUnits: readonly string[] = [
  "d",
  "h",
  "min",
  "s",
  "ms",
  "us",
  "TB",
  "GB",
  "MB",
  "kB",
  "B",
];

const booleans: readonly (readonly [string, boolean, number])[] = [
  ["true", true, 1],
  ["false", false, 1],
  ["yes", true, 1],
  ["no", false, 1],
  ["on", true, 2],
  ["off", false, 2],
  ["1", true, 1],
  ["0", false, 1],
];

/**
 * @param text A Boolean as settings and options take it.
 * @returns Its value, `undefined` if it is none.
 */
export function readBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return booleans.find(([name, , shortest]) =>
    word.length >= shortest && name.startsWith(word)
  )?.[1];
}

/**
 * @param setting What is set.
 * @param value Its text.
 * @returns The value as it is kept: numbers in the setting's own unit.
 * @throws {SqlError} 22023 if it is not one of its values.
 */
export function readSetting(setting: KnownSetting, value: string): string {
  switch (setting.type) {
    case "bool": {
      const read = readBoolean(value);
      if (read === undefined) {
        throw new SqlError(
          "22023",
          `parameter "${setting.name}" requires a Boolean value`,
        );
      }
      return read ? "on" : "off";
    }
    case "int":
      return readNumber(setting, value, true);
    case "real":
      return readNumber(setting, value, false);
    case "enum":
      return readEnum(setting, value);
    case "string":
      return readText(setting.name, value);
  }
}

/** Enums that also take Boolean words. */
const booleanEnums: ReadonlySet<string> = new Set([
  "backslash_quote",
  "compute_query_id",
  "constraint_exclusion",
  "force_parallel_mode",
  "synchronous_commit",
]);

function readEnum({ name, values }: KnownSetting, value: string): string {
  const word = value.toLowerCase();
  if (values.includes(word)) return word;
  if (booleanEnums.has(name)) {
    const read = readBoolean(value);
    if (read !== undefined) return read ? "on" : "off";
  }
  throw wrong(name, value, { hint: `Available values: ${values.join(", ")}.` });
}

function readNumber(
  { name, unit, min, max }: KnownSetting,
  value: string,
  integer: boolean,
): string {
  const match =
    /^\s*([+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))\s*([A-Za-z]*)\s*$/i
      .exec(value);
  if (match === null) throw wrong(name, value);
  let number = Number(match[1]);
  const given = match[2] as string;
  if (given !== "") {
    const units = timeUnits.has(unit)
      ? timeUnits
      : sizeUnits.has(unit)
      ? sizeUnits
      : undefined;
    if (units === undefined) throw wrong(name, value);
    const factor = given === "8kB" ? undefined : units.get(given);
    if (factor === undefined) {
      throw wrong(name, value, {
        hint: units === timeUnits
          ? 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".'
          : 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".',
      });
    }
    number = number * factor / (units.get(unit) as number);
  }
  if (integer) {
    number = Math.round(number);
    if (Math.abs(number) > 2 ** 31) {
      throw wrong(name, value, {
        hint: "Value exceeds integer range.",
      });
    }
  }
  if (!(number >= min && number <= max)) {
    const shown = unit === "" ? "" : ` ${unit}`;
    throw new SqlError(
      "22023",
      `${number}${shown} is outside the valid range for parameter "${name}" (${
        bound(min)
      } .. ${bound(max)})`,
    );
  }
  return String(number);
}

function bound(value: number): string {
  return value > 1e300 ? "1.79769e+308" : String(value);
}

/**
 * @param setting The setting.
 * @param value Its value in its own unit.
 * @returns The same as `SHOW` writes it, in the largest unit that takes it whole.
 */
export function showSetting(setting: KnownSetting, value: string): string {
  const { type, unit, name } = setting;
  if (name === "seed") return "unavailable";
  if (type !== "int" || unit === "" || !(Number(value) > 0)) return value;
  const units = timeUnits.has(unit) ? timeUnits : sizeUnits;
  const total = Number(value) * (units.get(unit) as number);
  const shown = shownUnits.find((name) => {
    const size = units.get(name);
    return size !== undefined &&
      size >= (units.get(unit === "8kB" ? "kB" : unit) as number) &&
      total % size === 0;
  });
  return shown === undefined
    ? value + unit
    : `${total / (units.get(shown) as number)}${shown}`;
}

function readText(name: string, value: string): string {
  switch (name) {
    case "DateStyle":
      return value;
    case "TimeZone": {
      const zone = readTimeZone(value);
      if (zone.name === undefined) throw wrong(name, value, zone);
      return zone.name;
    }
    case "client_encoding": {
      const plain = value.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
      if (plain === "utf8" || plain === "unicode") return "UTF8";
      if (otherEncodings.has(plain)) {
        throw new SqlError(
          "0A000",
          `conversion between ${value.toUpperCase()} and UTF8 is not supported`,
        );
      }
      throw wrong(name, value);
    }
    case "search_path":
      checkSearchPath(value);
      return value;
    case "application_name":
      return value.replaceAll(
        /[^\x20-\x7e]/gu,
        (c) => "?".repeat(utf8Length(c)),
      );
    default:
      return value;
  }
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Encodings that PostgreSQL knows and this engine does not speak. */
const otherEncodings: ReadonlySet<string> = new Set(
  ("sqlascii latin1 latin2 latin3 latin4 latin5 latin6 latin7 latin8 latin9 latin10 win1250 win1251 " +
    "win1252 win1253 win1254 win1255 win1256 win1257 win1258 win866 win874 koi8r koi8u iso88591 " +
    "iso88592 iso885915 eucjp euckr euccn euctw sjis big5 gbk gb18030 uhc johab muleinternal iso88595 " +
    "iso88596 iso88597 iso88598").split(" "),
);

const dateFormats: ReadonlyMap<string, string> = new Map([
  ["iso", "ISO"],
  ["sql", "SQL"],
  ["german", "German"],
]);
const dateOrders: ReadonlyMap<string, string> = new Map([
  ["ymd", "YMD"],
  ["dmy", "DMY"],
  ["euro", "DMY"],
  ["european", "DMY"],
  ["mdy", "MDY"],
  ["us", "MDY"],
  ["noneuro", "MDY"],
  ["noneuropean", "MDY"],
  ["noneuropean", "MDY"],
]);

/**
 * @param value What is set, for example `sql, dmy` or `german`.
 * @param present Value so far, whose other half is kept.
 * @param initial Value of `DEFAULT` inside it.
 * @returns For example `SQL, DMY`.
 */
export function readDateStyle(
  value: string,
  present: string,
  initial: string,
): string {
  let [format, order] = present.split(", ") as [string, string];
  let formats = 0;
  let orders = 0;
  const conflict = () =>
    wrong("DateStyle", value, {
      detail: 'Conflicting "datestyle" specifications.',
    });
  for (const word of value.split(",")) {
    const key = word.trim().toLowerCase();
    const oneFormat = dateFormats.get(key) ??
      (key.startsWith("postgres") ? "Postgres" : undefined);
    const oneOrder = dateOrders.get(key);
    if (oneFormat !== undefined) {
      if (formats++ > 0 && format !== oneFormat) throw conflict();
      format = oneFormat;
      if (key === "german" && orders === 0) order = "DMY";
    } else if (oneOrder !== undefined) {
      if (orders++ > 0 && order !== oneOrder) throw conflict();
      order = oneOrder;
    } else if (key === "default") {
      const [f, o] = initial.split(", ") as [string, string];
      if (formats === 0) format = f;
      if (orders === 0) order = o;
    } else {
      throw wrong("DateStyle", value, {
        detail: `Unrecognized key word: "${key}".`,
      });
    }
  }
  return `${format}, ${order}`;
}
