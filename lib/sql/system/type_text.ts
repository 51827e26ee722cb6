/**
 * Names of types for functions: `format_type`, `regtype`.
 *
 * @module
 */

import { typeLabel } from "../analyze/type_facts.ts";
import { resolveTypeName } from "../analyze/type_name.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { formatType } from "../ddl/format_type.ts";
import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { parse } from "../parse.ts";
import { pathOf } from "./names.ts";
import { catalogOf } from "./system_table.ts";

/**
 * @param context Session.
 * @returns What names of types are resolved in.
 */
export function environmentOf(context: EvalContext): Environment {
  return {
    catalog: catalogOf(context),
    searchPath: pathOf(context),
    role: fixedOid.postgres,
    rowSecurity: true,
    params: [],
    eval: context,
  };
}

/**
 * @param context Session.
 * @param type Oid.
 * @returns Its name as `regtype` writes it; the number if there is no such type.
 */
export function typeText(context: EvalContext, type: number): string {
  return catalogOf(context).type(type) === undefined
    ? String(type)
    : typeLabel(environmentOf(context), type);
}

/**
 * @param context Session.
 * @param type Oid.
 * @param typmod Modifier; `null` for a name without one.
 * @returns What `format_type` gives.
 */
export function formatTypeText(
  context: EvalContext,
  type: number,
  typmod: number | null,
): string {
  if (type === 0) return "-";
  if (catalogOf(context).type(type) === undefined) return "???";
  return typmod === null
    ? typeLabel(environmentOf(context), type)
    : formatType(environmentOf(context), type, typmod);
}

/**
 * @param context Session.
 * @param text For example `timestamp with time zone`, `public.mood[]`.
 * @returns Oid of the type.
 * @throws {SqlError} 42704, 42601.
 */
export function readTypeName(context: EvalContext, text: string): number {
  const wrong = () =>
    new SqlError("42601", `syntax error at or near "${text.trim()}"`);
  const [only, second] = parse(`SELECT NULL::${text}`);
  if (only === undefined || second !== undefined) throw wrong();
  const { node } = only;
  // The text must have been a name of a type and nothing more.
  const target = "SelectStmt" in node ? node.SelectStmt.targetList?.[0] : null;
  const value = target !== null && target !== undefined &&
      "ResTarget" in target && target.ResTarget.name === undefined
    ? target.ResTarget.val
    : undefined;
  if (
    value === undefined || !("TypeCast" in value) ||
    value.TypeCast.typeName === undefined ||
    Object.keys("SelectStmt" in node ? node.SelectStmt : {}).some((key) =>
      !["targetList", "limitOption", "op"].includes(key)
    )
  ) throw wrong();
  return resolveTypeName(value.TypeCast.typeName, environmentOf(context)).type;
}
