/**
 * LIKE, ILIKE, SIMILAR TO and `~` (manual, 9.7).
 *
 * @module
 */

import { type EvalContext, pauseOf } from "../eval_context.ts";
import { compileRegex } from "../regex/compile.ts";
import { lower } from "./characters.ts";
import { type Definition, fn, op } from "./define.ts";
import { likeEscape, likePattern } from "./like.ts";
import { similarToRegex } from "./similar.ts";

type Test = (text: string, pattern: string, context: EvalContext) => boolean;

const like: Test = (text, pattern, context) =>
  likePattern(pattern).test(text, pauseOf(context));
const iLike: Test = (text, pattern, context) =>
  likePattern(lower(pattern)).test(lower(text), pauseOf(context));
const regex: Test = (text, pattern, context) =>
  compileRegex(pattern).test(text, pauseOf(context));
const iRegex: Test = (text, pattern, context) =>
  compileRegex(pattern, { ignoreCase: true }).test(text, pauseOf(context));

const operators: readonly (readonly [string, Test])[] = [
  ["~~", like],
  ["!~~", (text, pattern, context) => !like(text, pattern, context)],
  ["~~*", iLike],
  ["!~~*", (text, pattern, context) => !iLike(text, pattern, context)],
  ["~", regex],
  ["!~", (text, pattern, context) => !regex(text, pattern, context)],
  ["~*", iRegex],
  ["!~*", (text, pattern, context) => !iRegex(text, pattern, context)],
];

const names: readonly (readonly [string, Test])[] = [
  ["like", like],
  ["notlike", (text, pattern, context) => !like(text, pattern, context)],
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
        call: ([text, pattern], context) =>
          test(text as string, pattern as string, context),
      })
    )
  ),
  op("bytea ~~ bytea = bool", {
    call: ([value, pattern], context) =>
      like(latin(value), latin(pattern), context),
  }),
  op("bytea !~~ bytea = bool", {
    call: ([value, pattern], context) =>
      !like(latin(value), latin(pattern), context),
  }),
  ...names.map(([name, test]) =>
    fn(`${name}(text, text) bool`, {
      call: ([text, pattern], context) =>
        test(text as string, pattern as string, context),
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
