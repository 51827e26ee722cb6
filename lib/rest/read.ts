/**
 * Reads: rows of a table, a view or a function as one JSON text, made by the database.
 *
 * @module
 */

import type { Result, SqlValue } from "../engine/engine.ts";
import {
  type RelationshipFinder,
  type RestAnswer,
  type RestCall,
  type Run,
} from "./context.ts";
import { RestError } from "./error.ts";
import { findRelationship } from "./schema/find_relationship.ts";
import { type AnswerForm, answerSql, csvHeader } from "./sql/answer.ts";
import { outputNames } from "./sql/names.ts";
import { type OuterSource, RowsWriter } from "./sql/rows.ts";
import { Params } from "./sql/text.ts";
import type { RowsNode, RowsSource } from "./sql/tree.ts";
import type { Relation } from "./schema/picture.ts";

/** How a read differs from others. */
export interface ReadOptions {
  /** Whether only the header is wanted. */
  readonly head: boolean;
}

/** Where a page comes from. */
export interface PageOptions {
  readonly node: RowsNode;
  /** What stands in FROM: a relation, or what `rows` gives. */
  readonly from: OuterSource;
  /** A function's rows, worked out once, as `WITH _f AS (…) `; `from` is `_f` then. */
  readonly call?: { readonly sql: string; readonly params: Params } | undefined;
  readonly head: boolean;
}

/** The statement of a page. */
export interface PagePlan {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** Where the values of plain filters stand: index in `params`, number of the value in the request. */
  readonly places: readonly (readonly [at: number, slot: number])[];
  readonly node: RowsNode;
  readonly from: OuterSource;
}

/**
 * Reads one page and counts, in one statement.
 *
 * @param call The request.
 * @param run Runs the statement.
 * @param options What and where from.
 * @returns The page.
 */
export function readPage(
  call: RestCall,
  run: Run,
  options: PageOptions,
): Promise<RestAnswer> {
  const { node, head } = options;
  return runPage(call, run, planPage(call, options), {
    head,
    node: () => node,
  });
}

/**
 * @param call The request.
 * @param options What and where from.
 * @returns The statement.
 */
export function planPage(call: RestCall, options: PageOptions): PagePlan {
  const { node, from, call: source, head } = options;
  const { limits: { maxRows }, prefer } = call;
  const params = source?.params ?? new Params();
  const writer = new RowsWriter(params, maxRows);
  const rows = writer.rows(node, from);
  const { limit = Infinity } = node;
  // A call is not made again just to see whether it gave more.
  const counted = prefer.count !== undefined ||
    (source !== undefined && limit > maxRows);
  const sql = (source?.sql ?? "") + answerSql({
    rows,
    names: outputNames(node),
    form: head ? "none" : formOf(call),
    all: counted ? writer.all(node, from) : undefined,
  });
  return { sql, params: params.values, places: params.places, node, from };
}

/** One run of a statement that may serve many requests. */
export interface PageRun extends ReadOptions {
  /** What is asked, with the values of this request. */
  readonly node: () => RowsNode;
  /** Values to bind, if not those of the plan. */
  readonly params?: readonly SqlValue[];
  /** The query string in its canonical spelling, if that is known already. */
  readonly search?: string;
}

/**
 * Runs the statement of a page.
 *
 * @param call The request.
 * @param run Runs statements.
 * @param plan The statement; of its `node` only what does not depend on values of filters is looked at.
 * @param options This request.
 * @returns The page.
 */
export async function runPage(
  call: RestCall,
  run: Run,
  plan: PagePlan,
  { head, node: asked, params = plan.params, search }: PageRun,
): Promise<RestAnswer> {
  const { sql, node, from } = plan;
  const { limits: { maxRows }, prefer } = call;
  const { limit = Infinity } = node;
  const answer = pageOf(call, node, await run(sql, params), head);
  const { page, body = "" } = answer;
  // Less than that can lack nothing.
  const long = page >= maxRows || body.length >= maxRows * smallestElement;
  const cut = limit > maxRows && long &&
    await isCut(run, { node: asked(), from, answer, maxRows });
  return {
    ...answer,
    total: prefer.count === undefined ? undefined : answer.total,
    cutAt: cut ? maxRows : undefined,
    search,
  };
}

/** Whether a page lacks rows for its length or, which is looked at only when it may be, for an embed's. */
async function isCut(
  run: Run,
  { node, from, answer, maxRows }: {
    node: RowsNode;
    from: OuterSource;
    answer: RestAnswer;
    maxRows: number;
  },
): Promise<boolean> {
  const { page, offset, total, body = "" } = answer;
  const end = offset + page;
  if (page >= maxRows) {
    if (total !== undefined) {
      if (total > end) return true;
    } else if (await hasRows(run, (writer) => writer.all(node, from), end)) {
      return true;
    }
  }
  return body.length >= maxRows * smallestElement && from.from !== "_f" &&
    await hasRows(run, (writer) => writer.cutEmbeds(node, from, maxRows), 0);
}

/** Characters that a row of an embedded list has at least: `{"a":1}, `. */
const smallestElement = 9;

/** Whether a SELECT has more than so many rows; one that is not there has none. */
async function hasRows(
  run: Run,
  write: (writer: RowsWriter) => string | undefined,
  rows: number,
): Promise<boolean> {
  const params = new Params();
  const sql = write(new RowsWriter(params, Infinity));
  if (sql === undefined) return false;
  const found = await run(
    `SELECT 1 FROM (${sql}) AS _all LIMIT 1 OFFSET ${params.add(rows)}`,
    params.values,
  );
  return found.rows.length > 0;
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
      total,
    });
  }
  if (call.media.kind === "object") requireOne(page);
  return {
    body: head ? undefined : bodyText(call, node, body),
    page,
    offset,
    total,
    calledByTarget: node.calledByTarget,
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
