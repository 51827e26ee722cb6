/**
 * Who has joined what, and what they tell each other: broadcasts and presence.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import { JoinError } from "./error.ts";
import type { RealtimeLimits } from "./limits.ts";
import type { BroadcastPayload } from "./phoenix.ts";
import { Presence, type PresenceDiff } from "./presence.ts";
import { type Encode, SharedMessage } from "./shared_message.ts";

/** Limits of what is tracked. */
export type TopicLimits = Pick<
  RealtimeLimits,
  "presences" | "presenceSize" | "presenceTotal"
>;

interface Topic {
  readonly members: Set<Channel>;
  readonly presence: Presence;
}

/** See the top of the file. */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  readonly #encode: Encode;
  readonly #limits: TopicLimits;
  /** Characters of what each channel tells of itself. */
  readonly #sizes = new Map<Channel, number>();
  #total = 0;

  /**
   * @param encode Makes frames.
   * @param limits Of presence.
   */
  constructor(encode: Encode, limits: TopicLimits) {
    this.#encode = encode;
    this.#limits = limits;
  }

  /**
   * @param channel Joins its topic.
   */
  join(channel: Channel): void {
    const key = keyOf(channel);
    let topic = this.#topics.get(key);
    if (topic === undefined) {
      topic = { members: new Set(), presence: new Presence() };
      this.#topics.set(key, topic);
    }
    topic.members.add(channel);
  }

  /**
   * @param channel Leaves its topic; the others are told if it was tracked.
   */
  leave(channel: Channel): void {
    const key = keyOf(channel);
    const topic = this.#topics.get(key);
    if (topic === undefined || !topic.members.delete(channel)) return;
    this.#count(channel, 0);
    if (topic.members.size === 0) this.#topics.delete(key);
    else this.#tell(topic, channel, topic.presence.untrack(channel));
  }

  /** @returns What `presence_state` holds. */
  state(channel: Channel): Record<string, unknown> {
    return this.#topics.get(keyOf(channel))?.presence.state() ?? {};
  }

  /**
   * @param channel Who tells something of itself.
   * @param payload What.
   * @throws {JoinError} When too many are tracked already.
   */
  track(channel: Channel, payload: Readonly<Record<string, unknown>>): void {
    const topic = this.#topics.get(keyOf(channel));
    if (topic === undefined) return;
    const { presence } = topic;
    const { presences, presenceSize, presenceTotal } = this.#limits;
    if (!presence.has(channel) && presence.size >= presences) {
      throw new JoinError(
        `Cannot track: ${presences} are tracked in this channel already`,
      );
    }
    const size = JSON.stringify(payload).length + channel.presenceKey.length;
    if (size > presenceSize) {
      throw new JoinError(
        `Cannot track: what is told has more than ${presenceSize} characters`,
      );
    }
    const total = this.#total - (this.#sizes.get(channel) ?? 0) + size;
    if (total > presenceTotal) {
      throw new JoinError("Cannot track: the server keeps too much of others");
    }
    this.#count(channel, size);
    const { presenceKey } = channel;
    this.#tell(topic, channel, presence.track(channel, presenceKey, payload));
  }

  /**
   * @param channel Who is not to be seen any more.
   */
  untrack(channel: Channel): void {
    const topic = this.#topics.get(keyOf(channel));
    if (topic !== undefined) {
      this.#count(channel, 0);
      this.#tell(topic, channel, topic.presence.untrack(channel));
    }
  }

  /**
   * @param target Topic, and whether it is a private one.
   * @param payload What is said.
   * @param from Who says it; nothing for a message that came over HTTP.
   */
  broadcast(
    target: { readonly topic: string; readonly private: boolean },
    payload: BroadcastPayload,
    from?: Channel,
  ): void {
    const topic = this.#topics.get(keyOf(target));
    if (topic === undefined) return;
    const message = this.#message(target.topic, "broadcast", payload);
    for (const member of topic.members) {
      if (member === from && !member.asked.broadcast.self) continue;
      if (member.mayRead.broadcast) member.sendShared(message);
    }
  }

  #count(channel: Channel, size: number): void {
    this.#total += size - (this.#sizes.get(channel) ?? 0);
    if (size === 0) this.#sizes.delete(channel);
    else this.#sizes.set(channel, size);
  }

  #tell(topic: Topic, { topic: name }: Channel, diff?: PresenceDiff): void {
    if (diff === undefined) return;
    const message = this.#message(name, "presence_diff", diff);
    for (const member of topic.members) {
      if (seesPresence(member)) member.sendShared(message);
    }
  }

  #message(topic: string, event: string, payload: unknown): SharedMessage {
    return new SharedMessage(
      { joinRef: null, ref: null, topic, event, payload },
      this.#encode,
    );
  }
}

/**
 * @param channel A member.
 * @returns Whether it is told who is there.
 */
export function seesPresence({ asked, mayRead }: Channel): boolean {
  return asked.presence.enabled && mayRead.presence;
}

/** A private channel and a public one of the same name are two. */
function keyOf(
  { topic, private: hidden }: {
    readonly topic: string;
    readonly private: boolean;
  },
): string {
  return `${hidden ? "private" : "public"} ${topic}`;
}
