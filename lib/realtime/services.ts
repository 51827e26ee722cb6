/**
 * What clients make use of.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Identity } from "../engine/engine.ts";
import type { Channel } from "./channel.ts";
import type { RealtimeLimits } from "./limits.ts";
import type { Encode } from "./shared_message.ts";
import type { Topics } from "./topics.ts";

/** What a channel gets of changes. */
export interface Subscription {
  /** The bindings as they were asked for, each with its id. */
  readonly answer: readonly Readonly<Record<string, unknown>>[];
  /** Ends it. */
  readonly stop: () => void;
}

/** Tells channels of committed changes. */
export interface ChangeSource {
  /**
   * @param channel Who asks, and for what.
   * @param lost Called with a sentence when changes cannot be told any more; it must end the channel.
   * @throws {JoinError} When a table is not there or may not be read, or a filter cannot be understood.
   */
  subscribe(channel: Channel, lost: (reason: string) => void): Subscription;

  /**
   * @param channel Who has another identity than before.
   * @param role Whether its role is another too.
   * @throws {JoinError} When it may not read a table any more.
   */
  identityChanged(channel: Channel, role: boolean): void;
}

/** Asks policies who may take part in a private channel. */
export interface Authorization {
  /**
   * @throws {JoinError} When the channel may not be joined.
   */
  join(channel: Channel): Promise<void>;

  /**
   * @throws {JoinError} When nothing of this kind may be sent to the channel.
   */
  send(channel: Channel, extension: "broadcast" | "presence"): Promise<void>;
}

/** See the top of the file. */
export interface ClientServices {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: RealtimeLimits;
  readonly encode: Encode;
  readonly topics: Topics;
  readonly changes: ChangeSource;
  readonly authorization: Authorization;
  /** Whether only private channels may be joined. */
  readonly privateOnly: boolean;
  /**
   * @param token A token; nothing for nobody.
   * @throws {Problem} When it stands for nobody.
   */
  identify(token: string | undefined): Promise<Identity>;
}
