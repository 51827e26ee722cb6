/**
 * Text of stored expressions and queries, written anew for whoever asks: a name has its schema unless the
 * search path of the session finds it, as a dump needs it, and it is what the object is called now.
 *
 * @module
 */

import { analyzeQuery } from "../compile.ts";
import type { Relation, StoredExpression } from "../catalog/catalog.ts";
import { deparse, expressionText, queryText } from "../ddl/expression_text.ts";
import { type ExpressionUse, resolveOver } from "../ddl/expressions.ts";
import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import type { Typed } from "../tree.ts";
import { oid } from "../types/type.ts";
import { catalogOf } from "./system_table.ts";
import { environmentOf } from "./type_text.ts";

const condition = { type: oid.bool, typmod: -1 } as const;

/** A stored expression of a relation and what it is for. */
interface Found {
  readonly stored: StoredExpression;
  readonly use: ExpressionUse;
}

function writtenIn(context: EvalContext): Environment {
  return { ...environmentOf(context), asWritten: true };
}

/** Everything that is stored with a relation. */
function* storedOf(row: Relation): Iterable<Found> {
  for (const column of row.columns) {
    if (column.default === undefined) continue;
    const { type, typmod } = column;
    yield {
      stored: column.default,
      use: column.generated === ""
        ? { place: "default", type: { type, typmod } }
        : { place: "generated", row, type: { type, typmod } },
    };
  }
  for (const { check } of row.constraints) {
    if (check === undefined) continue;
    yield { stored: check, use: { place: "check", row, type: condition } };
  }
  for (const { keys, predicate } of row.indexes) {
    for (const { expression } of keys) {
      if (expression === undefined) continue;
      yield { stored: expression, use: { place: "index", row } };
    }
    if (predicate === undefined) continue;
    yield { stored: predicate, use: { place: "index", row, type: condition } };
  }
  for (const { using, withCheck } of row.policies) {
    for (const stored of [using, withCheck]) {
      if (stored === undefined) continue;
      yield { stored, use: { place: "policy", row, type: condition } };
    }
  }
}

/**
 * @param context Session.
 * @param row Table that the expression is about.
 * @param stored Expression.
 * @param pretty Whether to leave parentheses out that are not needed.
 * @returns Its text.
 */
export function storedText(
  context: EvalContext,
  row: Relation,
  stored: StoredExpression,
  pretty: boolean,
): string {
  const same = [...storedOf(row)].find((each) =>
    each.stored === stored || each.stored.text === stored.text
  );
  if (same === undefined) return stored.text;
  const { node } = same.stored;
  const env = writtenIn(context);
  try {
    return expressionText(resolveOver(env, node, same.use), node, env, pretty);
  } catch (error) {
    // A text that is only shown is no reason to fail.
    if (error instanceof SqlError) return stored.text;
    throw error;
  }
}

/**
 * @param context Session.
 * @param row Table of an index.
 * @param stored Expression of one of its keys.
 * @returns Its type.
 */
export function storedType(
  context: EvalContext,
  row: Relation,
  stored: StoredExpression,
): Typed {
  try {
    const use = { place: "index", row } as const;
    const { type, typmod } = resolveOver(
      writtenIn(context),
      stored.node,
      use,
    );
    return { type, typmod };
  } catch (error) {
    if (error instanceof SqlError) return { type: oid.text, typmod: -1 };
    throw error;
  }
}

/**
 * @param context Session.
 * @param number Oid of the relation.
 * @param text What the catalogs hold of an expression.
 * @param pretty Whether to leave parentheses out that are not needed.
 * @returns What `pg_get_expr` gives.
 */
export function expressionOf(
  context: EvalContext,
  number: number,
  text: string,
  pretty: boolean,
): string {
  const row = catalogOf(context).relation(number);
  if (row === undefined) return text;
  for (const { stored } of storedOf(row)) {
    if (stored.text === text) return storedText(context, row, stored, pretty);
  }
  for (const { keys } of row.indexes) {
    const all = keys.flatMap(({ expression }) => expression ?? []);
    if (all.length > 1 && all.map((each) => each.text).join(", ") === text) {
      return all.map((each) => storedText(context, row, each, pretty))
        .join(", ");
    }
  }
  return text;
}

/**
 * @param context Session.
 * @param relation View; nothing if there is none.
 * @param pretty Whether to leave parentheses out that are not needed.
 * @returns What `pg_get_viewdef` gives.
 */
export function viewText(
  context: EvalContext,
  relation: Relation | undefined,
  pretty: boolean,
): string | null {
  const { view } = relation ?? {};
  if (view === undefined) return null;
  const env = writtenIn(context);
  try {
    const query = analyzeQuery(view.node, env, "");
    if (query.kind === "select" || query.kind === "set") {
      return queryText(query, view.node, env, pretty);
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  }
  return ` ${deparse(view.node)};`;
}
