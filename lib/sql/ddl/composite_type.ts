/**
 * CREATE TYPE … AS (…).
 *
 * @module
 */

import type { CompositeTypeStmt } from "@pgsql/types";
import type { Column } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { isRelationName } from "./choose_name.ts";
import { columnType } from "./columns.ts";
import { bareTable } from "./create_table.ts";
import { creationSchema } from "./lookup.ts";
import { newAcl } from "./new_acl.ts";
import { plainColumn } from "./stored_query.ts";
import { checkTypeFree } from "./type_names.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param schema Oid of the schema.
 * @param name Name of a type that is to be made.
 * @throws {SqlError} 42710 when a relation has it, whose row type is called so.
 */
export function checkFreeOfRelations(
  work: Work,
  schema: number,
  name: string,
): void {
  const relation = work.catalog.relationNamed(schema, name);
  if (relation !== undefined && relation.rowType !== 0) {
    throw new SqlError("42710", `type "${name}" already exists`);
  }
}

/**
 * @param work Statement.
 * @param statement CREATE TYPE.
 * @returns Command tag.
 */
export function createComposite(
  work: Work,
  statement: CompositeTypeStmt,
): string {
  const { typevar: range = {} } = statement;
  const name = range.relname ?? "";
  const schema = creationSchema(work, range.schemaname, name);
  checkTypeFree(work, schema.oid, name);
  if (isRelationName(work.catalog, schema.oid, name)) {
    throw new SqlError("42P07", `relation "${name}" already exists`);
  }
  const columns: Column[] = [];
  for (const node of statement.coldeflist ?? []) {
    if (!("ColumnDef" in node)) continue;
    const { colname = "" } = node.ColumnDef;
    if (columns.some((each) => each.name === colname)) {
      throw new SqlError(
        "42701",
        `column "${colname}" specified more than once`,
      );
    }
    columns.push(
      plainColumn(
        columns.length + 1,
        colname,
        columnType(work, node.ColumnDef),
      ),
    );
  }
  work.putRelation({
    ...bareTable(work, name, schema),
    kind: "c",
    columns,
    storage: "",
    acl: newAcl(work, "T", work.role, schema.oid),
  });
  return "CREATE TYPE";
}
