/**
 * Pieces of PostgreSQL SQL: names quoted, values bound.
 *
 * @module
 */

import type { SqlValue } from "../../engine/engine.ts";

/**
 * @param name Name as the catalog has it.
 * @returns It quoted (PostgreSQL manual, 4.1.1).
 */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * @param schema Schema.
 * @param name Relation or function in it.
 * @returns Both, quoted.
 */
export function qualified(schema: string, name: string): string {
  return `${ident(schema)}.${ident(name)}`;
}

/**
 * Writes a key of a JSON path as a literal, so that an index on the same expression serves; values of
 * filters never come here.
 *
 * @param text Text.
 * @returns A string constant (PostgreSQL manual, 4.1.2.1).
 */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Collects what a statement binds. */
export class Params {
  readonly values: SqlValue[] = [];
  /** Where the values of plain filters stand: index in `values`, number of the value in the request. */
  readonly places: (readonly [at: number, slot: number])[] = [];

  /**
   * @param value A value.
   * @param slot Its number among the values of plain filters, if it is one.
   * @returns Its place, `$n`.
   */
  add(value: SqlValue, slot?: number): string {
    if (slot !== undefined) this.places.push([this.values.length, slot]);
    return `$${this.values.push(value)}`;
  }
}

/** A statement with its values. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/**
 * @param elements Texts.
 * @param hasNull Whether NULL follows them.
 * @returns An array constant that holds them (PostgreSQL manual, 8.15.2); every text is quoted.
 */
export function arrayText(
  elements: readonly string[],
  hasNull = false,
): string {
  const items = elements.map(quotedElement);
  if (hasNull) items.push("NULL");
  return `{${items.join(",")}}`;
}

function quotedElement(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
