/**
 * COM_FIELD_LIST: the columns of a table. Out of date, but MariaDB's command line asks it for the names
 * that it completes.
 *
 * @module
 */

import { MysqlError } from "../sql/mysql/error.ts";
import { schemaOf } from "../sql/mysql/table_name.ts";
import type { OutputColumn } from "../sql/plan.ts";
import { defineColumn, wireColumns } from "./column_definition.ts";
import type { PacketWriter } from "./packet_writer.ts";
import type { Workspace } from "./workspace.ts";

/** `LIKE`: `%` any text, `_` any character, `\` takes the next as it is. */
function matches(pattern: string): (name: string) => boolean {
  if (pattern === "" || pattern === "%") return () => true;
  const source = pattern.replace(
    /\\?[\s\S]/g,
    (part) =>
      part === "%"
        ? "[\\s\\S]*"
        : part === "_"
        ? "[\\s\\S]"
        : part.at(-1)!.replace(/[.*+?^${}()|[\]\\]/, "\\$&"),
  );
  const expression = new RegExp(`^${source}$`, "iu");
  return (name) => expression.test(name);
}

/**
 * Writes the definitions.
 *
 * @param writer Where to.
 * @param workspace Whose rights count.
 * @param asked Table, and a pattern for names of columns.
 * @throws {MysqlError} 1146 when there is no such table, for this user.
 */
export async function fieldList(
  writer: PacketWriter,
  workspace: Workspace,
  { table, pattern }: { readonly table: string; readonly pattern: string },
): Promise<void> {
  const { session, mysql } = workspace;
  const schema = schemaOf(mysql.database ?? "");
  const { rows } = await workspace.run(
    `SELECT a.attname::text, a.atttypid::bigint, a.atttypmod::bigint, a.attnum::bigint, c.oid::bigint
     FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
       AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
     ORDER BY a.attnum`,
    [schema, table],
  );
  await workspace.sync();
  if (rows.length === 0) {
    throw new MysqlError(
      1146,
      "42S02",
      `Table '${mysql.database ?? ""}.${table}' doesn't exist`,
    );
  }
  const isMeant = matches(pattern);
  const columns = rows.filter(([name]) => isMeant(String(name))).map((
    [name, type, typmod, column, relation],
  ): OutputColumn => ({
    name: String(name),
    type: Number(type),
    typmod: Number(typmod),
    column: Number(column),
    table: Number(relation),
  }));
  for (const column of wireColumns(columns, session.eval.catalog)) {
    defineColumn(writer, column, null);
  }
}
