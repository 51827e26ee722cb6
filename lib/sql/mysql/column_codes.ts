/**
 * What a result's columns are on MySQL's wire: type codes, lengths, flags (manual, Protocol::ColumnDefinition41).
 *
 * | PostgreSQL | MySQL |
 * |---|---|
 * | bool | TINY (1) |
 * | int2, int4, int8 | SHORT, LONG, LONGLONG |
 * | float4, float8, numeric | FLOAT, DOUBLE, NEWDECIMAL |
 * | interval | TIME |
 * | date, time, timestamp, timestamptz | DATE, TIME, DATETIME, TIMESTAMP |
 * | json, jsonb | JSON |
 * | bytea | BLOB |
 * | varchar, text and all others | VAR_STRING, BLOB with a character set |
 *
 * @module
 */

import { unsignedMark } from "./unsigned.ts";
import { timeDigits } from "./time_value.ts";
import { oid } from "../types/type.ts";

/** Type codes (`enum_field_types`). */
export const fieldType = {
  decimal: 0,
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  null: 6,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  varchar: 15,
  bit: 16,
  json: 245,
  newdecimal: 246,
  enum: 247,
  set: 248,
  tinyBlob: 249,
  mediumBlob: 250,
  longBlob: 251,
  blob: 252,
  varString: 253,
  string: 254,
  geometry: 255,
} as const;

/** Flags of a column. */
export const columnFlag = {
  notNull: 1,
  primaryKey: 2,
  uniqueKey: 4,
  multipleKey: 8,
  blob: 16,
  unsigned: 32,
  zerofill: 64,
  binary: 128,
  enum: 256,
  autoIncrement: 512,
  timestamp: 1024,
  set: 2048,
  noDefault: 4096,
  onUpdateNow: 8192,
  number: 32_768,
} as const;

/** Character set 63: bytes. */
const binary = 63;
/** utf8mb4_0900_ai_ci. */
const characters = 255;

/** How a column goes over the wire. */
export interface ColumnCode {
  readonly type: number;
  /** Collation number. */
  readonly charset: number;
  /** Longest value in bytes, as clients show it. */
  readonly length: number;
  readonly decimals: number;
  readonly flags: number;
}

const number = (type: number, length: number, decimals = 0): ColumnCode => ({
  type,
  charset: binary,
  length,
  decimals,
  flags: columnFlag.binary | columnFlag.number,
});

const time = (type: number, length: number, typmod: number): ColumnCode => {
  const digits = typmod < 0 ? 6 : Math.min(typmod, 6);
  return {
    type,
    charset: binary,
    length: digits === 0 ? length : length + 1 + digits,
    decimals: digits,
    flags: columnFlag.binary,
  };
};

/**
 * @param type PostgreSQL's type.
 * @param typmod Its modifier.
 * @returns What it is in MySQL.
 */
export function columnCode(type: number, typmod: number): ColumnCode {
  switch (type) {
    case oid.bool:
      return number(fieldType.tiny, 1);
    case oid.int2:
      return number(fieldType.short, 6);
    case oid.int4:
      return number(fieldType.long, 11);
    case oid.int8:
    case oid.oid: {
      const code = number(fieldType.longlong, 20);
      return typmod === unsignedMark
        ? { ...code, flags: code.flags | columnFlag.unsigned }
        : code;
    }
    case oid.float4:
      return number(fieldType.float, 12, 31);
    case oid.float8:
      return number(fieldType.double, 22, 31);
    case oid.numeric: {
      const precision = typmod < 4 ? 65 : ((typmod - 4) >> 16) & 0xffff;
      const scale = typmod < 4 ? 30 : (typmod - 4) & 0x7ff;
      return number(fieldType.newdecimal, precision + 2, Math.min(scale, 30));
    }
    case oid.date:
      return {
        type: fieldType.date,
        charset: binary,
        length: 10,
        decimals: 0,
        flags: columnFlag.binary,
      };
    case oid.time:
      return time(fieldType.time, 10, typmod);
    case oid.interval:
      return time(fieldType.time, 10, timeDigits(typmod));
    case oid.timestamp:
      return time(fieldType.datetime, 19, typmod);
    case oid.timestamptz:
      return time(fieldType.timestamp, 19, typmod);
    case oid.json:
    case oid.jsonb:
      return {
        type: fieldType.json,
        charset: binary,
        length: 4_294_967_295,
        decimals: 0,
        flags: columnFlag.blob | columnFlag.binary,
      };
    case oid.bytea:
      return {
        type: fieldType.blob,
        charset: binary,
        length: 4_294_967_295,
        decimals: 0,
        flags: columnFlag.blob | columnFlag.binary,
      };
    case oid.varchar:
    case oid.bpchar:
      return {
        type: fieldType.varString,
        charset: characters,
        length: typmod < 4 ? 4_294_967_295 : (typmod - 4) * 4,
        decimals: 0,
        flags: 0,
      };
    case oid.text:
      return {
        type: fieldType.blob,
        charset: characters,
        length: 4_294_967_295,
        decimals: 0,
        flags: columnFlag.blob,
      };
    case oid.unknown:
      return {
        type: fieldType.varString,
        charset: characters,
        length: 65_535,
        decimals: 31,
        flags: 0,
      };
    default:
      return {
        type: fieldType.varString,
        charset: characters,
        length: 65_535,
        decimals: 0,
        flags: 0,
      };
  }
}
