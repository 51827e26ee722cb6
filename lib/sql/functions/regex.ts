/**
 * Functions of regular expressions (manual, 9.7.3).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { type EvalContext, pauseOf } from "../eval_context.ts";
import { compileRegex } from "../regex/compile.ts";
import { printArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { count, unitOf } from "./characters.ts";
import { type Definition, fn, rows } from "./define.ts";
import {
  type Match,
  matches,
  optionsWithoutGlobal,
  readFlags,
  replaceMatches,
  split,
} from "./regex_matches.ts";
import { similarToRegex } from "./similar.ts";

type Args = readonly Datum[];
const text = (args: Args, i: number, otherwise = "") =>
  (args[i] ?? otherwise) as string;

/** A number from 1 on, or 0 where that is allowed. */
function number(
  args: Args,
  i: number,
  name: string,
  otherwise: number,
  least = 1,
): number {
  const value = args[i] === undefined ? otherwise : Number(args[i]);
  if (value < least) {
    throw new SqlError(
      "22023",
      `invalid value for parameter "${name}": ${value}`,
    );
  }
  return value;
}

/** Texts of the groups, or of the whole match if there are none. */
function groupsOf(source: string, match: Match): string {
  const spans = match.length > 1 ? match.slice(1) : [match[0]];
  return printArray(
    spans.map((span) =>
      span === undefined ? null : source.slice(span[0], span[1])
    ),
    oid.text,
  );
}

function regexMatch(args: Args, context: EvalContext): string | null {
  const options = optionsWithoutGlobal(
    text(args, 2),
    "regexp_match",
    "Use the regexp_matches function instead.",
  );
  const source = text(args, 0);
  const match = compileRegex(text(args, 1), options)
    .match(source, 0, pauseOf(context));
  return match === undefined ? null : groupsOf(source, match as Match);
}

function* regexMatches(
  args: Args,
  context: EvalContext,
): Generator<[string]> {
  const { options, global } = readFlags(text(args, 2));
  const source = text(args, 0);
  const regex = compileRegex(text(args, 1), options);
  for (const match of matches(regex, source, { pause: pauseOf(context) })) {
    yield [groupsOf(source, match)];
    if (!global) return;
  }
}

function regexReplace(args: Args, context: EvalContext): string {
  // `regexp_replace(s, p, r, '1')` was meant for the form with a start.
  const letters = text(args, 3);
  if (/^\d/.test(letters)) {
    throw new SqlError(
      "22023",
      `invalid regular expression option: "${letters[0]}"`,
      {
        hint:
          "If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.",
      },
    );
  }
  const { options, global } = readFlags(letters);
  return replaceMatches(text(args, 0), {
    pattern: text(args, 1),
    options,
    by: text(args, 2),
    from: 0,
    nth: global ? 0 : 1,
    pause: pauseOf(context),
  });
}

function regexReplaceFrom(args: Args, context: EvalContext): string {
  const start = number(args, 3, "start", 1);
  const nth = number(args, 4, "n", 1, 0);
  const { options, global } = readFlags(text(args, 5));
  const source = text(args, 0);
  return replaceMatches(source, {
    pattern: text(args, 1),
    options,
    by: text(args, 2),
    from: unitOf(source, start - 1),
    nth: args.length < 5 && global ? 0 : nth,
    pause: pauseOf(context),
  });
}

function regexCount(args: Args, context: EvalContext): number {
  const start = number(args, 2, "start", 1);
  const options = optionsWithoutGlobal(text(args, 3), "regexp_count");
  const source = text(args, 0);
  const regex = compileRegex(text(args, 1), options);
  if (start > count(source) + 1) return 0;
  let found = 0;
  const how = { from: unitOf(source, start - 1), pause: pauseOf(context) };
  for (const _ of matches(regex, source, how)) found++;
  return found;
}

/** The `nth` match from `start` on. */
function find(
  args: Args,
  name: string,
  context: EvalContext,
): { source: string; match?: Match } {
  const start = number(args, 2, "start", 1);
  const nth = number(args, 3, "n", 1);
  const flags = name === "regexp_instr" ? 5 : 4;
  if (name === "regexp_instr" && args[4] !== undefined) {
    const option = Number(args[4]);
    if (option !== 0 && option !== 1) {
      throw new SqlError(
        "22023",
        `invalid value for parameter "endoption": ${option}`,
      );
    }
  }
  const options = optionsWithoutGlobal(text(args, flags), name);
  const subexpression = name === "regexp_instr" ? 6 : 5;
  number(args, subexpression, "subexpr", 0, 0);
  const source = text(args, 0);
  const regex = compileRegex(text(args, 1), options);
  if (start > count(source) + 1) return { source };
  let found = 0;
  const how = { from: unitOf(source, start - 1), pause: pauseOf(context) };
  for (const match of matches(regex, source, how)) {
    if (++found === nth) return { source, match };
  }
  return { source };
}

function regexInstr(args: Args, context: EvalContext): number {
  const { source, match } = find(args, "regexp_instr", context);
  const span = match?.[Number(args[6] ?? 0)];
  if (span === undefined) return 0;
  const at = Number(args[4] ?? 0) === 1 ? span[1] : span[0];
  return count(source.slice(0, at)) + 1;
}

function regexSubstr(args: Args, context: EvalContext): string | null {
  const { source, match } = find(args, "regexp_substr", context);
  const span = match?.[Number(args[5] ?? 0)];
  return span === undefined ? null : source.slice(span[0], span[1]);
}

function substringRegex(
  source: string,
  pattern: string,
  context: EvalContext,
): string | null {
  const match = compileRegex(pattern).match(source, 0, pauseOf(context));
  const span = match?.[match.length > 1 ? 1 : 0];
  return span === undefined ? null : source.slice(span[0], span[1]);
}

function splitText(
  args: Args,
  name: string,
  context: EvalContext,
): string[] {
  const options = optionsWithoutGlobal(text(args, 2), name);
  return split(text(args, 0), text(args, 1), options, pauseOf(context));
}

/** Forms with fewer arguments. */
function forms(
  name: string,
  types: readonly string[],
  least: number,
): string[] {
  const result: string[] = [];
  for (let n = least; n <= types.length; n++) {
    result.push(`${name}(${types.slice(0, n).join(", ")})`);
  }
  return result;
}

const instrTypes = ["text", "text", "int4", "int4", "int4", "text", "int4"];
const substrTypes = ["text", "text", "int4", "int4", "text", "int4"];

/** See the top of the file. */
export const regexFunctions: readonly Definition[] = [
  ...forms("regexp_match", ["text", "text", "text"], 2).map((signature) =>
    fn(`${signature} text[]`, { call: regexMatch })
  ),
  ...forms("regexp_matches", ["text", "text", "text"], 2).map((signature) =>
    rows(`${signature} text[]`, { rows: regexMatches })
  ),
  ...forms("regexp_replace", ["text", "text", "text", "text"], 3).map((
    signature,
  ) => fn(`${signature} text`, { call: regexReplace })),
  ...forms(
    "regexp_replace",
    ["text", "text", "text", "int4", "int4", "text"],
    4,
  ).map((signature) => fn(`${signature} text`, { call: regexReplaceFrom })),
  ...forms("regexp_count", ["text", "text", "int4", "text"], 2).map((
    signature,
  ) => fn(`${signature} int4`, { call: regexCount })),
  ...forms("regexp_instr", instrTypes, 2).map((signature) =>
    fn(`${signature} int4`, { call: regexInstr })
  ),
  ...forms("regexp_substr", substrTypes, 2).map((signature) =>
    fn(`${signature} text`, { call: regexSubstr })
  ),
  ...forms("regexp_like", ["text", "text", "text"], 2).map((signature) =>
    fn(`${signature} bool`, {
      call: (args, context) =>
        compileRegex(
          text(args, 1),
          optionsWithoutGlobal(text(args, 2), "regexp_like"),
        ).test(text(args, 0), pauseOf(context)),
    })
  ),
  ...forms("regexp_split_to_array", ["text", "text", "text"], 2).map((
    signature,
  ) =>
    fn(`${signature} text[]`, {
      call: (args, context) =>
        printArray(
          splitText(args, "regexp_split_to_array", context),
          oid.text,
        ),
    })
  ),
  ...forms("regexp_split_to_table", ["text", "text", "text"], 2).map((
    signature,
  ) =>
    rows(`${signature} text`, {
      rows: (args, context) =>
        splitText(args, "regexp_split_to_table", context)
          .map((piece) => [piece]),
    })
  ),
  fn("substring(text, text) text", {
    call: (args, context) =>
      substringRegex(text(args, 0), text(args, 1), context),
  }),
  // SUBSTRING (s FROM p FOR e), also written SUBSTRING (s SIMILAR p ESCAPE e).
  fn("substring(text, text, text) text", {
    call: (args, context) =>
      substringRegex(
        text(args, 0),
        similarToRegex(text(args, 1), text(args, 2)),
        context,
      ),
  }),
];
