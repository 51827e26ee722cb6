/**
 * What MySQL does to the rows of INSERT: AUTO_INCREMENT columns, and columns that lack a value.
 *
 * @module
 */

import { fitColumn, ownedSequence } from "../../analyze/new_row.ts";
import type { ModifyTarget } from "../../analyze/modify_target.ts";
import { nullConstant } from "../../analyze/literals.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Column } from "../../catalog/catalog.ts";
import { domainDefault } from "../../catalog/domain_default.ts";
import { SqlError } from "../../error.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { invoke } from "./convert.ts";
import { assign } from "./assign.ts";
import { fitGiven, fitMissing } from "./fit.ts";

/** Whether a column counts by itself. */
const counts = (column: Column) =>
  column.identity !== "" ||
  column.default?.text.startsWith("nextval(") === true;

function next(
  target: ModifyTarget,
  column: Column,
  value: Expr,
  scope: Scope,
): Expr | undefined {
  const sequence = ownedSequence(target.relation, column, scope.env);
  if (sequence === undefined) return undefined;
  scope.statement.writes = true;
  const number = invoke("auto_increment", [
    value,
    { kind: "constant", type: oid.regclass, typmod: -1, value: sequence },
  ], scope);
  return fitColumn(number, { ...column, typmod: -1 }, scope);
}

/**
 * @param target Target.
 * @param column Column that a value was given for.
 * @param given The value.
 * @param scope Where.
 * @returns The value of an AUTO_INCREMENT column; nothing for another one, or another dialect.
 */
export function mysqlNumber(
  target: ModifyTarget,
  column: Column,
  given: Expr,
  scope: Scope,
): Expr | undefined {
  if (scope.env.dialect !== "mysql" || !counts(column)) return undefined;
  const number = scope.statement.leniency === undefined
    ? given
    : fitGiven(given, column, scope, { list: "values" });
  return next(target, column, assign(number, oid.int8, -1, scope), scope);
}

/**
 * @param target Target.
 * @param index Which column of the table lacks a value.
 * @param scope Where.
 * @returns Its value; nothing when that is its default.
 * @throws {SqlError} 23502 when it must have a value and has no default.
 */
export function mysqlDefault(
  target: ModifyTarget,
  index: number,
  scope: Scope,
): Expr | undefined {
  if (scope.env.dialect !== "mysql") return undefined;
  const column = target.relation.columns[index];
  if (column === undefined || column.number <= 0) return undefined;
  if (counts(column)) {
    return next(target, column, nullConstant(oid.int8), scope);
  }
  const lacks = column.notNull && column.generated === "" &&
    (target.defaults.get(index)?.default ??
        domainDefault(scope.env.catalog, column.type)) === undefined;
  if (!lacks) return undefined;
  const implicit = fitMissing(target, column, scope);
  if (implicit !== undefined) return implicit;
  throw new SqlError(
    "23502",
    `Field '${column.name}' doesn't have a default value`,
    {
      column: column.name,
      hint: "no default",
    },
  );
}
