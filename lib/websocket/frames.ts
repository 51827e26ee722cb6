/**
 * Frames of a server (RFC 6455, 5.2): never masked, so one frame's bytes can go to many clients.
 *
 * @module
 */

const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const encoder = new TextEncoder();

function frame(
  opcode: keyof typeof opcodes,
  payload: Uint8Array,
): Uint8Array {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const bytes = new Uint8Array(2 + extended + length);
  // FIN is set: nothing is sent in pieces.
  bytes[0] = 0x80 | opcodes[opcode];
  bytes[1] = extended === 0 ? length : extended === 2 ? 126 : 127;
  const view = new DataView(bytes.buffer);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  bytes.set(payload, 2 + extended);
  return bytes;
}

/**
 * @param text A message.
 * @returns Its frame.
 */
export function textFrame(text: string): Uint8Array {
  return frame("text", encoder.encode(text));
}

/**
 * @param bytes A message.
 * @returns Its frame.
 */
export function binaryFrame(bytes: Uint8Array): Uint8Array {
  return frame("binary", bytes);
}

/** Asks whether the other end is still there. */
export const pingFrame: Uint8Array = frame("ping", new Uint8Array());

/**
 * @param payload What the ping held.
 * @returns The answer to it.
 */
export function pongFrame(payload: Uint8Array): Uint8Array {
  return frame("pong", payload);
}

/**
 * @param code Why (RFC 6455, 7.4.1); none for a bare close.
 * @param reason At most 123 bytes; a longer one is cut.
 * @returns The frame.
 */
export function closeFrame(code?: number, reason = ""): Uint8Array {
  if (code === undefined) return frame("close", new Uint8Array());
  const text = encoder.encode(reason).subarray(0, 123);
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return frame("close", payload);
}
