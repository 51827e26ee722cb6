/**
 * Resolves `a IN (…)`, `a = ANY (array)` and `a = ALL (array)`.
 *
 * @module
 */

import type { A_Expr, Node } from "@pgsql/types";
import type { Expr } from "../tree.ts";
import { type ArrayItem, printArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { fitArguments } from "./call.ts";
import { coerceToBoolean, tryCoerce } from "./coercion.ts";
import { coerceToCommon, findCommonType } from "./common_type.ts";
import { logic } from "./conditions.ts";
import { errorAt, within } from "./located.ts";
import { findOperator, maybeOperator, operatorCall } from "./operators.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";
import { arrayTypeOf, elementTypeOf, typeLabel } from "./type_facts.ts";

/**
 * @param node A `List` of the parse tree.
 * @returns Its members.
 */
export function listItems(node: Node | undefined): readonly Node[] {
  return node !== undefined && "List" in node ? node.List.items ?? [] : [];
}

/**
 * Resolves `a IN (…)`.
 *
 * @param node Expression in the parse tree.
 * @param name Operator: `=`, or `<>` for NOT IN.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The expression.
 */
export function resolveInList(
  node: A_Expr,
  name: readonly string[],
  scope: Scope,
  place: Place,
): Expr {
  const not = name.at(-1) === "<>";
  const { location } = node;
  const lexpr = node.lexpr as Node;
  const members = listItems(node.rexpr);
  if ("RowExpr" in lexpr) {
    const each = members.map((member) =>
      resolver.expression(
        { A_Expr: { ...node, kind: "AEXPR_OP", rexpr: member } },
        scope,
        place,
      )
    );
    return logic(not ? "and" : "or", each);
  }
  const arg = resolver.expression(lexpr, scope, place);
  const list = members.map((member) =>
    resolver.expression(member, scope, place)
  );
  const type = findCommonType([arg, ...list], scope);
  if (
    typeof type === "number" && type !== oid.record &&
    scope.env.catalog.type(type)?.kind !== "c"
  ) {
    const fitted = list.map((each) => coerceToCommon(each, type, "IN", scope));
    const sample: Expr = { kind: "constant", type, typmod: -1, value: null };
    const entry = maybeOperator("=", [arg, sample], scope);
    if (entry !== undefined && entry.returns === oid.bool) {
      const ways = fitted.map((each) =>
        within(
          location,
          () =>
            fitArguments(entry.args, entry.returns, [arg, each], scope).args,
        )
      );
      const [first] = ways;
      if (
        first !== undefined && first[0]?.type === first[1]?.type
      ) {
        const packed = packList(ways.map((way) => way[1] as Expr), scope);
        if (packed !== undefined) {
          return {
            kind: "arrayCompare",
            function: not
              ? findOperator(["<>"], first, scope, location)
              : entry,
            all: not,
            left: first[0] as Expr,
            right: packed,
            type: oid.bool,
            typmod: -1,
          };
        }
        return {
          kind: "in",
          arg: first[0] as Expr,
          list: ways.map((way) => way[1] as Expr),
          not,
          type: oid.bool,
          typmod: -1,
        };
      }
    }
  }
  return logic(
    not ? "and" : "or",
    list.map((each) =>
      coerceToBoolean(
        operatorCall(name, [arg, each], scope, location),
        not ? "NOT IN" : "IN",
        scope,
      )
    ),
  );
}

/** More values than this are bound as one array, which SQLite compiles and searches faster. */
const longList = 1000;

/**
 * @param list Values of one type.
 * @param scope Where they stand.
 * @returns They as one array, if they are many and all known.
 */
export function packList(
  list: readonly Expr[],
  scope: Scope,
): Expr | undefined {
  if (list.length <= longList) return undefined;
  const type = list[0]?.type ?? oid.unknown;
  const array = arrayTypeOf(scope.env, type);
  const items: ArrayItem[] = [];
  for (const each of list) {
    if (each.kind !== "constant" || each.type !== type) return undefined;
    items.push(each.value);
  }
  if (array === 0) return undefined;
  scope.statement.exactText = true;
  return {
    kind: "constant",
    type: array,
    typmod: -1,
    value: printArray(items, type),
  };
}

/**
 * Resolves `a = ANY (array)` and `a = ALL (array)`.
 *
 * @param name Operator.
 * @param operands Left side, and the array.
 * @param all Whether every element counts.
 * @param scope Where they stand.
 * @param location Byte offset of the operator.
 * @returns The expression.
 * @throws {SqlError} 42809 when there is no array, 42883.
 */
export function arrayCompare(
  name: readonly string[],
  [left, right]: readonly [Expr, Expr],
  all: boolean,
  scope: Scope,
  location: number | undefined,
): Expr {
  const { env } = scope;
  const element = right.type === oid.unknown
    ? oid.unknown
    : elementTypeOf(env, right.type);
  if (element === 0) {
    throw errorAt(
      "42809",
      "op ANY/ALL (array) requires array on right side",
      location,
    );
  }
  const stand: Expr = {
    kind: "constant",
    type: element,
    typmod: -1,
    value: null,
  };
  const entry = findOperator(name, [left, stand], scope, location);
  return within(location, () => {
    const fitted = fitArguments(
      entry.args,
      entry.returns,
      [left, stand],
      scope,
    );
    if (fitted.returns !== oid.bool) {
      throw errorAt(
        "42809",
        "op ANY/ALL (array) requires operator to yield boolean",
        location,
      );
    }
    const wanted = fitted.args[1]?.type ?? oid.unknown;
    const array = arrayTypeOf(env, wanted);
    const made = array === 0
      ? undefined
      : tryCoerce(right, array, -1, "implicit", scope);
    if (made === undefined) {
      throw errorAt(
        "42704",
        `could not find array type for data type ${typeLabel(env, wanted)}`,
        location,
      );
    }
    return {
      kind: "arrayCompare",
      function: entry,
      all,
      left: fitted.args[0] as Expr,
      right: made,
      type: oid.bool,
      typmod: -1,
    };
  });
}
