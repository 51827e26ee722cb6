/**
 * Every open connection: how many there may be, and which have lasted too long.
 *
 * When there is no more room, a connection that nobody uses makes way for a new one; so those who
 * hoard idle connections lose theirs, not the others.
 *
 * @module
 */

import { addressKey } from "../base/network_address.ts";
import {
  Connection,
  type ConnectionDeadlines,
  type Phase,
  type Service,
} from "./connection.ts";
import type { ByteStream } from "./inbox.ts";

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
  /** A monotonic clock in milliseconds. */
  readonly monotonic: () => number;
}

/** What became of a new connection. */
export type Admission = "admitted" | "address_full" | "full";

/** The fewest connections that a lack of file descriptors leaves us. */
const fewest = 16;

/** What was sent just before the end may still be on its way through the system for so long. */
const graceMs = 50;

/** Open connections of one server. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
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
    const ofAddress = this.#perAddress.get(key) ?? 0;
    if (ofAddress >= perAddress && !isProxy(peer)) return "address_full";
    if (this.#open.size >= this.#limit && !this.#makeWay()) return "full";
    const connection = new Connection({
      stream,
      peer,
      service,
      deadlines,
      now: () => this.#now,
    });
    this.#open.add(connection);
    this.#perAddress.set(key, ofAddress + 1);
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
      excess > 0 && this.#makeWay();
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
    const left = (this.#perAddress.get(key) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(key, left);
    else this.#perAddress.delete(key);
    if (this.#open.size === 0) this.#whenEmpty?.();
  }

  #makeWay(): boolean {
    return this.#closeFirst("idle") || this.#closeFirst("fresh");
  }

  /** Closes the oldest connection of a phase; the set is in the order of connecting. */
  #closeFirst(phase: Phase): boolean {
    for (const connection of this.#open) {
      if (connection.phase === phase) {
        connection.close();
        return true;
      }
    }
    return false;
  }

  #sweep(): void {
    this.#now = this.#options.monotonic();
    // File descriptors may have come free again; if not, the limit falls once more.
    if (this.#limit < this.#options.limit) this.#limit += 1;
    for (const connection of this.#open) connection.expire();
  }
}

/** Waits for `event`, but no longer than `ms`. */
async function waitFor(event: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([event, late]);
  clearTimeout(timer);
}
