/**
 * Patterns of SIMILAR TO as regular expressions (manual, 9.7.2).
 *
 * @module
 */

import { SqlError } from "../error.ts";

/**
 * @param pattern Pattern.
 * @param escape Escape character, empty for none.
 * @returns Advanced regular expression for the whole text.
 * @throws {SqlError} 22025, 2200C.
 */
export function similarToRegex(pattern: string, escape: string): string {
  const characters = [...escape];
  if (characters.length > 1) {
    throw new SqlError("22025", "invalid escape string", {
      hint: "Escape string must be empty or one character.",
    });
  }
  const [own] = characters;
  let result = "^(?:";
  let after = false;
  let brackets = false;
  let quotes = 0;
  for (const character of pattern) {
    if (after) {
      after = false;
      if (character === '"' && !brackets) {
        // Three parts: what stands before, what SUBSTRING gives, what stands after.
        if (quotes === 0) result += "){1,1}?(";
        else if (quotes === 1) result += "){1,1}(?:";
        else {
          throw new SqlError(
            "2200C",
            "SQL regular expression may not contain more than two escape-double-quote separators",
          );
        }
        quotes++;
      } else result += "\\" + character;
    } else if (character === own) after = true;
    else if (brackets) {
      if (character === "\\") result += "\\";
      result += character;
      if (character === "]") brackets = false;
    } else {
      switch (character) {
        case "[":
          result += character;
          brackets = true;
          break;
        case "%":
          result += ".*";
          break;
        case "_":
          result += ".";
          break;
        case "(":
          result += "(?:";
          break;
        case "\\":
        case ".":
        case "^":
        case "$":
          result += "\\" + character;
          break;
        default:
          result += character;
      }
    }
  }
  return result + ")$";
}
