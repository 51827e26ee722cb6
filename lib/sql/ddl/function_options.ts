/**
 * Options of CREATE and ALTER FUNCTION.
 *
 * @module
 */

import type { DefElem, VariableSetStmt } from "@pgsql/types";
import type { UserFunction } from "../catalog/catalog.ts";
import { isSuperuser } from "../catalog/privileges.ts";
import { SqlError } from "../error.ts";
import { constantText, optionBoolean, optionText, strings } from "./nodes.ts";
import type { Work } from "./work.ts";

/** Properties that options give. */
export type FunctionProperties = Pick<
  UserFunction,
  | "volatility"
  | "strict"
  | "securityDefiner"
  | "leakproof"
  | "rows"
  | "settings"
>;

/** What a function has when nothing is said. */
export const plainFunction: FunctionProperties = {
  volatility: "v",
  strict: false,
  securityDefiner: false,
  leakproof: false,
  settings: {},
};

/**
 * @param work Statement.
 * @param options Options.
 * @param before Properties so far.
 * @returns The properties.
 * @throws {SqlError} 42601 for an option given twice, 42501 for LEAKPROOF.
 */
export function readFunctionOptions(
  work: Work,
  options: readonly DefElem[],
  before: FunctionProperties = plainFunction,
): FunctionProperties {
  let after = before;
  const seen = new Set<string>();
  for (const each of options) {
    const name = each.defname ?? "";
    if (name !== "set" && seen.has(name)) {
      throw new SqlError("42601", "conflicting or redundant options");
    }
    seen.add(name);
    switch (name) {
      case "volatility":
        after = { ...after, volatility: volatility(optionText(each)) };
        break;
      case "strict":
        after = { ...after, strict: optionBoolean(each) };
        break;
      case "security":
        after = { ...after, securityDefiner: optionBoolean(each) };
        break;
      case "leakproof": {
        const leakproof = optionBoolean(each);
        if (leakproof && !isSuperuser(work.catalog, work.role)) {
          throw new SqlError(
            "42501",
            "only superuser can define a leakproof function",
          );
        }
        after = { ...after, leakproof };
        break;
      }
      case "rows":
        after = { ...after, rows: Number(optionText(each)) };
        break;
      case "set":
        after = { ...after, settings: changeSettings(after.settings, each) };
        break;
    }
  }
  return after;
}

function volatility(word: string): UserFunction["volatility"] {
  switch (word) {
    case "immutable":
      return "i";
    case "stable":
      return "s";
    default:
      return "v";
  }
}

function changeSettings(
  settings: UserFunction["settings"],
  { arg }: DefElem,
): UserFunction["settings"] {
  if (arg === undefined || !("VariableSetStmt" in arg)) return settings;
  const { kind, name = "" } = arg.VariableSetStmt;
  if (kind === "VAR_RESET_ALL") return {};
  const { [name]: _, ...rest } = settings;
  if (kind !== "VAR_SET_VALUE") return rest;
  return { ...rest, [name]: settingText(arg.VariableSetStmt) };
}

/**
 * @param statement SET.
 * @returns The value as it is kept.
 */
export function settingText({ args = [] }: VariableSetStmt): string {
  return args.map((node) => {
    const text = constantText(node);
    if (text !== undefined) return text;
    return "TypeCast" in node ? constantText(node.TypeCast.arg) ?? "" : "";
  }).join(", ");
}

/**
 * @param options Options.
 * @returns Texts of `AS '…'`.
 */
export function bodyTexts(options: readonly DefElem[]): string[] {
  const as = options.find(({ defname }) => defname === "as");
  const { arg } = as ?? {};
  if (arg === undefined) return [];
  return "List" in arg ? strings(arg.List.items) : [optionText(as ?? {})];
}
