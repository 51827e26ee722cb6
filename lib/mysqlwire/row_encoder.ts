/**
 * Writes rows: as text (answers to COM_QUERY) or binary (answers to COM_STMT_EXECUTE), the common types
 * without a detour over strings.
 *
 * @module
 */

import { fieldType } from "../sql/mysql/column_codes.ts";
import type { Datum } from "../sql/datum.ts";
import { SqlError } from "../sql/error.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import { valueText } from "../sql/mysql/value_text.ts";
import { localOf } from "../sql/types/date_time/arithmetic.ts";
import { civilOf, momentOf } from "../sql/types/date_time/calendar.ts";
import { sessionZone } from "../sql/types/date_time/time_zone.ts";
import { microsOf } from "../sql/mysql/time_value.ts";
import { oid } from "../sql/types/type.ts";
import type { PacketWriter } from "./packet_writer.ts";
import { answer } from "./protocol.ts";

/** A column's types: PostgreSQL's, and the one of the wire. */
export interface EncodedColumn {
  readonly type: number;
  readonly typmod: number;
  /** Type code. */
  readonly code: number;
  /** Whether it is a number without a sign. */
  readonly unsigned: boolean;
}

/** NULL in a text row. */
const nullMark = 0xfb;

const largestInt4 = 2_147_483_647;

const textTypes: ReadonlySet<number> = new Set([
  oid.text,
  oid.varchar,
  oid.numeric,
  oid.json,
  oid.jsonb,
]);

const integerTypes: ReadonlySet<number> = new Set([
  oid.bool,
  oid.int2,
  oid.int4,
  oid.int8,
]);

/** How a column is written as text. */
const way = { integer: 0, text: 1, other: 2 } as const;

function textWay(type: number): number {
  if (integerTypes.has(type)) return way.integer;
  return textTypes.has(type) ? way.text : way.other;
}

/** Writes the rows of one answer. */
export class RowEncoder {
  readonly #columns: readonly EncodedColumn[];
  readonly #ways: readonly number[];

  /**
   * @param columns Columns of the rows.
   */
  constructor(columns: readonly EncodedColumn[]) {
    this.#columns = columns;
    this.#ways = columns.map(({ type, code }) =>
      code === fieldType.year ? way.other : textWay(type)
    );
  }

  /**
   * Writes a text row.
   *
   * @param writer Where to.
   * @param values The row.
   * @param context For the text of dates and the like.
   */
  text(
    writer: PacketWriter,
    values: readonly Datum[],
    context: EvalContext,
  ): void {
    const ways = this.#ways;
    writer.begin();
    try {
      for (let i = 0; i < ways.length; i++) {
        const value = values[i] as Datum;
        if (value === null) {
          writer.byte(nullMark);
        } else if (ways[i] === way.text && typeof value === "string") {
          writer.countedText(value);
        } else if (
          ways[i] === way.integer && typeof value === "number" &&
          value <= largestInt4 && value >= -largestInt4
        ) writer.countedInteger(value);
        else this.#text(writer, i, value, context);
      }
    } catch (error) {
      writer.forget();
      throw error;
    }
    writer.finish();
  }

  /**
   * Writes a binary row.
   *
   * @param writer Where to.
   * @param values The row.
   * @param context For the text of what is sent as text.
   */
  binary(
    writer: PacketWriter,
    values: readonly Datum[],
    context: EvalContext,
  ): void {
    const columns = this.#columns;
    writer.begin();
    try {
      writer.byte(answer.ok);
      // The first two bits are not used.
      const nulls = writer.zeros((columns.length + 9) >> 3);
      for (let i = 0; i < columns.length; i++) {
        const value = values[i] as Datum;
        if (value === null) writer.setBit(nulls, i + 2);
        else this.#binary(writer, i, value, context);
      }
    } catch (error) {
      writer.forget();
      throw error;
    }
    writer.finish();
  }

  /** Four arguments, because an object for each value would be felt. */
  #text(
    writer: PacketWriter,
    i: number,
    value: Datum,
    context: EvalContext,
  ): void {
    // The year 0 is written with four digits.
    const text = this.#columns[i]!.code === fieldType.year
      ? String(value).padStart(4, "0")
      : valueText(value, this.#columns[i]!, context);
    if (text instanceof Uint8Array) writer.countedBytes(text);
    else writer.countedText(text ?? "");
  }

  #binary(
    writer: PacketWriter,
    i: number,
    value: NonNullable<Datum>,
    context: EvalContext,
  ): void {
    const { code, type } = this.#columns[i]!;
    switch (code) {
      case fieldType.tiny:
        return writer.byte(Number(value) & 0xff);
      case fieldType.short:
      case fieldType.year:
        return writer.int16(Number(value) & 0xffff);
      case fieldType.long:
      case fieldType.int24:
        return writer.int32(Number(value) >>> 0);
      case fieldType.longlong:
        if (typeof value !== "string") {
          return writer.int64(value as number | bigint);
        }
        // A number above 2^63 - 1, which only a column without a sign can send.
        if (!this.#columns[i]!.unsigned) {
          throw new SqlError("22003", "bigint out of range");
        }
        return writer.int64(BigInt.asIntN(64, BigInt(value)));
      case fieldType.float:
        return writer.float32(Number(value));
      case fieldType.double:
        return writer.float64(Number(value));
      case fieldType.date:
        return date(writer, Number(value), 0);
      case fieldType.datetime:
      case fieldType.timestamp:
        return moment(writer, value, type, context);
      case fieldType.time:
        return time(
          writer,
          type === oid.interval ? microsOf(value as string) : Number(value),
        );
      default:
        return this.#text(writer, i, value, context);
    }
  }
}

/** Days since 2000 and microseconds, as short as the value allows. */
function date(writer: PacketWriter, days: number, micros: number): void {
  const { year, month, day } = civilOf(days);
  const length = micros === 0 ? 4 : micros % 1_000_000 === 0 ? 7 : 11;
  writer.byte(length);
  writer.int16(year);
  writer.byte(month);
  writer.byte(day);
  if (length > 4) clock(writer, Math.floor(micros / 1_000_000));
  if (length > 7) writer.int32(micros % 1_000_000);
}

function clock(writer: PacketWriter, seconds: number): void {
  writer.byte(Math.floor(seconds / 3600));
  writer.byte(Math.floor(seconds / 60) % 60);
  writer.byte(seconds % 60);
}

function moment(
  writer: PacketWriter,
  value: NonNullable<Datum>,
  type: number,
  context: EvalContext,
): void {
  const at = value as number | bigint;
  const { days, micros } = type === oid.timestamptz
    ? localOf(at, sessionZone(context.timeZone))
    : momentOf(at);
  date(writer, days, micros);
}

function time(writer: PacketWriter, micros: number): void {
  const size = Math.abs(micros);
  if (size === 0) return writer.byte(0);
  const seconds = Math.floor(size / 1_000_000);
  const rest = size % 1_000_000;
  writer.byte(rest === 0 ? 8 : 12);
  writer.byte(micros < 0 ? 1 : 0);
  writer.int32(Math.floor(seconds / 86_400));
  clock(writer, seconds % 86_400);
  if (rest !== 0) writer.int32(rest);
}
