/**
 * Everything that is built in, as one registry.
 *
 * The lists of definitions come from `definitions.ts`, which is loaded with the resolver and with the
 * helpers of the printer; so the lists may hold functions that look into the registry themselves.
 *
 * @module
 */

import { buildRegistry, signatureKey } from "./build_registry.ts";
import type { Definition } from "./define.ts";
import type { FunctionRegistry } from "./registry.ts";

let definitions: (() => readonly Definition[]) | undefined;
let registry: FunctionRegistry | undefined;

/**
 * @param give Gives all definitions; asked when the registry is first needed.
 */
export function provideDefinitions(give: () => readonly Definition[]): void {
  definitions = give;
}

/** @returns The registry, made when first asked for. */
export function builtins(): FunctionRegistry {
  if (registry === undefined) {
    if (definitions === undefined) {
      throw new TypeError(
        "Cannot look functions up: definitions.ts is not loaded",
      );
    }
    registry = buildRegistry(withoutRepeats(definitions()));
  }
  return registry;
}

/** Of two definitions with one signature the first counts. */
function withoutRepeats(all: readonly Definition[]): Definition[] {
  const first = new Map<string, Definition>();
  for (const definition of all) {
    const key = signatureKey(definition);
    if (!first.has(key)) first.set(key, definition);
  }
  return [...first.values()];
}
