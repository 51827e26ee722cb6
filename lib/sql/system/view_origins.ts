/**
 * Which column of which table a view's column shows, in the words of `pg_rewrite.ev_action`: the part of
 * PostgreSQL's node tree that tools read to learn it (`:resorigtbl` and `:resorigcol` of each target).
 *
 * The rest of the tree is not written: nobody but a PostgreSQL server could use it.
 *
 * @module
 */

import { analyzeQuery } from "../compile.ts";
import { fixedOid, type Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import type { Expr, Modification, Query, Select } from "../tree.ts";
import { environmentOf } from "./type_text.ts";

/** A column of a table or view. */
interface Origin {
  readonly relation: number;
  readonly column: number;
}

type View = NonNullable<Relation["view"]>;

/**
 * A definition is another object as soon as a name in it changes, and the numbers of what it refers to cannot
 * change while it does.
 */
const known = new WeakMap<View, string>();

/**
 * @param context Session.
 * @param relation View or materialized view.
 * @returns Its `ev_action`; nothing is told of the system's own views.
 */
export function ruleAction(context: EvalContext, relation: Relation): string {
  const { view, oid } = relation;
  if (view === undefined || oid < fixedOid.firstUser) return written([]);
  const before = known.get(view);
  if (before !== undefined) return before;
  const query = queryOf(context, view);
  const targets = relation.columns.filter(({ number }) => number > 0).map(
    ({ name }, at) => target(at + 1, name, originOf(query, at)),
  );
  const text = written(targets);
  known.set(view, text);
  return text;
}

function written(targets: readonly string[]): string {
  const list = targets.length === 0 ? "<>" : `(${targets.join(" ")})`;
  return `({QUERY :commandType 1 :targetList ${list}})`;
}

function target(
  number: number,
  name: string,
  { relation, column }: Origin,
): string {
  return `{TARGETENTRY :resno ${number} :resname ${escaped(name)} ` +
    `:ressortgroupref 0 :resorigtbl ${relation} :resorigcol ${column} :resjunk false}`;
}

/** As node trees write a name. */
function escaped(name: string): string {
  return name.replace(/[ \n\t(){}\\]/g, "\\$&").replace(/^[<"\d+-]/, "\\$&");
}

function queryOf(context: EvalContext, { node }: View): Select | undefined {
  try {
    const env = { ...environmentOf(context), asWritten: true };
    const query = analyzeQuery(node, env, "");
    return isSelect(query) ? query : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

const nowhere: Origin = { relation: 0, column: 0 };

/** Set operations have none, as in PostgreSQL. */
function originOf(
  query: Query | Modification | undefined,
  at: number,
): Origin {
  return isSelect(query) ? ofExpression(query.targets[at]?.expr) : nowhere;
}

function isSelect(query: Query | Modification | undefined): query is Select {
  return query?.kind === "select";
}

function ofExpression(expr: Expr | undefined): Origin {
  if (expr?.kind !== "column") return nowhere;
  const { entry: { source }, index } = expr;
  switch (source.kind) {
    case "table": {
      const column = source.relation.columns[index]?.number ?? 0;
      return column > 0 ? { relation: source.relation.oid, column } : nowhere;
    }
    case "query":
      return originOf(source.query, index);
    case "cte":
      return source.cte.recursive ? nowhere : originOf(source.cte.query, index);
    default:
      return nowhere;
  }
}
