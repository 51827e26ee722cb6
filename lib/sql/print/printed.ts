/**
 * Pieces of SQLite text.
 *
 * @module
 */

import type { Printed } from "../functions/define.ts";

class Text implements Printed {
  constructor(readonly sql: string, readonly simple: boolean) {}

  toString(): string {
    return this.sql;
  }
}

/**
 * @param sql SQLite expression, in parentheses where it needs them.
 * @param simple Whether it may be repeated at no cost.
 * @returns The piece.
 */
export function printed(sql: string, simple = false): Printed {
  return new Text(sql, simple);
}

/**
 * Joins operands as a tree of little depth: SQLite refuses chains of a thousand.
 *
 * @param operands At least one operand.
 * @param operator Operator for which it does not matter how they are grouped.
 * @returns Expression in parentheses if there is more than one operand.
 */
export function joinBalanced(
  operands: readonly string[],
  operator: string,
): string {
  if (operands.length === 1) return operands[0] as string;
  if (operands.length <= 8) return `(${operands.join(` ${operator} `)})`;
  const middle = operands.length >> 1;
  return `(${joinBalanced(operands.slice(0, middle), operator)} ${operator} ${
    joinBalanced(operands.slice(middle), operator)
  })`;
}
