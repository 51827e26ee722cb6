/**
 * Reads the values that COM_STMT_EXECUTE brings (MySQL internals, "Binary Protocol Value"), and fits
 * them to the types that a statement wants.
 *
 * @module
 */

import { fieldType } from "../sql/mysql/column_codes.ts";
import type { Datum } from "../sql/datum.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import { readTime as timeOfText } from "../sql/functions/mysql/read_text.ts";
import { largeDatum } from "../sql/mysql/unsigned.ts";
import { mostTime, timeDatum } from "../sql/mysql/time_value.ts";
import { oid } from "../sql/types/type.ts";
import { decode } from "../sql/utf8.ts";
import { malformed } from "./failure.ts";
import type { PacketReader } from "./packet_reader.ts";

/** A value of a client: a number, a text, bytes of a text or of anything, NULL. */
export type ClientValue =
  | null
  | number
  | bigint
  | string
  | Uint8Array<ArrayBuffer>;

/** A type as a client gives it: its code, and `0x8000` for one without sign. */
export type ClientType = number;

const unsignedBit = 0x8000;

const encoder = new TextEncoder();

const two = (value: number) => String(value).padStart(2, "0");

/** Days, or days and a time, as MySQL writes them. */
function readMoment(message: PacketReader): string {
  const length = message.byte();
  if (length === 0) return "0000-00-00 00:00:00";
  if (length !== 4 && length !== 7 && length !== 11) throw malformed();
  const year = String(message.uint16()).padStart(4, "0");
  const month = two(message.byte());
  let text = `${year}-${month}-${two(message.byte())}`;
  if (length > 4) text += ` ${readClock(message)}`;
  if (length > 7) text += `.${String(message.uint32()).padStart(6, "0")}`;
  return text;
}

function readClock(message: PacketReader): string {
  const hours = two(message.byte());
  const minutes = two(message.byte());
  return `${hours}:${minutes}:${two(message.byte())}`;
}

function readTime(message: PacketReader): string {
  const length = message.byte();
  if (length === 0) return "00:00:00";
  if (length !== 8 && length !== 12) throw malformed();
  const sign = message.byte() === 0 ? "" : "-";
  const hours = message.uint32() * 24 + message.byte();
  const minutes = two(message.byte());
  const text = `${sign}${two(hours)}:${minutes}:${two(message.byte())}`;
  return length === 8
    ? text
    : `${text}.${String(message.uint32()).padStart(6, "0")}`;
}

/**
 * Reads one value.
 *
 * @param message Message.
 * @param type Its type.
 * @returns The value.
 * @throws {FatalError} 1835 when it is not all there, or of no known type.
 */
export function readValue(
  message: PacketReader,
  type: ClientType,
): ClientValue {
  const isUnsigned = (type & unsignedBit) !== 0;
  switch (type & 0xff) {
    case fieldType.null:
      return null;
    case fieldType.tiny: {
      const value = message.byte();
      return isUnsigned ? value : value << 24 >> 24;
    }
    case fieldType.short:
    case fieldType.year: {
      const value = message.uint16();
      return isUnsigned ? value : value << 16 >> 16;
    }
    case fieldType.long:
    case fieldType.int24: {
      const value = message.uint32();
      return isUnsigned ? value : value | 0;
    }
    case fieldType.longlong: {
      const at = message.skip(8);
      const value = isUnsigned
        ? message.view.getBigUint64(at, true)
        : message.view.getBigInt64(at, true);
      const small = Number(value);
      return Number.isSafeInteger(small) ? small : value;
    }
    case fieldType.float:
      return Number(
        message.view.getFloat32(message.skip(4), true).toPrecision(7),
      );
    case fieldType.double:
      return message.view.getFloat64(message.skip(8), true);
    case fieldType.date:
    case fieldType.datetime:
    case fieldType.timestamp:
      return encoder.encode(readMoment(message));
    case fieldType.time:
      return encoder.encode(readTime(message));
    case fieldType.decimal:
    case fieldType.newdecimal:
    case fieldType.varchar:
    case fieldType.bit:
    case fieldType.json:
    case fieldType.enum:
    case fieldType.set:
    case fieldType.tinyBlob:
    case fieldType.mediumBlob:
    case fieldType.longBlob:
    case fieldType.blob:
    case fieldType.varString:
    case fieldType.string:
      return message.countedBytes();
    default:
      throw malformed();
  }
}

/** What one execution brings. */
export interface ClientValues {
  readonly values: readonly ClientValue[];
  /** Types, for the next execution that brings none. */
  readonly types: readonly ClientType[];
}

/**
 * Reads all values of a COM_STMT_EXECUTE.
 *
 * @param message Message, at the NULL bits.
 * @param count How many there are.
 * @param known Types of the execution before, and values that came in pieces.
 * @returns The values.
 * @throws {MysqlError} 1210 when nobody has told the types.
 */
export function readValues(
  message: PacketReader,
  count: number,
  { types: before, long }: {
    readonly types: readonly ClientType[] | undefined;
    readonly long: ReadonlyMap<number, Uint8Array<ArrayBuffer>>;
  },
): ClientValues {
  if (count === 0) return { values: [], types: [] };
  const { bytes } = message;
  const nulls = message.skip((count + 7) >> 3);
  let types = before;
  if (message.byte() !== 0) {
    types = Array.from({ length: count }, () => message.uint16());
  }
  if (types === undefined) {
    throw new MysqlError(
      1210,
      "HY000",
      "Incorrect arguments to mysqld_stmt_execute",
    );
  }
  const given = types;
  const values = Array.from({ length: count }, (_, i): ClientValue => {
    const piece = long.get(i);
    if (piece !== undefined) return piece;
    const isNull = (bytes[nulls + (i >> 3)]! & 1 << (i & 7)) !== 0;
    return isNull ? null : readValue(message, given[i]!);
  });
  return { values, types };
}

const integers: ReadonlySet<number> = new Set([oid.int2, oid.int4, oid.int8]);

const ranges: Readonly<Record<number, number>> = {
  [oid.int2]: 0x7fff,
  [oid.int4]: 0x7fff_ffff,
  [oid.int8]: Number.MAX_SAFE_INTEGER,
};

/**
 * @param value Value.
 * @returns A type that takes it as it is.
 */
export function ownType(value: ClientValue): number {
  if (value === null) return oid.text;
  if (typeof value === "bigint") {
    return BigInt.asIntN(64, value) === value ? oid.int8 : oid.numeric;
  }
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? oid.int8 : oid.float8;
  }
  if (typeof value === "string") return oid.text;
  return textOf(value) === undefined ? oid.bytea : oid.text;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decode(bytes, 0, bytes.length);
  } catch {
    return undefined;
  }
}

function fitNumber(value: number | bigint, type: number): Datum | undefined {
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  if (integers.has(type)) {
    const most = ranges[type]!;
    if (!isWhole) return undefined;
    if (value <= most && value >= -most) return value;
    if (type !== oid.int8) return undefined;
    const whole = BigInt(value);
    return BigInt.asIntN(64, whole) === whole
      ? value
      : largeDatum(String(whole));
  }
  switch (type) {
    case oid.bool:
      return value === 0 || value === 1 ? value : undefined;
    case oid.float4:
    case oid.float8:
      return Number(value);
    case oid.numeric:
      return isWhole ? String(value) : undefined;
    default:
      return undefined;
  }
}

/**
 * Fits a value to a type.
 *
 * @param value Value.
 * @param type Type that the statement wants.
 * @param context Session.
 * @returns The value in the form of `lib/sql/datum.ts`, `undefined` when it does not fit.
 */
export function fit(
  value: ClientValue,
  type: number,
  context: EvalContext,
): Datum | undefined {
  if (value === null) return null;
  if (typeof value === "number" || typeof value === "bigint") {
    return fitNumber(value, type);
  }
  if (type === oid.bytea) {
    return typeof value === "string" ? encoder.encode(value) : value;
  }
  const text = typeof value === "string" ? value : textOf(value);
  if (text === undefined) return undefined;
  if (type === oid.text || type === oid.varchar || type === oid.unknown) {
    return text;
  }
  if (type === oid.int8) {
    const large = largeDatum(text);
    if (large !== undefined) return large;
  }
  // MySQL reads `101112` as a time, PostgreSQL as seconds.
  if (type === oid.interval) {
    const micros = timeOfText(text);
    return micros === undefined || Math.abs(micros) > mostTime
      ? undefined
      : timeDatum(micros);
  }
  try {
    return context.type(type)?.input(text, -1, context);
  } catch {
    return undefined;
  }
}

/**
 * @param values Values.
 * @param wanted Types that a statement wants.
 * @param context Session.
 * @returns The values; or, when one does not fit, types to prepare the statement anew with.
 */
export function fitAll(
  values: readonly ClientValue[],
  wanted: readonly number[],
  context: EvalContext,
): { readonly values: Datum[] } | { readonly types: number[] } {
  const fitted: Datum[] = [];
  let types: number[] | undefined;
  for (let i = 0; i < wanted.length; i++) {
    const value = values[i] ?? null;
    const datum = fit(value, wanted[i]!, context);
    if (datum !== undefined) {
      fitted.push(datum);
      continue;
    }
    types ??= new Array<number>(wanted.length).fill(0);
    types[i] = ownType(value);
  }
  return types === undefined ? { values: fitted } : { types };
}
