import { equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { SqlError } from "../../../lib/sql/error.ts";
import { decode, encode, encodeInto } from "../../../lib/sql/utf8.ts";

const text = fc.string({ unit: "binary", maxLength: 700 })
  .map((value) => value.replaceAll("\0", "x"));

Deno.test("decode() and encodeInto() are each other's inverse", () => {
  fc.assert(
    fc.property(text, fc.nat(20), (value, at) => {
      const room = new Uint8Array(at + value.length * 3);
      const length = encodeInto(value, room, at);

      equal(decode(room, at, at + length), value);
      equal(encode(value).length, length);
    }),
  );
});

const invalid: [bytes: number[], says: string][] = [
  [[0x61, 0xff], "0xff"],
  [[0xc3], "0xc3"],
  [[0xe9, 0x20, 0x61, 0x62], "0xe9 0x20 0x61"],
  [[0x61, 0x00, 0x62], "0x00"],
  [[0xed, 0xa0, 0x80], "0xed 0xa0 0x80"],
  [[0xc0, 0x80], "0xc0 0x80"],
  [[0xf5, 0x80, 0x80, 0x80], "0xf5 0x80 0x80 0x80"],
  [[0xc3, 0xa9, 0x80], "0x80"],
];

for (const [bytes, says] of invalid) {
  for (const before of [0, 12, 500]) {
    Deno.test(`decode() refuses ${bytes} after ${before} bytes`, () => {
      const all = new Uint8Array([...new Array(before).fill(0x61), ...bytes]);

      throws(
        () => decode(all, 0, all.length),
        (error) =>
          error instanceof SqlError && error.sqlState === "22021" &&
          error.message ===
            `invalid byte sequence for encoding "UTF8": ${says}`,
      );
    });
  }
}
