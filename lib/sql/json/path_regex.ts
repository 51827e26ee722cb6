/**
 * Flags of `like_regex` (XQuery's) in terms of PostgreSQL's regular expressions.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { RegexOptions } from "../regex/syntax.ts";

/**
 * @param flags Letters `i`, `s`, `m`, `x`, `q`.
 * @returns Options of the regular expression.
 * @throws {SqlError} 0A000 for `x`.
 */
export function regexOptions(flags: string): RegexOptions {
  const has = (flag: string) => flags.includes(flag);
  if (has("q")) {
    return { ignoreCase: has("i"), literal: true };
  }
  if (has("x")) {
    throw new SqlError(
      "0A000",
      'XQuery "x" flag (expanded regular expressions) is not implemented',
    );
  }
  return {
    ignoreCase: has("i"),
    newlineStops: !has("s"),
    newlineAnchors: has("m"),
  };
}
