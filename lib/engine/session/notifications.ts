/**
 * LISTEN and NOTIFY: messages of committed transactions to sessions of this process.
 *
 * @module
 */

import { SqlError } from "../../sql/error.ts";
import type { Participant } from "./transaction_participant.ts";

/** A message. */
export interface Notification {
  readonly processId: number;
  readonly channel: string;
  readonly payload: string;
}

/** Takes messages. */
export interface Listener {
  notified(message: Notification): void;
}

const longestPayload = 8000;
const longestChannel = 63;

/** Who listens to what. */
export class NotificationHub {
  readonly #channels = new Map<string, Set<Listener>>();

  /** @param channel Channel that `listener` wants from now on. */
  listen(channel: string, listener: Listener): void {
    const listeners = this.#channels.get(channel);
    if (listeners === undefined) {
      this.#channels.set(channel, new Set([listener]));
    } else listeners.add(listener);
  }

  /** @param channel Channel that `listener` does not want any more. */
  unlisten(channel: string, listener: Listener): void {
    const listeners = this.#channels.get(channel);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#channels.delete(channel);
  }

  /** @param messages What a transaction sent, in order. */
  deliver(messages: readonly Notification[]): void {
    for (const message of messages) {
      for (const listener of this.#channels.get(message.channel) ?? []) {
        listener.notified(message);
      }
    }
  }
}

type Action =
  | { readonly kind: "notify"; readonly message: Notification }
  | { readonly kind: "listen" | "unlisten"; readonly channel: string }
  | { readonly kind: "unlistenAll" };

/** Messages kept for a client that is busy; the oldest go when there are more. */
const mostWaiting = 10_000;
/** Messages that one transaction may send, and their characters. */
const mostPending = 100_000;
const mostCharacters = 8 * 1024 * 1024;
/** Channels that one session may listen to. */
const mostChannels = 10_000;

/** What one session listens to and what its transaction has sent. */
export class SessionNotifications implements Participant, Listener {
  readonly #hub: NotificationHub;
  readonly #send: (message: Notification) => void;
  readonly #channels = new Set<string>();
  #pending: Action[] = [];
  /** Characters of the messages among them. */
  #characters = 0;
  #seen = new Set<string>();
  #marks: number[] = [];
  #waiting: Notification[] = [];
  #busy = false;

  /**
   * @param hub All sessions.
   * @param send Tells the client.
   */
  constructor(hub: NotificationHub, send: (message: Notification) => void) {
    this.#hub = hub;
    this.#send = send;
  }

  /** Channels listened to. */
  get channels(): ReadonlySet<string> {
    return this.#channels;
  }

  /**
   * NOTIFY.
   *
   * @param message The message; the same one twice in a transaction is sent once.
   * @throws {SqlError} 22023 when the names or the payload are too long.
   */
  notify(message: Notification): void {
    const { channel, payload } = message;
    if (channel === "") {
      throw new SqlError("22023", "channel name cannot be empty");
    }
    if (bytes(channel) > longestChannel) {
      throw new SqlError("22023", "channel name too long");
    }
    if (bytes(payload) >= longestPayload) {
      throw new SqlError("22023", "payload string too long");
    }
    const key = `${channel}\0${payload}`;
    if (this.#seen.has(key)) return;
    if (this.#characters + key.length > mostCharacters) throw queueFull();
    this.#add({ kind: "notify", message });
    this.#characters += key.length;
    this.#seen.add(key);
  }

  #add(action: Action): void {
    if (this.#pending.length >= mostPending) throw queueFull();
    this.#pending.push(action);
  }

  /** @param channel LISTEN; takes effect at the commit. */
  listen(channel: string): void {
    if (
      this.#channels.size >= mostChannels && !this.#channels.has(channel)
    ) {
      throw new SqlError("53400", "too many channels are listened to");
    }
    this.#add({ kind: "listen", channel });
  }

  /** @param channel UNLISTEN; all of them without. */
  unlisten(channel?: string): void {
    this.#add(
      channel === undefined
        ? { kind: "unlistenAll" }
        : { kind: "unlisten", channel },
    );
  }

  /** @param busy Whether the client is inside a transaction or statement: messages wait. */
  set busy(busy: boolean) {
    this.#busy = busy;
    if (busy || this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.#send(message);
  }

  notified(message: Notification): void {
    if (!this.#busy) {
      this.#send(message);
      return;
    }
    if (this.#waiting.length >= mostWaiting) this.#waiting.shift();
    this.#waiting.push(message);
  }

  begin(depth: number): void {
    this.#marks[depth] = this.#pending.length;
  }

  rollbackTo(depth: number): void {
    const length = this.#marks[depth] ?? 0;
    if (length === this.#pending.length) return;
    this.#pending.length = length;
    const keys = this.#pending.flatMap((action) =>
      action.kind === "notify"
        ? [`${action.message.channel}\0${action.message.payload}`]
        : []
    );
    this.#seen = new Set(keys);
    this.#characters = keys.reduce((all, { length }) => all + length, 0);
  }

  end(committed: boolean): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    this.#characters = 0;
    this.#seen.clear();
    if (!committed) return;
    const messages: Notification[] = [];
    for (const action of pending) {
      switch (action.kind) {
        case "notify":
          messages.push(action.message);
          break;
        case "listen":
          this.#channels.add(action.channel);
          this.#hub.listen(action.channel, this);
          break;
        case "unlisten":
          this.#channels.delete(action.channel);
          this.#hub.unlisten(action.channel, this);
          break;
        case "unlistenAll":
          this.close();
      }
    }
    if (messages.length > 0) this.#hub.deliver(messages);
  }

  /** Listens to nothing any more. */
  close(): void {
    for (const channel of this.#channels) this.#hub.unlisten(channel, this);
    this.#channels.clear();
  }
}

function queueFull(): SqlError {
  return new SqlError("54000", "too many notifications in the NOTIFY queue");
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
