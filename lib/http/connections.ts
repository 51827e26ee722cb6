/**
 * Every open connection: how many there may be, and which have lasted too long.
 *
 * When there is no more room, whoever holds the most connections loses one to the newcomer: first one
 * that is not used, then one that waits for its other end. So those who hoard lose theirs, not the
 * others, and who holds few always gets in.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";
import { addressKey } from "../base/network_address.ts";
import { Turns } from "../base/turns.ts";
import { BodyBudget } from "./body_budget.ts";
import { Connection, type Service } from "./connection.ts";
import { LargeAnswers } from "./large_answers.ts";
import type { ConnectionDeadlines, Phase } from "./phase.ts";

/** Settings of {@linkcode Connections}. */
export interface ConnectionsOptions {
  readonly service: Service;
  readonly deadlines: ConnectionDeadlines;
  /** Connections at most. */
  readonly limit: number;
  /** Connections at most from one address (one /64 of IPv6). */
  readonly perAddress: number;
  /** Addresses that stand for many clients and have no limit of their own. */
  readonly isProxy: (peer: string) => boolean;
  /**
   * Bytes that the bodies being read at one time may take.
   *
   * @default {268435456}
   */
  readonly bodyBytes?: number;
  /**
   * Characters that the large answers being written at one time may have.
   *
   * @default {268435456}
   */
  readonly largeAnswers?: number;
  /** A monotonic clock in milliseconds. */
  readonly monotonic: () => number;
}

/** What became of a new connection. */
export type Admission = "admitted" | "address_full" | "full";

/** The fewest connections that a lack of file descriptors leaves us. */
const fewest = 16;

/** What was sent just before the end may still be on its way through the system for so long. */
const graceMs = 50;

/** Phases in which a connection does nothing for anybody. */
const unused: readonly Phase[] = ["idle", "fresh", "lingering"];

/** Phases in which it waits for its other end, which may never do its part. */
const waiting: readonly Phase[] = ["head", "body", "writing"];

/** The connections of one address, in the order of connecting. */
interface Holder {
  readonly isProxy: boolean;
  readonly connections: Set<Connection>;
}

/** Open connections of one server. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Set<Connection>();
  readonly #holders = new Map<string, Holder>();
  readonly #budget: BodyBudget;
  readonly #answers: LargeAnswers;
  readonly #turns: Turns;
  readonly #timer: ReturnType<typeof setInterval>;
  #limit: number;
  #now: number;
  #whenEmpty: (() => void) | undefined;

  /**
   * @param options Service, deadlines and limits.
   */
  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#limit = options.limit;
    this.#budget = new BodyBudget(options.bodyBytes ?? 256 * 1024 * 1024);
    this.#answers = new LargeAnswers(
      options.largeAnswers ?? 256 * 1024 * 1024,
    );
    this.#turns = new Turns(options.monotonic);
    this.#now = options.monotonic();
    const shortest = Math.min(...Object.values(options.deadlines));
    this.#timer = setInterval(
      () => this.#sweep(),
      Math.min(1000, Math.ceil(shortest / 4)),
    );
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** How many there may be now. */
  get limit(): number {
    return this.#limit;
  }

  /**
   * Serves a new connection if there is room for it.
   *
   * @param stream The connection; not touched unless it is admitted.
   * @param peer Canonical address of its other end.
   * @returns What became of it.
   */
  admit(stream: ByteStream, peer: string): Admission {
    const { service, deadlines, perAddress, isProxy } = this.#options;
    const key = addressKey(peer);
    const holder = this.#holders.get(key) ??
      { isProxy: isProxy(peer), connections: new Set() };
    const { size } = holder.connections;
    if (size >= perAddress && !holder.isProxy) return "address_full";
    if (this.#open.size >= this.#limit && !this.#makeWay(size)) return "full";
    const connection = new Connection({
      stream,
      peer,
      service,
      deadlines,
      budget: this.#budget,
      answers: this.#answers,
      turns: this.#turns,
      now: () => this.#now,
    });
    this.#open.add(connection);
    holder.connections.add(connection);
    this.#holders.set(key, holder);
    // `run` never throws.
    connection.run().then(() => this.#remove(connection, key));
    return "admitted";
  }

  /**
   * Lowers the limit because the system refused a file descriptor, which others here need too.
   *
   * @returns The new limit.
   */
  lowerLimit(): number {
    this.#limit = Math.max(fewest, Math.floor(this.#open.size * 0.8));
    for (
      let excess = this.#open.size - this.#limit;
      excess > 0 && this.#makeWay(0);
    ) excess -= 1;
    return this.#limit;
  }

  /**
   * Ends every connection, each once its request is answered.
   *
   * @param deadlineMs After so many milliseconds those that are left are cut.
   */
  async shutdown(deadlineMs: number): Promise<void> {
    for (const connection of this.#open) connection.stop();
    if (this.#open.size > 0) {
      const empty = new Promise<void>((resolve) => this.#whenEmpty = resolve);
      await waitFor(empty, Math.min(graceMs, deadlineMs));
      for (const connection of this.#open) connection.closeUnused();
      await waitFor(empty, deadlineMs);
    }
    clearInterval(this.#timer);
    for (const connection of this.#open) connection.close();
  }

  #remove(connection: Connection, key: string): void {
    this.#open.delete(connection);
    const connections = this.#holders.get(key)?.connections;
    connections?.delete(connection);
    if (connections?.size === 0) this.#holders.delete(key);
    if (this.#open.size === 0) this.#whenEmpty?.();
  }

  /**
   * Closes one connection for another.
   *
   * @param size How many the newcomer's address has.
   * @returns Whether one was found.
   */
  #makeWay(size: number): boolean {
    const most = this.#largest();
    return closeFirst(most, unused) ||
      (most.size > size + 1 && closeFirst(most, waiting)) ||
      closeFirst(this.#open, unused) ||
      (most.size > size && closeFirst(this.#open, waiting));
  }

  /** The connections of the address that has the most; proxies stand for many clients. */
  #largest(): ReadonlySet<Connection> {
    let most: ReadonlySet<Connection> = new Set();
    for (const { isProxy, connections } of this.#holders.values()) {
      if (!isProxy && connections.size > most.size) most = connections;
    }
    return most;
  }

  #sweep(): void {
    this.#now = this.#options.monotonic();
    // File descriptors may have come free again; if not, the limit falls once more.
    this.#limit = Math.min(this.#options.limit, this.#limit * 2);
    for (const connection of this.#open) connection.expire();
  }
}

/** Closes the oldest connection of the first of `phases` that there is. */
function closeFirst(
  connections: ReadonlySet<Connection>,
  phases: readonly Phase[],
): boolean {
  let found: Connection | undefined;
  let best = phases.length;
  for (const connection of connections) {
    const rank = phases.indexOf(connection.phase);
    if (rank < 0 || rank >= best) continue;
    found = connection;
    best = rank;
    if (rank === 0) break;
  }
  found?.close();
  return found !== undefined;
}

/** Waits for `event`, but no longer than `ms`. */
async function waitFor(event: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([event, late]);
  clearTimeout(timer);
}
