/**
 * MySQL's names, literals and functions for what PostgreSQL's clients wrote.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of functions

import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";

/** MySQL has no form of it. */
export class NoMysqlText extends Error {
  /** What there is no form of. */
  readonly what: string;

  /** @param what What there is no form of. */
  constructor(what: string) {
    super(`MySQL has no form of ${what}`);
    this.what = what;
  }
}

/** @param name Name of a table or column. */
export const mysqlName = (name: string): string =>
  `\`${name.replaceAll("`", "``")}\``;

/** @param text Characters. */
export const mysqlLiteral = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** Kinds of values that the two servers compare and calculate in the same way. */
export type ValueKind =
  | "integer"
  | "decimal"
  | "float"
  | "text"
  | "bool"
  | "date"
  | "timestamp"
  | "time"
  | "uuid";

const kinds: ReadonlyMap<number, ValueKind> = new Map([
  [oid.int2, "integer"],
  [oid.int4, "integer"],
  [oid.int8, "integer"],
  [oid.numeric, "decimal"],
  [oid.float4, "float"],
  [oid.float8, "float"],
  [oid.text, "text"],
  [oid.varchar, "text"],
  [oid.bpchar, "text"],
  [oid.bool, "bool"],
  [oid.date, "date"],
  [oid.timestamp, "timestamp"],
  [oid.timestamptz, "timestamp"],
  [oid.time, "time"],
  [oid.uuid, "uuid"],
]);

/**
 * @param type Oid of a type.
 * @returns What it is to MySQL; nothing when the servers differ.
 */
export const kindOf = (type: number): ValueKind | undefined => kinds.get(type);

type Make = (
  texts: readonly string[],
  args: readonly Expr[],
) => string | undefined;

const same = (name: string): Make => (texts) => `${name}(${texts.join(", ")})`;

/** The same with so many arguments only. */
const of = (name: string, count: number): Make => (texts) =>
  texts.length === count ? `${name}(${texts.join(", ")})` : undefined;

const ofText = (name: string, otherwise?: string): Make => (texts, [first]) =>
  first !== undefined && kindOf(first.type) === "text"
    ? `${name}(${texts.join(", ")})`
    : otherwise === undefined
    ? undefined
    : `${otherwise}(${texts.join(", ")})`;

/** Positions before the first character mean something else in MySQL. */
const substring: Make = (texts, [text, from]) =>
  text !== undefined && kindOf(text.type) === "text" &&
    from?.kind === "constant" && Number(from.value) > 0
    ? `SUBSTRING(${texts.join(", ")})`
    : undefined;

const locate: Make = ([text, part]) => `LOCATE(${part}, ${text})`;

const padded = (name: string): Make => (texts) =>
  `${name}(${[...texts, ...(texts.length === 2 ? ["' '"] : [])].join(", ")})`;

/** PostgreSQL rounds floats to even. */
const round: Make = (texts, [first]) =>
  first !== undefined && kindOf(first.type) !== "float"
    ? `ROUND(${texts.join(", ")})`
    : undefined;

const parts: ReadonlySet<string> = new Set([
  "year",
  "month",
  "day",
  "hour",
  "minute",
  "quarter",
]);

const extract: Make = ([, value], [part]) =>
  part?.kind === "constant" && parts.has(String(part.value))
    ? `EXTRACT(${String(part.value).toUpperCase()} FROM ${value})`
    : undefined;

/** Functions of `pg_catalog` by name; nothing when the arguments have no form. */
export const mysqlFunctions: Readonly<Record<string, Make | undefined>> = {
  lower: same("LOWER"),
  upper: same("UPPER"),
  length: ofText("CHAR_LENGTH", "LENGTH"),
  char_length: same("CHAR_LENGTH"),
  character_length: same("CHAR_LENGTH"),
  octet_length: same("LENGTH"),
  abs: same("ABS"),
  ceil: same("CEILING"),
  ceiling: same("CEILING"),
  floor: same("FLOOR"),
  round,
  mod: same("MOD"),
  power: same("POWER"),
  pow: same("POWER"),
  sqrt: same("SQRT"),
  sign: same("SIGN"),
  left: same("LEFT"),
  right: same("RIGHT"),
  replace: same("REPLACE"),
  reverse: same("REVERSE"),
  repeat: same("REPEAT"),
  lpad: padded("LPAD"),
  rpad: padded("RPAD"),
  ltrim: of("LTRIM", 1),
  rtrim: of("RTRIM", 1),
  btrim: of("TRIM", 1),
  substr: substring,
  substring,
  strpos: locate,
  position: locate,
  // PostgreSQL's passes over NULL.
  concat: (texts) => `CONCAT_WS('', ${texts.join(", ")})`,
  concat_ws: same("CONCAT_WS"),
  md5: ofText("MD5"),
  random: same("RAND"),
  extract,
  date_part: extract,
};
