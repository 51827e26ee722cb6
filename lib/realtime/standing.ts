/**
 * Who a channel is, and whether it may be: when it is joined, and again later.
 *
 * @module
 */

import { Channel, type ChannelOutlet } from "./channel.ts";
import { JoinError } from "./error.ts";
import { readJoin } from "./join_payload.ts";
import type { PhoenixMessage } from "./phoenix.ts";
import type { ClientServices } from "./services.ts";

/** Who joins. */
export interface Joining {
  readonly outlet: ChannelOutlet;
  /** The channels that it is in already, by topic. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** Token for a join that brings none. */
  readonly token: string | undefined;
}

/**
 * @param message A join.
 * @param joining Who joins.
 * @param services Limits, tokens, policies.
 * @returns The channel, which nobody knows of yet.
 * @throws {JoinError | Problem} When it may not be joined.
 */
export async function makeChannel(
  message: PhoenixMessage,
  { outlet, channels, token: usual }: Joining,
  services: ClientServices,
): Promise<Channel> {
  const { limits, identify, clock, authorization, privateOnly } = services;
  const { topic, ref, joinRef } = message;
  const asked = readJoin(topic, message.payload, limits.bindings);
  if (privateOnly && !asked.private) {
    throw new JoinError("Cannot join: only private channels are allowed here");
  }
  const before = channels.get(topic);
  if (before === undefined && channels.size >= limits.channels) {
    throw new JoinError(
      `Cannot join: a socket may be in ${limits.channels} channels at most`,
    );
  }
  const size = JSON.stringify(message.payload).length + topic.length;
  let kept = size - (before?.size ?? 0);
  for (const each of channels.values()) kept += each.size;
  if (kept > limits.joinSize) {
    throw new JoinError(
      "Cannot join: the channels of this socket ask for too much",
    );
  }
  const token = asked.token ?? usual;
  const channel = new Channel({
    outlet,
    topic,
    joinRef: joinRef ?? ref,
    asked,
    size,
    token,
    identity: await identify(token),
    now: clock.monotonic(),
  });
  await authorization.join(channel);
  return channel;
}

/**
 * Looks up who a channel is now.
 *
 * @param channel A channel.
 * @param token Its token, or a new one.
 * @param services Tokens, policies, changes.
 * @returns Why it may not go on; nothing if it may.
 */
export async function identifyAgain(
  channel: Channel,
  token: string | undefined,
  { identify, clock, authorization, changes }: ClientServices,
): Promise<string | undefined> {
  try {
    const identity = await identify(token);
    const { role, claims } = channel.identity;
    channel.token = token;
    channel.checkedAt = clock.monotonic();
    if (identity.claims === claims) return;
    channel.identity = identity;
    channel.maySend = {};
    await authorization.join(channel);
    changes.identityChanged(channel, role !== identity.role);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.message;
  }
}

/**
 * @param error What was thrown.
 * @returns Whether its sentence is for the client.
 */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error &&
    (error.name === "JoinError" || error.name === "Problem");
}
