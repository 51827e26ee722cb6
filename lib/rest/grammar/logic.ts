/**
 * `and=(…)` and `or=(…)`: trees of conditions.
 *
 * @module
 */

import type { FilterNode, LogicGroup } from "../request.ts";
import { maxConditions, maxDepth, type Tally } from "./limits.ts";
import { readField } from "./names.ts";
import { readOperation } from "./operators.ts";
import { Scanner } from "./scanner.ts";
import { treeValueReader, type ValueReader } from "./values.ts";

const open = 0x28;
const close = 0x29;
const comma = 0x2c;
const dot = 0x2e;
const blank = [0x20, 0x09];

const negation = "negation operator (not)";
const logicOperator = "logic operator (and, or)";

/** What the parameter's key says of its tree. */
export type GroupHead = Pick<LogicGroup, "connective" | "negated">;

interface Place {
  readonly depth: number;
  readonly tally: Tally;
  readonly readValue: ValueReader;
}

/**
 * Passes over `[not.]and` or `[not.]or`, if a parenthesis follows. Without one they are names of columns:
 * `and.eq.1`, `not.is.null`.
 */
function readGroupHead(scanner: Scanner): GroupHead | undefined {
  const { text } = scanner;
  const negated = text.startsWith("not.", scanner.at);
  const start = scanner.at + (negated ? "not.".length : 0);
  const connective = text.startsWith("and", start)
    ? "and"
    : text.startsWith("or", start)
    ? "or"
    : undefined;
  if (connective !== undefined) {
    let at = start + connective.length;
    while (blank.includes(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) === open) {
      scanner.at = at;
      return { connective, negated };
    }
  }
  if (negated) scanner.note(logicOperator, start);
  return undefined;
}

function readNode(scanner: Scanner, place: Place): FilterNode {
  scanner.blanks();
  const head = readGroupHead(scanner);
  if (head !== undefined) {
    return readGroup(scanner, head, { ...place, depth: place.depth + 1 });
  }
  const field = readField(scanner);
  if (field === undefined) {
    scanner.note([negation, logicOperator]);
    scanner.fail();
  }
  if (!scanner.take(dot, "delimiter (.)")) scanner.fail();
  const operation = readOperation(scanner, place.readValue) ?? scanner.fail();
  if (++place.tally.conditions > maxConditions) {
    scanner.refuse(`more than ${maxConditions} filters`);
  }
  return { kind: "condition", field, ...operation };
}

/** Reads a group from its parenthesis on. */
function readGroup(
  scanner: Scanner,
  head: GroupHead,
  place: Place,
): LogicGroup {
  scanner.blanks();
  if (place.depth > maxDepth) {
    scanner.refuse(`logic groups are nested more than ${maxDepth} deep`);
  }
  if (!scanner.take(open, '"("')) scanner.fail();
  const nodes: FilterNode[] = [];
  do {
    nodes.push(readNode(scanner, place));
    scanner.blanks();
  } while (scanner.take(comma, '","'));
  if (!scanner.take(close, '")"')) scanner.fail();
  return { kind: "group", ...head, nodes };
}

/**
 * Reads a parameter `and` or `or`.
 *
 * @param text Its value.
 * @param head What its key says.
 * @param tally Counts the conditions.
 * @returns The group.
 * @throws {RestError} PGRST100; columns count from the key's operator, as upstream's do.
 */
export function parseLogic(
  text: string,
  head: GroupHead,
  tally: Tally,
): LogicGroup {
  const key = (head.negated ? "not." : "") + head.connective;
  const scanner = new Scanner(key + text, {
    what: "logic tree",
    shown: text,
    at: key.length,
  });
  const readValue = treeValueReader();
  const group = readGroup(scanner, head, { depth: 1, tally, readValue });
  scanner.blanks();
  scanner.end();
  return group;
}
