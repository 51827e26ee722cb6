/**
 * Resolves comparisons of rows.
 *
 * @module
 */

import type { Expr, RowCompare } from "../tree.ts";
import { oid } from "../types/type.ts";
import { coerceToBoolean } from "./coercion.ts";
import { logic } from "./conditions.ts";
import { errorAt } from "./located.ts";
import { operatorCall } from "./operators.ts";
import type { Scope } from "./scope.ts";
import { typeLabel } from "./type_facts.ts";

/**
 * Compares two rows field by field.
 *
 * @param name Operator.
 * @param left Fields.
 * @param right Fields.
 * @param scope Where they stand.
 * @param location Byte offset of the operator.
 * @returns The comparison.
 * @throws {SqlError} 42601 for rows of unequal size, 0A000 for other operators.
 */
export function compareRows(
  name: readonly string[],
  left: readonly Expr[],
  right: readonly Expr[],
  scope: Scope,
  location: number | undefined,
): Expr {
  if (left.length !== right.length) {
    throw errorAt(
      "42601",
      "unequal number of entries in row expressions",
      location,
    );
  }
  if (left.length === 0) {
    throw errorAt("0A000", "cannot compare rows of zero length", location);
  }
  const symbol = name.at(-1) ?? "";
  const compared = left.map((field, index) =>
    operatorCall(name, [field, right[index] as Expr], scope, location)
  );
  const [first, second] = compared;
  const other = compared.find(({ type }) => type !== oid.bool);
  if (other !== undefined && second !== undefined) {
    throw errorAt(
      "42804",
      `row comparison operator must yield type boolean, not type ${
        typeLabel(scope.env, other.type)
      }`,
      location,
    );
  }
  if (second === undefined && first !== undefined) {
    return coerceToBoolean(first, "row comparison operator", scope);
  }
  switch (symbol) {
    case "=":
      return logic("and", compared);
    case "<>":
    case "!=":
      return logic("or", compared);
    case "<":
    case "<=":
    case ">":
    case ">=": {
      return {
        kind: "rowCompare",
        operator: symbol as RowCompare["operator"],
        left: compared.map(({ args }) => args[0] as Expr),
        right: compared.map(({ args }) => args[1] as Expr),
        type: oid.bool,
        typmod: -1,
      };
    }
    default:
      throw errorAt(
        "0A000",
        `could not determine interpretation of row comparison operator ${symbol}`,
        location,
        {
          hint:
            "Row comparison operators must be associated with btree operator families.",
        },
      );
  }
}
