/**
 * Reads: rows of a table, a view or a function as one JSON text, made by the database.
 *
 * @module
 */

import type { Result } from "../engine/engine.ts";
import {
  type RelationshipFinder,
  type RestAnswer,
  type RestCall,
  type Run,
  runAlone,
} from "./context.ts";
import { RestError } from "./error.ts";
import type { RestQuery } from "./request.ts";
import { findRelationship } from "./schema/find_relationship.ts";
import { type AnswerForm, answerSql, csvHeader } from "./sql/answer.ts";
import { resolveRows } from "./sql/resolve.ts";
import { outputNames, RowsWriter } from "./sql/rows.ts";
import { Params, qualified } from "./sql/text.ts";
import type { RowsNode, RowsSource } from "./sql/tree.ts";
import type { Relation } from "./schema/picture.ts";

/** How a read differs from others. */
export interface ReadOptions {
  /** Whether only the header is wanted. */
  readonly head: boolean;
}

/**
 * Reads a table or view.
 *
 * @param call Who asks, and how the answer should look.
 * @param relation What is read.
 * @param query What is asked.
 * @param options Whether the body is wanted.
 * @returns The page.
 * @throws {RestError | EngineError} What could not be read.
 */
export async function readRelation(
  call: RestCall,
  relation: Relation,
  query: RestQuery,
  { head }: ReadOptions,
): Promise<RestAnswer> {
  const node = resolveRows(
    sourceOf(relation),
    query,
    { findRelationship: finder(call), aggregates: call.limits.aggregates },
  );
  const from = { from: qualified(relation.schema, relation.name) };
  return await readPage(call, runAlone(call, true), { node, from, head });
}

/** Where a page comes from. */
export interface PageOptions {
  readonly node: RowsNode;
  readonly from: { readonly from: string };
  /** What `from` binds; its places come first. */
  readonly params?: Params | undefined;
  readonly head: boolean;
}

/**
 * Reads one page and counts, in one statement.
 *
 * @param call The request.
 * @param run Runs the statement.
 * @param options What and where from.
 * @returns The page.
 */
export async function readPage(
  call: RestCall,
  run: Run,
  { node, from, params = new Params(), head }: PageOptions,
): Promise<RestAnswer> {
  const { limits: { maxRows }, prefer } = call;
  const writer = new RowsWriter(params, maxRows);
  const rows = writer.rows(node, from);
  const sql = answerSql({
    rows,
    names: outputNames(node),
    form: head ? "none" : formOf(call),
    all: prefer.count === undefined ? undefined : writer.all(node, from),
  });
  const answer = pageOf(call, node, await run(sql, params.values), head);
  const { limit = Infinity } = node;
  if (answer.page < maxRows || limit <= maxRows) return answer;
  const end = answer.offset + answer.page;
  const cut = answer.total === undefined
    ? await hasMore(run, { node, from, end })
    : answer.total > end;
  return cut ? { ...answer, cutAt: maxRows } : answer;
}

/** Whether there are rows after `end`; asked only when the page is as long as it may be. */
async function hasMore(
  run: Run,
  { node, from, end }: {
    node: RowsNode;
    from: { readonly from: string };
    end: number;
  },
): Promise<boolean> {
  // A call is not made again just to look.
  if (node.source.relation === undefined) return true;
  const params = new Params();
  const all = new RowsWriter(params, Infinity).all(node, from);
  const { rows } = await run(
    `SELECT 1 FROM (${all}) AS _all LIMIT 1 OFFSET ${params.add(end)}`,
    params.values,
  );
  return rows.length > 0;
}

/**
 * Reads the one row that `answerSql` gives.
 *
 * @param call The request.
 * @param node What was asked.
 * @param result What the statement gave.
 * @param head Whether only the header is wanted.
 * @returns The page.
 * @throws {RestError} PGRST103, PGRST116.
 */
export function pageOf(
  call: RestCall,
  node: RowsNode,
  { rows: [row] }: Result,
  head: boolean,
): RestAnswer {
  const [body, page, total] = row as [string | null, number, number?];
  const { offset = 0 } = node;
  if (total !== undefined && offset > 0 && offset > total) {
    throw new RestError("PGRST103", "Requested range not satisfiable", {
      details:
        `An offset of ${offset} was requested, but there are only ${total} rows.`,
    });
  }
  if (call.media.kind === "object") requireOne(page);
  return {
    body: head ? undefined : bodyText(call, node, body),
    page,
    offset,
    total,
  };
}

/**
 * @param rows Rows of an answer that must be one object.
 * @throws {RestError} PGRST116.
 */
export function requireOne(rows: number): void {
  if (rows === 1) return;
  throw new RestError(
    "PGRST116",
    "Cannot coerce the result to a single JSON object",
    { details: `The result contains ${rows} rows` },
  );
}

function bodyText(
  { media }: RestCall,
  node: RowsNode,
  body: string | null,
): string {
  switch (media.kind) {
    case "csv":
      return body === null ? "" : `${csvHeader(node)}\n${body}`;
    case "object":
      // The only element of an array.
      return (body ?? "[]").slice(1, -1);
    case "json":
      return body ?? "[]";
  }
}

/**
 * @param call The request.
 * @returns The form that the database makes.
 */
export function formOf({ media }: RestCall): AnswerForm {
  if (media.kind === "csv") return "csv";
  return media.nullsStripped ? "array stripped" : "array";
}

/**
 * @param relation A table or view.
 * @returns It as a source of rows.
 */
export function sourceOf(relation: Relation): RowsSource {
  return { name: relation.name, columns: relation.columns, relation };
}

/**
 * @param call The request.
 * @returns What finds the relationships of its schema.
 */
export function finder({ picture, schema }: RestCall): RelationshipFinder {
  return (from, target, hint) =>
    findRelationship(picture, schema.name, from, target, hint);
}
