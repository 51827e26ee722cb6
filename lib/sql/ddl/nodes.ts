/**
 * Small readers of parse trees.
 *
 * @module
 */

import type { DefElem, Node, TypeName } from "@pgsql/types";
import { SqlError } from "../error.ts";

/**
 * @param nodes `String` nodes.
 * @returns Their texts.
 */
export function strings(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) =>
    "String" in node ? node.String.sval ?? "" : ""
  );
}

/**
 * @param node A list, a type name or one string.
 * @returns Parts of the qualified name that it is.
 */
export function qualifiedName(node: Node | undefined): string[] {
  if (node === undefined) return [];
  if ("List" in node) return strings(node.List.items);
  if ("TypeName" in node) return strings(node.TypeName.names);
  if ("String" in node) return [node.String.sval ?? ""];
  if ("ObjectWithArgs" in node) return strings(node.ObjectWithArgs.objname);
  if ("RangeVar" in node) {
    const { schemaname, relname = "" } = node.RangeVar;
    return schemaname === undefined ? [relname] : [schemaname, relname];
  }
  return [];
}

/**
 * @param nodes Options of a statement.
 * @returns They, without their wrapping.
 */
export function defElems(nodes: readonly Node[] | undefined): DefElem[] {
  return (nodes ?? []).flatMap((node) =>
    "DefElem" in node ? [node.DefElem] : []
  );
}

/**
 * Finds an option, and that it was given once.
 *
 * @param options Options of a statement.
 * @param name Name of one.
 * @returns The option, `undefined` if it was not given.
 * @throws {SqlError} 42601 when it was given twice.
 */
export function option(
  options: readonly DefElem[],
  name: string,
): DefElem | undefined {
  const found = options.filter(({ defname }) => defname === name);
  if (found.length > 1) {
    throw new SqlError("42601", "conflicting or redundant options");
  }
  return found[0];
}

/**
 * @param elem Option.
 * @returns Its value as text; words, numbers and strings alike.
 */
export function optionText(elem: DefElem): string {
  const { arg } = elem;
  if (arg === undefined) return "";
  if ("String" in arg) return arg.String.sval ?? "";
  if ("Integer" in arg) return String(arg.Integer.ival ?? 0);
  if ("Float" in arg) return arg.Float.fval ?? "0";
  if ("Boolean" in arg) return String(arg.Boolean.boolval ?? false);
  if ("TypeName" in arg) return strings(arg.TypeName.names).join(".");
  if ("A_Const" in arg) return constantText(arg) ?? "";
  return "";
}

/**
 * @param elem Option.
 * @returns Its value as a truth value; `true` when it has none (`WITH (security_barrier)`).
 * @throws {SqlError} 42601 when it is no truth value.
 */
export function optionBoolean(elem: DefElem): boolean {
  if (elem.arg === undefined) return true;
  switch (optionText(elem).toLowerCase()) {
    case "true":
    case "on":
    case "1":
      return true;
    case "false":
    case "off":
    case "0":
      return false;
    default:
      throw new SqlError("42601", `${elem.defname} requires a Boolean value`);
  }
}

/**
 * @param elem Option.
 * @returns Its value as an integer.
 * @throws {SqlError} 42601 when it is none.
 */
export function optionInteger(elem: DefElem): bigint {
  const text = optionText(elem);
  if (!/^[+-]?\d+$/.test(text)) {
    throw new SqlError("42601", `${elem.defname} requires an integer value`);
  }
  return BigInt(text);
}

/**
 * @param node Expression.
 * @returns Text of a literal, `undefined` for anything else and for NULL.
 */
export function constantText(node: Node | undefined): string | undefined {
  if (node === undefined || !("A_Const" in node)) return undefined;
  const { isnull, sval, ival, fval, boolval } = node.A_Const;
  if (isnull) return undefined;
  if (sval !== undefined) return sval.sval ?? "";
  if (ival !== undefined) return String(ival.ival ?? 0);
  if (fval !== undefined) return fval.fval ?? "0";
  if (boolval !== undefined) return String(boolval.boolval ?? false);
  return undefined;
}

/**
 * @param parts Parts of a name.
 * @returns Name of a type in a parse tree.
 */
export function typeNameNode(parts: readonly string[]): TypeName {
  return {
    names: parts.map((sval) => ({ String: { sval } })),
    typemod: -1,
  };
}

/**
 * Goes through a parse tree, whatever its nodes.
 *
 * @param tree Node, list or field.
 * @param visit Called for each object with the name of the field or wrapping it is under; `false` stops
 *   the descent into it.
 */
export function walkTree(
  tree: unknown,
  visit: (kind: string, node: Record<string, unknown>) => boolean | void,
): void {
  if (Array.isArray(tree)) {
    for (const each of tree) walkTree(each, visit);
    return;
  }
  if (tree === null || typeof tree !== "object") return;
  for (const [key, value] of Object.entries(tree)) {
    if (value === null || typeof value !== "object") continue;
    if (
      Array.isArray(value) ||
      visit(key, value as Record<string, unknown>) !== false
    ) walkTree(value, visit);
  }
}
