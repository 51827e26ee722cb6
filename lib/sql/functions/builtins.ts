/**
 * Everything that is built in, as one registry.
 *
 * @module
 */

import { buildRegistry } from "./build_registry.ts";
import type { Definition } from "./define.ts";
import type { FunctionRegistry } from "./registry.ts";

const lists: readonly (readonly Definition[])[] = [];

let registry: FunctionRegistry | undefined;

/** @returns The registry, made when first asked for. */
export function builtins(): FunctionRegistry {
  return registry ??= buildRegistry(lists.flat());
}
