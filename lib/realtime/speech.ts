/**
 * What clients tell each other: broadcasts, and presence.
 *
 * @module
 */

import type { Channel } from "./channel.ts";
import type { PhoenixMessage } from "./phoenix.ts";
import type { Authorization } from "./services.ts";
import type { Topics } from "./topics.ts";

/** What speaking needs. */
export interface Speech {
  readonly topics: Topics;
  readonly authorization: Authorization;
  /** Answers a message. */
  reply(
    message: PhoenixMessage,
    status: "ok" | "error",
    response?: unknown,
  ): undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param channel Who speaks.
 * @param message An event for the others.
 * @param speech Topics, policies.
 * @returns A promise when policies have to be asked.
 * @throws {JoinError} When it may not.
 */
export function broadcast(
  channel: Channel,
  message: PhoenixMessage,
  speech: Speech,
): Promise<void> | undefined {
  const { event, payload } = message.payload as Fields;
  if (typeof event !== "string") {
    return speech.reply(message, "error", {
      reason: "Cannot broadcast: payload has no event",
    });
  }
  return whenAllowed(channel, "broadcast", speech, () => {
    speech.topics.broadcast(
      channel,
      { type: "broadcast", event, payload: payload ?? {} },
      channel,
    );
    if (channel.asked.broadcast.ack) speech.reply(message, "ok");
  });
}

/**
 * @param channel Who tells something of itself, or is not to be seen any more.
 * @param message Which of the two.
 * @param speech Topics, policies.
 * @returns A promise when policies have to be asked.
 * @throws {JoinError} When it may not.
 */
export function presence(
  channel: Channel,
  message: PhoenixMessage,
  speech: Speech,
): Promise<void> | undefined {
  const { event, payload } = message.payload as Fields;
  const what = String(event).toLowerCase();
  if (what === "untrack") {
    speech.topics.untrack(channel);
    return speech.reply(message, "ok");
  }
  if (what !== "track") {
    return speech.reply(message, "error", {
      reason: "Cannot take presence: event must be track or untrack",
    });
  }
  return whenAllowed(channel, "presence", speech, () => {
    speech.topics.track(
      channel,
      typeof payload === "object" ? payload as Fields : {},
    );
    speech.reply(message, "ok");
  });
}

/** Does it at once where policies have nothing to say. */
function whenAllowed(
  channel: Channel,
  extension: "broadcast" | "presence",
  { authorization }: Speech,
  act: () => void,
): Promise<void> | undefined {
  if (!channel.private || channel.maySend[extension] === true) {
    return void act();
  }
  return authorization.send(channel, extension).then(act);
}
