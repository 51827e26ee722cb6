/**
 * A statement that writes: runs it as one transaction and puts together what is answered of its rows.
 *
 * @module
 */

import {
  isUndone,
  type RestAnswer,
  type RestCall,
  type Run,
  runAlone,
  runTogether,
} from "./context.ts";
import { membersOf } from "./body/members.ts";
import { RestError } from "./error.ts";
import { finder, formOf, pageOf, requireOne, sourceOf } from "./read.ts";
import type { RestQuery } from "./request.ts";
import type { Relation } from "./schema/picture.ts";
import { type AnswerForm, answerSql } from "./sql/answer.ts";
import { outputNames } from "./sql/names.ts";
import { resolveRows } from "./sql/resolve.ts";
import { RowsWriter } from "./sql/rows.ts";
import type { Params } from "./sql/text.ts";
import type { RowsNode } from "./sql/tree.ts";
import { returnedColumns, writtenRows } from "./sql/write.ts";

/** A statement that writes, before it is known what it returns. */
export interface Change {
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
 * Looks up a write; without a representation nothing of `select` is needed or checked.
 *
 * @param call The request.
 * @param relation What is written to.
 * @param query What was asked.
 * @param filtered Whether its filters say which rows.
 * @returns What was asked of the rows that are written.
 */
export function resolveWrite(
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
 * Writes, as a transaction of its own.
 *
 * @param call The request.
 * @param change The statement.
 * @returns What was written.
 */
export function write(call: RestCall, change: Change): Promise<RestAnswer> {
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

/**
 * @param node What is asked of the rows that are written.
 * @param form Form of the answer.
 * @param params Takes what is bound.
 * @returns What stands before and after a statement whose rows are answered.
 */
export function aroundWrite(
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
