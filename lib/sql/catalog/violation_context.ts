/**
 * What all errors of constraints need: where they happened, and how much of a row may be told.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import type { Catalog, Relation } from "./catalog.ts";

/** Where an error is made. */
export interface ViolationContext {
  readonly catalog: Catalog;
  readonly eval: EvalContext;
  /** Who gets the error: columns that this role may not read stay out of it. */
  readonly role: number;
}

/**
 * @param catalog Catalog.
 * @param table Oid of a table.
 * @returns The table.
 */
export function findTable(
  catalog: Catalog,
  table: number,
): Relation {
  const relation = catalog.relation(table);
  if (relation !== undefined) return relation;
  throw new SqlError("XX000", `could not open relation with OID ${table}`);
}

/**
 * @param catalog Catalog.
 * @param relation Table.
 * @returns Schema and table, for the fields of an error.
 */
export function place(
  catalog: Catalog,
  relation: Relation,
): { readonly schema: string | undefined; readonly table: string } {
  return {
    schema: catalog.schema(relation.schema)?.name,
    table: relation.name,
  };
}

/**
 * @param value Datum.
 * @param type Its type.
 * @param context Where the error is made.
 * @returns Its text.
 */
export function valueText(
  value: Datum,
  type: number,
  context: ViolationContext,
): string {
  if (value === null) return "null";
  return context.catalog.type(type)?.output(value, context.eval) ??
    String(value);
}

/**
 * Row policies hide rows, so nothing of a row may be told.
 *
 * @param relation Table.
 * @param context Where the error is made.
 * @returns Whether the role sees some rows only.
 */
export function hidesRows(
  relation: Relation,
  context: ViolationContext,
): boolean {
  if (!relation.rowSecurity) return false;
  const role = context.catalog.role(context.role);
  if (role === undefined || role.superuser || role.bypassRls) return false;
  return relation.forceRowSecurity || relation.owner !== context.role;
}
