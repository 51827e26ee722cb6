/**
 * Where the two halves of the resolver meet, so that neither imports the other.
 *
 * `expression.ts` puts `expression`, `coerce` and `commonType` in, `query.ts` puts `query` and `from` in;
 * whoever compiles a statement imports both.
 *
 * @module
 */

import type { Resolver } from "./scope.ts";

function missing(): never {
  throw new TypeError("Cannot resolve: half of the resolver is not loaded");
}

const parts: { -readonly [Part in keyof Resolver]: Resolver[Part] } = {
  expression: missing,
  query: missing,
  coerce: missing,
  commonType: missing,
  from: missing,
};

/** The resolver, whole once both halves are loaded. */
export const resolver: Resolver = parts;

/**
 * Puts a half in.
 *
 * @param half Its functions.
 */
export function provide(half: Partial<Resolver>): void {
  Object.assign(parts, half);
}
