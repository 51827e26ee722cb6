/**
 * Everything that is built in, as one registry.
 *
 * @module
 */

import { buildRegistry } from "./build_registry.ts";
import type { Definition } from "./define.ts";
import type { FunctionRegistry } from "./registry.ts";
import { patternFunctions } from "./pattern.ts";
import { regexFunctions } from "./regex.ts";
import { spine } from "./spine.ts";
import { textFunctions } from "./text.ts";
import { textComparisons } from "./text_compare.ts";

const lists: readonly (readonly Definition[])[] = [
  textFunctions,
  textComparisons,
  patternFunctions,
  regexFunctions,
];

let registry: FunctionRegistry | undefined;

/** @returns The registry, made when first asked for. */
export function builtins(): FunctionRegistry {
  return registry ??= buildRegistry(withSpine(lists.flat()));
}

function withSpine(definitions: readonly Definition[]): readonly Definition[] {
  const key = ({ kind, signature }: Definition) => {
    const end = kind === "operator" || kind === "cast"
      ? signature.length
      : signature.indexOf(")");
    return `${kind === "rows" ? "function" : kind} ${
      signature.slice(0, end).replaceAll(/\s+/g, "")
    }`;
  };
  const known = new Set(definitions.map(key));
  return [...definitions, ...spine.filter((each) => !known.has(key(each)))];
}
