/**
 * POST: INSERT and upserts.
 *
 * @module
 */

import type { BodyRows } from "./body/rows.ts";
import { aroundWrite, type Change, resolveWrite, write } from "./change.ts";
import type { RestAnswer, RestCall } from "./context.ts";
import { type InsertPlans, tupleSql } from "./insert_plans.ts";
import { formOf } from "./read.ts";
import type { RestQuery } from "./request.ts";
import type { Relation } from "./schema/picture.ts";
import { Params } from "./sql/text.ts";
import {
  type Conflict,
  existingSql,
  insertSql,
  writtenColumns,
} from "./sql/write.ts";

/**
 * POST.
 *
 * @param call Who asks, and how the answer should look.
 * @param relation What gets rows.
 * @param query `select`, `columns`, `on_conflict`.
 * @param body The rows; the query string and plans that may know them.
 * @returns What was written.
 */
export function insertRows(
  call: RestCall,
  relation: Relation,
  query: RestQuery,
  { rows, search, plans }: {
    readonly rows: BodyRows;
    /** Query string as it came. */
    readonly search: string;
    readonly plans: InsertPlans;
  },
): Promise<RestAnswer> {
  const { prefer } = call;
  if (
    prefer.resolution === undefined && rows.value !== undefined &&
    rows.keys.length > 0
  ) {
    const row = { ...rows, value: rows.value };
    const change = oneRow(call, relation, query, { row, search, plans });
    if (change !== undefined) return write(call, change);
  }
  const keys = query.onConflict ?? relation.primaryKey;
  const conflict = prefer.resolution === undefined || keys.length === 0
    ? undefined
    : { columns: keys, merge: prefer.resolution === "merge-duplicates" };
  return insert(call, relation, query, { rows, conflict });
}

/** INSERT of one object, mostly by a statement that was made before; nothing where it has to be made. */
function oneRow(
  call: RestCall,
  relation: Relation,
  query: RestQuery,
  { row, search, plans }: {
    readonly row: BodyRows & { readonly value: Record<string, unknown> };
    readonly search: string;
    readonly plans: InsertPlans;
  },
): Change | undefined {
  const { prefer } = call;
  const form = formOf(call);
  const plan = plans.find(
    relation,
    row.keys,
    prefer.return === "representation" ? { form, search } : undefined,
    () => {
      const node = resolveWrite(call, relation, query, false);
      const params = new Params();
      const around = aroundWrite(node, form, params);
      return params.values.length > 0 ? undefined : { node, around };
    },
  );
  if (plan === undefined) return undefined;
  const params = new Params();
  const missingDefault = prefer.missing === "default";
  const sql = plan.into +
    tupleSql(plan.columns, row, { missingDefault, params });
  const { returning } = plan;
  return {
    relation,
    node: returning?.node,
    sql,
    whole: returning && returning.around[0] + sql + returning.around[1],
    params,
    bounded: false,
  };
}

/**
 * INSERT, or an upsert.
 *
 * @param call Who asks, and how the answer should look.
 * @param relation What gets rows.
 * @param query `select`.
 * @param options The rows, and what happens to those that are there already.
 * @returns What was written.
 */
export function insert(
  call: RestCall,
  relation: Relation,
  query: RestQuery,
  { rows, conflict }: { rows: BodyRows; conflict: Conflict | undefined },
): Promise<RestAnswer> {
  const options = {
    relation,
    rows,
    missingDefault: call.prefer.missing === "default",
    conflict,
  };
  // Names are checked also when there are no rows.
  writtenColumns(relation, rows.keys);
  const params = new Params();
  const known = new Params();
  const existing = conflict?.merge ? existingSql(options, known) : undefined;
  return write(call, {
    relation,
    node: resolveWrite(call, relation, query, false),
    sql: rows.count === 0 ? undefined : insertSql(options, params),
    params,
    ...(existing === undefined
      ? {}
      : { existing: { sql: existing, params: known } }),
    bounded: false,
  });
}
