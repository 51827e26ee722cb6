/**
 * Sessions of services that nobody uses at present. One that was made as new serves whoever acts in the
 * same role next; whose claims it reads is told when it is taken.
 *
 * @module
 */

import type { SessionCore } from "./session_core.ts";

/** Sessions kept for each role and search path. */
const mostFree = 32;
/** Kinds of sessions kept; programs know a handful of search paths. */
const mostKinds = 256;

/** See the top of the file. */
export class FreeCores {
  readonly #free = new Map<string, SessionCore[]>();

  /**
   * @param role Oid of the role that it acts as.
   * @param system Whether the program itself asks.
   * @param searchPath Its search path, if it is not the usual one.
   * @returns One that is free.
   */
  take(
    role: number,
    system: boolean,
    searchPath: string | undefined,
  ): SessionCore | undefined {
    return this.#free.get(keyOf(role, system, searchPath))?.pop();
  }

  /**
   * @param core As new.
   * @param system As it was taken.
   * @param searchPath As it was taken.
   */
  giveBack(
    core: SessionCore,
    system: boolean,
    searchPath: string | undefined,
  ): void {
    const key = keyOf(core.roles.signedIn, system, searchPath);
    let free = this.#free.get(key);
    if (free === undefined) {
      if (this.#free.size >= mostKinds) this.#free.clear();
      this.#free.set(key, free = []);
    }
    if (free.length < mostFree) free.push(core);
  }
}

function keyOf(
  role: number,
  system: boolean,
  searchPath: string | undefined,
): string {
  return `${role} ${system ? "system" : "client"} ${searchPath ?? ""}`;
}
