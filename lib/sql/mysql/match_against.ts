/**
 * Reads `MATCH (columns) AGAINST (words [mode])` (MySQL manual, 14.9).
 *
 * Natural language: rows that hold any of the words, more and rarer ones first. Boolean mode: `+` must,
 * `-` must not, `*` begins, quotes hold a phrase.
 *
 * @module
 */

import { valueOf } from "./expression.ts";
import { call, plainCall, type Term, text, value } from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { columnName } from "./primary.ts";

/** Before MATCH. */
export function matchAgainst(p: Parser): Term {
  p.expect("match");
  const columns = p.accept("(")
    ? p.list(() => columnName(p))
    : p.list(() => columnName(p));
  p.accept(")");
  p.expect("against", "(");
  const words = valueOfWords(p);
  let mode = "natural";
  if (p.accept("in", "boolean", "mode")) mode = "boolean";
  else if (p.accept("in", "natural", "language", "mode")) {
    p.accept("with", "query", "expansion");
  } else p.accept("with", "query", "expansion");
  p.expect(")");
  const document = plainCall("concat_ws", text(" "), ...columns);
  return value(call("match_against", document, words, text(mode)));
}

/** A string, parameter or function: an operator IN would swallow the mode. */
function valueOfWords(p: Parser) {
  const { token } = p;
  if (token.kind === "string") return text(p.take().value);
  if (token.kind === "param") {
    p.take();
    p.params++;
    return { ParamRef: { number: p.params } };
  }
  return valueOf(p);
}
