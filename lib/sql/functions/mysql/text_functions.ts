/**
 * What the string functions of MySQL do (manual, 14.8).
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Datum } from "../../datum.ts";
import { SqlError } from "../../error.ts";
import { compileRegex, type Regex } from "../../regex/compile.ts";

import { fold } from "./fold.ts";
import { type Args, text } from "./texts.ts";

/** Letters that have no single capital stay as they are. */
export function upper(source: string): string {
  const whole = source.toUpperCase();
  return whole.length === source.length ? whole : [...source].map((c) => {
    const capital = c.toUpperCase();
    return capital.length === c.length ? capital : c;
  }).join("");
}

/** SUBSTRING: from the end when the position is negative. */
export function substring(
  source: string,
  from: number,
  length = Infinity,
): string {
  if (length < 1 || from === 0) return "";
  const characters = [...source];
  const start = from > 0 ? from - 1 : characters.length + from;
  if (start < 0) return "";
  return characters.slice(start, start + length).join("");
}

/** Position of a part, case and accents aside. */
export function locate(part: string, source: string, from = 1): number {
  if (from < 1) return 0;
  const folded = [...source].map(fold);
  const wanted = [...part].map(fold);
  if (wanted.length === 0) return from <= folded.length + 1 ? from : 0;
  for (let at = from - 1; at + wanted.length <= folded.length; at++) {
    if (wanted.every((each, i) => folded[at + i] === each)) return at + 1;
  }
  return 0;
}

/** LPAD and RPAD. */
export function pad(
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

/** INSERT(): puts a text in the place of another. */
export function insert(
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

/** SUBSTRING_INDEX. */
export function substringIndex(
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

/** TRIM: takes a text away from the ends as often as it stands there. */
export function trim(
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

/** SOUNDEX. */
export function soundex(source: string): string {
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

/** FORMAT: digits in groups of three. */
export function format(value: number, digits: number): string {
  const places = Math.max(0, Math.min(digits, 30));
  const [whole = "0", rest] = Math.abs(value).toFixed(Math.min(places, 20))
    .split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0 ? "-" : ""}${grouped}${
    rest === undefined ? "" : `.${rest}`
  }`;
}

/** QUOTE: a text as a literal. */
export function quote(source: string): string {
  return `'${
    source.replaceAll(/[\\']/g, (c) => `\\${c}`).replaceAll("\0", "\\0")
      .replaceAll("\x1a", "\\Z")
  }'`;
}

/** SQL's own regular expressions differ a little from ICU's: `\\b` is a boundary there. */
export function regex(pattern: string, type: string | undefined): Regex {
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

/** REGEXP_REPLACE. */
export function regexReplace(a: Args): string {
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

/** Digest as hexadecimal digits. */
export const digest = (algorithm: string, data: Uint8Array): string =>
  createHash(algorithm).update(data).digest("hex");

/** UNHEX; NULL for what are no digits. */
export function unhex(digits: string): Datum {
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return /^[0-9a-f]*$/i.test(even) ? Uint8Array.fromHex(even) : null;
}
