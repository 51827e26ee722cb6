/**
 * One join of one client: what it asked for, and who it is.
 *
 * @module
 */

import type { Identity } from "../engine/engine.ts";
import type { JoinPayload } from "./join_payload.ts";
import type { PhoenixMessage, PhoenixVersion } from "./phoenix.ts";
import type { SharedMessage } from "./shared_message.ts";

/** Where a channel's messages go. */
export interface ChannelOutlet {
  readonly version: PhoenixVersion;
  /** Sends a message to the client. */
  send(message: PhoenixMessage): void;
  /** Sends a frame to the client. */
  sendFrame(frame: Uint8Array): void;
}

/** What a channel is made of. */
export interface ChannelOptions {
  readonly outlet: ChannelOutlet;
  readonly topic: string;
  readonly joinRef: string | null;
  readonly asked: JoinPayload;
  /** Characters of the join. */
  readonly size: number;
  readonly token: string | undefined;
  readonly identity: Identity;
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
}

/** See the top of the file. */
export class Channel {
  readonly outlet: ChannelOutlet;
  /** As the client names it, with `realtime:`. */
  readonly topic: string;
  readonly joinRef: string | null;
  readonly asked: JoinPayload;
  /** Characters of the join that made it. */
  readonly size: number;
  readonly presenceKey: string;
  /** The token that it brought last. */
  token: string | undefined;
  identity: Identity;
  /** When the user and session of its token were looked up, on the monotonic clock. */
  checkedAt: number;
  /** What it gets of a private channel. */
  mayRead = { broadcast: true, presence: true };
  /** Whether it may send to a private channel; not known until it tries. */
  maySend: { broadcast?: boolean; presence?: boolean } = {};
  /** Ends what it gets of changes. */
  unsubscribe: () => void = () => {};

  /**
   * @param options Client, topic, what was asked for.
   */
  constructor(options: ChannelOptions) {
    this.outlet = options.outlet;
    this.topic = options.topic;
    this.joinRef = options.joinRef;
    this.asked = options.asked;
    this.size = options.size;
    this.presenceKey = options.asked.presence.key ?? crypto.randomUUID();
    this.token = options.token;
    this.identity = options.identity;
    this.checkedAt = options.now;
  }

  /** Whether policies decide who may take part. */
  get private(): boolean {
    return this.asked.private;
  }

  /** Name without the prefix that clients add. */
  get name(): string {
    return nameOf(this.topic);
  }

  /** Seconds since 1970 at which its token ends; nothing without a token. */
  get expiresAt(): number | undefined {
    const exp = this.identity.claims?.["exp"];
    return typeof exp === "number" ? exp : undefined;
  }

  /** Sends an event. */
  push(event: string, payload: unknown): void {
    const { topic } = this;
    this.outlet.send({ joinRef: null, ref: null, topic, event, payload });
  }

  /**
   * Sends a `system` event.
   *
   * @param status Whether all is well.
   * @param message A sentence.
   * @param extension Part of the service that it is about.
   */
  system(
    status: "ok" | "error",
    message: string,
    extension: "system" | "postgres_changes" = "system",
  ): void {
    this.push("system", { channel: this.name, extension, message, status });
  }

  /** Sends what many get. */
  sendShared(message: SharedMessage): void {
    const frame = message.frame(this.outlet.version);
    if (frame !== undefined) this.outlet.sendFrame(frame);
  }
}

/**
 * @param topic Topic as clients name it.
 * @returns Its name without `realtime:`.
 */
export function nameOf(topic: string): string {
  return topic.startsWith("realtime:") ? topic.slice(9) : topic;
}
