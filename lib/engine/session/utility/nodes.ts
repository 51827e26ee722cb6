/**
 * Small readers of parse trees.
 *
 * @module
 */

import type { DefElem, Node } from "@pgsql/types";
import { SqlError } from "../../../sql/error.ts";
import { readBoolean } from "../setting_values.ts";

/**
 * @param node A constant or name.
 * @returns Its text; `undefined` for anything else.
 */
export function constantText(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if ("A_Const" in node) {
    const { ival, fval, sval, boolval } = node.A_Const;
    if (ival !== undefined) return String(ival.ival ?? 0);
    if (fval !== undefined) return fval.fval ?? "0";
    if (sval !== undefined) return sval.sval ?? "";
    if (boolval !== undefined) return boolval.boolval ? "on" : "off";
    return undefined;
  }
  if ("String" in node) return node.String.sval ?? "";
  if ("Integer" in node) return String(node.Integer.ival ?? 0);
  if ("Float" in node) return node.Float.fval ?? "0";
  if ("Boolean" in node) return node.Boolean.boolval ? "on" : "off";
  if ("TypeName" in node) {
    const last = node.TypeName.names?.at(-1);
    return constantText(last);
  }
  return undefined;
}

/**
 * @param options Options of a statement.
 * @returns Their elements.
 */
export function elements(options: readonly Node[] | undefined): DefElem[] {
  return (options ?? []).flatMap((node) =>
    "DefElem" in node ? [node.DefElem] : []
  );
}

/**
 * @param element An option that is on unless it says otherwise.
 * @returns Whether it is on.
 */
export function isOn({ defname = "", arg }: DefElem): boolean {
  if (arg === undefined) return true;
  const value = readBoolean(constantText(arg) ?? "");
  if (value === undefined) {
    throw new SqlError("42601", `${defname} requires a Boolean value`);
  }
  return value;
}

/** @returns Names in a list of strings. */
export function names(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => constantText(node) ?? []);
}

/** @returns Error of a statement that needs BEGIN before it. */
export function onlyInBlock(statement: string): SqlError {
  return new SqlError(
    "25P01",
    `${statement} can only be used in transaction blocks`,
  );
}

/** @returns Error of a statement that BEGIN may not come before. */
export function notInBlock(statement: string): SqlError {
  return new SqlError(
    "25001",
    `${statement} cannot run inside a transaction block`,
  );
}
