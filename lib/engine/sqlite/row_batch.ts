/**
 * Many rows in three buffers, which go from one thread to another without being copied.
 *
 * Texts stay as SQLite keeps them until they arrive, where all of them are decoded at once.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import type { RowSink } from "../client_session.ts";
import type { SqliteSymbols } from "../../sqlite/symbols.ts";

/** What a value is; a text or bytes have their length among the numbers. */
const kind = { null: 0, number: 1, text: 2, bytes: 3, bigint: 4 } as const;

// https://sqlite.org/c3ref/c_blob.html
const integerType = 1;
const floatType = 2;
const textType = 3;
const blobType = 4;

/** Rows on their way. */
export interface RowBatch {
  readonly rows: number;
  readonly kinds: Uint8Array<ArrayBuffer>;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Rows of a batch at most. */
const mostRows = 512;
/** Bytes beyond which a batch is sent. */
const enoughBytes = 64 * 1024;

/** Gathers rows. */
export class RowPacker {
  readonly #symbols: SqliteSymbols;
  readonly #width: number;
  #rows = 0;
  #kinds: Uint8Array<ArrayBuffer>;
  #numbers: Float64Array<ArrayBuffer>;
  #bytes = new Uint8Array(enoughBytes + 4096);
  #used = 0;

  /**
   * @param symbols The library.
   * @param width Values of a row.
   */
  constructor(symbols: SqliteSymbols, width: number) {
    this.#symbols = symbols;
    this.#width = width;
    this.#kinds = new Uint8Array(mostRows * width);
    this.#numbers = new Float64Array(mostRows * width);
  }

  /** Whether it is time to send what is there. */
  get full(): boolean {
    return this.#rows === mostRows || this.#used >= enoughBytes;
  }

  /** Whether nothing is there. */
  get empty(): boolean {
    return this.#rows === 0;
  }

  /**
   * Takes the row on which a statement stands.
   *
   * @param statement The statement.
   */
  add(statement: Deno.PointerObject): void {
    const symbols = this.#symbols;
    const start = this.#rows++ * this.#width;
    for (let i = 0; i < this.#width; i++) {
      const at = start + i;
      switch (symbols.sqlite3_column_type(statement, i)) {
        case integerType: {
          const value = symbols.sqlite3_column_double(statement, i);
          if (Number.isSafeInteger(value)) {
            this.#kinds[at] = kind.number;
            this.#numbers[at] = value;
          } else {
            this.#kinds[at] = kind.bigint;
            this.#addBigint(symbols.sqlite3_column_int64(statement, i));
          }
          break;
        }
        case floatType:
          this.#kinds[at] = kind.number;
          this.#numbers[at] = symbols.sqlite3_column_double(statement, i);
          break;
        case textType:
          this.#kinds[at] = kind.text;
          this.#numbers[at] = this.#copy(
            symbols.sqlite3_column_text(statement, i),
            symbols.sqlite3_column_bytes(statement, i),
          );
          break;
        case blobType:
          this.#kinds[at] = kind.bytes;
          this.#numbers[at] = this.#copy(
            symbols.sqlite3_column_blob(statement, i),
            symbols.sqlite3_column_bytes(statement, i),
          );
          break;
        default:
          this.#kinds[at] = kind.null;
      }
    }
  }

  /** @returns What is there; the packer is empty afterwards. */
  take(): RowBatch {
    const values = this.#rows * this.#width;
    const batch = {
      rows: this.#rows,
      kinds: this.#kinds.slice(0, values),
      numbers: this.#numbers.slice(0, values),
      bytes: this.#bytes.slice(0, this.#used),
    };
    this.#rows = 0;
    this.#used = 0;
    return batch;
  }

  #copy(from: Deno.PointerValue, length: number): number {
    if (from === null || length === 0) return 0;
    this.#reserve(length);
    this.#symbols.memcpy(
      this.#bytes.subarray(this.#used),
      from,
      BigInt(length),
    );
    this.#used += length;
    return length;
  }

  #addBigint(value: bigint): void {
    this.#reserve(8);
    new DataView(this.#bytes.buffer).setBigInt64(this.#used, value);
    this.#used += 8;
  }

  #reserve(length: number): void {
    if (this.#used + length <= this.#bytes.length) return;
    const larger = new Uint8Array((this.#used + length) * 2);
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Hands on the rows of a batch.
 *
 * @param batch The rows.
 * @param row Array for the values, as long as a row is.
 * @param sink Takes them.
 */
export function unpackRows(
  { rows, kinds, numbers, bytes }: RowBatch,
  row: Datum[],
  sink: RowSink,
): void {
  const all = decoder.decode(bytes);
  // As many UTF-16 units as bytes: each unit came from one byte, so offsets agree.
  const aligned = all.length === bytes.length;
  const width = row.length;
  let at = 0;
  let from = 0;
  for (let n = 0; n < rows; n++) {
    for (let i = 0; i < width; i++, at++) {
      switch (kinds[at]) {
        case kind.number:
          row[i] = numbers[at] as number;
          break;
        case kind.text: {
          const end = from + (numbers[at] as number);
          row[i] = aligned
            ? all.slice(from, end)
            : decoder.decode(bytes.subarray(from, end));
          from = end;
          break;
        }
        case kind.bytes: {
          const end = from + (numbers[at] as number);
          row[i] = bytes.slice(from, end);
          from = end;
          break;
        }
        case kind.bigint:
          row[i] = new DataView(bytes.buffer, bytes.byteOffset)
            .getBigInt64(from);
          from += 8;
          break;
        default:
          row[i] = null;
      }
    }
    sink.row(row);
  }
}
