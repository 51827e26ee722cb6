/**
 * Names of columns in MySQL's ALTER TABLE: any case finds them, and what is not there has its own error.
 *
 * @module
 */

import type { AlterTableCmd } from "@pgsql/types";
import { columnIndex } from "../analyze/column_index.ts";
import type { Relation } from "../catalog/catalog.ts";
import { MysqlError } from "../mysql/error.ts";
import type { Work } from "./work.ts";

/** Commands whose name is that of a column that must be there. */
const ofColumn: ReadonlySet<AlterTableCmd["subtype"]> = new Set([
  "AT_ColumnDefault",
  "AT_SetNotNull",
  "AT_DropNotNull",
  "AT_AddIdentity",
  "AT_DropIdentity",
  "AT_AlterColumnType",
  "AT_AlterColumnGenericOptions",
]);

/**
 * @param work Statement.
 * @param relation Table.
 * @param command A command of ALTER TABLE.
 * @returns It, with the name that the column has.
 * @throws {MysqlError} 1054.
 */
export function withOwnName(
  work: Work,
  relation: Relation,
  command: AlterTableCmd,
): AlterTableCmd {
  const { name, subtype } = command;
  if (work.env.dialect !== "mysql" || name === undefined) return command;
  const isColumn = ofColumn.has(subtype);
  if (!isColumn && subtype !== "AT_DropColumn") return command;
  const own = relation.columns[columnIndex(relation.columns, name, work.env)];
  if (own === undefined && isColumn) throw unknownColumn(relation, name);
  return own === undefined || own.name === name
    ? command
    : { ...command, name: own.name };
}

/**
 * @param relation Table.
 * @param name Name of a column that it has not.
 * @returns Error 1054.
 */
export function unknownColumn(relation: Relation, name: string): MysqlError {
  return new MysqlError(
    1054,
    "42S22",
    `Unknown column '${name}' in '${relation.name}'`,
  );
}
