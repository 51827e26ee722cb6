/**
 * Resolves arrays, rows and what is taken out of them.
 *
 * @module
 */

import type {
  A_ArrayExpr,
  A_Indices,
  A_Indirection,
  Node,
  RowExpr,
} from "@pgsql/types";
import { builtins } from "../functions/builtins.ts";
import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { coerce, tryCoerce } from "./coercion.ts";
import { coerceAll } from "./common_type.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { leftmost, locate, locationOf } from "./locations.ts";
import { operatorCall } from "./operators.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";
import {
  arrayTypeOf,
  baseTypeOf,
  elementTypeOf,
  relationOfRowType,
  typeLabel,
} from "./type_facts.ts";

/**
 * Resolves ARRAY[…].
 *
 * @param node Constructor in the parse tree.
 * @param scope Where it stands.
 * @param place The same.
 * @param target Type of array that it is cast to at once, which gives an empty one its type.
 * @returns The array.
 * @throws {SqlError} 42P18 for an empty one of unknown type.
 */
export function resolveArray(
  node: A_ArrayExpr,
  scope: Scope,
  place: Place,
  target?: number,
): Expr {
  const { env } = scope;
  const elements = (node.elements ?? []).map((element) =>
    "A_ArrayExpr" in element
      ? resolveArray(element.A_ArrayExpr, scope, place, target)
      : resolver.expression(element, scope, place)
  );
  if (elements.length === 0) {
    if (target === undefined) {
      throw errorAt(
        "42P18",
        "cannot determine type of empty array",
        node.location,
        {
          hint:
            "Explicitly cast to the desired type, for example ARRAY[]::integer[].",
        },
      );
    }
    return { kind: "array", elements, type: target, typmod: -1 };
  }
  if (target !== undefined) {
    const element = elementTypeOf(env, target);
    return {
      kind: "array",
      elements: elements.map((each) =>
        each.type === target
          ? each
          : coerce(each, element, -1, "explicit", scope)
      ),
      type: target,
      typmod: -1,
    };
  }
  const { exprs, type } = coerceAll(elements, "ARRAY", scope);
  const array = elementTypeOf(env, type) !== 0 ? type : arrayTypeOf(env, type);
  if (array === 0) {
    throw errorAt(
      "42704",
      `could not find array type for data type ${typeLabel(env, type)}`,
      node.location,
    );
  }
  return { kind: "array", elements: exprs, type: array, typmod: -1 };
}

/**
 * Resolves ROW(…).
 *
 * @param node Constructor in the parse tree.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The row.
 */
export function resolveRow(
  node: RowExpr,
  scope: Scope,
  place: Place,
): Expr {
  const fields = (node.args ?? []).flatMap((arg) => {
    const value = resolver.expression(arg, scope, place);
    const spread = "ColumnRef" in arg &&
      arg.ColumnRef.fields?.at(-1) !== undefined &&
      "A_Star" in (arg.ColumnRef.fields.at(-1) as object);
    return spread && value.kind === "row" ? value.fields : [value];
  });
  return {
    kind: "row",
    fields,
    names: fields.map((_, index) => `f${index + 1}`),
    type: oid.record,
    typmod: -1,
  };
}

/**
 * Resolves `a[i]`, `a[i:j]`, `(row).field` and chains of them.
 *
 * @param node Expression in the parse tree.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The expression.
 */
export function resolveIndirection(
  node: A_Indirection,
  scope: Scope,
  place: Place,
): Expr {
  let value = resolver.expression(node.arg as Node, scope, place);
  let indexes: A_Indices[] = [];
  const flush = () => {
    if (indexes.length > 0) value = subscript(value, indexes, scope, place);
    indexes = [];
  };
  for (const step of node.indirection ?? []) {
    if ("A_Indices" in step) {
      indexes.push(step.A_Indices);
      continue;
    }
    flush();
    if ("A_Star" in step) {
      throw errorAt(
        "0A000",
        'row expansion via "*" is not supported here',
        locationOf(value),
      );
    }
    if (!("String" in step)) throw notSupportedAt("indirection");
    value = field(value, step.String.sval ?? "", scope);
  }
  flush();
  return value;
}

/** `name[i]`: the letter there, counted from 0. Tools that read the catalogs ask for the first. */
function letterOf(
  name: Expr,
  indexes: readonly A_Indices[],
  scope: Scope,
  place: Place,
): Expr {
  const [only, second] = indexes;
  const substr = builtins().functionsNamed("substr").find(({ args }) =>
    args.length === 3 && args[0] === oid.text
  );
  if (
    only?.uidx === undefined || only.is_slice || second !== undefined ||
    substr === undefined
  ) throw notSupportedAt("slice of a name", locationOf(name));
  const one: Expr = { kind: "constant", type: oid.int4, typmod: -1, value: 1 };
  const index = coerce(
    resolver.expression(only.uidx, scope, place),
    oid.int4,
    -1,
    "assignment",
    scope,
  );
  const letter: Expr = {
    kind: "call",
    function: substr,
    args: [
      coerce(name, oid.text, -1, "explicit", scope),
      operatorCall(["+"], [index, one], scope),
      one,
    ],
    type: oid.text,
    typmod: -1,
  };
  return coerce(letter, oid.char, -1, "explicit", scope);
}

function subscript(
  array: Expr,
  indexes: readonly A_Indices[],
  scope: Scope,
  place: Place,
): Expr {
  const { env } = scope;
  const base = baseTypeOf(env, array.type);
  if (base.type === oid.jsonb) {
    return jsonSubscript(array, indexes, scope, place);
  }
  if (base.type === oid.name) return letterOf(array, indexes, scope, place);
  const element = elementTypeOf(env, base.type);
  if (element === 0) {
    throw errorAt(
      "42804",
      `cannot subscript type ${
        typeLabel(env, array.type)
      } because it does not support subscripting`,
      locationOf(array),
    );
  }
  const bound = (node: Node | undefined): Expr | undefined => {
    if (node === undefined) return undefined;
    const value = resolver.expression(node, scope, place);
    const fitted = tryCoerce(value, oid.int4, -1, "assignment", scope);
    if (fitted !== undefined) return fitted;
    throw errorAt(
      "42804",
      "array subscript must have type integer",
      locationOf(value),
    );
  };
  const slice = indexes.some((each) => each.is_slice);
  const made: Expr = {
    kind: "subscript",
    array,
    indexes: indexes.map((each) => {
      const lower = bound(each.lidx);
      const upper = bound(each.uidx);
      return {
        ...(lower === undefined ? {} : { lower }),
        ...(upper === undefined ? {} : { upper }),
        slice: each.is_slice ?? false,
      };
    }),
    type: slice ? base.type : element,
    typmod: array.typmod,
  };
  return locate(made, locationOf(array));
}

/** `j['a'][0]` is `j -> 'a' -> 0`. */
function jsonSubscript(
  value: Expr,
  indexes: readonly A_Indices[],
  scope: Scope,
  place: Place,
): Expr {
  return indexes.reduce((json: Expr, each) => {
    if (each.is_slice) {
      throw errorAt(
        "42804",
        "jsonb subscript does not support slices",
        locationOf(value),
      );
    }
    const key = resolver.expression(each.uidx as Node, scope, place);
    const fitted = tryCoerce(
      key,
      key.type === oid.int4 ? oid.int4 : oid.text,
      -1,
      "implicit",
      scope,
    ) ?? tryCoerce(key, oid.int4, -1, "implicit", scope);
    if (fitted === undefined) {
      throw errorAt(
        "42804",
        `subscript type ${typeLabel(scope.env, key.type)} is not supported`,
        locationOf(key),
        {
          hint: "jsonb subscript must be coercible to either integer or text.",
        },
      );
    }
    return operatorCall(["->"], [json, fitted], scope);
  }, value);
}

/**
 * @param value A row.
 * @param name Name of a field.
 * @param scope Where it stands.
 * @returns The field.
 * @throws {SqlError} 42703, 42809.
 */
export function field(value: Expr, name: string, scope: Scope): Expr {
  const { env } = scope;
  const location = leftmost(locationOf(value));
  if (value.kind === "row") {
    const found = value.fields[value.names.indexOf(name)];
    if (found !== undefined) return found;
    const [first] = value.fields;
    if (first?.kind === "column" && value.type !== oid.record) {
      throw errorAt(
        "42703",
        `column ${first.entry.alias}.${name} does not exist`,
        location,
      );
    }
  }
  const type = baseTypeOf(env, value.type).type;
  const relation = relationOfRowType(env, type);
  if (relation !== undefined) {
    const index = relation.columns.findIndex((column) => column.name === name);
    const column = relation.columns[index];
    if (column !== undefined) {
      return {
        kind: "field",
        arg: value,
        index,
        type: column.type,
        typmod: column.typmod,
      };
    }
    throw errorAt(
      "42703",
      `column "${name}" not found in data type ${typeLabel(env, type)}`,
      location,
    );
  }
  if (type !== oid.record) {
    throw errorAt(
      "42809",
      `column notation .${name} applied to type ${
        typeLabel(env, value.type)
      }, which is not a composite type`,
      location,
    );
  }
  const fields = fieldsOfRecord(value);
  const index = fields.findIndex((each) => each.name === name);
  const found = fields[index];
  if (found !== undefined) {
    const { type, typmod } = found;
    return { kind: "field", arg: value, index, type, typmod };
  }
  throw errorAt(
    "42703",
    `could not identify column "${name}" in record data type`,
    location,
  );
}

/** What is known of a record's fields from where it was made. */
function fieldsOfRecord(
  value: Expr,
): readonly { name: string; type: number; typmod: number }[] {
  switch (value.kind) {
    case "call":
      return value.function.columns.map(({ name, type }) => ({
        name,
        type,
        typmod: -1,
      }));
    case "row":
      return value.fields.map(({ type, typmod }, index) => ({
        name: value.names[index] ?? "",
        type,
        typmod,
      }));
    case "column": {
      const { source } = value.entry;
      const query = source.kind === "query"
        ? source.query
        : source.kind === "cte"
        ? source.cte.query
        : undefined;
      const made = query !== undefined && "targets" in query
        ? query.targets[value.index]?.expr
        : undefined;
      return made === undefined ? [] : fieldsOfRecord(made);
    }
    default:
      return [];
  }
}
