/**
 * Every connection of the wire: how many there may be, their keys, which have lasted too long.
 *
 * Those that have not proved who they are have room of their own. When it is full, the address that
 * holds most of it loses its oldest, so that nobody can keep the others out.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { equalInConstantTime } from "./scram.ts";

/** What {@linkcode Clients} keeps. */
export interface Client {
  /** Key of the other end's address. */
  readonly addressKey: string;
  /** Statements that it had executed. */
  readonly queries: number;
  /** Ends it if its phase has lasted too long. */
  expire(): void;
  /** Stops the statement that runs. */
  cancel(): void;
  /**
   * Ends it, after the message under way.
   *
   * @param error What it is told.
   */
  stop(error: Error): void;
  /** Ends it at once if it was told why. */
  letGo(): void;
  /** Ends it at once. */
  close(): void;
}

/** Process id and secret of a session, for CancelRequest. */
export interface BackendKey {
  readonly processId: number;
  readonly secret: Uint8Array;
}

/** Settings of {@linkcode Clients}. */
export interface ClientsOptions {
  /** Sessions at most. */
  readonly limit: number;
  /** Connections at most that have not proved who they are. */
  readonly halfOpenLimit: number;
  /** How often those are looked for that have lasted too long, in milliseconds. */
  readonly sweepMs: number;
  readonly clock: Pick<Clock, "monotonic">;
  /** Makes the error of a session that there is no room for. */
  readonly full: () => Error;
  /** Whether process ids are even or odd: no two doors of one engine may give out the same. */
  readonly ids: "even" | "odd";
}

interface Session<C extends Client> extends BackendKey {
  readonly client: C;
}

const largestProcessId = 0x7fff_ffff;

const smallestId = { even: 2, odd: 1 } as const;

/** What was sent just before the end may still be on its way through the system for so long. */
const graceMs = 50;

/** How long a statement may take to stop, and a session to roll back. */
const lastMs = 500;

/** Connections of one server. */
export class Clients<C extends Client = Client> {
  readonly #options: ClientsOptions;
  readonly #halfOpen = new Map<string, Set<C>>();
  readonly #sessions = new Map<number, Session<C>>();
  readonly #all = new Set<C>();
  readonly #timer: ReturnType<typeof setInterval>;
  #halfOpenCount = 0;
  #nextLook: number;
  #lastProcessId: number;
  #finishedQueries = 0;
  #whenEmpty: (() => void) | undefined;

  /**
   * @param options Limits.
   */
  constructor(options: ClientsOptions) {
    this.#options = options;
    const first = crypto.getRandomValues(new Uint16Array(1))[0]! + 1000;
    this.#lastProcessId = first * 2 + smallestId[options.ids];
    const { clock, sweepMs } = options;
    this.#nextLook = clock.monotonic() + sweepMs;
    this.#timer = setInterval(() => {
      this.#nextLook = clock.monotonic() + sweepMs;
      for (const client of this.#all) client.expire();
    }, sweepMs);
  }

  /**
   * When those will be looked for next that have lasted too long, in milliseconds of the monotonic clock.
   * What begins now is counted from then: no timeout is that exact, and looking at the clock for every
   * message costs more than the rest of the bookkeeping.
   */
  get nextLook(): number {
    return this.#nextLook;
  }

  /** Sessions now. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Connections that have not proved who they are. */
  get halfOpen(): number {
    return this.#halfOpenCount;
  }

  /** Statements executed since the start. */
  get queries(): number {
    let sum = this.#finishedQueries;
    for (const client of this.#all) sum += client.queries;
    return sum;
  }

  /**
   * Takes a new connection in.
   *
   * @param client The connection.
   */
  admit(client: C): void {
    if (this.#halfOpenCount >= this.#options.halfOpenLimit) this.makeWay();
    const { addressKey } = client;
    const holder = this.#halfOpen.get(addressKey);
    if (holder === undefined) this.#halfOpen.set(addressKey, new Set([client]));
    else holder.add(client);
    this.#halfOpenCount += 1;
    this.#all.add(client);
  }

  /**
   * @throws {Error} {@linkcode ClientsOptions.full} when there is no room for another session.
   */
  checkRoom(): void {
    if (this.#sessions.size >= this.#options.limit) {
      throw this.#options.full();
    }
  }

  /** @returns A process id that no session has. */
  newId(): number {
    let processId = this.#lastProcessId;
    do {
      processId += 2;
      if (processId > largestProcessId) {
        processId = smallestId[this.#options.ids];
      }
    } while (this.#sessions.has(processId));
    return this.#lastProcessId = processId;
  }

  /**
   * Makes a session of a connection that has proved who it is.
   *
   * @param client The connection.
   * @param processId Its process id, if it was told one already.
   * @returns Its key.
   * @throws {Error} {@linkcode ClientsOptions.full}.
   */
  welcome(client: C, processId: number = this.newId()): BackendKey {
    this.checkRoom();
    this.#forgetHalfOpen(client);
    const secret = crypto.getRandomValues(new Uint8Array(4));
    this.#sessions.set(processId, { client, processId, secret });
    return { processId, secret };
  }

  /**
   * Forgets a connection.
   *
   * @param client The connection.
   * @param processId Of its session, if it had one.
   */
  remove(client: C, processId: number | undefined): void {
    if (!this.#all.delete(client)) return;
    this.#finishedQueries += client.queries;
    this.#forgetHalfOpen(client);
    if (processId !== undefined) this.#sessions.delete(processId);
    if (this.#all.size === 0) this.#whenEmpty?.();
  }

  /** Sessions by process id. */
  *sessions(): Generator<readonly [number, C]> {
    for (const { processId, client } of this.#sessions.values()) {
      yield [processId, client];
    }
  }

  /**
   * @param processId Process id.
   * @returns The session that has it.
   */
  session(processId: number): C | undefined {
    return this.#sessions.get(processId)?.client;
  }

  /**
   * CancelRequest. Whoever sends it learns nothing of whether it was right.
   *
   * @param processId Process id that it names.
   * @param secret Secret that it brings.
   */
  cancel(processId: number, secret: Uint8Array): void {
    const session = this.#sessions.get(processId);
    if (session !== undefined && equalInConstantTime(session.secret, secret)) {
      session.client.cancel();
    }
  }

  /** Ends a connection that has not proved who it is, if there is one. */
  makeWay(): void {
    let most: Set<C> | undefined;
    for (const holder of this.#halfOpen.values()) {
      if (most === undefined || holder.size > most.size) most = holder;
    }
    const oldest = most?.values().next().value;
    if (oldest === undefined) return;
    this.#forgetHalfOpen(oldest);
    oldest.close();
  }

  /**
   * Ends every connection.
   *
   * @param error What the clients are told.
   * @param deadlineMs After so many milliseconds statements that still run are stopped.
   */
  async shutdown(error: Error, deadlineMs: number): Promise<void> {
    if (this.#all.size > 0) {
      const empty = new Promise<void>((resolve) => this.#whenEmpty = resolve);
      for (const client of this.#all) client.stop(error);
      await waitFor(empty, Math.min(graceMs, deadlineMs));
      for (const client of this.#all) client.letGo();
      await waitFor(empty, deadlineMs);
      for (const client of this.#all) client.cancel();
      await waitFor(empty, lastMs);
      for (const client of this.#all) client.close();
      await waitFor(empty, lastMs);
    }
    clearInterval(this.#timer);
  }

  #forgetHalfOpen(client: C): void {
    const holder = this.#halfOpen.get(client.addressKey);
    if (holder === undefined || !holder.delete(client)) return;
    this.#halfOpenCount -= 1;
    if (holder.size === 0) this.#halfOpen.delete(client.addressKey);
  }
}

/** Waits for `event`, but no longer than `ms`. */
async function waitFor(event: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([event, late]);
  clearTimeout(timer);
}
