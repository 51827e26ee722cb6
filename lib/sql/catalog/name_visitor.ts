/**
 * What `walkNames` tells of the names in a stored query or expression.
 *
 * @module
 */

import type {
  ColumnRef,
  FuncCall,
  RangeVar,
  SelectStmt,
  TypeName,
} from "@pgsql/types";
import type { Catalog, Column, Relation } from "./catalog.ts";

/** Something in FROM. */
export interface NameEntry {
  readonly alias: string;
  readonly relation?: Relation | undefined;
  /** Where it is named; nothing for the row that an expression is about. */
  readonly range?: RangeVar | undefined;
  /** Names of its columns; nothing when they are not known. */
  readonly names?: readonly string[] | undefined;
  /** Whether the names are other ones than the relation's. */
  readonly renamed: boolean;
}

/** Is told what names mean; may change the nodes it is given. */
export interface NameVisitor {
  relation?(range: RangeVar, relation: Relation): void;
  column?(ref: ColumnRef, entry: NameEntry, column: Column): void;
  /** A whole row, or `entry.*`. */
  row?(ref: ColumnRef, entry: NameEntry): void;
  /** Columns that JOIN … USING names, on either side. */
  using?(name: string, entry: NameEntry): void;
  function?(call: FuncCall): void;
  type?(name: TypeName): void;
  /** `'16400'::regclass`. */
  relationOid?(oid: number): void;
  /** A query, after its FROM is known and before its expressions are visited. */
  query?(select: SelectStmt, entries: readonly NameEntry[]): void;
}

/** What names are looked up in. */
export interface NameContext {
  readonly catalog: Catalog;
  /** Schemas to look in, in order. */
  readonly searchPath: readonly number[];
  /** Table whose row the expression is about. */
  readonly row?: Relation | undefined;
}

/**
 * @param range Name in the parse tree.
 * @param context What names are looked up in.
 * @returns The relation, `undefined` if there is none.
 */
export function relationOfRange(
  range: RangeVar,
  { catalog, searchPath }: NameContext,
): Relation | undefined {
  const name = range.relname ?? "";
  if (range.schemaname !== undefined) {
    const schema = catalog.schemaNamed(range.schemaname);
    return schema && catalog.relationNamed(schema.oid, name);
  }
  for (const schema of searchPath) {
    const found = catalog.relationNamed(schema, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
