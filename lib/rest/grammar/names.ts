/**
 * Names of columns, relations and types, and paths into JSON.
 *
 * A name is letters, digits, `_`, `$`, blanks inside and `-` inside; anything else needs double quotes, in
 * which a backslash takes the next character literally. As in PostgreSQL's own lexer every character
 * outside ASCII counts as a letter.
 *
 * @module
 */

import type { Field, JsonStep } from "../request.ts";
import { maxJsonSteps } from "./limits.ts";
import type { Expectation, Scanner } from "./scanner.ts";

const quote = 0x22;
const backslash = 0x5c;
const dash = 0x2d;
const greater = 0x3e;
const space = 0x20;
const zero = 0x30;
const nine = 0x39;

/** Label of a name. */
export const fieldName = "field name (* or [a..z0..9_$])";
const jsonKey = "any non reserved character different from: .,>()";
const moreOfName = ["letter", "digit", '"-"'];
const someOfName = ["letter", "digit"];
const arrows = ['"->>"', '"->"'];
/** Label of a double quote. */
export const aQuote = '"\\""';

/** Units of ASCII that a name may hold without quotes. */
const inName = new Uint8Array(128);
for (
  const character
    of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$ "
) inName[character.charCodeAt(0)] = 1;

/** Units of ASCII that end a key of JSON without quotes; a dash ends it before `>` only. */
const endsKey = new Uint8Array(128);
for (const character of "(:.,>)") endsKey[character.charCodeAt(0)] = 1;

type UnitTest = (unit: number) => boolean;
const isNameUnit: UnitTest = (unit) => unit >= 128 || inName[unit] === 1;
const isKeyUnit: UnitTest = (unit) =>
  unit >= 128 || (endsKey[unit] === 0 && unit !== dash);

/**
 * Reads text in double quotes.
 *
 * @param scanner Stands at the quote; after the other one then, and where it was if there is none.
 * @returns What is quoted; `undefined` if it does not end.
 */
export function readQuoted(scanner: Scanner): string | undefined {
  const { text } = scanner;
  let value = "";
  let from = scanner.at + 1;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) {
      scanner.at = at + 1;
      return value + text.slice(from, at);
    }
    if (unit === backslash) {
      value += text.slice(from, at);
      from = ++at;
    }
  }
  return undefined;
}

/** The same where nothing else can be meant. */
function requireQuoted(scanner: Scanner): string {
  const value = readQuoted(scanner);
  if (value !== undefined) return value;
  scanner.note(aQuote, scanner.text.length);
  scanner.fail();
}

/** Cuts blanks off both ends; other white space is part of a name, if it may stand there at all. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && text.charCodeAt(start) === space) start++;
  while (end > start && text.charCodeAt(end - 1) === space) end--;
  return text.slice(start, end);
}

/**
 * Reads pieces with dashes between them. Blanks around each are no part of it.
 *
 * @returns `undefined` if not even the first is there.
 */
function readDashed(
  scanner: Scanner,
  fits: UnitTest,
  piecePart: Expectation,
): string | undefined {
  const { text } = scanner;
  const from = scanner.at;
  let at = from;
  let piece = from;
  let name = "";
  for (;;) {
    while (at < text.length && fits(text.charCodeAt(at))) at++;
    const read = trimmed(text, piece, at);
    if (read === "") {
      if (piece === from) return undefined;
      scanner.note(piecePart, piece);
      scanner.fail();
    }
    name += read;
    scanner.at = at;
    if (
      text.charCodeAt(at) !== dash || text.charCodeAt(at + 1) === greater
    ) return name;
    name += "-";
    piece = ++at;
  }
}

/**
 * Reads a name, and blanks around it.
 *
 * @param scanner Where it should begin.
 * @returns The name; `undefined` if there is none, which is noted.
 * @throws {RestError} PGRST100 if it begins but does not end.
 */
export function readName(scanner: Scanner): string | undefined {
  scanner.blanks();
  if (scanner.code() === quote) {
    const start = scanner.at;
    const name = requireQuoted(scanner);
    if (name === "") {
      scanner.at = start;
      scanner.refuse("a name cannot be empty");
    }
    scanner.blanks();
    return name;
  }
  const name = readDashed(scanner, isNameUnit, someOfName);
  if (name === undefined) {
    scanner.note(fieldName);
    return undefined;
  }
  scanner.blanks();
  scanner.note(moreOfName);
  return name;
}

/**
 * Reads a name that cannot be quoted: of a type or of a text search configuration.
 *
 * @param scanner Where it should begin.
 * @returns The name; `undefined` if there is none, which is noted.
 */
export function readIdentifier(scanner: Scanner): string | undefined {
  const { text } = scanner;
  const from = scanner.at;
  let at = from;
  while (at < text.length && isNameUnit(text.charCodeAt(at))) at++;
  const name = trimmed(text, from, at);
  if (name !== "") scanner.at = at;
  scanner.note(someOfName);
  return name === "" ? undefined : name;
}

/** Whether what follows digits makes them an index: the end, or what ends a key too. */
function endsIndex(text: string, at: number): boolean {
  if (at >= text.length) return true;
  const unit = text.charCodeAt(at);
  return unit === dash ? text.charCodeAt(at + 1) === greater : !isKeyUnit(unit);
}

/** Reads an index; `undefined` leaves the scanner where it is, for a key that begins with a digit. */
function readIndex(scanner: Scanner): number | undefined {
  const { text } = scanner;
  const from = scanner.at;
  const negative = scanner.code() === dash;
  let at = negative ? from + 1 : from;
  const digits = at;
  while (text.charCodeAt(at) >= zero && text.charCodeAt(at) <= nine) at++;
  let end = at;
  while (text.charCodeAt(end) === space) end++;
  if (at > digits && endsIndex(text, end)) {
    const index = Number(text.slice(from, at));
    if (index !== (index | 0)) {
      scanner.refuse("an index into JSON must fit into 32 bits");
    }
    scanner.at = at;
    // No -0: it is 0 for everybody but JavaScript.
    return index | 0;
  }
  if (negative) {
    scanner.note(at > digits ? ["digit", ...arrows] : "digit", at);
    scanner.fail();
  }
  return undefined;
}

function readStep(scanner: Scanner): string | number {
  scanner.blanks();
  const unit = scanner.code();
  if (unit === quote) return requireQuoted(scanner);
  if (unit === dash || (unit >= zero && unit <= nine)) {
    const index = readIndex(scanner);
    if (index !== undefined) return index;
  }
  const key = readDashed(scanner, isKeyUnit, jsonKey);
  if (key !== undefined) return key;
  scanner.note(jsonKey);
  scanner.fail();
}

const noSteps: readonly JsonStep[] = [];

/**
 * Reads steps into JSON, if any.
 *
 * @param scanner Where they would begin.
 * @returns The steps.
 * @throws {RestError} PGRST100 if an arrow leads nowhere.
 */
export function readJsonPath(scanner: Scanner): readonly JsonStep[] {
  let steps: JsonStep[] | undefined;
  while (
    scanner.code() === dash &&
    scanner.text.charCodeAt(scanner.at + 1) === greater
  ) {
    const arrow = scanner.text.charCodeAt(scanner.at + 2) === greater
      ? "->>"
      : "->";
    scanner.at += arrow.length;
    steps ??= [];
    if (steps.length >= maxJsonSteps) {
      scanner.refuse(`more than ${maxJsonSteps} steps into JSON`);
    }
    steps.push({ arrow, key: readStep(scanner) });
    scanner.blanks();
  }
  scanner.note(arrows);
  return steps ?? noSteps;
}

/**
 * Reads a column and steps into it.
 *
 * @param scanner Where it should begin.
 * @returns The place; `undefined` if there is no name, which is noted.
 * @throws {RestError} PGRST100.
 */
export function readField(scanner: Scanner): Field | undefined {
  const column = readName(scanner);
  return column === undefined
    ? undefined
    : { column, json: readJsonPath(scanner) };
}
