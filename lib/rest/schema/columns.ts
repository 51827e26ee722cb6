/**
 * Columns of relations and of composite types.
 *
 * @module
 */

import type { CatalogRows } from "./catalog_rows.ts";
import type { RestColumn } from "./picture.ts";
import type { TypeFacts, Types } from "./types.ts";

/** A column and its number. */
export interface NumberedColumn {
  readonly number: number;
  readonly column: RestColumn;
}

/** Bytes that a modifier of `varchar` and `char` counts besides the characters. */
const header = 4;

function maxLength(
  { baseType, modifier }: TypeFacts,
  own: number,
): number | undefined {
  if (baseType !== "varchar" && baseType !== "bpchar") return undefined;
  const typmod = own === -1 ? modifier : own;
  return typmod < header ? undefined : typmod - header;
}

/**
 * @param rows Catalogs.
 * @param types Their types.
 * @param comment Comment on a column, by numbers of relation and column.
 * @returns Columns by number of the relation, in their order.
 */
export function readColumns(
  { attributes, defaults }: Pick<CatalogRows, "attributes" | "defaults">,
  types: Types,
  comment: (relation: number, column: number) => string | undefined,
): Map<number, NumberedColumn[]> {
  const expressions = new Map<string, string>();
  for (const row of defaults) {
    expressions.set(
      `${row["adrelid"]}.${row["adnum"]}`,
      String(row["expression"]),
    );
  }
  const found = new Map<number, NumberedColumn[]>();
  for (const row of attributes) {
    const relation = Number(row["attrelid"]);
    const number = Number(row["attnum"]);
    const facts = types.get(Number(row["atttypid"]));
    const computed = row["attgenerated"] !== "";
    const list = found.get(relation) ?? [];
    if (list.length === 0) found.set(relation, list);
    list.push({
      number,
      column: {
        name: String(row["attname"]),
        type: row["label"] === null ? facts.type : String(row["label"]),
        castType: facts.castType,
        baseType: facts.baseType,
        typeKind: facts.typeKind,
        enumValues: facts.enumValues,
        nullable: row["attnotnull"] !== true && !facts.notNull,
        default: computed
          ? undefined
          : expressions.get(`${relation}.${number}`),
        generated: computed || row["attidentity"] === "a",
        maxLength: maxLength(facts, Number(row["atttypmod"])),
        comment: comment(relation, number),
      },
    });
  }
  for (const list of found.values()) {
    list.sort((one, other) => one.number - other.number);
  }
  return found;
}

/**
 * @param columns Columns in their order.
 * @returns The same by name.
 */
export function byName(
  columns: readonly NumberedColumn[],
): Map<string, RestColumn> {
  return new Map(columns.map(({ column }) => [column.name, column]));
}
