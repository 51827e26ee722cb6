/**
 * Finds the place in CREATE FUNCTION that is meant by a place in the function's body.
 *
 * @module
 */

/** A string constant of the statement that may be the body. */
interface Literal {
  /** Index of its first character, behind the quote. */
  readonly start: number;
  /** Whether quotes in it are doubled. */
  readonly doubled: boolean;
}

/**
 * @param text Text of the statement.
 * @param body Body of the function, as the parser read it.
 * @param position Character in the body, from 1.
 * @returns Character in the statement, from 1; nothing when the body is not written there just once, plainly.
 */
export function positionInStatement(
  text: string,
  body: string,
  position: number,
): number | undefined {
  const [only, other] = [...literals(text, body)];
  if (only === undefined || other !== undefined) return undefined;
  const before = [...body].slice(0, position - 1);
  const quotes = only.doubled
    ? before.filter((character) => character === "'").length
    : 0;
  return [...text.slice(0, only.start)].length + position + quotes;
}

function* literals(text: string, body: string): Iterable<Literal> {
  const quoted = `'${body.replaceAll("'", "''")}'`;
  for (const at of places(text, quoted)) {
    // A part of a longer string is another string.
    const continued = text[at + quoted.length] === "'" || text[at - 1] === "'";
    if (!continued) yield { start: at + 1, doubled: true };
  }
  if (body === "") return;
  for (const at of places(text, body)) {
    const [tag] = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$$/u
      .exec(text.slice(0, at)) ?? [];
    if (tag !== undefined && text.startsWith(tag, at + body.length)) {
      yield { start: at, doubled: false };
    }
  }
}

function* places(text: string, part: string): Iterable<number> {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    yield at;
  }
}
