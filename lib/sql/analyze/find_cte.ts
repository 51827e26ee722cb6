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

const pending = new WeakMap<Map<string, Cte>, Set<string>>();

/**
 * @param scope Scope of a statement.
 * @param names Items of its WITH that are yet to be resolved.
 */
export function notYet(scope: Scope, names: readonly string[]): void {
  pending.set(scope.ctes, new Set(names));
}

/**
 * @param scope Scope of a statement.
 * @param name Item of its WITH that can be read from now on.
 */
export function known(scope: Scope, name: string): void {
  pending.get(scope.ctes)?.delete(name);
}

/**
 * @param name Name.
 * @param scope Where it stands.
 * @returns Whether an item of WITH has it that comes too late.
 */
export function comesTooLate(name: string, scope: Scope): boolean {
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    if (pending.get(level.ctes)?.has(name)) return true;
  }
  return false;
}

/**
 * @param name Name.
 * @param scope Where it stands.
 * @param location Byte offset.
 * @returns The CTE, `undefined` if there is none.
 * @throws {SqlError} 42P19 when it cannot be read here.
 */
export function findCte(
  name: string,
  scope: Scope,
  location?: number,
): Cte | undefined {
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
        location,
      );
    }
    referenced.add(cte);
    return cte;
  }
  return undefined;
}
