/**
 * A session's transaction: none, one that ends with the next Sync, or one that BEGIN opened.
 *
 * Reads before the first write see what is committed and hold nothing; the first write takes the
 * writer, which stays taken until the end. With REPEATABLE READ and SERIALIZABLE the first statement
 * takes a snapshot, and the first write goes on from it or fails with 40001.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import { SqlError } from "../../sql/error.ts";
import type {
  Participant,
  TransactionModes,
} from "./transaction_participant.ts";
import type { Lease, PlanRunner, Snapshot } from "../sqlite/plan_runner.ts";

interface Savepoint {
  readonly name: string;
  /** Name that the lease knows it by. */
  readonly internal: string;
  catalog: Catalog | undefined;
}

/** What a {@linkcode Transaction} needs. */
export interface TransactionOptions {
  readonly runner: PlanRunner;
  readonly participants: readonly Participant[];
  /** Modes of a transaction that says nothing of its own. */
  readonly defaults: () => TransactionModes;
  /** Milliseconds, 0 for the engine's limit. */
  readonly lockTimeoutMs: () => number;
  /** Fires when the statement that runs is cancelled. */
  readonly signal: () => AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** When the statement began that begins a transaction; the same, or a little earlier. */
  readonly begunMs: () => number;
  /** The engine took the writer away. */
  readonly lost: (error: Error) => void;
}

/** See the top of the file. */
export class Transaction {
  readonly #options: TransactionOptions;
  #kind: "none" | "implicit" | "explicit" = "none";
  #failed = false;
  #lease: Lease | undefined;
  #snapshot: Snapshot | undefined;
  /** Counts transactions. */
  #turn = 0;
  #savepoints: Savepoint[] = [];
  #modes: TransactionModes | undefined;
  #ending: Promise<void> | undefined;
  #started = 0;
  /** Whether a statement that reads or writes ran: isolation is fixed then. */
  ranQuery = false;
  /** Whether any statement ran. */
  used = false;

  /**
   * @param options Collaborators.
   */
  constructor(options: TransactionOptions) {
    this.#options = options;
  }

  /** Whether there is one, and of which kind. */
  get kind(): "none" | "implicit" | "explicit" {
    return this.#kind;
  }

  /** Whether nothing but its end is awaited. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Whether BEGIN opened it. */
  get explicit(): boolean {
    return this.#kind === "explicit";
  }

  /** The writer, when it has it. */
  get lease(): Lease | undefined {
    return this.#lease;
  }

  /** When it began, in milliseconds since 1970; now if there is none. */
  get startedMs(): number {
    return this.#kind === "none" ? this.#options.now() : this.#started;
  }

  /** What it sees. */
  get catalog(): Catalog {
    return this.#lease?.catalog ?? this.#snapshot?.catalog ??
      this.#options.runner.catalog;
  }

  /** Its properties, or those that the next one would have. */
  get modes(): TransactionModes {
    return this.#kind === "none"
      ? this.#options.defaults()
      : this.#modes ??= this.#options.defaults();
  }

  /** Whether all its reads see the same. */
  get repeatable(): boolean {
    const { isolation } = this.modes;
    return isolation === "repeatable read" || isolation === "serializable";
  }

  /** Number of savepoints. */
  get depth(): number {
    return this.#savepoints.length;
  }

  /**
   * A statement begins; there is a transaction from now on.
   */
  beginImplicit(): void {
    if (this.#kind !== "none") return;
    this.#begin("implicit");
  }

  /**
   * BEGIN. An implicit one becomes explicit with what ran in it.
   *
   * @param modes Properties that it names.
   */
  beginExplicit(modes: Partial<TransactionModes> = {}): void {
    if (this.#kind === "none") this.#begin("explicit");
    this.#kind = "explicit";
    this.setModes(modes);
  }

  /**
   * Begins inside a transaction that somebody else commits (a group's).
   *
   * @param lease Its statements.
   */
  beginWith(lease: Lease): void {
    this.#begin("explicit");
    this.#lease = lease;
  }

  /** What is left to do before the one that was begun with a lease ends. */
  async prepareEnd(): Promise<void> {
    for (const each of this.#options.participants) await each.beforeCommit?.();
  }

  /**
   * The transaction that was begun with a lease is over.
   *
   * @param committed Whether it was committed.
   */
  endWith(committed: boolean): void {
    if (this.#kind === "none") return;
    this.#lease = undefined;
    this.#over(committed);
  }

  /** @param modes Properties to change; the caller has checked that they may be. */
  setModes(modes: Partial<TransactionModes>): void {
    if (Object.keys(modes).length > 0) {
      this.#modes = { ...this.modes, ...modes };
    }
  }

  #begin(kind: "implicit" | "explicit"): void {
    this.#kind = kind;
    this.#failed = false;
    this.#modes = undefined;
    this.#started = this.#options.begunMs();
    this.ranQuery = false;
    this.used = false;
    for (const each of this.#options.participants) each.begin?.(1);
  }

  /** @returns What reads go to, when they must all see the same. */
  snapshot(): Snapshot | Promise<Snapshot> {
    if (this.#snapshot !== undefined) return this.#snapshot;
    const turn = this.#turn;
    return this.#options.runner.snapshot(this.#options.signal()).then(
      (snapshot) => {
        if (turn === this.#turn) return this.#snapshot = snapshot;
        // The transaction has ended meanwhile, so nobody else would give it back.
        snapshot.close();
        throw new SqlError("25P01", "there is no transaction in progress");
      },
    );
  }

  /**
   * @returns The writer.
   * @throws {SqlError} 55P03, 57014, 40001.
   */
  async acquire(): Promise<Lease> {
    if (this.#lease !== undefined) return this.#lease;
    if (this.#ending !== undefined) await this.#ending;
    if (this.repeatable) await this.snapshot();
    const from = this.#snapshot;
    const lease = await this.#options.runner.lease({
      lockTimeoutMs: this.#options.lockTimeoutMs(),
      signal: this.#options.signal(),
      ...(from === undefined ? {} : { from }),
    });
    this.#lease = lease;
    lease.onLost = (error) => {
      if (this.#lease !== lease) return;
      this.#lease = undefined;
      this.#failed = true;
      this.#options.lost(error);
    };
    from?.close();
    this.#snapshot = undefined;
    for (const savepoint of this.#savepoints) {
      lease.savepoint(savepoint.internal);
      savepoint.catalog = lease.catalog;
    }
    return lease;
  }

  /** A statement failed. */
  fail(): void {
    if (this.#kind === "none") return;
    this.#failed = true;
    // Nothing can be saved any more, so nobody needs to wait for this client.
    if (this.#savepoints.length === 0) this.#dropLease();
  }

  #dropLease(): void {
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease === undefined) return;
    lease.onLost = undefined;
    const ending = lease.rollback().catch(() => {}).finally(() => {
      if (this.#ending === ending) this.#ending = undefined;
    });
    this.#ending = ending;
  }

  /**
   * Ends it with all it did, or without if it has failed.
   *
   * @returns Nothing when that was done at once.
   */
  commit(): void | Promise<void> {
    if (this.#kind === "none") return;
    if (this.#failed) return this.rollback();
    let waits: Promise<void>[] | undefined;
    for (const each of this.#options.participants) {
      const wait = each.beforeCommit?.();
      if (wait !== undefined) (waits ??= []).push(wait);
    }
    if (this.#lease === undefined && waits === undefined) {
      this.#over(true);
      return;
    }
    return this.#commit(waits ?? []);
  }

  async #commit(waits: readonly Promise<void>[]): Promise<void> {
    try {
      await Promise.all(waits);
      const lease = this.#lease;
      if (lease !== undefined) {
        lease.onLost = undefined;
        this.#lease = undefined;
        try {
          await lease.commit();
        } catch (error) {
          await lease.rollback().catch(() => {});
          throw error;
        }
      }
    } catch (error) {
      this.#dropLease();
      this.#over(false);
      throw error;
    }
    this.#over(true);
  }

  /** Ends it without a trace. */
  rollback(): void | Promise<void> {
    if (this.#kind === "none") return;
    this.#dropLease();
    this.#over(false);
    return this.#ending;
  }

  #over(committed: boolean): void {
    this.#turn++;
    this.#snapshot?.close();
    this.#snapshot = undefined;
    this.#savepoints = [];
    this.#failed = false;
    this.#kind = "none";
    this.#modes = undefined;
    for (const each of this.#options.participants) each.end?.(committed);
  }

  /** @param name SAVEPOINT. */
  savepoint(name: string): void {
    const internal = `s${this.#savepoints.length + 1}`;
    this.#lease?.savepoint(internal);
    this.#savepoints.push({ name, internal, catalog: this.#lease?.catalog });
    const depth = this.#savepoints.length + 1;
    for (const each of this.#options.participants) each.begin?.(depth);
  }

  /**
   * @param name RELEASE SAVEPOINT.
   * @throws {SqlError} 3B001 if there is none.
   */
  release(name: string): void {
    const at = this.#find(name);
    this.#lease?.release((this.#savepoints[at] as Savepoint).internal);
    for (let depth = this.#savepoints.length + 1; depth > at + 1; depth--) {
      for (const each of this.#options.participants) each.release?.(depth);
    }
    this.#savepoints.length = at;
  }

  /**
   * @param name ROLLBACK TO SAVEPOINT.
   * @throws {SqlError} 3B001 if there is none.
   */
  rollbackTo(name: string): void {
    const at = this.#find(name);
    const savepoint = this.#savepoints[at] as Savepoint;
    if (this.#lease !== undefined) {
      this.#lease.rollbackTo(savepoint.internal);
      if (savepoint.catalog !== undefined) {
        this.#lease.catalog = savepoint.catalog;
      }
    }
    this.#savepoints.length = at + 1;
    for (const each of this.#options.participants) each.rollbackTo?.(at + 2);
    this.#failed = false;
  }

  #find(name: string): number {
    const at = this.#savepoints.findLastIndex((each) => each.name === name);
    if (at < 0) {
      throw new SqlError("3B001", `savepoint "${name}" does not exist`);
    }
    return at;
  }
}
