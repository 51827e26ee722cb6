/**
 * Writes the types of a call's arguments for functions that ask for them; `lib/sql/functions/argument_types.ts`
 * reads them.
 *
 * @module
 */

import { elementTypeOf, relationOfRowType } from "../analyze/type_facts.ts";
import type { Environment } from "../environment.ts";
import type { Expr, Query } from "../tree.ts";
import { oid } from "../types/type.ts";

/** Rows within rows, and references to references, go no deeper. */
const deepest = 20;

/**
 * @param args Arguments.
 * @param env Where to look.
 * @param variadicArray Whether the last one is an array that stands for the arguments themselves.
 * @returns Their types with commas between.
 */
export function argumentTypes(
  args: readonly Pick<Expr, "type">[],
  env: Environment,
  variadicArray = false,
): string {
  return args.map((arg, index) => {
    const text = typeText(arg as Expr, env, 0);
    return variadicArray && index === args.length - 1
      ? `VARIADIC ${text}`
      : text;
  }).join(",");
}

function typeText(expr: Expr, env: Environment, depth: number): string {
  const shape = depth > deepest ? undefined : rowShape(expr, env, depth);
  if (shape !== undefined) return `record(${shape.join(",")})`;
  if (expr.kind === "array" || expr.kind === "subQuery") {
    const item = expr.kind === "array"
      ? expr.elements[0]
      : expr.form === "array"
      ? expr.query.targets[0]?.expr
      : undefined;
    const row = item === undefined ? undefined : rowShape(item, env, depth + 1);
    if (row !== undefined) return `record(${row.join(",")})[]`;
  }
  const element = relationOfRowType(env, elementTypeOf(env, expr.type));
  return element === undefined
    ? String(expr.type)
    : `record(${columnTexts(element.columns, env, depth).join(",")})[]`;
}

/** Fields of a row with their types; nothing for what is no row, or one that nothing is known of. */
function rowShape(
  expr: Expr,
  env: Environment,
  depth: number,
): readonly string[] | undefined {
  if (expr.kind === "row") {
    return expr.fields.map((field, index) =>
      `${quoted(expr.names[index] ?? "")} ${typeText(field, env, depth + 1)}`
    );
  }
  const relation = relationOfRowType(env, expr.type);
  if (relation !== undefined) return columnTexts(relation.columns, env, depth);
  if (expr.type !== oid.record) return undefined;
  const origin = originOf(expr);
  if (origin !== undefined && depth < deepest) {
    return rowShape(origin, env, depth + 1);
  }
  return expr.kind === "call" && expr.function.columns.length > 1
    ? columnTexts(expr.function.columns, env, depth)
    : undefined;
}

function columnTexts(
  columns: readonly { readonly name: string; readonly type: number }[],
  env: Environment,
  depth: number,
): readonly string[] {
  return columns.map(({ name, type }) =>
    `${quoted(name)} ${
      typeText(
        { kind: "constant", type, typmod: -1, value: null },
        env,
        depth + 1,
      )
    }`
  );
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The expression whose value another one passes on. */
function originOf(expr: Expr): Expr | undefined {
  switch (expr.kind) {
    case "column": {
      const { source } = expr.entry;
      if (source.kind === "query") return target(source.query, expr.index);
      if (source.kind === "values") return source.rows[0]?.[expr.index];
      return source.kind === "cte" && "targets" in source.cte.query
        ? target(source.cte.query, expr.index)
        : undefined;
    }
    case "cast":
      return expr.arg;
    case "coalesce":
    case "extreme":
      return expr.args[0];
    case "case":
      return expr.whens[0]?.then;
    case "subQuery":
      return expr.form === "scalar" ? target(expr.query, 0) : undefined;
    default:
      return undefined;
  }
}

function target(query: Query, index: number): Expr | undefined {
  return query.kind === "select"
    ? query.targets[index]?.expr
    : target(query.left, index);
}
