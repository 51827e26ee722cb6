/**
 * Values of expressions and of queries that give one, for SET, KILL and FOUND_ROWS().
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type {
  ClientSession,
  PreparedStatement,
} from "../engine/client_session.ts";
import type { Datum } from "../sql/datum.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import { typeWord } from "../sql/mysql/resolve/variable_type.ts";
import type { Evaluated } from "../sql/mysql/session.ts";
import { valueText } from "../sql/mysql/value_text.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import { oid } from "../sql/types/type.ts";
import { type ClientValue, fitAll, ownType } from "./parameters.ts";

async function first(
  session: ClientSession,
  statement: PreparedStatement,
  values: readonly Datum[] = [],
): Promise<Datum> {
  const portal = session.bind(statement, values);
  let found: Datum = null;
  try {
    await portal.fetch(0, {
      row: ([value]) => void (found = value ?? null),
      full: () => undefined,
    }, false);
  } finally {
    portal.close();
  }
  return found;
}

/**
 * @param session Session.
 * @param query A query.
 * @returns First value of its first row.
 */
export function firstValue(
  session: ClientSession,
  query: Node,
): Promise<Datum> {
  return first(session, session.prepareTree(query, []));
}

/** An expression whose parameters are `$1`, `$2`, …, and which of the statement's those are. */
function renumbered(
  expression: Node,
): { readonly node: Node; readonly used: readonly number[] } {
  const used: number[] = [];
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    if ("ParamRef" in value) {
      const { number = 0 } = value.ParamRef as { number?: number };
      if (!used.includes(number)) used.push(number);
      return { ParamRef: { number: used.indexOf(number) + 1 } };
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, walk(each)]),
    );
  };
  return { node: walk(expression) as Node, used };
}

/**
 * @param session Session.
 * @param expression An expression.
 * @param values Values of `?`.
 * @returns Its value, as text, and its type.
 */
export async function evaluate(
  session: ClientSession,
  expression: Node,
  values: readonly ClientValue[] = [],
): Promise<Evaluated> {
  const { node, used } = renumbered(expression);
  const own = used.map((number) => values[number - 1] ?? null);
  const statement = session.prepareTree({
    SelectStmt: {
      targetList: [{ ResTarget: { val: node } }],
      op: "SETOP_NONE",
      limitOption: "LIMIT_OPTION_DEFAULT",
    },
  }, own.map(ownType));
  const fitted = fitAll(own, statement.params, session.eval);
  if ("types" in fitted) {
    throw new MysqlError(1210, "HY000", "Incorrect arguments to EXECUTE");
  }
  const value = await first(session, statement, fitted.values);
  const column = statement.columns?.[0] ?? { type: oid.text, typmod: -1 };
  return evaluatedOf(value, column, session.eval);
}

/**
 * @param value Value of a column.
 * @param column Its type.
 * @param context Session.
 * @returns It as a user variable keeps it.
 */
export function evaluatedOf(
  value: Datum,
  column: { readonly type: number; readonly typmod: number },
  context: EvalContext,
): Evaluated {
  const text = valueText(value, column, context);
  return {
    value: text instanceof Uint8Array ? new TextDecoder().decode(text) : text,
    type: typeWord(column.type),
  };
}
