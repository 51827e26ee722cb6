/**
 * Resolves assignment to elements: `SET a[2] = 9`, `SET a[1:2] = '{7,8}'`, `SET j['x'] = '1'`.
 *
 * @module
 */

import type { A_Indices, Node } from "@pgsql/types";
import type { Column } from "../catalog/catalog.ts";
import { arrayAssignment, jsonbAssignment } from "../functions/helpers.ts";
import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { tryCoerce } from "./coercion.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { baseTypeOf, elementTypeOf, typeLabel } from "./type_facts.ts";

/** An assignment to a part of a column. */
export interface ElementAssignment {
  readonly column: Column;
  /** What the column holds before. */
  readonly before: Expr;
  /** Subscripts in the parse tree. */
  readonly path: readonly Node[];
  readonly value: Expr;
  readonly location?: number | undefined;
}

/**
 * @param assignment What is assigned where.
 * @param scope Where it stands.
 * @returns The whole new value of the column.
 * @throws {SqlError} 42804; 0A000 for fields of composite types.
 */
export function assignElement(
  assignment: ElementAssignment,
  scope: Scope,
): Expr {
  const { column, before, path, value, location } = assignment;
  const { env } = scope;
  const indexes = path.map((step): A_Indices => {
    if ("A_Indices" in step) return step.A_Indices;
    throw notSupportedAt("assignment to a field of a column", location);
  });
  const base = baseTypeOf(env, column.type);
  if (base.type !== column.type) {
    throw notSupportedAt("assignment to a part of a domain", location);
  }
  const json = base.type === oid.jsonb;
  const element = elementTypeOf(env, base.type);
  if (!json && element === 0) {
    throw errorAt(
      "42804",
      `cannot subscript type ${
        typeLabel(env, column.type)
      } because it does not support subscripting`,
      location,
    );
  }
  const slice = indexes.some((each) => each.is_slice);
  const wanted = json || slice ? base.type : element;
  const fitted = tryCoerce(value, wanted, column.typmod, "assignment", scope);
  if (fitted === undefined) {
    throw errorAt(
      "42804",
      `subscripted assignment to "${column.name}" requires type ${
        typeLabel(env, wanted)
      } but expression is of type ${typeLabel(env, value.type)}`,
      locationOf(value),
      { hint: "You will need to rewrite or cast the expression." },
    );
  }
  return {
    kind: "call",
    function: json ? jsonbAssignment : arrayAssignment,
    args: json
      ? [before, fitted, ...keys(indexes, scope)]
      : [number(element), before, fitted, ...bounds(indexes, slice, scope)],
    type: column.type,
    typmod: column.typmod,
  };
}

function number(value: number): Expr {
  return { kind: "constant", type: oid.int4, typmod: -1, value };
}

/** Five arguments for each subscript, as `pg_array_assign` reads them. */
function bounds(
  indexes: readonly A_Indices[],
  slice: boolean,
  scope: Scope,
): Expr[] {
  const bound = (node: Node | undefined): Expr[] => {
    if (node === undefined) return [number(0), number(0)];
    const value = resolver.expression(node, scope, "update");
    const fitted = tryCoerce(value, oid.int4, -1, "assignment", scope);
    if (fitted !== undefined) return [number(1), fitted];
    throw errorAt(
      "42804",
      "array subscript must have type integer",
      locationOf(value),
    );
  };
  return indexes.flatMap((each) => [
    number(slice ? 1 : 0),
    ...bound(each.lidx),
    ...bound(each.uidx),
  ]);
}

/** Whether the first key is a number, and the keys as texts. */
function keys(indexes: readonly A_Indices[], scope: Scope): Expr[] {
  let list = 0;
  const texts = indexes.map((each, index) => {
    if (each.is_slice || each.uidx === undefined) {
      throw errorAt("42804", "jsonb subscript does not support slices");
    }
    const key = resolver.expression(each.uidx, scope, "update");
    const whole = key.type === oid.unknown
      ? undefined
      : tryCoerce(key, oid.int4, -1, "implicit", scope);
    if (index === 0 && whole !== undefined) list = 1;
    const fitted = whole === undefined
      ? tryCoerce(key, oid.text, -1, "implicit", scope)
      : tryCoerce(whole, oid.text, -1, "explicit", scope);
    if (fitted !== undefined) return fitted;
    throw errorAt(
      "42804",
      `subscript type ${typeLabel(scope.env, key.type)} is not supported`,
      locationOf(key),
      { hint: "jsonb subscript must be coercible to either integer or text." },
    );
  });
  return [number(list), ...texts];
}
