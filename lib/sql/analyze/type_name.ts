/**
 * Resolves the names of types: `numeric(10,2)[]`, `public.mood`.
 *
 * @module
 */

import type { Node, TypeName } from "@pgsql/types";
import type { Environment } from "../environment.ts";
import type { Typed } from "../tree.ts";
import type { PgType } from "../types/type.ts";
import { errorAt, notSupportedAt, within } from "./located.ts";
import { schemaNamed, searchPath } from "./type_facts.ts";

/**
 * @param names Parts of a qualified name in the parse tree.
 * @returns Their texts.
 */
export function nameParts(names: readonly Node[] | undefined): string[] {
  return (names ?? []).map((node) =>
    "String" in node ? node.String.sval ?? "" : "*"
  );
}

/**
 * Looks a type up by name.
 *
 * @param env Where to look.
 * @param parts Name, after its schema if that was written out.
 * @returns The type, if there is one.
 * @throws {SqlError} 3F000 for an unknown schema.
 */
export function findType(
  env: Environment,
  parts: readonly string[],
): PgType | undefined {
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (schema !== undefined) {
    return env.catalog.typeNamed(schemaNamed(env, schema), name);
  }
  for (const each of searchPath(env)) {
    const found = env.catalog.typeNamed(each, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @param node Name of a type in the parse tree.
 * @param env Where to look.
 * @returns Type and modifier.
 * @throws {SqlError} 42704 when there is no such type, 42601 and others for wrong modifiers.
 */
export function resolveTypeName(node: TypeName, env: Environment): Typed {
  const parts = nameParts(node.names);
  return within(node.location, () => {
    if (node.setof) throw notSupportedAt("SETOF here", node.location);
    if (node.pct_type) throw notSupportedAt("%TYPE", node.location);
    const found = findType(env, parts);
    if (found === undefined) {
      throw errorAt(
        "42704",
        `type "${parts.join(".")}" does not exist`,
        node.location,
      );
    }
    const typmod = readTypmod(node, found);
    if ((node.arrayBounds ?? []).length === 0) {
      return { type: found.oid, typmod };
    }
    if (found.array === 0) {
      // An array of arrays is the same type.
      if (found.category === "A") return { type: found.oid, typmod };
      throw errorAt(
        "42704",
        `could not find array type for data type ${found.name}`,
        node.location,
      );
    }
    return { type: found.array, typmod };
  });
}

function readTypmod(node: TypeName, type: PgType): number {
  const modifiers = (node.typmods ?? []).map((each) => {
    if ("A_Const" in each && each.A_Const.ival !== undefined) {
      return each.A_Const.ival.ival ?? 0;
    }
    throw errorAt(
      "42601",
      "type modifiers must be simple constants or identifiers",
      node.location,
    );
  });
  if (modifiers.length === 0) return node.typemod ?? -1;
  if (type.typmodIn === undefined) {
    throw errorAt(
      "42601",
      `type modifier is not allowed for type "${type.name}"`,
      node.location,
    );
  }
  return type.typmodIn(modifiers);
}
