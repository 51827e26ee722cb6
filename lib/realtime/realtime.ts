/**
 * The realtime service: every client, and what comes for them.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import { addressKey } from "../base/network_address.ts";
import { Problem } from "../base/problem.ts";
import type { Identity } from "../engine/engine.ts";
import { Client } from "./client.ts";
import { defaultLimits, type RealtimeLimits } from "./limits.ts";
import type {
  Authorization,
  ChangeSource,
  ClientServices,
} from "./services.ts";
import type { Encode } from "./shared_message.ts";
import { type ClientOptions, socketCodes } from "./socket.ts";
import { Topics } from "./topics.ts";

/** What the service is made of. */
export interface RealtimeOptions {
  readonly identify: ClientServices["identify"];
  readonly changes: ChangeSource;
  readonly authorization: Authorization & {
    /**
     * @throws {JoinError} When the identity may not send to the private channel.
     */
    post(identity: Identity, topic: string): Promise<void>;
  };
  readonly encode: Encode;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Limits that differ from {@linkcode defaultLimits}. */
  readonly limits?: Partial<RealtimeLimits> | undefined;
  /** Whether only private channels may be joined. */
  readonly privateOnly?: boolean;
}

/** A message that came over HTTP. */
export interface PostedMessage {
  /** Name of the channel, without `realtime:`. */
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
  readonly private: boolean;
}

/** How often every client is looked at, in milliseconds. */
const sweepMs = 1000;

/** A place for one socket. */
export interface Place {
  /** Gives it back. */
  release(): void;
}

/** See the top of the file. */
export class Realtime {
  readonly #services: ClientServices;
  readonly #authorization: RealtimeOptions["authorization"];
  readonly #clients = new Set<Client>();
  readonly #byAddress = new Map<string, number>();
  readonly #timer: ReturnType<typeof setInterval>;
  #places = 0;
  #stopping = false;

  /**
   * @param options Collaborators and limits.
   */
  constructor(options: RealtimeOptions) {
    const { clock, log, encode, identify, changes, authorization } = options;
    const limits = { ...defaultLimits, ...options.limits };
    this.#authorization = authorization;
    this.#services = {
      clock,
      log,
      limits,
      encode,
      identify,
      changes,
      authorization,
      privateOnly: options.privateOnly ?? false,
      topics: new Topics(encode, limits),
    };
    options.metrics.gauge(
      "heliosdb_realtime_sockets",
      "Open realtime sockets.",
      () => this.#clients.size,
    );
    this.#timer = setInterval(() => this.sweep(), sweepMs);
    Deno.unrefTimer(this.#timer as unknown as number);
  }

  /** Sockets that are open. */
  get size(): number {
    return this.#clients.size;
  }

  /**
   * Refuses a socket before it is one.
   *
   * @param address Address of the client.
   * @throws {Problem} When there is no room for it.
   */
  checkRoom(address: string): void {
    const { sockets, socketsPerAddress } = this.#services.limits;
    if (this.#stopping || this.#places >= sockets) {
      throw new Problem(
        "server_busy",
        "Cannot open a socket: the server has no room for more of them",
        { retryAfter: 5 },
      );
    }
    const count = this.#byAddress.get(addressKey(address)) ?? 0;
    if (count >= socketsPerAddress) {
      throw new Problem(
        "over_request_rate_limit",
        "Cannot open a socket: too many are open from this address",
        { retryAfter: 5 },
      );
    }
  }

  /**
   * @param address Address of a client.
   * @returns A place for its socket; nothing when there is none.
   */
  take(address: string): Place | undefined {
    try {
      this.checkRoom(address);
    } catch (error) {
      if (error instanceof Problem) return undefined;
      throw error;
    }
    const key = addressKey(address);
    this.#places += 1;
    this.#byAddress.set(key, (this.#byAddress.get(key) ?? 0) + 1);
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#places -= 1;
        const left = (this.#byAddress.get(key) ?? 1) - 1;
        if (left === 0) this.#byAddress.delete(key);
        else this.#byAddress.set(key, left);
      },
    };
  }

  /**
   * @param token A token; nothing for nobody.
   * @returns Who it stands for.
   * @throws {Problem} When it stands for nobody.
   */
  identify(token: string | undefined): Promise<Identity> {
    return this.#services.identify(token);
  }

  /**
   * @param options Socket, version, token.
   * @returns The client; tell it when its socket is gone, and {@linkcode Realtime.leave}.
   */
  open(options: ClientOptions): Client {
    const client = new Client(options, this.#services);
    this.#clients.add(client);
    if (this.#stopping) this.#dismiss(client);
    return client;
  }

  /**
   * @param client Whose socket is gone.
   */
  leave(client: Client): void {
    this.#clients.delete(client);
    client.closed();
  }

  /**
   * Sends messages to channels.
   *
   * @param messages The messages.
   * @param identity Who sends them.
   * @throws {JoinError} When one of them may not be sent; none is then.
   */
  async post(
    messages: readonly PostedMessage[],
    identity: Identity,
  ): Promise<void> {
    for (const { topic, private: hidden } of messages) {
      if (hidden) await this.#authorization.post(identity, topic);
    }
    for (const { topic, event, payload, private: hidden } of messages) {
      this.#services.topics.broadcast(
        { topic: `realtime:${topic}`, private: hidden },
        { type: "broadcast", event, payload },
      );
    }
  }

  /** Does what is due; called each second. */
  sweep(): void {
    const now = this.#services.clock.monotonic();
    for (const client of this.#clients) client.sweep(now);
  }

  /** Ends every socket, so that clients connect to whoever comes next. */
  stop(): void {
    this.#stopping = true;
    clearInterval(this.#timer);
    for (const client of this.#clients) this.#dismiss(client);
  }

  #dismiss(client: Client): void {
    client.close(socketCodes.restart, "The server restarts, connect again");
  }
}
