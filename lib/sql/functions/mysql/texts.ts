/**
 * String functions of MySQL (manual, 14.8); positions count from 1.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Datum } from "../../datum.ts";
import { SqlError } from "../../error.ts";
import { compileRegex } from "../../regex/compile.ts";
import { repeat, slice } from "../characters.ts";
import { type Definition, fn } from "../define.ts";
import { compareFolded, fold } from "./fold.ts";
import { likePattern } from "./like.ts";

type Args = readonly Datum[];
const text = (args: Args, at = 0) => args[at] as string;
const number = (args: Args, at: number) => Number(args[at]);
const list = (args: Args, at: number) =>
  JSON.parse(text(args, at)) as (string | null)[];
const bytes = (args: Args, at = 0) => args[at] as Uint8Array;

/** Letters that have no single capital stay as they are. */
function upper(source: string): string {
  const whole = source.toUpperCase();
  return whole.length === source.length ? whole : [...source].map((c) => {
    const capital = c.toUpperCase();
    return capital.length === c.length ? capital : c;
  }).join("");
}

function substring(source: string, from: number, length = Infinity): string {
  if (length < 1 || from === 0) return "";
  const characters = [...source];
  const start = from > 0 ? from - 1 : characters.length + from;
  if (start < 0) return "";
  return characters.slice(start, start + length).join("");
}

/** Position of a part, case and accents aside. */
function locate(part: string, source: string, from = 1): number {
  if (from < 1) return 0;
  const folded = [...source].map(fold);
  const wanted = [...part].map(fold);
  if (wanted.length === 0) return from <= folded.length + 1 ? from : 0;
  for (let at = from - 1; at + wanted.length <= folded.length; at++) {
    if (wanted.every((each, i) => folded[at + i] === each)) return at + 1;
  }
  return 0;
}

function pad(
  source: string,
  length: number,
  fill: string,
  left: boolean,
): Datum {
  if (length < 0) return null;
  if (length > 16_777_216) return null;
  const characters = [...source];
  if (characters.length >= length) return characters.slice(0, length).join("");
  if (fill === "") return null;
  const unit = [...fill];
  const rest = Array.from(
    { length: length - characters.length },
    (_, i) => unit[i % unit.length],
  ).join("");
  return left ? rest + source : source + rest;
}

function insert(
  source: string,
  from: number,
  length: number,
  placed: string,
): string {
  const characters = [...source];
  if (from < 1 || from > characters.length) return source;
  const end = length < 0 || from - 1 + length > characters.length
    ? characters.length
    : from - 1 + length;
  return characters.slice(0, from - 1).join("") + placed +
    characters.slice(end).join("");
}

function substringIndex(
  source: string,
  delimiter: string,
  count: number,
): string {
  if (delimiter === "" || count === 0) return "";
  const parts = source.split(delimiter);
  return (count > 0
    ? parts.slice(0, count)
    : parts.slice(Math.max(parts.length + count, 0))).join(delimiter);
}

function trim(
  source: string,
  part: string,
  sides: "both" | "left" | "right",
): string {
  if (part === "") return source;
  let found = source;
  if (sides !== "right") {
    while (found.startsWith(part)) found = found.slice(part.length);
  }
  if (sides !== "left") {
    while (found.endsWith(part)) found = found.slice(0, -part.length);
  }
  return found;
}

const codes = "01230120022455012623010202";

function soundex(source: string): string {
  const letters = [...source.toUpperCase()].filter((c) => c >= "A" && c <= "Z");
  const [first] = letters;
  if (first === undefined) return "";
  const code = (c: string) => codes[c.charCodeAt(0) - 65] as string;
  let last = code(first);
  let result = first;
  for (const c of letters.slice(1)) {
    const found = code(c);
    if (c === "H" || c === "W") continue;
    if (found !== last && found !== "0") result += found;
    last = found;
  }
  return result.padEnd(4, "0");
}

function format(value: number, digits: number): string {
  const places = Math.max(0, Math.min(digits, 30));
  const [whole = "0", rest] = Math.abs(value).toFixed(Math.min(places, 20))
    .split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0 ? "-" : ""}${grouped}${
    rest === undefined ? "" : `.${rest}`
  }`;
}

function quote(source: string): string {
  return `'${
    source.replaceAll(/[\\']/g, (c) => `\\${c}`).replaceAll("\0", "\\0")
      .replaceAll("\x1a", "\\Z")
  }'`;
}

/** SQL's own regular expressions differ a little from ICU's: `\\b` is a boundary there. */
function regex(pattern: string, type: string | undefined) {
  const sensitive = type?.includes("c") === true;
  if (pattern === "") {
    throw new SqlError("2201B", "Illegal argument to a regular expression.");
  }
  return compileRegex(
    pattern.replaceAll("[[:<:]]", "\\m").replaceAll("[[:>:]]", "\\M")
      .replaceAll("\\b", "\\y"),
    { ignoreCase: !sensitive },
  );
}

function regexReplace(a: Args): string {
  const source = text(a);
  const found = regex(text(a, 1), undefined);
  let result = "";
  let from = 0;
  while (from <= source.length) {
    const match = found.match(source, from);
    const span = match?.[0];
    if (span === undefined) break;
    const [begin, end] = span;
    const placed = text(a, 2).replaceAll(/\\?\$(\d)/g, (_, n) => {
      const group = match?.[Number(n)];
      return group === undefined ? "" : source.slice(group[0], group[1]);
    });
    result += source.slice(from, begin) + placed;
    if (end === begin) {
      result += source.slice(begin, begin + 1);
      from = begin + 1;
    } else from = end;
  }
  return result + source.slice(from);
}

const digest = (algorithm: string, data: Uint8Array) =>
  createHash(algorithm).update(data).digest("hex");

function unhex(digits: string): Datum {
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return /^[0-9a-f]*$/i.test(even) ? Uint8Array.fromHex(even) : null;
}

/** See the top of the file. */
export const mysqlTexts: readonly Definition[] = [
  // The collations that expressions without a column have.
  fn("pg_mysql.collate_folded(text) text", {
    sql: ([s]) => `(${s} COLLATE mysql_ci)`,
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
      return new TextDecoder().decode(Uint8Array.from(found));
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
