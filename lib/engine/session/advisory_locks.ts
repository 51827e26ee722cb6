/**
 * Advisory locks of all sessions (manual, 13.3.5).
 *
 * @module
 */

import { SqlError } from "../../sql/error.ts";

/** A lock that somebody holds. */
interface Held {
  /** How often each owner holds it alone. */
  readonly exclusive: Map<object, number>;
  /** How often each owner shares it. */
  readonly shared: Map<object, number>;
  /** Called when it may have become free. */
  readonly waiting: Set<() => void>;
}

/** Thrown to a statement that would have to wait; the session waits and runs it again. */
export class WouldBlock extends SqlError {
  /**
   * @param key Lock.
   */
  constructor(readonly key: string) {
    super("55P03", "could not obtain advisory lock");
  }
}

/** A lock as `pg_locks` shows it. */
export interface AdvisoryLockRow {
  readonly key: string;
  readonly owner: object;
  readonly shared: boolean;
}

/** Locks that all sessions together may hold, as there is a limit in PostgreSQL. */
const mostLocks = 100_000;

/** See the top of the file. Owners are sessions; keys name a lock. */
export class AdvisoryLocks {
  readonly #locks = new Map<string, Held>();

  /**
   * @param key Lock.
   * @param owner Session.
   * @param shared Whether others may share it.
   * @returns Whether the owner has it now.
   * @throws {SqlError} 53200 when there are too many.
   */
  take(key: string, owner: object, shared: boolean): boolean {
    const held = this.#locks.get(key) ??
      { exclusive: new Map(), shared: new Map(), waiting: new Set() };
    for (const other of held.exclusive.keys()) {
      if (other !== owner) return false;
    }
    if (!shared) {
      for (const other of held.shared.keys()) {
        if (other !== owner) return false;
      }
    }
    if (this.#locks.size >= mostLocks && !this.#locks.has(key)) {
      throw new SqlError("53200", "out of shared memory", {
        detail: `There are ${mostLocks} advisory locks.`,
      });
    }
    const owners = shared ? held.shared : held.exclusive;
    owners.set(owner, (owners.get(owner) ?? 0) + 1);
    this.#locks.set(key, held);
    return true;
  }

  /**
   * @param key Lock.
   * @param owner Session.
   * @param shared Which kind.
   * @returns Whether the owner had it.
   */
  free(key: string, owner: object, shared: boolean): boolean {
    const held = this.#locks.get(key);
    const owners = shared ? held?.shared : held?.exclusive;
    const count = owners?.get(owner);
    if (held === undefined || owners === undefined || count === undefined) {
      return false;
    }
    if (count > 1) owners.set(owner, count - 1);
    else owners.delete(owner);
    this.#wake(key, held);
    return true;
  }

  /** @param owner Session that gives up all it has. */
  freeAll(owner: object): void {
    if (this.#locks.size === 0) return;
    for (const [key, held] of this.#locks) {
      const had = held.exclusive.delete(owner);
      if (held.shared.delete(owner) || had) this.#wake(key, held);
    }
  }

  /** @returns Resolves when the lock may have become free. */
  changed(key: string): { readonly promise: Promise<void>; stop(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = this.#locks.get(key);
    if (held === undefined) resolve();
    else held.waiting.add(resolve);
    return { promise, stop: () => held?.waiting.delete(resolve) };
  }

  /** @returns All that are held. */
  *held(): Iterable<AdvisoryLockRow> {
    for (const [key, { exclusive, shared }] of this.#locks) {
      for (const owner of exclusive.keys()) yield { key, owner, shared: false };
      for (const owner of shared.keys()) yield { key, owner, shared: true };
    }
  }

  #wake(key: string, held: Held): void {
    if (held.exclusive.size === 0 && held.shared.size === 0) {
      this.#locks.delete(key);
    }
    const waiting = [...held.waiting];
    held.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
