/**
 * What a session must know of a query before it runs it.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { QueryExtra } from "./statement.ts";

/**
 * @param node Tree of the statement.
 * @returns What is known of it.
 */
export function queryExtra(node: Node): QueryExtra {
  return { sleep: sleepCall(node) };
}

function sleepCall(node: Node): QueryExtra["sleep"] {
  if (!("SelectStmt" in node)) return undefined;
  const { targetList = [], fromClause, whereClause, valuesLists, op } =
    node.SelectStmt;
  if (
    targetList.length !== 1 || fromClause !== undefined ||
    whereClause !== undefined || valuesLists !== undefined ||
    op !== "SETOP_NONE"
  ) return undefined;
  const [target] = targetList;
  const call = target !== undefined && "ResTarget" in target
    ? target.ResTarget.val
    : undefined;
  if (call === undefined || !("FuncCall" in call)) return undefined;
  const { funcname = [], args = [] } = call.FuncCall;
  const name = funcname.at(-1);
  const [argument] = args;
  return name !== undefined && "String" in name &&
      name.String.sval === "pg_sleep" && argument !== undefined &&
      args.length === 1
    ? { argument }
    : undefined;
}
