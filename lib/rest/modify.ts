/**
 * PATCH and DELETE.
 *
 * @module
 */

import { EngineError } from "../engine/engine.ts";
import type { BodyRows } from "./body/rows.ts";
import { resolveWrite, write } from "./change.ts";
import type { RestAnswer, RestCall } from "./context.ts";
import type { RestQuery } from "./request.ts";
import type { Relation } from "./schema/picture.ts";
import { RowsWriter } from "./sql/rows.ts";
import { Params } from "./sql/text.ts";
import type { RowsNode } from "./sql/tree.ts";
import { deleteSql, target, updateSql, writtenColumns } from "./sql/write.ts";

/**
 * PATCH.
 *
 * @param call Who asks, and how the answer should look.
 * @param relation What changes.
 * @param query Filters.
 * @param body The new values.
 * @returns What was written.
 */
export async function updateRows(
  call: RestCall,
  relation: Relation,
  query: RestQuery,
  body: BodyRows,
): Promise<RestAnswer> {
  writtenColumns(relation, body.keys);
  const params = new Params();
  const node = resolveWrite(call, relation, query, true);
  const where = conditions("UPDATE", node, params);
  return await write(call, {
    relation,
    node,
    sql: body.count === 0 || body.keys.length === 0
      ? undefined
      : updateSql(relation, body, {
        where,
        missingDefault: call.prefer.missing === "default",
        params,
      }),
    params,
    bounded: true,
  });
}

/**
 * DELETE.
 *
 * @param call Who asks, and how the answer should look.
 * @param relation What loses rows.
 * @param query Filters.
 * @returns What was written.
 */
export async function deleteRows(
  call: RestCall,
  relation: Relation,
  query: RestQuery,
): Promise<RestAnswer> {
  const params = new Params();
  const node = resolveWrite(call, relation, query, true);
  const where = conditions("DELETE", node, params);
  return await write(call, {
    relation,
    node,
    sql: deleteSql(relation, where),
    params,
    bounded: true,
  });
}

/**
 * The conditions of an UPDATE or DELETE. One without any is refused, as Supabase's databases refuse it
 * (extension safeupdate): it is a mistake more often than a wish.
 */
function conditions(
  command: "UPDATE" | "DELETE",
  node: RowsNode,
  params: Params,
): string {
  const where = new RowsWriter(params, Infinity)
    .where({ ...node, embeds: [] }, target);
  if (where === "") {
    throw new EngineError("21000", `${command} requires a WHERE clause`);
  }
  return where;
}
