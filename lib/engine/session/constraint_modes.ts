/**
 * When foreign keys are checked, as SET CONSTRAINTS says for the rest of a transaction.
 *
 * SQLite knows only "as declared" and "all at the end"; what is to be checked earlier than SQLite does
 * is looked at after each statement.
 *
 * @module
 */

import type { Constraint } from "../../sql/catalog/catalog.ts";
import type { Lease } from "../sqlite/plan_runner.ts";
import type { Participant } from "./transaction_participant.ts";

/** What one level of the transaction says. */
interface Modes {
  /** Of all constraints that have no entry of their own. */
  readonly all: boolean | undefined;
  /** Whether a constraint waits for the end, by oid. */
  readonly deferred: ReadonlyMap<number, boolean>;
}

const asDeclared: Modes = { all: undefined, deferred: new Map() };

/** See the top of the file. */
export class ConstraintModes implements Participant {
  /** Of the transaction and of each savepoint in it. */
  #levels: Modes[] = [asDeclared];
  /** Whether SQLite was told to wait with all of them. */
  #waits = false;

  /** Whether SQLite alone would check too late. */
  get active(): boolean {
    return this.#waits || this.#now !== asDeclared;
  }

  /**
   * @param constraints Which; nothing for all.
   * @param deferred Whether they wait for the end.
   */
  set(constraints: readonly Constraint[] | undefined, deferred: boolean): void {
    const { all, deferred: before } = this.#now;
    this.#levels[this.#levels.length - 1] = constraints === undefined
      ? { all: deferred, deferred: new Map() }
      : {
        all,
        deferred: new Map([
          ...before,
          ...constraints.map(({ oid }) => [oid, deferred] as const),
        ]),
      };
  }

  /**
   * Lets SQLite check none before the end.
   *
   * @param lease The transaction's writer.
   */
  async wait(lease: Lease): Promise<void> {
    if (this.#waits) return;
    this.#waits = true;
    await lease.run("PRAGMA defer_foreign_keys=ON");
  }

  /**
   * Checks what is not to wait, after a statement.
   *
   * @param lease The transaction's writer.
   * @returns Nothing when SQLite has checked all.
   * @throws {SqlError} 23503.
   */
  check(lease: Lease): Promise<void> | undefined {
    if (!this.active) return undefined;
    return lease.checkReferences?.((constraint) =>
      !this.#isDeferred(constraint)
    );
  }

  begin(depth: number): void {
    if (depth === 1) this.#reset();
    else this.#levels.push(this.#now);
  }

  release(depth: number): void {
    const last = this.#now;
    this.#levels.length = depth - 1;
    this.#levels[depth - 2] = last;
  }

  rollbackTo(depth: number): void {
    // What was said before the savepoint.
    const outer = this.#levels[depth - 2] ?? asDeclared;
    this.#levels.length = depth - 1;
    this.#levels.push(outer);
  }

  end(): void {
    this.#reset();
  }

  get #now(): Modes {
    return this.#levels.at(-1) ?? asDeclared;
  }

  #reset(): void {
    this.#waits = false;
    if (this.#levels.length === 1 && this.#levels[0] === asDeclared) return;
    this.#levels = [asDeclared];
  }

  #isDeferred({ oid, deferrable, initiallyDeferred }: Constraint): boolean {
    const { all, deferred } = this.#now;
    return deferrable && (deferred.get(oid) ?? all ?? initiallyDeferred);
  }
}
