/**
 * LIKE, ILIKE, SIMILAR TO and `~` (manual, 9.7).
 *
 * @module
 */

import { compileRegex } from "../regex/compile.ts";
import { lower } from "./characters.ts";
import { type Definition, fn, op } from "./define.ts";
import { likeEscape, likePattern } from "./like.ts";
import { similarToRegex } from "./similar.ts";

type Test = (text: string, pattern: string) => boolean;

const like: Test = (text, pattern) => likePattern(pattern).test(text);
const iLike: Test = (text, pattern) =>
  likePattern(lower(pattern)).test(lower(text));
const regex: Test = (text, pattern) => compileRegex(pattern).test(text);
const iRegex: Test = (text, pattern) =>
  compileRegex(pattern, { ignoreCase: true }).test(text);

const operators: readonly (readonly [string, Test])[] = [
  ["~~", like],
  ["!~~", (text, pattern) => !like(text, pattern)],
  ["~~*", iLike],
  ["!~~*", (text, pattern) => !iLike(text, pattern)],
  ["~", regex],
  ["!~", (text, pattern) => !regex(text, pattern)],
  ["~*", iRegex],
  ["!~*", (text, pattern) => !iRegex(text, pattern)],
];

const names: readonly (readonly [string, Test])[] = [
  ["like", like],
  ["notlike", (text, pattern) => !like(text, pattern)],
  ["textlike", like],
  ["texticlike", iLike],
  ["textregexeq", regex],
  ["texticregexeq", iRegex],
];

/** Bytes as characters, so that patterns work on them. */
function latin(bytes: unknown): string {
  return Array.from(bytes as Uint8Array, (byte) => String.fromCharCode(byte))
    .join("");
}

/** See the top of the file. */
export const patternFunctions: readonly Definition[] = [
  ...operators.flatMap(([symbol, test]) =>
    ["text", "bpchar", "name"].map((type) =>
      op(`${type} ${symbol} text = bool`, {
        call: ([text, pattern]) => test(text as string, pattern as string),
      })
    )
  ),
  op("bytea ~~ bytea = bool", {
    call: ([value, pattern]) => like(latin(value), latin(pattern)),
  }),
  op("bytea !~~ bytea = bool", {
    call: ([value, pattern]) => !like(latin(value), latin(pattern)),
  }),
  ...names.map(([name, test]) =>
    fn(`${name}(text, text) bool`, {
      call: ([text, pattern]) => test(text as string, pattern as string),
    })
  ),
  fn("like_escape(text, text) text", {
    call: ([pattern, escape]) =>
      likeEscape(pattern as string, escape as string),
  }),
  fn("similar_to_escape(text) text", {
    call: ([pattern]) => similarToRegex(pattern as string, "\\"),
  }),
  fn("similar_to_escape(text, text) text", {
    call: ([pattern, escape]) =>
      similarToRegex(pattern as string, escape as string),
  }),
  fn("similar_escape(text, text) text", {
    strict: false,
    call: ([pattern, escape]) =>
      pattern === null
        ? null
        : similarToRegex(pattern as string, (escape ?? "\\") as string),
  }),
];
