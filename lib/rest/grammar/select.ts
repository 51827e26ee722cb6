/**
 * `select`: columns, aggregates, and rows of other relations.
 *
 * @module
 */

import type {
  AggregateName,
  EmbedItem,
  FieldItem,
  SelectItem,
  StarItem,
} from "../request.ts";
import { maxDepth, maxItems } from "./limits.ts";
import { fieldName, readIdentifier, readJsonPath, readName } from "./names.ts";
import { Scanner } from "./scanner.ts";

const asterisk = 0x2a;
const bang = 0x21;
const colon = 0x3a;
const comma = 0x2c;
const dot = 0x2e;
const open = 0x28;
const close = 0x29;

const star: StarItem = { kind: "star" };
const aggregates: readonly AggregateName[] = [
  "sum",
  "avg",
  "count",
  "max",
  "min",
];

/** What is counted and how deep it is. */
interface Place {
  readonly depth: number;
  readonly count: { items: number };
}

/** `::type`, if it comes. */
function readCast(scanner: Scanner): string | undefined {
  if (!scanner.word("::", '"::"')) return undefined;
  return readIdentifier(scanner) ?? scanner.fail();
}

/** `.sum()` and the like, if it comes. */
function readAggregate(scanner: Scanner): AggregateName | undefined {
  if (!scanner.take(dot, '"."')) return undefined;
  const name = aggregates.find((each) => scanner.word(each, `"${each}"`)) ??
    scanner.fail();
  if (!scanner.word("()", '"()"')) scanner.fail();
  return name;
}

/** What follows the name of a field that is no embed. */
function readFieldItem(
  scanner: Scanner,
  column: string,
  alias: string | undefined,
): FieldItem {
  const json = readJsonPath(scanner);
  const cast = readCast(scanner);
  const aggregate = readAggregate(scanner);
  return {
    kind: "field",
    field: { column, json },
    alias,
    cast,
    aggregate,
    // Without an aggregate the first cast has taken all there may be.
    aggregateCast: aggregate === undefined ? undefined : readCast(scanner),
  };
}

/** What follows `count(`. */
function readCountRows(
  scanner: Scanner,
  alias: string | undefined,
): FieldItem {
  if (!scanner.take(close, '")"')) scanner.fail();
  return {
    kind: "field",
    field: undefined,
    alias,
    cast: undefined,
    aggregate: "count",
    aggregateCast: readCast(scanner),
  };
}

/** What follows the name of an embed: at most a hint and a join, in any order, and what it shows. */
function readEmbed(
  scanner: Scanner,
  { target, alias, spread }: Pick<EmbedItem, "target" | "alias" | "spread">,
  { depth, count }: Place,
): EmbedItem {
  let hint: string | undefined;
  let join: EmbedItem["join"];
  for (let part = 0; part < 2; part++) {
    if (!scanner.take(bang, '"!"')) break;
    scanner.blanks();
    const start = scanner.at;
    const name = readName(scanner) ?? scanner.fail();
    // In quotes they are hints: a constraint may be called `inner`.
    const isJoin = (name === "inner" || name === "left") &&
      scanner.text[start] !== '"';
    if ((isJoin ? join : hint) !== undefined) {
      scanner.at = start;
      scanner.refuse(`an embed can have one ${isJoin ? "join" : "hint"}`);
    }
    if (isJoin) join = name;
    else hint = name;
  }
  const start = scanner.at;
  if (!scanner.take(open, '"("')) scanner.fail();
  if (depth >= maxDepth) {
    scanner.at = start;
    scanner.refuse(`embeds are nested more than ${maxDepth} deep`);
  }
  const items = readItems(scanner, { depth: depth + 1, count });
  if (!scanner.take(close, '")"')) scanner.fail();
  return { kind: "embed", target, alias, hint, join, spread, items };
}

function readItem(scanner: Scanner, place: Place): SelectItem {
  if (scanner.code() === asterisk) {
    scanner.at++;
    return star;
  }
  if (scanner.word("...", '"..."')) {
    const target = readName(scanner) ?? scanner.fail();
    return readEmbed(
      scanner,
      { target, alias: undefined, spread: true },
      place,
    );
  }
  let start = scanner.at;
  let name = readName(scanner) ?? scanner.fail();
  let alias: string | undefined;
  if (
    scanner.code() === colon &&
    scanner.text.charCodeAt(scanner.at + 1) !== colon
  ) {
    scanner.at++;
    scanner.blanks();
    alias = name;
    start = scanner.at;
    name = readName(scanner) ?? scanner.fail();
  }
  const unit = scanner.code();
  if (unit !== open && unit !== bang) {
    return readFieldItem(scanner, name, alias);
  }
  // A relation of that name needs quotes.
  if (unit === open && name === "count" && scanner.text[start] !== '"') {
    scanner.at++;
    return readCountRows(scanner, alias);
  }
  return readEmbed(scanner, { target: name, alias, spread: false }, place);
}

/** Reads up to the end or to the parenthesis that closes an embed. */
function readItems(scanner: Scanner, place: Place): SelectItem[] {
  const items: SelectItem[] = [];
  scanner.blanks();
  if (scanner.atEnd() || scanner.code() === close) {
    scanner.note(fieldName);
    return items;
  }
  do {
    scanner.blanks();
    if (++place.count.items > maxItems) {
      scanner.refuse(`more than ${maxItems} items`);
    }
    items.push(readItem(scanner, place));
    scanner.blanks();
  } while (scanner.take(comma, '","'));
  return items;
}

/** `*`. */
const everything: readonly SelectItem[] = [star];

/**
 * Reads the parameter `select`.
 *
 * A bare `count` is a field here: it counts rows where no column has that name.
 *
 * @param text Its value.
 * @returns Its items; `*` if it is blank.
 * @throws {RestError} PGRST100.
 */
export function parseSelect(text: string): readonly SelectItem[] {
  const scanner = new Scanner(text, { what: "select parameter" });
  const items = readItems(scanner, { depth: 0, count: { items: 0 } });
  scanner.end();
  return items.length === 0 ? everything : items;
}
