/**
 * Splits `options` of a start-up packet, which is written like a command line of `postgres`.
 *
 * @module
 */

import { FatalError } from "./protocol_violation.ts";

/** Blanks part words, a backslash takes the next character as it is. */
function words(text: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (/[ \t\n\v\f\r]/.test(character)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (character === "\\") {
      word = (word ?? "") + (text[++i] ?? "");
    } else {
      word = (word ?? "") + character;
    }
  }
  if (word !== undefined) found.push(word);
  return found;
}

function refused(word: string): FatalError {
  return new FatalError(
    "42601",
    `invalid command-line argument for server process: ${word}`,
  );
}

/** `name=value`; a dash in the name stands for an underscore. */
function pairOf(text: string, flag: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0) {
    throw new FatalError("42601", `${flag}${text} requires a value`);
  }
  return [
    text.slice(0, equals).replaceAll("-", "_"),
    text.slice(equals + 1),
  ];
}

/**
 * Splits it.
 *
 * @param text For example `-c search_path=app --work-mem=4MB`.
 * @returns Names and values of settings.
 * @throws {FatalError} 42601 when something else is in it.
 */
export function splitOptions(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  const all = words(text);
  for (let i = 0; i < all.length; i++) {
    const word = all[i]!;
    if (word === "-c") {
      const next = all[++i];
      if (next === undefined) throw refused(word);
      pairs.push(pairOf(next, "-c "));
    } else if (word.startsWith("--")) {
      pairs.push(pairOf(word.slice(2), "--"));
    } else if (word.startsWith("-c")) {
      pairs.push(pairOf(word.slice(2), "-c "));
    } else {
      throw refused(word);
    }
  }
  return pairs;
}
