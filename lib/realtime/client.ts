/**
 * One client: the channels that it has joined, and what it says in them.
 *
 * Messages are taken one after the other, also while a join waits for the database.
 *
 * @module
 */

import type { Channel, ChannelOutlet } from "./channel.ts";
import { Bucket } from "./limits.ts";
import {
  type PhoenixMessage,
  type PhoenixVersion,
  readMessage,
  writeMessage,
} from "./phoenix.ts";
import type { ClientServices } from "./services.ts";
import { type ClientOptions, type Socket, socketCodes } from "./socket.ts";
import { broadcast, presence, type Speech } from "./speech.ts";
import { identifyAgain, isRefusal, makeChannel } from "./standing.ts";
import { seesPresence } from "./topics.ts";

/** Messages that may wait while one is being worked on. */
const mostWaiting = 200;

/** See the top of the file. */
export class Client implements ChannelOutlet {
  readonly version: PhoenixVersion;
  readonly #socket: Socket;
  readonly #token: string | undefined;
  readonly #services: ClientServices;
  readonly #channels = new Map<string, Channel>();
  readonly #openedAt: number;
  readonly #bucket: Bucket;
  readonly #speech: Speech;
  #heardAt: number;
  #pingedAt = 0;
  #joined = false;
  #closed = false;
  #waiting: PhoenixMessage[] = [];
  #busy = false;

  /**
   * @param options Socket, version, token.
   * @param services What it makes use of.
   */
  constructor(
    { socket, version, token }: ClientOptions,
    services: ClientServices,
  ) {
    this.version = version;
    this.#socket = socket;
    this.#token = token;
    this.#services = services;
    const { topics, authorization } = services;
    this.#speech = {
      topics,
      authorization,
      reply: (...reply) => this.#reply(...reply),
    };
    const now = services.clock.monotonic();
    this.#openedAt = this.#heardAt = now;
    this.#bucket = new Bucket(services.limits.messagesPerSecond, now);
  }

  /** Whether it has joined a channel ever. */
  get joined(): boolean {
    return this.#joined;
  }

  /** Channels that it has joined. */
  get channels(): Iterable<Channel> {
    return this.#channels.values();
  }

  /** The other end is there. */
  alive(): void {
    this.#heardAt = this.#services.clock.monotonic();
  }

  /**
   * Takes a message.
   *
   * @param raw Text or bytes.
   */
  message(raw: string | Uint8Array): void {
    this.alive();
    if (this.#closed) return;
    if (!this.#bucket.take(this.#heardAt)) {
      const { messagesPerSecond } = this.#services.limits;
      return this.close(
        socketCodes.policy,
        `Messages came faster than ${messagesPerSecond} a second`,
      );
    }
    const message = readMessage(raw, this.version);
    if (message === undefined) {
      return this.#reply(
        { joinRef: null, ref: null, topic: "phoenix" },
        "error",
        { reason: "Cannot read message: it is none of Phoenix, or cut short" },
      );
    }
    if (!this.#busy) return this.#work(message);
    if (this.#waiting.length >= mostWaiting) {
      return this.close(
        socketCodes.policy,
        "Too many messages wait for an answer",
      );
    }
    this.#waiting.push(message);
  }

  send(message: PhoenixMessage): void {
    const text = writeMessage(message, this.version);
    if (text !== undefined) this.sendFrame(this.#services.encode(text));
  }

  sendFrame(frame: Uint8Array): void {
    if (!this.#closed) this.#socket.send(frame);
  }

  /**
   * Ends the socket; its channels are told why.
   *
   * @param code Code of the close.
   * @param reason A sentence.
   */
  close(code: number, reason: string): void {
    for (const channel of this.#channels.values()) {
      channel.system("error", reason);
    }
    this.#socket.close(code, reason);
    this.closed();
  }

  /** The socket is gone. */
  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    for (const channel of this.#channels.values()) this.#forget(channel);
  }

  /**
   * Does what is due.
   *
   * @param now Milliseconds of the monotonic clock.
   */
  sweep(now: number): void {
    const { joinMs, pingMs, silenceMs } = this.#services.limits;
    if (this.#closed) return;
    if (!this.#joined && now - this.#openedAt > joinMs) {
      return this.close(
        socketCodes.policy,
        `No channel was joined within ${joinMs / 1000} seconds`,
      );
    }
    const silence = now - this.#heardAt;
    if (silence > silenceMs) {
      return this.close(
        socketCodes.goingAway,
        `Nothing was heard for ${silenceMs / 1000} seconds`,
      );
    }
    if (silence > pingMs && this.#pingedAt <= this.#heardAt) {
      this.#pingedAt = now;
      this.#socket.ping();
    }
    for (const channel of this.#channels.values()) this.#check(channel, now);
  }

  /**
   * Ends a channel that may not go on.
   *
   * @param channel Which.
   * @param reason A sentence.
   */
  end(channel: Channel, reason: string): void {
    if (this.#channels.get(channel.topic) !== channel) return;
    channel.system("error", reason);
    this.#forget(channel);
    const { joinRef, topic } = channel;
    this.send({
      joinRef,
      ref: joinRef,
      topic,
      event: "phx_close",
      payload: {},
    });
  }

  #work(message: PhoenixMessage): void {
    const working = this.#handle(message);
    if (working === undefined) return;
    this.#busy = true;
    working.catch((error: unknown) => this.#failed(message, error)).then(() => {
      this.#busy = false;
      while (!this.#busy) {
        const next = this.#waiting.shift();
        if (next === undefined) return;
        this.#work(next);
      }
    });
  }

  /** @returns A promise when it has to wait for something. */
  #handle(message: PhoenixMessage): Promise<void> | undefined {
    const { topic, event } = message;
    try {
      if (topic === "phoenix") {
        if (event === "heartbeat") this.#reply(message, "ok");
        return;
      }
      if (event === "phx_join") return this.#join(message);
      const channel = this.#channels.get(topic);
      if (channel === undefined) {
        return this.#reply(message, "error", { reason: "unmatched topic" });
      }
      switch (event) {
        case "phx_leave":
          this.#forget(channel);
          this.#reply(message, "ok");
          this.send({ ...message, event: "phx_close", payload: {} });
          return;
        case "access_token":
          return this.#renew(channel, message);
        case "broadcast":
          return broadcast(channel, message, this.#speech);
        case "presence":
          return presence(channel, message, this.#speech);
      }
    } catch (error) {
      this.#failed(message, error);
    }
  }

  async #join(message: PhoenixMessage): Promise<void> {
    const { topic } = message;
    const { topics, changes } = this.#services;
    const channel = await makeChannel(message, {
      outlet: this,
      channels: this.#channels,
      token: this.#token,
    }, this.#services);
    const { asked } = channel;
    const before = this.#channels.get(topic);
    if (this.#closed) return;
    if (before !== undefined) {
      // Whoever joins again has forgotten the first time, as Phoenix has it.
      this.#forget(before);
      this.send({
        joinRef: before.joinRef,
        ref: before.joinRef,
        topic,
        event: "phx_close",
        payload: {},
      });
    }
    const subscription = changes.subscribe(
      channel,
      (reason) => this.end(channel, reason),
    );
    channel.unsubscribe = subscription.stop;
    this.#channels.set(topic, channel);
    this.#joined = true;
    topics.join(channel);
    this.#reply(message, "ok", { "postgres_changes": subscription.answer });
    if (seesPresence(channel)) {
      channel.push("presence_state", topics.state(channel));
    }
    if (asked.bindings.length > 0) {
      channel.system("ok", "Subscribed to PostgreSQL", "postgres_changes");
    }
  }

  async #renew(channel: Channel, { payload }: PhoenixMessage): Promise<void> {
    const { access_token: token } = payload as { access_token?: unknown };
    if (typeof token !== "string" || token === channel.token) return;
    await this.#identify(channel, token);
  }

  /** Looks up who the channel is now; ends it if that is nobody. */
  async #identify(channel: Channel, token: string | undefined): Promise<void> {
    const reason = await identifyAgain(channel, token, this.#services);
    if (reason !== undefined) this.end(channel, reason);
  }

  #check(channel: Channel, now: number): void {
    const { expiresAt } = channel;
    if (
      expiresAt !== undefined &&
      this.#services.clock.now() >= expiresAt * 1000
    ) {
      return this.end(channel, "Token has expired, send a new access_token");
    }
    if (now - channel.checkedAt < this.#services.limits.recheckMs) return;
    channel.checkedAt = now;
    this.#identify(channel, channel.token).catch((error: unknown) =>
      this.#services.log.warn("realtime.check_failed", {
        reason: error instanceof Error ? error.name : "unknown",
      })
    );
  }

  #forget(channel: Channel): void {
    channel.unsubscribe();
    channel.unsubscribe = () => {};
    if (this.#channels.get(channel.topic) === channel) {
      this.#channels.delete(channel.topic);
    }
    this.#services.topics.leave(channel);
  }

  #failed(message: PhoenixMessage, error: unknown): void {
    if (isRefusal(error)) {
      return this.#reply(message, "error", { reason: error.message });
    }
    this.#services.log.error("realtime.failed", {
      event: message.event,
      reason: error instanceof Error ? error.message : "unknown",
    });
    this.#reply(message, "error", {
      reason: "Cannot do this: something failed inside the server",
    });
  }

  #reply(
    { joinRef, ref, topic }: Pick<PhoenixMessage, "joinRef" | "ref" | "topic">,
    status: "ok" | "error",
    response: unknown = {},
  ): undefined {
    this.send({
      joinRef,
      ref,
      topic,
      event: "phx_reply",
      payload: { status, response },
    });
  }
}
