/**
 * Writes rows in the formats that a client asked for, the common types without a detour over
 * strings and closures.
 *
 * @module
 */

import type { Datum } from "../sql/datum.ts";
import { SqlError } from "../sql/error.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import type { OutputColumn } from "../sql/plan.ts";
import { oid, type PgType } from "../sql/types/type.ts";
import { backend } from "./backend_messages.ts";
import type { MessageWriter } from "./message_writer.ts";

/** Format codes. */
export const format = { text: 0, binary: 1 } as const;

/** How a column is written. */
const how = {
  /** The type's own text form. */
  output: 0,
  /** The type's own binary form. */
  send: 1,
  /** Text that is kept as it is sent; its binary form is the same. */
  text: 2,
  /** An integer, as text. */
  integerText: 3,
  boolText: 4,
  int2: 5,
  int4: 6,
  int8: 7,
  bool: 8,
  float4: 9,
  float8: 10,
  bytea: 11,
} as const;

type How = (typeof how)[keyof typeof how];

const textWays: Readonly<Record<number, How>> = {
  [oid.int2]: how.integerText,
  [oid.int4]: how.integerText,
  [oid.int8]: how.integerText,
  [oid.oid]: how.integerText,
  [oid.bool]: how.boolText,
  [oid.text]: how.text,
  [oid.varchar]: how.text,
  [oid.bpchar]: how.text,
  [oid.name]: how.text,
  [oid.unknown]: how.text,
  [oid.numeric]: how.text,
  [oid.uuid]: how.text,
  [oid.json]: how.text,
  [oid.jsonb]: how.text,
};

const binaryWays: Readonly<Record<number, How>> = {
  [oid.int2]: how.int2,
  [oid.int4]: how.int4,
  [oid.int8]: how.int8,
  [oid.oid]: how.int4,
  [oid.bool]: how.bool,
  [oid.float4]: how.float4,
  [oid.float8]: how.float8,
  [oid.text]: how.text,
  [oid.varchar]: how.text,
  [oid.bpchar]: how.text,
  [oid.name]: how.text,
  [oid.unknown]: how.text,
  [oid.json]: how.text,
  [oid.bytea]: how.bytea,
};

const largestInt4 = 2_147_483_647;

function wayOf(type: number, code: number): How {
  return code === format.binary
    ? binaryWays[type] ?? how.send
    : textWays[type] ?? how.output;
}

/** Writes rows of one portal. */
export class RowEncoder {
  readonly #ways: How[];
  readonly #types: (PgType | undefined)[];
  readonly #columns: readonly OutputColumn[];

  /**
   * @param columns Columns of the rows.
   * @param formats Format code of each column.
   * @param types Looks types up.
   */
  constructor(
    columns: readonly OutputColumn[],
    formats: (index: number) => number,
    types: EvalContext,
  ) {
    this.#columns = columns;
    this.#ways = columns.map(({ type }, i) => wayOf(type, formats(i)));
    this.#types = columns.map(({ type }) => types.type(type));
    for (const [i, way] of this.#ways.entries()) {
      if (way === how.send && this.#types[i]?.send === undefined) {
        throw new SqlError(
          "42883",
          `no binary output function available for type ${this.#typeName(i)}`,
        );
      }
    }
  }

  /**
   * Writes DataRow.
   *
   * @param writer Where to.
   * @param values The row.
   * @param context For the text form of dates and the like.
   */
  write(
    writer: MessageWriter,
    values: readonly Datum[],
    context: EvalContext,
  ): void {
    const ways = this.#ways;
    writer.begin(backend.dataRow);
    try {
      writer.int16(ways.length);
      for (let i = 0; i < ways.length; i++) {
        const value = values[i] as Datum;
        if (value === null) writer.int32(-1);
        else this.#value(writer, i, value, context);
      }
    } catch (error) {
      writer.forget();
      throw error;
    }
    writer.finish();
  }

  /** Four arguments, because an object for each value would be felt. */
  #value(
    writer: MessageWriter,
    i: number,
    value: NonNullable<Datum>,
    context: EvalContext,
  ): void {
    switch (this.#ways[i]!) {
      case how.integerText:
        if (
          typeof value === "number" && value <= largestInt4 &&
          value >= -largestInt4
        ) return writer.countedInteger(value);
        return writer.countedText(this.#output(i, value, context));
      case how.text:
        return writer.countedText(value as string);
      case how.boolText:
        writer.int32(1);
        return writer.byte(value === 0 || value === 0n ? 0x66 : 0x74);
      case how.int2:
        writer.int32(2);
        return writer.int16(Number(value));
      case how.int4:
        writer.int32(4);
        return writer.int32(Number(value));
      case how.int8:
        // A number above 2^63 - 1 of a MySQL client: an error.
        if (typeof value === "string") {
          return writer.countedBytes(this.#types[i]!.send!(value, context));
        }
        writer.int32(8);
        return writer.int64(value as number | bigint);
      case how.bool:
        writer.int32(1);
        return writer.byte(Number(value));
      case how.float4:
        writer.int32(4);
        return writer.float32(Number(value));
      case how.float8:
        writer.int32(8);
        return writer.float64(Number(value));
      case how.bytea:
        return writer.countedBytes(value as Uint8Array);
      case how.send:
        return writer.countedBytes(this.#types[i]!.send!(value, context));
      case how.output:
        return writer.countedText(this.#output(i, value, context));
    }
  }

  #output(
    i: number,
    value: NonNullable<Datum>,
    context: EvalContext,
  ): string {
    const type = this.#types[i];
    return type === undefined ? String(value) : type.output(value, context);
  }

  #typeName(i: number): string {
    return this.#types[i]?.name ?? String(this.#columns[i]!.type);
  }
}
