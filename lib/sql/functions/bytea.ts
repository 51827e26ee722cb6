/**
 * Functions of byte strings (manual, 9.5).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { type Definition, fn, op } from "./define.ts";

type Args = readonly Datum[];
const bytes = (args: Args, i: number) => args[i] as Uint8Array;
const number = (args: Args, i: number) => Number(args[i]);

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const result = new Uint8Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}

function substring(source: Uint8Array, start: number, length = Infinity) {
  if (length < 0) {
    throw new SqlError("22011", "negative substring length not allowed");
  }
  const from = Math.max(start, 1);
  return source.slice(from - 1, Math.max(start + length, from) - 1);
}

function overlay(
  source: Uint8Array,
  placed: Uint8Array,
  start: number,
  length = placed.length,
): Uint8Array {
  if (start <= 0) {
    throw new SqlError("22011", "negative substring length not allowed");
  }
  return join(
    join(substring(source, 1, start - 1), placed),
    substring(source, start + length),
  );
}

function trim(
  source: Uint8Array,
  set: Uint8Array,
  left: boolean,
  right: boolean,
) {
  let from = 0;
  let to = source.length;
  while (left && from < to && set.includes(source[from] as number)) from++;
  while (right && to > from && set.includes(source[to - 1] as number)) to--;
  return source.slice(from, to);
}

function index(source: Uint8Array, at: number, perByte = 1): number {
  const size = source.length * perByte;
  if (at < 0 || at >= size) {
    throw new SqlError(
      "2202E",
      `index ${at} out of valid range, 0..${size - 1}`,
    );
  }
  return at;
}

function setByte(source: Uint8Array, at: number, value: number): Uint8Array {
  const copy = source.slice();
  copy[index(source, at)] = value & 255;
  return copy;
}

function setBit(source: Uint8Array, at: number, value: number): Uint8Array {
  index(source, at, 8);
  if (value !== 0 && value !== 1) {
    throw new SqlError("22023", "new bit must be 0 or 1");
  }
  const copy = source.slice();
  const mask = 1 << (at & 7);
  const byte = copy[at >> 3] as number;
  copy[at >> 3] = value === 1 ? byte | mask : byte & ~mask;
  return copy;
}

/** See the top of the file. */
export const byteaFunctions: readonly Definition[] = [
  // SQLite's || makes text of its operands.
  op("bytea || bytea = bytea", { call: (a) => join(bytes(a, 0), bytes(a, 1)) }),
  fn("length(bytea) int4", { sql: ([b]) => `length(${b})` }),
  fn("octet_length(bytea) int4", { sql: ([b]) => `length(${b})` }),
  fn("bit_length(bytea) int4", { sql: ([b]) => `(length(${b}) * 8)` }),
  fn("bit_count(bytea) int8", {
    call(a) {
      let ones = 0;
      for (let byte of bytes(a, 0)) {
        for (; byte > 0; byte >>= 1) ones += byte & 1;
      }
      return ones;
    },
  }),
  ...["substring", "substr"].flatMap((name) => [
    fn(`${name}(bytea, int4) bytea`, {
      call: (a) => substring(bytes(a, 0), number(a, 1)),
    }),
    fn(`${name}(bytea, int4, int4) bytea`, {
      call: (a) => substring(bytes(a, 0), number(a, 1), number(a, 2)),
    }),
  ]),
  fn("position(bytea, bytea) int4", {
    sql: ([b, part]) => `instr(${b}, ${part})`,
  }),
  fn("overlay(bytea, bytea, int4) bytea", {
    call: (a) => overlay(bytes(a, 0), bytes(a, 1), number(a, 2)),
  }),
  fn("overlay(bytea, bytea, int4, int4) bytea", {
    call: (a) => overlay(bytes(a, 0), bytes(a, 1), number(a, 2), number(a, 3)),
  }),
  fn("btrim(bytea, bytea) bytea", {
    call: (a) => trim(bytes(a, 0), bytes(a, 1), true, true),
  }),
  fn("ltrim(bytea, bytea) bytea", {
    call: (a) => trim(bytes(a, 0), bytes(a, 1), true, false),
  }),
  fn("rtrim(bytea, bytea) bytea", {
    call: (a) => trim(bytes(a, 0), bytes(a, 1), false, true),
  }),
  fn("get_byte(bytea, int4) int4", {
    call: (a) => bytes(a, 0)[index(bytes(a, 0), number(a, 1))] as number,
  }),
  fn("set_byte(bytea, int4, int4) bytea", {
    call: (a) => setByte(bytes(a, 0), number(a, 1), number(a, 2)),
  }),
  fn("get_bit(bytea, int8) int4", {
    call(a) {
      const at = index(bytes(a, 0), number(a, 1), 8);
      return ((bytes(a, 0)[at >> 3] as number) >> (at & 7)) & 1;
    },
  }),
  fn("set_bit(bytea, int8, int4) bytea", {
    call: (a) => setBit(bytes(a, 0), number(a, 1), number(a, 2)),
  }),
];
