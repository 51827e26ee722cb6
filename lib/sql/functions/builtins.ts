/**
 * Everything that is built in, as one registry.
 *
 * @module
 */

import { arrayFunctions } from "./array.ts";
import { arrayRows } from "./array_rows.ts";
import { buildRegistry, signatureKey } from "./build_registry.ts";
import { byteaFunctions } from "./bytea.ts";
import { catalogFunctions } from "./catalog_functions.ts";
import type { Definition } from "./define.ts";
import { encodingFunctions } from "./encoding.ts";
import { enumFunctions } from "./enum.ts";
import { formatFunctions } from "./format.ts";
import { hashFunctions } from "./hash.ts";
import { jsonAccess } from "./json.ts";
import { jsonAggregates } from "./json_aggregates.ts";
import { jsonBuild } from "./json_build.ts";
import { jsonRows } from "./json_rows.ts";
import { jsonbFunctions } from "./jsonb.ts";
import { patternFunctions } from "./pattern.ts";
import { regexFunctions } from "./regex.ts";
import type { FunctionRegistry } from "./registry.ts";
import { sessionFunctions } from "./session_functions.ts";
import { spine } from "./spine.ts";
import { textFunctions } from "./text.ts";
import { textComparisons } from "./text_compare.ts";
import { uuidFunctions } from "./uuid.ts";

/** Of two definitions with one signature the first counts. */
const lists: readonly (readonly Definition[])[] = [
  textFunctions,
  textComparisons,
  patternFunctions,
  regexFunctions,
  formatFunctions,
  encodingFunctions,
  hashFunctions,
  uuidFunctions,
  byteaFunctions,
  enumFunctions,
  arrayFunctions,
  arrayRows,
  jsonAccess,
  jsonAggregates,
  jsonBuild,
  jsonRows,
  jsonbFunctions,
  catalogFunctions,
  sessionFunctions,
  spine,
];

let registry: FunctionRegistry | undefined;

/** @returns The registry, made when first asked for. */
export function builtins(): FunctionRegistry {
  return registry ??= buildRegistry(withoutRepeats(lists.flat()));
}

function withoutRepeats(definitions: readonly Definition[]): Definition[] {
  const first = new Map<string, Definition>();
  for (const definition of definitions) {
    const key = signatureKey(definition);
    if (!first.has(key)) first.set(key, definition);
  }
  return [...first.values()];
}
