/**
 * `order`: what rows are ordered by.
 *
 * @module
 */

import type { Field, OrderTerm } from "../request.ts";
import { maxItems, type Tally } from "./limits.ts";
import { readField, readJsonPath, readName } from "./names.ts";
import { Scanner } from "./scanner.ts";

const comma = 0x2c;
const dot = 0x2e;
const open = 0x28;
const close = 0x29;
const aDelimiter = "delimiter (.)";

const directions = ["asc", "desc"] as const;
const nullPlaces = [["nullsfirst", "first"], ["nullslast", "last"]] as const;

function readTerm(scanner: Scanner): OrderTerm {
  const name = readName(scanner) ?? scanner.fail();
  let field: Field;
  let relation: string | undefined;
  if (scanner.code() === open) {
    scanner.at++;
    relation = name;
    field = readField(scanner) ?? scanner.fail();
    if (!scanner.take(close, '")"')) scanner.fail();
    scanner.blanks();
  } else field = { column: name, json: readJsonPath(scanner) };

  let direction: OrderTerm["direction"];
  let nulls: OrderTerm["nulls"];
  if (scanner.take(dot, aDelimiter)) {
    direction = directions.find((word) => scanner.word(word, `"${word}"`));
    if (direction === undefined || scanner.take(dot, aDelimiter)) {
      nulls = nullPlaces.find(([word]) => scanner.word(word, `"${word}"`))?.[1];
      if (nulls === undefined) scanner.fail();
    }
  }
  scanner.blanks();
  return { field, relation, direction, nulls };
}

/**
 * Reads a parameter `order`.
 *
 * @param text Its value.
 * @param tally Counts the terms.
 * @returns Its terms.
 * @throws {RestError} PGRST100.
 */
export function parseOrder(text: string, tally: Tally): OrderTerm[] {
  const scanner = new Scanner(text, { what: "order" });
  const terms: OrderTerm[] = [];
  do {
    terms.push(readTerm(scanner));
    if (++tally.orderTerms > maxItems) {
      scanner.refuse(`more than ${maxItems} terms of order`);
    }
  } while (scanner.take(comma, '","'));
  scanner.end();
  return terms;
}
