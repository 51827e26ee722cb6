/**
 * One JSON value on its way into a column or an argument.
 *
 * Bound as the text of its type, which PostgreSQL's own input function reads: the same as
 * `json_populate_record` does, without a record around it.
 *
 * @module
 */

import type { RestColumn } from "../schema/picture.ts";
import type { Params } from "./text.ts";

/** What is known of the place that a value goes to. */
export type CellType = Pick<RestColumn, "castType" | "baseType" | "typeKind">;

/**
 * @param json Text of a JSON value.
 * @param type Where it goes.
 * @param params Takes it.
 * @returns An expression.
 */
export function cellSql(json: string, type: CellType, params: Params): string {
  const first = json[0];
  if (json === "null") return "NULL";
  if (type.baseType === "json" || type.baseType === "jsonb") {
    return params.add(json);
  }
  if (first === '"') return params.add(JSON.parse(json) as string);
  if (
    (first === "[" || first === "{") &&
    (type.typeKind === "a" || type.typeKind === "c" || type.typeKind === "d")
  ) {
    return `(SELECT _v.v FROM json_to_record(${
      params.add(`{"v":${json}}`)
    }::json) AS _v(v ${type.castType}))`;
  }
  return params.add(json);
}

/**
 * As {@linkcode cellSql}, for a value that was read already.
 *
 * @param value Value of a member of a JSON object.
 * @param type Where it goes.
 * @param params Takes it.
 * @returns An expression; nothing when it matters how the value was written.
 */
export function valueSql(
  value: unknown,
  type: CellType,
  params: Params,
): string | undefined {
  if (value === null) return "NULL";
  if (type.baseType === "json" || type.baseType === "jsonb") return undefined;
  return typeof value === "string" ? params.add(value) : undefined;
}
