/**
 * PostgreSQL's own parser, as trees.
 *
 * The grammar is PostgreSQL 18's; what version 15 would not parse is mostly refused later by name. Two
 * habits of its trees: zero is left out (`{"ival":{}}`), and so are offsets of zero.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { loadModule, parseSync, SqlError as ParserError } from "libpg-query";
import { SqlError } from "./error.ts";

/** One statement of a text. */
export interface ParsedStatement {
  readonly node: Node;
  /** Byte offset in the whole text; offsets inside `node` count from the start of the whole text too. */
  readonly location: number;
  /** Bytes. */
  readonly length: number;
  /** The whole text. */
  readonly text: string;
}

/** Longer texts are refused: a tree takes about fifty times its text. */
const longestText = 16 * 1024 * 1024;

const encoder = new TextEncoder();

await loadModule();

/**
 * Parses a text.
 *
 * @param text Any number of statements.
 * @returns The statements; none for an empty text.
 * @throws {SqlError} 42601 with the position, 54001 when it is nested too deeply, 54000 when it is too long.
 */
export function parse(text: string): ParsedStatement[] {
  if (text.length > longestText) {
    throw new SqlError("54000", "statement text is too long", {
      detail: `The limit is ${longestText} characters.`,
    });
  }
  if (text.includes("\0")) {
    throw new SqlError(
      "22021",
      'invalid byte sequence for encoding "UTF8": 0x00',
    );
  }
  if (isBlank(text)) return [];
  const statements = run(text).stmts ?? [];
  const parsed: ParsedStatement[] = [];
  for (
    const { stmt, stmt_location: location = 0, stmt_len: length } of statements
  ) {
    if (stmt === undefined) continue;
    parsed.push({
      node: stmt as Node,
      location,
      length: length ?? encoder.encode(text).length - location,
      text,
    });
  }
  return parsed;
}

/**
 * Parses one expression, such as a default kept as text.
 *
 * @param text The expression.
 * @returns Its tree.
 */
export function parseExpression(text: string): Node {
  const [statement] = parse(`SELECT ${text}`);
  const select = statement?.node !== undefined && "SelectStmt" in statement.node
    ? statement.node.SelectStmt
    : undefined;
  const [target] = select?.targetList ?? [];
  const value = target !== undefined && "ResTarget" in target
    ? target.ResTarget.val
    : undefined;
  if (value === undefined) {
    throw new SqlError("42601", "syntax error in expression");
  }
  return value;
}

function run(text: string) {
  try {
    return parseSync(text);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    if (!(error instanceof ParserError)) throw error;
    const { message, sqlDetails } = error;
    if (/memory|stack depth|too deep/i.test(message)) throw tooDeep();
    const at = sqlDetails?.cursorPosition ?? -1;
    throw new SqlError(stateOf(message), message, {
      // The parser reports characters, from 0.
      ...(at >= 0 ? { position: at + 1 } : {}),
    });
  }
}

/** The grammar's own checks raise a few other codes than a syntax error. */
function stateOf(message: string): string {
  if (/is not supported|not implemented|not yet implemented/.test(message)) {
    return "0A000";
  }
  if (/invalid byte sequence/.test(message)) return "22021";
  if (/invalid Unicode escape/.test(message)) return "22025";
  return "42601";
}

function tooDeep(): SqlError {
  return new SqlError("54001", "stack depth limit exceeded", {
    hint:
      'Increase the configuration parameter "max_stack_depth" (currently 2048kB), after ensuring the platform\'s stack depth limit is adequate.',
  });
}

/** Whether there is nothing but white space, which the parser would take for an error. */
function isBlank(text: string): boolean {
  return !/[^\s\0]/.test(text);
}
