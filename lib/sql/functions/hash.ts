/**
 * Digests (manual, 9.5).
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type Definition, fn } from "./define.ts";

function digest(algorithm: string, data: string | Uint8Array): Uint8Array {
  return new Uint8Array(createHash(algorithm).update(data).digest());
}

/** See the top of the file. */
export const hashFunctions: readonly Definition[] = [
  fn("md5(text) text", { call: ([s]) => digest("md5", s as string).toHex() }),
  fn("md5(bytea) text", {
    call: ([b]) => digest("md5", b as Uint8Array).toHex(),
  }),
  ...["sha224", "sha256", "sha384", "sha512"].map((name) =>
    fn(`${name}(bytea) bytea`, {
      call: ([b]) => digest(name, b as Uint8Array),
    })
  ),
];
