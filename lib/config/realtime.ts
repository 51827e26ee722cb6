/**
 * The settings of `/realtime/v1`: what they are, and what follows from them.
 *
 * @module
 */

import { count, on, type Setting } from "./setting.ts";
import type { RealtimeConfig } from "./types.ts";

/** Settings of `/realtime/v1`. */
export const realtimeSettings = {
  noRealtime: on({
    flag: "no-realtime",
    group: "Realtime",
    help: "switch /realtime/v1 off",
  }),
  realtimePrivateOnly: on({
    flag: "realtime-private-only",
    group: "Realtime",
    help: "let nobody join a channel that policies do not watch over",
  }),
  realtimeMaxSockets: count("realtime-max-sockets", {
    group: "Realtime",
    help: "open sockets at most; --max-connections counts them too",
    range: [1, 1_000_000],
    preset: 6000,
  }),
  realtimeMaxSocketsPerAddress: count("realtime-max-sockets-per-address", {
    group: "Realtime",
    help: "open sockets of one address at most",
    range: [1, 1_000_000],
    preset: 1000,
  }),
  realtimeMaxMessageKib: count("realtime-max-message-kib", {
    group: "Realtime",
    help: "message of a client in KiB, at most",
    range: [1, 16_384],
    preset: 256,
  }),
};

/** Value of each of {@linkcode realtimeSettings}. */
export type RealtimeSettingValues = {
  readonly [Name in keyof typeof realtimeSettings]:
    (typeof realtimeSettings)[Name] extends Setting<infer T> ? T : never;
};

/**
 * @param values Values of the settings.
 * @param schemas Schemas whose tables are told of: those of `/rest/v1`.
 * @returns How `/realtime/v1` works.
 */
export function readRealtime(
  values: RealtimeSettingValues,
  schemas: readonly string[],
): RealtimeConfig {
  return {
    schemas: [...new Set(schemas)],
    privateOnly: values.realtimePrivateOnly,
    sockets: values.realtimeMaxSockets,
    socketsPerAddress: values.realtimeMaxSocketsPerAddress,
    messageBytes: values.realtimeMaxMessageKib * 1024,
  };
}
