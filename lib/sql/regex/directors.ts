/**
 * What may stand at the beginning of an advanced regular expression: `***:`, `***=`, `(?options)`
 * (manual, 9.7.3.4).
 *
 * @module
 */

import { badRegex } from "./syntax.ts";

/** Options while an expression is read; embedded ones change them. */
export interface Settings {
  ignoreCase: boolean;
  newlineStops: boolean;
  newlineAnchors: boolean;
  expanded: boolean;
  literal: boolean;
  flavor: "advanced" | "extended" | "basic";
}

/**
 * @param text Pattern.
 * @param settings What the directors change.
 * @returns Place after them.
 * @throws {SqlError} 2201B.
 */
export function readDirectors(text: string, settings: Settings): number {
  let at = 0;
  if (text.startsWith("***")) {
    const director = text[3];
    if (director === "=") {
      settings.literal = true;
      return 4;
    }
    if (director !== ":") throw badRegex("quantifier operand invalid");
    at = 4;
  }
  const letters = /^\(\?([a-zA-Z]+)/.exec(text.slice(at));
  if (letters === null) return at;
  at += letters[0].length;
  for (const letter of letters[1] as string) apply(letter, settings);
  if (text[at] !== ")") throw badRegex("invalid embedded option");
  return at + 1;
}

function apply(letter: string, settings: Settings): void {
  switch (letter) {
    case "b":
      settings.flavor = "basic";
      return;
    case "c":
      settings.ignoreCase = false;
      return;
    case "e":
      settings.flavor = "extended";
      return;
    case "i":
      settings.ignoreCase = true;
      return;
    case "m":
    case "n":
      settings.newlineStops = settings.newlineAnchors = true;
      return;
    case "p":
      settings.newlineStops = true;
      settings.newlineAnchors = false;
      return;
    case "q":
      settings.literal = true;
      return;
    case "s":
      settings.newlineStops = settings.newlineAnchors = false;
      return;
    case "t":
      settings.expanded = false;
      return;
    case "w":
      settings.newlineStops = false;
      settings.newlineAnchors = true;
      return;
    case "x":
      settings.expanded = true;
      return;
    default:
      throw badRegex("invalid embedded option");
  }
}
