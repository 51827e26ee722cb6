/**
 * Text form of arrays: `{1,NULL,"a b",{…}}` (manual, 8.15.2 and 8.15.6).
 *
 * @module
 */

import { notSupported, SqlError } from "../error.ts";

/** Text of an element, `null` for NULL, or a row of them. */
export type TextItem = string | null | TextItem[];

/** Most dimensions. */
const mostDimensions = 6;

function malformed(text: string, detail: string): SqlError {
  return new SqlError("22P02", `malformed array literal: "${text}"`, {
    detail,
  });
}

const isSpace = (character: string | undefined) =>
  character !== undefined && " \t\n\r\f\v".includes(character);

/** Where the reading stands within its level. */
type State = "started" | "element" | "delimited" | "level" | "levelDelimited";

/** Reads `[1:3][1:2]=` in front; the lengths it promises, if it is there. */
function readBounds(
  text: string,
  from: number,
): { lengths: number[] | undefined; at: number } {
  const form = /\s*\[\s*([+-]?\d+)\s*(?::\s*([+-]?\d+)\s*)?\]/y;
  const lengths: number[] = [];
  let at = from;
  for (;;) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match === null) break;
    at = form.lastIndex;
    const lower = match[2] === undefined ? 1 : Number(match[1]);
    const upper = Number(match[2] ?? match[1]);
    if (upper < lower) {
      throw new SqlError(
        "2202E",
        "upper bound cannot be less than lower bound",
      );
    }
    if (lower !== 1) {
      throw notSupported("an array with a lower bound other than 1");
    }
    lengths.push(upper);
  }
  while (isSpace(text[at])) at++;
  if (lengths.length === 0) {
    if (text[at] === "[") {
      throw malformed(
        text,
        '"[" must introduce explicitly-specified array dimensions.',
      );
    }
    return { lengths: undefined, at };
  }
  if (text[at] !== "=") {
    throw malformed(text, 'Missing "=" after array dimensions.');
  }
  at++;
  while (isSpace(text[at])) at++;
  if (text[at] !== "{") {
    throw malformed(text, 'Array contents must start with "{".');
  }
  return { lengths, at };
}

/**
 * @param text Text as a client writes it.
 * @returns Texts of its elements.
 * @throws {SqlError} 22P02, or 0A000 for a lower bound other than 1.
 */
export function splitArray(text: string): TextItem[] {
  let at = 0;
  while (isSpace(text[at])) at++;
  const bounds = readBounds(text, at);
  at = bounds.at;
  if (text[at] !== "{") {
    throw malformed(
      text,
      'Array value must start with "{" or dimension information.',
    );
  }
  const stack: { items: TextItem[]; state: State }[] = [];
  /** Length of the rows of each depth, once one is complete. */
  const lengths: number[] = [];
  let depthOfElements = 0;
  let result: TextItem[] | undefined;
  while (result === undefined) {
    const character = text[at];
    const level = stack.at(-1);
    if (character === undefined) {
      throw malformed(text, "Unexpected end of input.");
    }
    if (isSpace(character)) at++;
    else if (character === "{") {
      if (
        level !== undefined && level.state !== "started" &&
        level.state !== "levelDelimited"
      ) throw malformed(text, 'Unexpected "{" character.');
      if (stack.length >= mostDimensions) {
        throw new SqlError(
          "54000",
          `number of array dimensions (${
            stack.length + 1
          }) exceeds the maximum allowed (${mostDimensions})`,
        );
      }
      stack.push({ items: [], state: "started" });
      at++;
    } else if (level === undefined) {
      throw malformed(text, "Unexpected array element.");
    } else if (character === "}") {
      const allowed = level.state === "element" || level.state === "level" ||
        (level.state === "started" && stack.length === 1);
      if (!allowed) throw malformed(text, 'Unexpected "}" character.');
      at++;
      const depth = stack.length;
      const known = lengths[depth - 1];
      if (known !== undefined && known !== level.items.length) {
        throw malformed(
          text,
          "Multidimensional arrays must have sub-arrays with matching dimensions.",
        );
      }
      lengths[depth - 1] = level.items.length;
      stack.pop();
      const parent = stack.at(-1);
      if (parent === undefined) result = level.items;
      else {
        parent.items.push(level.items);
        parent.state = "level";
      }
    } else if (character === ",") {
      if (level.state !== "element" && level.state !== "level") {
        throw malformed(text, 'Unexpected "," character.');
      }
      level.state = level.state === "level" ? "levelDelimited" : "delimited";
      at++;
    } else {
      if (level.state !== "started" && level.state !== "delimited") {
        throw malformed(text, "Unexpected array element.");
      }
      if (depthOfElements !== 0 && depthOfElements !== stack.length) {
        throw malformed(
          text,
          "Multidimensional arrays must have sub-arrays with matching dimensions.",
        );
      }
      depthOfElements = stack.length;
      const read = readElement(text, at);
      level.items.push(read.element);
      level.state = "element";
      at = read.at;
    }
  }
  while (isSpace(text[at])) at++;
  if (at < text.length) {
    throw malformed(text, "Junk after closing right brace.");
  }
  if (
    bounds.lengths !== undefined &&
    bounds.lengths.join() !== lengths.join()
  ) {
    throw malformed(
      text,
      "Specified array dimensions do not match array contents.",
    );
  }
  return result;
}

function readElement(
  text: string,
  from: number,
): { element: string | null; at: number } {
  let at = from;
  let element = "";
  if (text[at] === '"') {
    at++;
    for (;;) {
      const character = text[at++];
      if (character === undefined) {
        throw malformed(text, "Unexpected end of input.");
      }
      if (character === '"') return { element, at };
      if (character !== "\\") element += character;
      else {
        const next = text[at++];
        if (next === undefined) {
          throw malformed(text, "Unexpected end of input.");
        }
        element += next;
      }
    }
  }
  let escaped = false;
  /** Length up to the last character that is no blank to drop. */
  let kept = 0;
  for (;;) {
    const character = text[at];
    if (character === undefined) {
      throw malformed(text, "Unexpected end of input.");
    }
    if (character === "," || character === "}") break;
    if (character === '"') {
      throw malformed(text, "Unexpected array element.");
    }
    if (character === "{") {
      throw malformed(text, 'Unexpected "{" character.');
    }
    at++;
    if (character === "\\") {
      const next = text[at++];
      if (next === undefined) {
        throw malformed(text, "Unexpected end of input.");
      }
      element += next;
      escaped = true;
      kept = element.length;
    } else {
      element += character;
      if (!isSpace(character)) kept = element.length;
    }
  }
  element = element.slice(0, kept);
  return {
    element: !escaped && element.toUpperCase() === "NULL" ? null : element,
    at,
  };
}

const needsQuotes = /^$|["\\{},\s]|^null$/i;

/**
 * @param text Text of an element.
 * @returns It, in quotes where an array's text needs them.
 */
export function quoteElement(text: string): string {
  return needsQuotes.test(text)
    ? `"${text.replaceAll(/["\\]/g, "\\$&")}"`
    : text;
}
