/**
 * What may be wrong with a call, in PostgreSQL's words.
 *
 * @module
 */

import type { FuncCall } from "@pgsql/types";
import type { SqlError } from "../error.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import type { Expr } from "../tree.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import type { Scope } from "./scope.ts";
import { typeLabel } from "./type_facts.ts";

/**
 * Refuses what only aggregates and windows may have.
 *
 * @param node Call in the parse tree.
 * @param parts Name of the function.
 * @param entry What was found.
 * @throws {SqlError} 42809.
 */
export function checkShape(
  node: FuncCall,
  parts: readonly string[],
  entry: FunctionEntry,
): void {
  const name = parts.join(".");
  const { location } = node;
  const wrong = (what: string, rest: string) =>
    errorAt("42809", `${what} specified, but ${name} is not ${rest}`, location);
  if (entry.kind === "aggregate") {
    if (node.agg_within_group && entry.args.length === 0) {
      throw wrong("WITHIN GROUP", "an ordered-set aggregate");
    }
    if (
      entry.args.length === 0 && !node.agg_star && !node.agg_within_group
    ) {
      throw errorAt(
        "42809",
        `${name}(*) must be used to call a parameterless aggregate function`,
        location,
      );
    }
    return;
  }
  if (node.agg_star) throw wrongStar(name, location);
  if (node.agg_distinct) throw wrong("DISTINCT", "an aggregate function");
  if (node.agg_within_group) {
    throw wrong("WITHIN GROUP", "an aggregate function");
  }
  if (node.agg_order !== undefined) {
    throw wrong("ORDER BY", "an aggregate function");
  }
  if (entry.kind === "window") {
    if (node.over === undefined) {
      throw errorAt(
        "42809",
        `window function ${name} requires an OVER clause`,
        location,
      );
    }
    if (node.agg_filter !== undefined) {
      throw notSupportedAt(
        "FILTER for non-aggregate window functions",
        location,
      );
    }
    return;
  }
  if (node.agg_filter !== undefined) {
    throw wrong("FILTER", "an aggregate function");
  }
  if (node.over !== undefined) {
    throw wrong("OVER", "a window function nor an aggregate function");
  }
}

function wrongStar(name: string, location: number | undefined): SqlError {
  return errorAt(
    "42809",
    `${name}(*) specified, but ${name} is not an aggregate function`,
    location,
  );
}

/**
 * @param parts Name of a function.
 * @param args Arguments.
 * @param names Names of the last of them.
 * @param scope For names of types.
 * @returns The call with types in place of arguments, as messages show it.
 */
export function signatureText(
  parts: readonly string[],
  args: readonly Expr[],
  names: readonly string[],
  scope: Scope,
): string {
  const positional = args.length - names.length;
  const labels = args.map(({ type }, index) => {
    const label = typeLabel(scope.env, type);
    return index < positional
      ? label
      : `${names[index - positional]} => ${label}`;
  });
  return `${parts.join(".")}(${labels.join(", ")})`;
}

/**
 * @param node Call in the parse tree.
 * @param call What is called, as {@linkcode signatureText} writes it.
 * @param several Whether too many functions fit, rather than none.
 * @returns Error 42883 or 42725.
 */
export function notFound(
  node: FuncCall,
  call: string,
  several: boolean,
): SqlError {
  return several
    ? errorAt("42725", `function ${call} is not unique`, node.location, {
      hint:
        "Could not choose a best candidate function. You might need to add explicit type casts.",
    })
    : errorAt("42883", `function ${call} does not exist`, node.location, {
      hint:
        "No function matches the given name and argument types. You might need to add explicit type casts.",
    });
}
