/**
 * Writes: INSERT, upsert, PATCH and DELETE, each one transaction.
 *
 * @module
 */

import { EngineError } from "../engine/engine.ts";
import type { BodyRows } from "./body/rows.ts";
import { membersOf } from "./body/members.ts";
import {
  isUndone,
  type RestAnswer,
  type RestCall,
  type Run,
  runAlone,
  runTogether,
} from "./context.ts";
import { RestError } from "./error.ts";
import { type InsertPlans, tupleSql } from "./insert_plans.ts";
import { finder, formOf, pageOf, requireOne, sourceOf } from "./read.ts";
import type { RestQuery } from "./request.ts";
import type { Relation } from "./schema/picture.ts";
import { type AnswerForm, answerSql } from "./sql/answer.ts";
import { resolveRows } from "./sql/resolve.ts";
import { outputNames } from "./sql/names.ts";
import { RowsWriter } from "./sql/rows.ts";
import { Params } from "./sql/text.ts";
import type { RowsNode } from "./sql/tree.ts";
import {
  type Conflict,
  deleteSql,
  existingSql,
  insertSql,
  returnedColumns,
  target,
  updateSql,
  writtenColumns,
  writtenRows,
} from "./sql/write.ts";

/** A statement that writes, before it is known what it returns. */
interface Change {
  readonly relation: Relation;
  /** What was asked of the rows that are written; not needed where they are not answered. */
  readonly node: RowsNode | undefined;
  /** The statement without RETURNING; `undefined` when there is nothing to write. */
  readonly sql: string | undefined;
  /** The statement with what makes the answer, where that is known. */
  readonly whole?: string | undefined;
  readonly params: Params;
  /** SELECT of the number of rows that an upsert meets, with what it binds. */
  readonly existing?: { readonly sql: string; readonly params: Params };
  /** Whether too many rows undo it. */
  readonly bounded: boolean;
}

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
      const node = resolve(call, relation, query, false);
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
    node: resolve(call, relation, query, false),
    sql: rows.count === 0 ? undefined : insertSql(options, params),
    params,
    ...(existing === undefined
      ? {}
      : { existing: { sql: existing, params: known } }),
    bounded: false,
  });
}

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
  const node = resolve(call, relation, query, true);
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
  const node = resolve(call, relation, query, true);
  const where = conditions("DELETE", node, params);
  return await write(call, {
    relation,
    node,
    sql: deleteSql(relation, where),
    params,
    bounded: true,
  });
}

/** Looks up a write; without a representation nothing of `select` is needed or checked. */
function resolve(
  call: RestCall,
  relation: Relation,
  query: RestQuery,
  filtered: boolean,
): RowsNode {
  const representation = call.prefer.return === "representation";
  const [top] = query.levels;
  const asked: RestQuery = representation ? query : {
    ...query,
    select: [{ kind: "star" }],
    levels: [{ ...top, filters: filtered ? top.filters : [], order: [] }],
  };
  return resolveRows(sourceOf(relation), asked, {
    findRelationship: finder(call),
    aggregates: call.limits.aggregates,
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

function write(call: RestCall, change: Change): Promise<RestAnswer> {
  const { prefer, media } = call;
  const { existing } = change;
  const most = change.bounded && prefer.handling === "strict"
    ? prefer.maxAffected
    : undefined;
  const alone = most === undefined && !isUndone(call) &&
    media.kind !== "object" && existing === undefined;
  if (alone) return runWrite(call, change, runAlone(call, false));
  return runTogether(call, async (run) => {
    const met = existing && await run(existing.sql, existing.params.values);
    const answer = await runWrite(call, change, run);
    requireAtMost(answer.page, most);
    const found = met?.rows[0]?.[0];
    return typeof found === "number"
      ? { ...answer, inserted: answer.page - found }
      : answer;
  });
}

/**
 * @param rows Rows that were written or that a function gave.
 * @param most `Prefer: max-affected`, if it counts.
 * @throws {RestError} PGRST124.
 */
export function requireAtMost(rows: number, most: number | undefined): void {
  if (most === undefined || rows <= most) return;
  throw new RestError(
    "PGRST124",
    "Query result exceeds max-affected preference constraint",
    { details: `The query affects ${rows} rows` },
  );
}

/** What stands before and after a statement whose rows are answered. */
function aroundWrite(
  node: RowsNode,
  form: AnswerForm,
  params: Params,
): [before: string, after: string] {
  const returned = returnedColumns(node);
  const rows = new RowsWriter(params, Infinity).rows(
    { ...node, tests: [], limit: undefined, offset: undefined },
    { from: "_w", whole: returned.whole },
  );
  const [before, after] = writtenRows(returned);
  return [
    before,
    after + answerSql({ rows, names: outputNames(node), form }),
  ];
}

async function runWrite(
  call: RestCall,
  { relation, node, sql, whole, params }: Change,
  run: Run,
): Promise<RestAnswer> {
  const wanted = call.prefer.return;
  if (sql === undefined) return nothingWritten(call);
  if (wanted === "representation" && node !== undefined) {
    const result = await run(
      whole ?? aroundWrite(node, formOf(call), params).join(sql),
      params.values,
    );
    return counted(call, pageOf(call, { ...node, offset: 0 }, result, false));
  }
  if (wanted === "headers-only" && relation.primaryKey.length > 0) {
    const result = await run(
      `${
        writtenRows({ columns: relation.primaryKey }).join(sql)
      }SELECT coalesce(json_agg(row_to_json(_w)), '[]')::text AS body, count(*) AS page FROM _w`,
      params.values,
    );
    const [body, page] = result.rows[0] as [string, number];
    if (call.media.kind === "object") requireOne(page);
    return counted(call, {
      body: undefined,
      page,
      offset: 0,
      ...(page === 1 ? { location: locationOf(body) } : {}),
    });
  }
  const { rowCount } = await run(sql, params.values);
  if (call.media.kind === "object") requireOne(rowCount);
  return counted(call, { body: undefined, page: rowCount, offset: 0 });
}

function nothingWritten(call: RestCall): RestAnswer {
  const representation = call.prefer.return === "representation";
  if (call.media.kind === "object") requireOne(0);
  return counted(call, {
    body: representation ? (call.media.kind === "csv" ? "" : "[]") : undefined,
    page: 0,
    offset: 0,
  });
}

function counted({ prefer }: RestCall, answer: RestAnswer): RestAnswer {
  return prefer.count === undefined
    ? answer
    : { ...answer, total: answer.page };
}

/** The filters that name a row by its key. */
function locationOf(body: string): string {
  const [row] = JSON.parse(body) as [Record<string, unknown>];
  const members = membersOf(body.slice(1, -1));
  return Object.keys(row).map((name) => {
    const json = members.get(name) as string;
    const filter = json === "null"
      ? "is.null"
      : `eq.${json[0] === '"' ? JSON.parse(json) : json}`;
    return `${encodeURIComponent(name)}=${encodeURIComponent(filter)}`;
  }).join("&");
}
