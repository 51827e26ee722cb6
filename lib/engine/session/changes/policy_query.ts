/**
 * Row policies as one statement about rows that need not be in the table.
 *
 * The rows stand in FROM under the table's name, so that policies need not be rewritten.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Relation } from "../../../sql/catalog/catalog.ts";
import { deparse } from "../../../sql/ddl/expression_text.ts";
import { strings, walkTree } from "../../../sql/ddl/nodes.ts";
import { quoteIdentifier } from "../../../sql/functions/quoting.ts";
import { jsonText, shapeOf } from "../../../sql/functions/to_json.ts";
import type { RowImage } from "../../change_reader.ts";
import { type Asked, columnsOf } from "./policy_plan.ts";
import type { ReadContext } from "./table_reader.ts";

/** Name of the column that numbers rows; no column of a user has it. */
const rowNumber = "heliosdb row number";

/** A statement that tells which rows policies let through. */
export interface PolicyQuery {
  /** Takes a JSON list of rows, gives the numbers of those. */
  readonly text: string;
  /** JSON of a row. */
  readonly write: (row: RowImage, number: number) => string;
}

/**
 * @param relation The table as it is now.
 * @param plan Its policies.
 * @param context Names types.
 * @returns The statement.
 */
export function policyQuery(
  relation: Relation,
  { permissive, restrictive }: Asked,
  { catalog, eval: context }: ReadContext,
): PolicyQuery {
  const read = columnsOf([...permissive, ...restrictive]);
  const columns = relation.columns.map((column, place) => ({
    ...column,
    place,
    shape: shapeOf({ oid: column.type }, context),
  })).filter(({ name }) => read === undefined || read.has(name));
  const typed = columns.map(({ name, type }) => {
    const found = catalog.type(type);
    const schema = catalog.schema(found?.schema ?? 0)?.name ?? "pg_catalog";
    return `${quoteIdentifier(name)} ${quoteIdentifier(schema)}.${
      quoteIdentifier(found?.name ?? "text")
    }`;
  });
  const number = `"${rowNumber}"`;
  const table = quoteIdentifier(relation.name);
  const where = [
    permissive.map((node) => `(${written(relation, node)})`).join(" OR "),
    ...restrictive.map((node) => written(relation, node)),
  ];
  return {
    text:
      `SELECT ${table}.${number} FROM pg_catalog.jsonb_to_recordset($1) AS ${table}(${
        [...typed, `${number} pg_catalog.int4`].join(", ")
      }) WHERE ${where.map((each) => `(${each})`).join(" AND ")}`,
    write: (row, i) =>
      `{${
        columns.map(({ name, place, shape }) =>
          `${JSON.stringify(name)}:${
            jsonText(row[place] ?? null, shape, context)
          },`
        ).join("")
      }${JSON.stringify(rowNumber)}:${i}}`,
  };
}

/** A table in FROM under its own name has no schema in front of it. */
function written(relation: Relation, node: Node): string {
  const copy = structuredClone(node);
  walkTree({ copy }, (kind, value) => {
    if (kind !== "ColumnRef") return;
    const { fields = [] } = value as { fields?: Node[] };
    if (fields.length === 3 && strings(fields)[1] === relation.name) {
      fields.shift();
    }
  });
  return deparse(copy);
}
