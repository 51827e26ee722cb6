/**
 * Templates of `to_char`, `to_timestamp` and `to_date` (manual, tables 9.27 and 9.28).
 *
 * @module
 */

import { longestPattern } from "../../base/value_limit.ts";
import { SqlError } from "../error.ts";
import { takeLiteral } from "./number_pattern.ts";

/** A part of a date or time, by its name in templates. */
export type DateWord = typeof names[number];

const names = [
  "A.D.",
  "A.M.",
  "AD",
  "AM",
  "B.C.",
  "BC",
  "CC",
  "DAY",
  "DDD",
  "DD",
  "DY",
  "Day",
  "Dy",
  "D",
  "FF1",
  "FF2",
  "FF3",
  "FF4",
  "FF5",
  "FF6",
  "FX",
  "HH24",
  "HH12",
  "HH",
  "IDDD",
  "ID",
  "IW",
  "IYYY",
  "IYY",
  "IY",
  "I",
  "J",
  "MI",
  "MM",
  "MONTH",
  "MON",
  "MS",
  "Month",
  "Mon",
  "OF",
  "P.M.",
  "PM",
  "Q",
  "RM",
  "SSSSS",
  "SSSS",
  "SS",
  "TZH",
  "TZM",
  "TZ",
  "US",
  "WW",
  "W",
  "Y,YYY",
  "YYYY",
  "YYY",
  "YY",
  "Y",
] as const;

/** Words whose letters' case shows in the output: name in lower case stands for itself. */
const cased: ReadonlySet<string> = new Set([
  "a.d.",
  "a.m.",
  "ad",
  "am",
  "b.c.",
  "bc",
  "day",
  "dy",
  "month",
  "mon",
  "p.m.",
  "pm",
  "rm",
  "tz",
]);

/** An element of a template. */
export type DateNode =
  | {
    readonly is: "text";
    readonly text: string;
    readonly separator: boolean;
    readonly quoted: boolean;
  }
  | {
    readonly is: "word";
    readonly word: DateWord;
    /** As in the template, for the case of letters. */
    readonly text: string;
    /** `FM`: no padding. */
    readonly fill: boolean;
    /** `TH` or `th` behind it. */
    readonly ordinal: "" | "TH" | "th";
  };

/** A template, read. */
export interface DatePattern {
  readonly nodes: readonly DateNode[];
  /** `FX`: the input must have exactly this form. */
  readonly exact: boolean;
}

/** Spellings, the longest first. */
const spellings: readonly (readonly [string, DateWord])[] = names.flatMap(
  (name): (readonly [string, DateWord])[] => {
    const lower = name.toLowerCase();
    if (/[a-z]/.test(name)) return [[name, name]];
    return [[name, name], [lower, name]];
  },
).sort(([a], [b]) => b.length - a.length);

function findSpelling(
  format: string,
  at: number,
): readonly [string, DateWord] | undefined {
  return spellings.find(([text]) => format.startsWith(text, at));
}

function read(format: string): DatePattern {
  if (format.length > longestPattern / 16) {
    throw new SqlError("54000", "formatting template is too long");
  }
  const nodes: DateNode[] = [];
  let exact = false;
  let at = 0;
  while (at < format.length) {
    let fill = false;
    let translated = false;
    // Prefixes may come in any number.
    for (;;) {
      if (/^(?:FM|fm)/.test(format.slice(at, at + 2))) {
        fill = true;
        at += 2;
      } else if (/^(?:TM|tm)/.test(format.slice(at, at + 2))) {
        translated = true;
        at += 2;
      } else break;
    }
    const spelling = findSpelling(format, at);
    if (spelling !== undefined) {
      const [text, word] = spelling;
      at += text.length;
      if (word === "FX") {
        exact = true;
        continue;
      }
      let ordinal: "" | "TH" | "th" = "";
      const suffix = format.slice(at, at + 2);
      if (suffix === "TH" || suffix === "th") {
        ordinal = suffix;
        at += 2;
      } else if (suffix === "SP") at += 2;
      // Names in the language of the session are not padded either.
      fill ||= translated && /^(?:MON|DAY|DY)/i.test(word);
      nodes.push({ is: "word", word, text, fill, ordinal });
      continue;
    }
    if (at >= format.length) break;
    const quoted = format[at] === '"';
    const literal = takeLiteral(format, at);
    nodes.push({
      is: "text",
      text: literal.text,
      quoted,
      separator: !quoted && /^[!-/:-@[-`{-~ \t\n\r\f\v]$/.test(literal.text),
    });
    at = literal.at;
  }
  return { nodes, exact };
}

const known = new Map<string, DatePattern>();
/** Templates that clients sent are remembered, but not without end. */
const mostKnown = 500;

/**
 * @param format Template.
 * @returns What it says.
 */
export function datePattern(format: string): DatePattern {
  let pattern = known.get(format);
  if (pattern === undefined) {
    if (known.size >= mostKnown) known.clear();
    pattern = read(format);
    known.set(format, pattern);
  }
  return pattern;
}

/**
 * @param text A word as in the template.
 * @returns Whether its letters are small on purpose.
 */
export function isLowerCase(text: string): boolean {
  return cased.has(text);
}
