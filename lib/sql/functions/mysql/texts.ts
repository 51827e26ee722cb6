/**
 * String functions of MySQL (manual, 14.8); positions count from 1.
 *
 * @module
 */

import { utf8Text } from "../../types/utf8_text.ts";
import type { Datum } from "../../datum.ts";
import { repeat, slice } from "../characters.ts";
import { type Definition, fn } from "../define.ts";
import { compareFolded, fold } from "./fold.ts";
import { likePattern } from "./like.ts";
import {
  digest,
  format,
  insert,
  locate,
  pad,
  quote,
  regex,
  regexReplace,
  soundex,
  substring,
  substringIndex,
  trim,
  unhex,
  upper,
} from "./text_functions.ts";

/** Arguments of a function. */
export type Args = readonly Datum[];

/** An argument that is a text. */
export const text = (args: Args, at = 0): string => args[at] as string;

/** An argument that is a number. */
export const number = (args: Args, at: number): number => Number(args[at]);

const list = (args: Args, at: number) =>
  JSON.parse(text(args, at)) as (string | null)[];

const bytes = (args: Args, at = 0) => args[at] as Uint8Array;

/** See the top of the file. */
export const mysqlTexts: readonly Definition[] = [
  // The collations that expressions without a column have.
  fn("pg_mysql.collate_folded(text) text", {
    sql: ([s]) => `(${s} COLLATE mysql_ci)`,
  }),
  fn("pg_mysql.text_prefix(text, int4) text", {
    sql: ([s, n]) => `substr(${s}, 1, ${n})`,
  }),
  fn("pg_mysql.bytes_prefix(bytea, int4) bytea", {
    sql: ([s, n]) => `substr(${s}, 1, ${n})`,
  }),
  fn("pg_mysql.collate_binary(text) text", {
    sql: ([s]) => `(${s} COLLATE BINARY)`,
  }),
  ...[
    ["equal", "="],
    ["not_equal", "<>"],
    ["less", "<"],
    ["less_equal", "<="],
    ["greater", ">"],
    ["greater_equal", ">="],
  ].map(([name, symbol]) =>
    fn(`pg_mysql.folded_${name}(text, text) bool`, {
      leakproof: true,
      sql: ([a, b]) => `(${a} ${symbol} ${b} COLLATE mysql_ci)`,
    })
  ),
  fn("pg_mysql.folded_equal_null(text, text) bool", {
    leakproof: true,
    strict: false,
    sql: ([a, b]) => `(${a} IS ${b} COLLATE mysql_ci)`,
  }),
  fn("pg_mysql.compare_texts(text, text) int4", {
    call: (a) => Math.sign(compareFolded(text(a), text(a, 1))),
  }),
  fn("pg_mysql.like(text, text) bool", {
    call: (a) => likePattern(text(a, 1), "\\").test(text(a)),
  }),
  fn("pg_mysql.like(text, text, text) bool", {
    call: (a) => likePattern(text(a, 1), text(a, 2)).test(text(a)),
  }),
  fn("pg_mysql.regexp_like(text, text) bool", {
    call: (a) => regex(text(a, 1), undefined).test(text(a)),
  }),
  fn("pg_mysql.regexp_like(text, text, text) bool", {
    call: (a) => regex(text(a, 1), text(a, 2)).test(text(a)),
  }),
  fn("pg_mysql.regexp_replace(text, text, text) text", { call: regexReplace }),
  fn("pg_mysql.regexp_substr(text, text) text", {
    call: (a) => {
      const span = regex(text(a, 1), undefined).match(text(a), 0)?.[0];
      return span === undefined ? null : text(a).slice(span[0], span[1]);
    },
  }),
  fn("pg_mysql.regexp_instr(text, text) int4", {
    call: (a) => {
      const span = regex(text(a, 1), undefined).match(text(a), 0)?.[0];
      return span === undefined ? 0 : [...text(a).slice(0, span[0])].length + 1;
    },
  }),
  fn("pg_mysql.concat_with(text, text[]) text", {
    call: (a) => list(a, 1).filter((each) => each !== null).join(text(a)),
  }),
  fn("pg_mysql.char_length(text) int4", { sql: ([s]) => `length(${s})` }),
  fn("pg_mysql.bit_length(text) int4", {
    sql: ([s]) => `(octet_length(${s}) * 8)`,
  }),
  fn("pg_mysql.lower(text) text", { call: (a) => text(a).toLowerCase() }),
  fn("pg_mysql.upper(text) text", { call: (a) => upper(text(a)) }),
  fn("pg_mysql.substring(text, int8) text", {
    call: (a) => substring(text(a), number(a, 1)),
  }),
  fn("pg_mysql.substring(text, int8, int8) text", {
    call: (a) => substring(text(a), number(a, 1), number(a, 2)),
  }),
  fn("pg_mysql.left(text, int8) text", {
    call: (a) => slice(text(a), 0, Math.max(0, number(a, 1))),
  }),
  fn("pg_mysql.right(text, int8) text", {
    call: (a) =>
      number(a, 1) <= 0 ? "" : [...text(a)].slice(-number(a, 1)).join(""),
  }),
  fn("pg_mysql.binary_left(bytea, int8) bytea", {
    call: (a) => bytes(a).slice(0, Math.max(0, number(a, 1))),
  }),
  fn("pg_mysql.locate(text, text) int4", {
    call: (a) => locate(text(a), text(a, 1)),
  }),
  fn("pg_mysql.locate(text, text, int8) int4", {
    call: (a) => locate(text(a), text(a, 1), number(a, 2)),
  }),
  fn("pg_mysql.instr(text, text) int4", {
    call: (a) => locate(text(a, 1), text(a)),
  }),
  fn("pg_mysql.lpad(text, int8, text) text", {
    call: (a) => pad(text(a), number(a, 1), text(a, 2), true),
  }),
  fn("pg_mysql.rpad(text, int8, text) text", {
    call: (a) => pad(text(a), number(a, 1), text(a, 2), false),
  }),
  fn("pg_mysql.repeat(text, int8) text", {
    call: (a) => repeat(text(a), Math.max(0, number(a, 1))),
  }),
  fn("pg_mysql.replace(text, text, text) text", {
    sql: ([s, from, to]) => `replace(${s}, ${from}, ${to})`,
  }),
  fn("pg_mysql.reverse(text) text", {
    call: (a) => [...text(a)].reverse().join(""),
  }),
  fn("pg_mysql.space(int8) text", {
    call: (a) => repeat(" ", Math.max(0, number(a, 0))),
  }),
  fn("pg_mysql.insert(text, int8, int8, text) text", {
    call: (a) => insert(text(a), number(a, 1), number(a, 2), text(a, 3)),
  }),
  fn("pg_mysql.substring_index(text, text, int8) text", {
    call: (a) => substringIndex(text(a), text(a, 1), number(a, 2)),
  }),
  fn("pg_mysql.trim_both(text, text) text", {
    call: (a) => trim(text(a), text(a, 1), "both"),
  }),
  fn("pg_mysql.trim_left(text, text) text", {
    call: (a) => trim(text(a), text(a, 1), "left"),
  }),
  fn("pg_mysql.trim_right(text, text) text", {
    call: (a) => trim(text(a), text(a, 1), "right"),
  }),
  fn("pg_mysql.ltrim(text) text", { sql: ([s]) => `ltrim(${s}, ' ')` }),
  fn("pg_mysql.rtrim(text) text", { sql: ([s]) => `rtrim(${s}, ' ')` }),
  fn("pg_mysql.ascii(text) int4", {
    call: (a) => new TextEncoder().encode(text(a))[0] ?? 0,
  }),
  fn("pg_mysql.ord(text) int8", {
    call: (a) =>
      new TextEncoder().encode([...text(a)][0] ?? "").reduce(
        (sum, byte) => sum * 256 + byte,
        0,
      ),
  }),
  fn("pg_mysql.soundex(text) text", { call: (a) => soundex(text(a)) }),
  fn("pg_mysql.quote(text) text", { call: (a) => quote(text(a)) }),
  fn("pg_mysql.format(float8, int8) text", {
    call: (a) => format(number(a, 0), number(a, 1)),
  }),
  fn("pg_mysql.find_in_set(text, text) int4", {
    call: (a) =>
      text(a, 1) === ""
        ? 0
        : text(a, 1).split(",").findIndex((each) =>
          fold(each) === fold(text(a))
        ) + 1,
  }),
  fn("pg_mysql.is_subset(text, text) bool", {
    call: (a) => {
      const all = text(a, 1).split(",");
      return text(a) === "" ||
        text(a).split(",").every((each) => all.includes(each));
    },
  }),
  fn("pg_mysql.make_set(int8, text, text, text) text", {
    strict: false,
    call: (a) =>
      a[0] === null
        ? null
        : a.slice(1).filter((each, at) =>
          each !== null && (number(a, 0) >> at) % 2 === 1
        ).join(","),
  }),
  fn("pg_mysql.char_of(text[]) text", {
    call: (a) => {
      const found = list(a, 0).flatMap((each) => {
        if (each === null) return [];
        const value: number[] = [];
        for (let rest = Number(each); rest > 0; rest = Math.floor(rest / 256)) {
          value.unshift(rest % 256);
        }
        return value.length === 0 ? [0] : value;
      });
      return utf8Text(Uint8Array.from(found));
    },
  }),
  fn("pg_mysql.md5_of(bytea) text", { call: (a) => digest("md5", bytes(a)) }),
  fn("pg_mysql.sha1_of(bytea) text", { call: (a) => digest("sha1", bytes(a)) }),
  fn("pg_mysql.sha2_of(bytea, int8) text", {
    call: (a) => {
      const length = number(a, 1) === 0 ? 256 : number(a, 1);
      return [224, 256, 384, 512].includes(length)
        ? digest(`sha${length}`, bytes(a))
        : null;
    },
  }),
  fn("pg_mysql.hex_of_number(int8) text", {
    call: (a) =>
      BigInt.asUintN(64, BigInt(a[0] as number)).toString(16).toUpperCase(),
  }),
  fn("pg_mysql.hex_of_bytes(bytea) text", {
    call: (a) => bytes(a).toHex().toUpperCase(),
  }),
  fn("pg_mysql.unhex(text) bytea", { call: (a) => unhex(text(a)) }),
  fn("pg_mysql.to_base64(bytea) text", {
    call: (a) => bytes(a).toBase64().replaceAll(/.{76}(?=.)/g, "$&\n"),
  }),
  fn("pg_mysql.from_base64(text) bytea", {
    call: (a) => {
      try {
        return Uint8Array.fromBase64(text(a).replaceAll(/\s/g, ""));
      } catch {
        return null;
      }
    },
  }),
  fn("pg_mysql.uuid() text", {
    volatility: "v",
    call: () => crypto.randomUUID(),
  }),
  fn("pg_mysql.is_uuid(text) int4", {
    call: (a) =>
      /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text(a)) ? 1 : 0,
  }),
];
