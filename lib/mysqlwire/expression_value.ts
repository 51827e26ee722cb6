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
import { oid } from "../sql/types/type.ts";

async function first(
  session: ClientSession,
  statement: PreparedStatement,
): Promise<Datum> {
  const portal = session.bind(statement, []);
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

/**
 * @param session Session.
 * @param expression An expression.
 * @returns Its value, as text, and its type.
 */
export async function evaluate(
  session: ClientSession,
  expression: Node,
): Promise<Evaluated> {
  const statement = session.prepareTree({
    SelectStmt: {
      targetList: [{ ResTarget: { val: expression } }],
      op: "SETOP_NONE",
      limitOption: "LIMIT_OPTION_DEFAULT",
    },
  }, []);
  const value = await first(session, statement);
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
