/**
 * `DEFAULT(column)` (MySQL manual, 14.23).
 *
 * @module
 */

import { emptyScope } from "../../analyze/new_scope.ts";
import { fitColumn } from "../../analyze/new_row.ts";
import { inOtherText } from "../../analyze/located.ts";
import { nullConstant } from "../../analyze/literals.ts";
import { lookUpRelation } from "../../analyze/relation_name.ts";
import { resolver } from "../../analyze/resolver.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Column } from "../../catalog/catalog.ts";
import { domainDefault } from "../../catalog/domain_default.ts";
import { SqlError } from "../../error.ts";
import type { Expr } from "../../tree.ts";
import { columnBehind } from "../list_type.ts";

/** The default of a column that is given, or of one named by schema, table and name: where a row is made. */
export function defaultOf(
  args: readonly Expr[],
  scope: Scope,
): Expr | undefined {
  const [first] = args;
  if (first !== undefined && args.length === 1) {
    const column = columnBehind(first);
    if (column !== undefined) return valueOf(column, scope);
    throw new SqlError("42601", "DEFAULT() needs a column of a table");
  }
  if (args.length !== 3) return undefined;
  const [schemaname = "", relname = "", name = ""] = args.map((arg) =>
    arg.kind === "constant" ? String(arg.value) : ""
  );
  const relation = lookUpRelation({
    relname,
    ...(schemaname === "" ? {} : { schemaname }),
  }, scope.env);
  const column = relation?.columns.find((each) =>
    each.number > 0 && each.name.toLowerCase() === name.toLowerCase()
  );
  if (column === undefined) {
    throw new SqlError("42703", `column "${name}" does not exist`);
  }
  return valueOf(column, scope);
}

function valueOf(column: Column, scope: Scope): Expr {
  const { name, type, notNull, identity, generated } = column;
  const value = generated === "" && identity === ""
    ? column.default ?? domainDefault(scope.env.catalog, type)
    : undefined;
  const counts = identity !== "" || value?.text.startsWith("nextval(") === true;
  if (counts) {
    return fitColumn(
      { kind: "constant", type, typmod: -1, value: 0 },
      column,
      scope,
    );
  }
  if (value === undefined) {
    if (!notNull) return nullConstant(type);
    throw new SqlError(
      "23502",
      `Field '${name}' doesn't have a default value`,
      { column: name, hint: "no default" },
    );
  }
  // It is read in the dialect of whoever wrote it.
  const env = column.mysql === undefined
    ? { ...scope.env, dialect: "postgresql" as const }
    : scope.env;
  const inner = emptyScope(env, scope.statement);
  return inOtherText(scope.statement, () =>
    fitColumn(
      resolver.expression(value.node, inner, "default"),
      column,
      inner,
    ));
}
