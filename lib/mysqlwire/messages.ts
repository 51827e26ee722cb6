/**
 * Messages that the server sends: greeting, OK, EOF, ERR and those of authentication.
 *
 * @module
 */

import type { MysqlError } from "../sql/mysql/error.ts";
import type { PacketWriter } from "./packet_writer.ts";
import { answer, capability, charset, status } from "./protocol.ts";

/** What the greeting says. */
export interface Greeting {
  readonly version: string;
  readonly connectionId: number;
  /** 20 bytes. */
  readonly scramble: Uint8Array;
  readonly capabilities: number;
  readonly plugin: string;
}

/** Protocol version 10. */
const protocolVersion = 10;

/** Bytes of the scramble that come in the first part. */
const firstPart = 8;

/**
 * Writes HandshakeV10.
 *
 * @param writer Where to.
 * @param greeting What it says.
 */
export function greet(writer: PacketWriter, greeting: Greeting): void {
  const { version, connectionId, scramble, capabilities, plugin } = greeting;
  writer.begin();
  writer.byte(protocolVersion);
  writer.text(version);
  writer.int32(connectionId);
  writer.raw(scramble.subarray(0, firstPart));
  writer.byte(0);
  writer.int16(capabilities & 0xffff);
  writer.byte(charset.utf8mb4);
  writer.int16(status.autocommit);
  writer.int16(capabilities >>> 16);
  writer.byte(scramble.length + 1);
  writer.zeros(10);
  writer.raw(scramble.subarray(firstPart));
  writer.byte(0);
  writer.text(plugin);
  writer.finish();
}

/**
 * Writes AuthSwitchRequest.
 *
 * @param writer Where to.
 * @param plugin Plugin to go on with.
 * @param scramble Its challenge.
 */
export function switchPlugin(
  writer: PacketWriter,
  plugin: string,
  scramble: Uint8Array,
): void {
  writer.begin();
  writer.byte(answer.eof);
  writer.text(plugin);
  writer.raw(scramble);
  writer.byte(0);
  writer.finish();
}

/**
 * Writes AuthMoreData.
 *
 * @param writer Where to.
 * @param data For the plugin.
 */
export function moreData(writer: PacketWriter, data: Uint8Array): void {
  writer.begin();
  writer.byte(answer.moreData);
  writer.raw(data);
  writer.finish();
}

/** What OK says. */
export interface Outcome {
  /** @default {0} */
  readonly affected?: number | bigint;
  /** @default {0} */
  readonly insertId?: number | bigint;
  /** Bits of {@linkcode status}. */
  readonly status: number;
  /** @default {0} */
  readonly warnings?: number;
  /** A sentence for people. */
  readonly info?: string;
  /** The database that is now in use, if it changed. */
  readonly schema?: string | undefined;
}

/** Kinds of changes of the session. */
const trackSchema = 1;

/**
 * Writes OK.
 *
 * @param writer Where to.
 * @param capabilities Of the client.
 * @param outcome What it says.
 * @param head `0xfe` when it ends rows.
 */
export function ok(
  writer: PacketWriter,
  capabilities: number,
  outcome: Outcome,
  head: number = answer.ok,
): void {
  const { affected = 0, insertId = 0, warnings = 0, info = "", schema } =
    outcome;
  const tracks = (capabilities & capability.sessionTrack) !== 0;
  const changed = tracks && schema !== undefined;
  writer.begin();
  writer.byte(head);
  writer.count(affected);
  writer.count(insertId);
  writer.int16(
    changed ? outcome.status | status.sessionStateChanged : outcome.status,
  );
  writer.int16(Math.min(warnings, 0xffff));
  if (!tracks) writer.restText(info);
  else if (changed || info !== "") writer.countedText(info);
  if (changed) {
    const name = new TextEncoder().encode(schema);
    // A name is shorter than 251 bytes, so each length is one byte.
    writer.byte(name.length + 3);
    writer.byte(trackSchema);
    writer.byte(name.length + 1);
    writer.countedBytes(name);
  }
  writer.finish();
}

/**
 * Writes EOF, or what stands for it with clients that know better.
 *
 * @param writer Where to.
 * @param capabilities Of the client.
 * @param outcome What it says.
 */
export function endRows(
  writer: PacketWriter,
  capabilities: number,
  outcome: Outcome,
): void {
  if ((capabilities & capability.deprecateEof) !== 0) {
    return ok(writer, capabilities, outcome, answer.eof);
  }
  eof(writer, outcome);
}

/**
 * Writes EOF.
 *
 * @param writer Where to.
 * @param outcome Status and warnings.
 */
export function eof(writer: PacketWriter, outcome: Outcome): void {
  writer.begin();
  writer.byte(answer.eof);
  writer.int16(Math.min(outcome.warnings ?? 0, 0xffff));
  writer.int16(outcome.status);
  writer.finish();
}

/**
 * Writes ERR.
 *
 * @param writer Where to.
 * @param error What it says.
 * @param knowsState Whether the client has said that it reads SQLSTATEs.
 */
export function fail(
  writer: PacketWriter,
  error: MysqlError,
  knowsState = true,
): void {
  writer.begin();
  writer.byte(answer.error);
  writer.int16(error.errno);
  if (knowsState) writer.restText(`#${error.sqlState}`);
  writer.restText(error.message);
  writer.finish();
}
