/**
 * Functions of character strings (manual, 9.4).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { type EvalContext, pauseOf } from "../eval_context.ts";
import { type Definition, fn, op, type Printed } from "./define.ts";
import { finder, piecesOf } from "./find_text.ts";
import {
  count,
  isPlain,
  longestText,
  repeat,
  slice,
  tooLong,
} from "./characters.ts";

type Args = readonly Datum[];
const text = (args: Args, i: number) => args[i] as string;
const number = (args: Args, i: number) => Number(args[i]);

function substring(
  source: string,
  start: number,
  length: number = Infinity,
): string {
  if (length < 0) {
    throw new SqlError("22011", "negative substring length not allowed");
  }
  const from = Math.max(start, 1);
  return slice(source, from - 1, Math.max(start + length, from) - 1);
}

function overlay(
  source: string,
  placed: string,
  start: number,
  length = count(placed),
): string {
  if (start <= 0) {
    throw new SqlError("22011", "negative substring length not allowed");
  }
  const end = start + length;
  if (end > 2147483647) throw new SqlError("22003", "integer out of range");
  return substring(source, 1, start - 1) + placed + substring(source, end);
}

function padding(length: number, fill: string): string {
  if (length <= 0 || fill === "") return "";
  if (length > longestText) throw tooLong();
  const size = count(fill);
  return slice(fill.repeat(Math.ceil(length / size)), 0, length);
}

function leftPad(source: string, length: number, fill = " "): string {
  if (length > longestText) throw tooLong();
  const size = count(source);
  if (size >= length) return slice(source, 0, Math.max(length, 0));
  return padding(length - size, fill) + source;
}

function rightPad(source: string, length: number, fill = " "): string {
  if (length > longestText) throw tooLong();
  const size = count(source);
  if (size >= length) return slice(source, 0, Math.max(length, 0));
  return source + padding(length - size, fill);
}

function initcap(source: string): string {
  return source.replace(
    /[A-Za-z0-9]+/g,
    (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
  );
}

/** Characters between two pauses. */
const charactersPerPause = 65_536;

function translate(
  source: string,
  from: string,
  to: string,
  context: EvalContext,
): string {
  const targets = [...to];
  const map = new Map<string, string>();
  for (const [i, character] of [...from].entries()) {
    if (!map.has(character)) map.set(character, targets[i] ?? "");
  }
  const parts: string[] = [];
  for (let at = 0; at < source.length;) {
    context.pause?.();
    let end = Math.min(at + charactersPerPause, source.length);
    // Never between the two units of one character.
    if ((source.codePointAt(end - 1) as number) > 0xffff) end++;
    let part = "";
    for (const character of source.slice(at, end)) {
      part += map.get(character) ?? character;
    }
    parts.push(part);
    at = end;
  }
  return parts.join("");
}

/**
 * Calls a function of SQLite's, or ours of the same name for what it would take too long to look for.
 */
function unlessLong(
  wanted: Printed | undefined,
  name: string,
  args: readonly (Printed | undefined)[],
): string {
  const list = args.join(", ");
  return args.every((each) => each?.simple)
    ? `CASE WHEN octet_length(${wanted}) > ${longestNative} THEN pg_${name}(${list}) ELSE ${name}(${list}) END`
    : `pg_${name}(${list})`;
}

/** Bytes that SQLite may compare at every place. */
const longestNative = 64;

/**
 * `pg_instr(text, wanted)`: place of a text in another one, from 1; 0 if it is not there.
 *
 * @param args The two.
 * @param context Session.
 * @returns The place, in characters.
 */
export function placeOf(args: readonly Datum[], context: EvalContext): number {
  const source = text(args, 0);
  const at = finder(source, text(args, 1), pauseOf(context))(0);
  return at < 0 ? 0 : count(source.slice(0, at)) + 1;
}

/**
 * `pg_replace(text, wanted, by)`.
 *
 * @param args The three.
 * @param context Session.
 * @returns The text with every place replaced.
 * @throws {SqlError} 54000 when it grows too long.
 */
export function replaced(
  args: readonly Datum[],
  context: EvalContext,
): string {
  const [source, wanted, by] = [text(args, 0), text(args, 1), text(args, 2)];
  if (wanted === "") return source;
  const parts: string[] = [];
  let size = -by.length;
  for (const piece of piecesOf(source, wanted, pauseOf(context))) {
    size += piece.length + by.length;
    if (size > longestText) throw tooLong();
    parts.push(piece);
  }
  return parts.join(by);
}

function splitPart(
  source: string,
  delimiter: string,
  field: number,
  context: EvalContext,
): string {
  if (field === 0) {
    throw new SqlError("22023", "field position must not be zero");
  }
  if (delimiter === "") return field === 1 || field === -1 ? source : "";
  const pieces = piecesOf(source, delimiter, pauseOf(context));
  if (field > 0) {
    let number = 0;
    for (const piece of pieces) if (++number === field) return piece;
    return "";
  }
  const parts = [...pieces];
  return parts[parts.length + field] ?? "";
}

function chr(code: number): string {
  if (code < 0) {
    throw new SqlError("22023", "character number must be positive");
  }
  if (code === 0) throw new SqlError("54000", "null character not permitted");
  if (code > 0x10ffff) {
    throw new SqlError(
      "54000",
      `requested character too large for encoding: ${code}`,
    );
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    throw new SqlError(
      "54000",
      `requested character not valid for encoding: ${code}`,
    );
  }
  return String.fromCodePoint(code);
}

function hexadecimal(value: Datum, bits: 32 | 64): string {
  return BigInt.asUintN(bits, BigInt(value as number | bigint)).toString(16);
}

function normalForm(form: string): "NFC" | "NFD" | "NFKC" | "NFKD" {
  const upper = form.toUpperCase();
  if (
    upper === "NFC" || upper === "NFD" || upper === "NFKC" || upper === "NFKD"
  ) return upper;
  throw new SqlError("22023", `invalid normalization form: ${form}`);
}

function reverse(source: string): string {
  return isPlain(source)
    ? source.split("").reverse().join("")
    : [...source].reverse().join("");
}

const length = ["length", "char_length", "character_length"];
const cut = (side: string) => (args: readonly { toString(): string }[]) =>
  `${side}(${args.join(", ")}${args.length === 1 ? ", ' '" : ""})`;

/** See the top of the file. */
export const textFunctions: readonly Definition[] = [
  op("text || text = text", {
    oid: 654,
    sql: ([a, b]) => `(${a} || ${b})`,
  }),
  fn("textcat(text, text) text", { sql: ([a, b]) => `(${a} || ${b})` }),
  ...length.flatMap((name) => [
    fn(`${name}(text) int4`, { sql: ([s]) => `length(${s})` }),
    fn(`${name}(bpchar) int4`, { sql: ([s]) => `length(rtrim(${s}, ' '))` }),
  ]),
  fn("textlen(text) int4", { sql: ([s]) => `length(${s})` }),
  fn("octet_length(text) int4", { sql: ([s]) => `octet_length(${s})` }),
  fn("octet_length(bpchar) int4", { sql: ([s]) => `octet_length(${s})` }),
  fn("bit_length(text) int4", { sql: ([s]) => `(octet_length(${s}) * 8)` }),
  fn("length(bytea, name) int4", {
    call: (args) => {
      const name = text(args, 1).toLowerCase();
      if (name !== "utf8" && name !== "utf-8") {
        throw new SqlError(
          "0A000",
          `encoding ${text(args, 1)} is not supported`,
        );
      }
      return [...new TextDecoder().decode(args[0] as Uint8Array)].length;
    },
  }),
  // The collation is C: only ASCII letters have cases, as in SQLite.
  fn("lower(text) text", { oid: 870, sql: ([s]) => `lower(${s})` }),
  fn("upper(text) text", { oid: 871, sql: ([s]) => `upper(${s})` }),
  fn("initcap(text) text", { oid: 872, call: (a) => initcap(text(a, 0)) }),
  ...[["btrim", "trim"], ["ltrim", "ltrim"], ["rtrim", "rtrim"]].flatMap((
    [name, side],
  ) => [
    fn(`${name}(text) text`, { sql: cut(side as string) }),
    fn(`${name}(text, text) text`, { sql: cut(side as string) }),
  ]),
  fn("lpad(text, int4) text", {
    call: (a) => leftPad(text(a, 0), number(a, 1)),
  }),
  fn("lpad(text, int4, text) text", {
    call: (a) => leftPad(text(a, 0), number(a, 1), text(a, 2)),
  }),
  fn("rpad(text, int4) text", {
    call: (a) => rightPad(text(a, 0), number(a, 1)),
  }),
  fn("rpad(text, int4, text) text", {
    call: (a) => rightPad(text(a, 0), number(a, 1), text(a, 2)),
  }),
  ...["substring", "substr"].flatMap((name) => [
    fn(`${name}(text, int4) text`, {
      sql: ([s, from]) => `substr(${s}, max(${from}, 1))`,
    }),
    fn(`${name}(text, int4, int4) text`, {
      call: (a) => substring(text(a, 0), number(a, 1), number(a, 2)),
    }),
  ]),
  ...["position", "strpos"].map((name) =>
    fn(`${name}(text, text) int4`, {
      sql: ([s, part]) => unlessLong(part, "instr", [s, part]),
    })
  ),
  fn("overlay(text, text, int4) text", {
    call: (a) => overlay(text(a, 0), text(a, 1), number(a, 2)),
  }),
  fn("overlay(text, text, int4, int4) text", {
    call: (a) => overlay(text(a, 0), text(a, 1), number(a, 2), number(a, 3)),
  }),
  fn("replace(text, text, text) text", {
    sql: ([s, from, to]) => unlessLong(from, "replace", [s, from, to]),
  }),
  fn("translate(text, text, text) text", {
    call: (a, context) =>
      translate(text(a, 0), text(a, 1), text(a, 2), context),
  }),
  fn("reverse(text) text", { call: (a) => reverse(text(a, 0)) }),
  fn("repeat(text, int4) text", {
    call: (a) => repeat(text(a, 0), number(a, 1)),
  }),
  fn("left(text, int4) text", {
    call(a) {
      const most = number(a, 1);
      return slice(
        text(a, 0),
        0,
        most >= 0 ? most : Math.max(0, count(text(a, 0)) + most),
      );
    },
  }),
  fn("right(text, int4) text", {
    call(a) {
      const most = number(a, 1);
      const size = count(text(a, 0));
      return slice(text(a, 0), most >= 0 ? Math.max(0, size - most) : -most);
    },
  }),
  fn("split_part(text, text, int4) text", {
    call: (a, context) =>
      splitPart(text(a, 0), text(a, 1), number(a, 2), context),
  }),
  fn("chr(int4) text", { call: (a) => chr(number(a, 0)) }),
  fn("ascii(text) int4", { call: (a) => text(a, 0).codePointAt(0) ?? 0 }),
  fn("to_hex(int4) text", { call: (a) => hexadecimal(a[0] as Datum, 32) }),
  fn("to_hex(int8) text", { call: (a) => hexadecimal(a[0] as Datum, 64) }),
  fn("starts_with(text, text) bool", {
    call: (a) => text(a, 0).startsWith(text(a, 1)),
  }),
  op("text ^@ text = bool", {
    call: (a) => text(a, 0).startsWith(text(a, 1)),
  }),
  fn("normalize(text, text) text", {
    defaults: ["'NFC'"],
    call: (a) => text(a, 0).normalize(normalForm(text(a, 1))),
  }),
  fn("is_normalized(text, text) bool", {
    defaults: ["'NFC'"],
    call: (a) => text(a, 0).normalize(normalForm(text(a, 1))) === text(a, 0),
  }),
  fn("to_ascii(text) text", {
    call() {
      throw new SqlError(
        "0A000",
        "encoding conversion from UTF8 to ASCII not supported",
      );
    },
  }),
];
