/**
 * Universally unique identifiers (manual, 9.14; versions 4 and 7 of RFC 9562).
 *
 * @module
 */

import { type Definition, fn } from "./define.ts";

let lastTime = 0;
let lastFraction = 0;

/**
 * Makes an identifier of version 7: each is greater than the one before it in this process.
 *
 * @param milliseconds Time since 1970, with fractions.
 * @returns The identifier.
 */
export function uuidVersion7(milliseconds: number): string {
  let time = Math.floor(milliseconds);
  // Twelve bits below the millisecond, as PostgreSQL 18 does.
  let fraction = Math.floor((milliseconds - time) * 4096);
  if (time < lastTime || (time === lastTime && fraction <= lastFraction)) {
    time = lastTime;
    fraction = lastFraction + 1;
    if (fraction > 4095) {
      time++;
      fraction = 0;
    }
  }
  lastTime = time;
  lastFraction = fraction;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(time / 2 ** 32));
  view.setUint32(2, time % 2 ** 32);
  view.setUint16(6, 0x7000 | fraction);
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const digits = bytes.toHex();
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${
    digits.slice(12, 16)
  }-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/** See the top of the file. */
export const uuidFunctions: readonly Definition[] = [
  fn("gen_random_uuid() uuid", {
    oid: 3432,
    volatility: "v",
    call: () => crypto.randomUUID(),
  }),
  ...["uuidv4()", "uuid_generate_v4()"].map((signature) =>
    fn(`${signature} uuid`, {
      volatility: "v",
      call: () => crypto.randomUUID(),
    })
  ),
  fn("uuidv7() uuid", {
    volatility: "v",
    call: (_, context) => uuidVersion7(context.clock()),
  }),
];
