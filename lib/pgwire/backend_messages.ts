/**
 * The messages that a server sends, except rows (PostgreSQL manual, 55.7).
 *
 * @module
 */

import type { SqlErrorFields } from "../sql/error.ts";
import type { OutputColumn } from "../sql/plan.ts";
import type { TypeSource } from "../sql/types/type.ts";
import type { MessageWriter } from "./message_writer.ts";

/** Types of messages that a server sends. */
export const backend = {
  authentication: 0x52, // R
  backendKeyData: 0x4b, // K
  bindComplete: 0x32, // 2
  closeComplete: 0x33, // 3
  commandComplete: 0x43, // C
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyInResponse: 0x47, // G
  copyOutResponse: 0x48, // H
  dataRow: 0x44, // D
  emptyQueryResponse: 0x49, // I
  errorResponse: 0x45, // E
  negotiateProtocolVersion: 0x76, // v
  noData: 0x6e, // n
  noticeResponse: 0x4e, // N
  notificationResponse: 0x41, // A
  parameterDescription: 0x74, // t
  parameterStatus: 0x53, // S
  parseComplete: 0x31, // 1
  portalSuspended: 0x73, // s
  readyForQuery: 0x5a, // Z
  rowDescription: 0x54, // T
} as const;

/** Codes of Authentication messages. */
export const authenticationCode = {
  ok: 0,
  cleartextPassword: 3,
  md5Password: 5,
  sasl: 10,
  saslContinue: 11,
  saslFinal: 12,
} as const;

/** An error or a notice. */
export interface Report {
  readonly severity: string;
  readonly sqlState: string;
  readonly message: string;
  readonly fields: SqlErrorFields;
}

/**
 * Writes a message without a body.
 *
 * @param writer Where to.
 * @param type Its type.
 */
export function bare(writer: MessageWriter, type: number): void {
  writer.begin(type);
  writer.finish();
}

/**
 * Writes an Authentication message.
 *
 * @param writer Where to.
 * @param code Which one.
 * @param data What follows the code.
 */
export function authentication(
  writer: MessageWriter,
  code: number,
  data?: Uint8Array,
): void {
  writer.begin(backend.authentication);
  writer.int32(code);
  if (data !== undefined) writer.raw(data);
  writer.finish();
}

/**
 * Writes the names of the SASL mechanisms.
 *
 * @param writer Where to.
 * @param mechanisms Names, best first.
 */
export function saslMechanisms(
  writer: MessageWriter,
  mechanisms: readonly string[],
): void {
  writer.begin(backend.authentication);
  writer.int32(authenticationCode.sasl);
  for (const mechanism of mechanisms) writer.text(mechanism);
  writer.byte(0);
  writer.finish();
}

/**
 * Writes NegotiateProtocolVersion.
 *
 * @param writer Where to.
 * @param minor Newest minor version of protocol 3 that is spoken here.
 * @param unknown Protocol options of the client that are not.
 */
export function negotiateVersion(
  writer: MessageWriter,
  minor: number,
  unknown: readonly string[],
): void {
  writer.begin(backend.negotiateProtocolVersion);
  // PostgreSQL sends the minor version in the low half of the whole version.
  writer.int32(3 << 16 | minor);
  writer.int32(unknown.length);
  for (const name of unknown) writer.text(name);
  writer.finish();
}

/**
 * Writes ParameterStatus.
 *
 * @param writer Where to.
 * @param name Name of the setting.
 * @param value Its value.
 */
export function parameterStatus(
  writer: MessageWriter,
  name: string,
  value: string,
): void {
  writer.begin(backend.parameterStatus);
  writer.text(name);
  writer.text(value);
  writer.finish();
}

/**
 * Writes BackendKeyData.
 *
 * @param writer Where to.
 * @param processId Process id.
 * @param secret What a CancelRequest must know.
 */
export function backendKeyData(
  writer: MessageWriter,
  processId: number,
  secret: Uint8Array,
): void {
  writer.begin(backend.backendKeyData);
  writer.int32(processId);
  writer.raw(secret);
  writer.finish();
}

/**
 * Writes ReadyForQuery.
 *
 * @param writer Where to.
 * @param status `I`, `T` or `E`.
 */
export function readyForQuery(writer: MessageWriter, status: string): void {
  writer.begin(backend.readyForQuery);
  writer.byte(status.charCodeAt(0));
  writer.finish();
}

/**
 * Writes CommandComplete.
 *
 * @param writer Where to.
 * @param tag For example `INSERT 0 1`.
 */
export function commandComplete(writer: MessageWriter, tag: string): void {
  writer.begin(backend.commandComplete);
  writer.text(tag);
  writer.finish();
}

/**
 * Writes ParameterDescription.
 *
 * @param writer Where to.
 * @param types Types of `$1`, `$2`, ….
 */
export function parameterDescription(
  writer: MessageWriter,
  types: readonly number[],
): void {
  writer.begin(backend.parameterDescription);
  writer.int16(types.length);
  for (const type of types) writer.int32(type);
  writer.finish();
}

/** Clients are told the type under a domain. */
function baseOf(
  typed: Pick<OutputColumn, "type" | "typmod">,
  types: TypeSource,
): Pick<OutputColumn, "type" | "typmod"> {
  let { type, typmod } = typed;
  for (;;) {
    const { baseType, baseTypmod } = types.type(type) ?? {};
    if (baseType === undefined || baseType === 0) return { type, typmod };
    type = baseType;
    if (typmod < 0) typmod = baseTypmod ?? -1;
  }
}

/**
 * Writes RowDescription.
 *
 * @param writer Where to.
 * @param columns Columns.
 * @param options Types, for their lengths, and the format of each column.
 */
export function rowDescription(
  writer: MessageWriter,
  columns: readonly OutputColumn[],
  { types, formats }: {
    types: TypeSource;
    formats: (index: number) => number;
  },
): void {
  writer.begin(backend.rowDescription);
  writer.int16(columns.length);
  for (let i = 0; i < columns.length; i++) {
    const { name, table, column, ...typed } = columns[i]!;
    const { type, typmod } = baseOf(typed, types);
    writer.text(name);
    writer.int32(table);
    writer.int16(column);
    writer.int32(type);
    writer.int16(types.type(type)?.length ?? -1);
    writer.int32(typmod);
    writer.int16(formats(i));
  }
  writer.finish();
}

/**
 * Writes CopyInResponse or CopyOutResponse.
 *
 * @param writer Where to.
 * @param type Which of them.
 * @param options Number of columns, and whether the data is binary.
 */
export function copyResponse(
  writer: MessageWriter,
  type: number,
  { columns, binary }: { columns: number; binary: boolean },
): void {
  const format = binary ? 1 : 0;
  writer.begin(type);
  writer.byte(format);
  writer.int16(columns);
  for (let i = 0; i < columns; i++) writer.int16(format);
  writer.finish();
}

/**
 * Writes NotificationResponse.
 *
 * @param writer Where to.
 * @param notification Who sent it, and what.
 */
export function notificationResponse(
  writer: MessageWriter,
  { processId, channel, payload }: {
    processId: number;
    channel: string;
    payload: string;
  },
): void {
  writer.begin(backend.notificationResponse);
  writer.int32(processId);
  writer.text(channel);
  writer.text(payload);
  writer.finish();
}

/** Codes of the fields (PostgreSQL manual, 55.8). */
const fieldCodes = [
  ["detail", "D"],
  ["hint", "H"],
  ["position", "P"],
  ["where", "W"],
  ["schema", "s"],
  ["table", "t"],
  ["column", "c"],
  ["dataType", "d"],
  ["constraint", "n"],
] as const;

/**
 * Writes ErrorResponse or NoticeResponse.
 *
 * @param writer Where to.
 * @param type Which of them.
 * @param report What happened.
 */
export function reportMessage(
  writer: MessageWriter,
  type: number,
  { severity, sqlState, message, fields }: Report,
): void {
  function field(code: string, value: string): void {
    writer.byte(code.charCodeAt(0));
    // A NUL would end the field early.
    writer.text(value.replaceAll("\0", ""));
  }

  writer.begin(type);
  // The first may be translated, the second never is.
  field("S", severity);
  field("V", severity);
  field("C", sqlState);
  field("M", message);
  for (const [name, code] of fieldCodes) {
    const value = fields[name];
    if (value !== undefined) field(code, String(value));
  }
  writer.byte(0);
  writer.finish();
}
