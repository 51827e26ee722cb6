/**
 * Names of output columns that were given none.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { nameParts } from "./type_name.ts";

/** A name and whether it beats the name of a type that it is cast to. */
interface Found {
  readonly name: string;
  readonly strong: boolean;
}

/**
 * @param node Expression in the parse tree.
 * @returns Name that PostgreSQL gives its column.
 */
export function columnName(node: Node): string {
  return figure(node)?.name ?? "?column?";
}

/**
 * @param node Expression in the parse tree.
 * @returns The same, `undefined` where PostgreSQL has no name for it.
 */
export function figureName(node: Node): string | undefined {
  return figure(node)?.name;
}

function strong(name: string | undefined): Found | undefined {
  return name === undefined ? undefined : { name, strong: true };
}

const sqlValues: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: "current_date",
  SVFOP_CURRENT_TIME: "current_time",
  SVFOP_CURRENT_TIME_N: "current_time",
  SVFOP_CURRENT_TIMESTAMP: "current_timestamp",
  SVFOP_CURRENT_TIMESTAMP_N: "current_timestamp",
  SVFOP_LOCALTIME: "localtime",
  SVFOP_LOCALTIME_N: "localtime",
  SVFOP_LOCALTIMESTAMP: "localtimestamp",
  SVFOP_LOCALTIMESTAMP_N: "localtimestamp",
  SVFOP_CURRENT_ROLE: "current_role",
  SVFOP_CURRENT_USER: "current_user",
  SVFOP_USER: "user",
  SVFOP_SESSION_USER: "session_user",
  SVFOP_CURRENT_CATALOG: "current_catalog",
  SVFOP_CURRENT_SCHEMA: "current_schema",
};

function figure(node: Node | undefined): Found | undefined {
  if (node === undefined) return undefined;
  if ("ColumnRef" in node) {
    const last = (node.ColumnRef.fields ?? []).findLast((field) =>
      "String" in field
    );
    return last !== undefined && "String" in last
      ? strong(last.String.sval)
      : undefined;
  }
  if ("A_Indirection" in node) {
    const last = (node.A_Indirection.indirection ?? []).findLast((part) =>
      "String" in part
    );
    return last !== undefined && "String" in last
      ? strong(last.String.sval)
      : figure(node.A_Indirection.arg);
  }
  if ("FuncCall" in node) {
    return strong(nameParts(node.FuncCall.funcname).at(-1));
  }
  if ("A_Expr" in node) {
    return node.A_Expr.kind === "AEXPR_NULLIF" ? strong("nullif") : undefined;
  }
  if ("TypeCast" in node) {
    const below = figure(node.TypeCast.arg);
    if (below?.strong) return below;
    const type = nameParts(node.TypeCast.typeName?.names).at(-1);
    return type === undefined ? below : { name: type, strong: false };
  }
  if ("CollateClause" in node) return figure(node.CollateClause.arg);
  if ("GroupingFunc" in node) return strong("grouping");
  if ("MergeSupportFunc" in node) return strong("merge_action");
  if ("SubLink" in node) {
    switch (node.SubLink.subLinkType) {
      case "EXISTS_SUBLINK":
        return strong("exists");
      case "ARRAY_SUBLINK":
        return strong("array");
      case "EXPR_SUBLINK":
        return subqueryName(node.SubLink.subselect);
      default:
        return undefined;
    }
  }
  if ("CaseExpr" in node) {
    const below = figure(node.CaseExpr.defresult);
    return below?.strong ? below : { name: "case", strong: false };
  }
  if ("A_ArrayExpr" in node) return strong("array");
  if ("RowExpr" in node) return strong("row");
  if ("CoalesceExpr" in node) return strong("coalesce");
  if ("MinMaxExpr" in node) {
    return strong(
      node.MinMaxExpr.op === "IS_LEAST" ? "least" : "greatest",
    );
  }
  if ("SQLValueFunction" in node) {
    return strong(sqlValues[node.SQLValueFunction.op ?? ""]);
  }
  if ("XmlSerialize" in node) return strong("xmlserialize");
  if ("JsonObjectConstructor" in node) return strong("json_object");
  if (
    "JsonArrayConstructor" in node || "JsonArrayQueryConstructor" in node
  ) return strong("json_array");
  if ("JsonObjectAgg" in node) return strong("json_objectagg");
  if ("JsonArrayAgg" in node) return strong("json_arrayagg");
  if ("JsonParseExpr" in node) return strong("json");
  if ("JsonScalarExpr" in node) return strong("json_scalar");
  if ("JsonSerializeExpr" in node) return strong("json_serialize");
  return undefined;
}

function subqueryName(node: Node | undefined): Found | undefined {
  if (node === undefined || !("SelectStmt" in node)) return undefined;
  // Of a set operation, the first SELECT names the columns.
  let select = node.SelectStmt;
  while (select.larg !== undefined) select = select.larg;
  if (select.valuesLists !== undefined) return strong("column1");
  const [target] = select.targetList ?? [];
  if (target === undefined || !("ResTarget" in target)) return undefined;
  return target.ResTarget.name !== undefined
    ? strong(target.ResTarget.name)
    : figure(target.ResTarget.val);
}
