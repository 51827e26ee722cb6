/**
 * Finds common table expressions by name, from the inside out.
 *
 * @module
 */

import type { Cte } from "../tree.ts";
import { errorAt } from "./located.ts";
import type { Scope } from "./scope.ts";

/** Recursive ones whose non-recursive term is being resolved: they cannot be read yet. */
const forbidden = new WeakSet<Cte>();

const referenced = new WeakSet<Cte>();

/**
 * @param cte A common table expression.
 * @returns Whether anything reads it; PostgreSQL does not even look at the others.
 */
export function isReferenced(cte: Cte): boolean {
  return referenced.has(cte);
}

/**
 * @param cte A recursive one.
 * @param run Resolves its non-recursive term.
 * @returns What `run` returns.
 */
export function whileForbidden<T>(cte: Cte, run: () => T): T {
  forbidden.add(cte);
  try {
    return run();
  } finally {
    forbidden.delete(cte);
  }
}

/**
 * @param name Name.
 * @param scope Where it stands.
 * @returns The CTE, `undefined` if there is none.
 * @throws {SqlError} 42P19 when it cannot be read here.
 */
export function findCte(name: string, scope: Scope): Cte | undefined {
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    const cte = level.ctes.get(name);
    if (cte === undefined) continue;
    if (forbidden.has(cte)) {
      throw errorAt(
        "42P19",
        `recursive reference to query "${name}" must not appear within its non-recursive term`,
      );
    }
    referenced.add(cte);
    return cte;
  }
  return undefined;
}
