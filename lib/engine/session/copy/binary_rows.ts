/**
 * Rows of the binary format of COPY FROM.
 *
 * @module
 */

import type { Column } from "../../../sql/catalog/catalog.ts";
import type { Datum } from "../../../sql/datum.ts";
import { SqlError } from "../../../sql/error.ts";
import type { PgType } from "../../../sql/types/type.ts";
import { inContext } from "../errors.ts";
import {
  criticalFlags,
  nullLength,
  signature,
  trailer,
  withOids,
} from "./binary_format.ts";
import { ByteQueue } from "./byte_queue.ts";
import { longestRecord } from "./records.ts";
import type { RowReader, RowReaderOptions, Rows } from "./rows.ts";

/** What comes next. */
type Expected =
  | "signature"
  | "flags"
  | "length"
  | "extension"
  | "count"
  | "size"
  | "field"
  | "nothing";

/** What is wrong when the data ends in the middle; elsewhere it may end. */
const cutShort: Readonly<Partial<Record<Expected, string>>> = {
  signature: "COPY file signature not recognized",
  flags: "invalid COPY file header (missing flags)",
  length: "invalid COPY file header (missing length)",
  extension: "invalid COPY file header (wrong length)",
  size: "unexpected EOF in COPY data",
  field: "unexpected EOF in COPY data",
};

const bad = (message: string) => new SqlError("22P04", message);

function int32(bytes: Uint8Array): number {
  return bytes[0]! << 24 | bytes[1]! << 16 | bytes[2]! << 8 | bytes[3]!;
}

/** See the top of the file. */
export class BinaryRows implements RowReader {
  readonly #options: RowReaderOptions;
  readonly #queue = new ByteQueue();
  #expected: Expected = "signature";
  /** Bytes of the extension that are left, or of the field. */
  #length = 0;
  /** Bytes of the row so far. */
  #rowLength = 0;
  #line = 0;
  #row: Datum[] = [];

  /**
   * @param options The table.
   * @throws {SqlError} 42883 when a type has no binary form.
   */
  constructor(options: RowReaderOptions) {
    this.#options = options;
    for (const { receive, name } of options.types) {
      if (receive !== undefined) continue;
      throw new SqlError(
        "42883",
        `no binary input function available for type ${name}`,
      );
    }
  }

  read(bytes: Uint8Array | undefined, into: Rows): void {
    try {
      if (bytes === undefined) {
        const message = cutShort[this.#expected];
        if (message !== undefined) throw bad(message);
        return;
      }
      this.#queue.push(bytes);
      while (this.#step(into));
    } catch (error) {
      const where = this.#where();
      throw where === undefined ? error : inContext(error, where);
    }
  }

  /** @returns Where in the data, once rows have begun. */
  #where(): string | undefined {
    if (this.#line === 0) return undefined;
    const line = `COPY ${this.#options.table}, line ${this.#line}`;
    return this.#expected === "size" || this.#expected === "field"
      ? `${line}, column ${this.#column.name}`
      : line;
  }

  get #column(): Column {
    return this.#options.columns[this.#row.length] as Column;
  }

  /** @returns Whether there was enough data for a step. */
  #step(into: Rows): boolean {
    switch (this.#expected) {
      case "signature":
        return this.#with(signature.length, (bytes) => {
          if (bytes.some((byte, i) => byte !== signature[i])) {
            throw bad("COPY file signature not recognized");
          }
          this.#expected = "flags";
        });
      case "flags":
        return this.#with(4, (bytes) => this.#flags(int32(bytes)));
      case "length":
        return this.#with(4, (bytes) => {
          this.#length = int32(bytes);
          if (this.#length < 0) {
            throw bad("invalid COPY file header (missing length)");
          }
          this.#expected = "extension";
        });
      case "extension":
        // Nobody has defined one; it is there to be skipped.
        this.#length -= this.#queue.skip(this.#length);
        if (this.#length > 0) return false;
        this.#expected = "count";
        return true;
      case "count":
        return this.#with(2, (bytes) => {
          this.#line++;
          this.#count((bytes[0]! << 24 | bytes[1]! << 16) >> 16, into);
        });
      case "size":
        return this.#with(4, (bytes) => this.#size(int32(bytes), into));
      case "field":
        return this.#with(this.#length, (bytes) => {
          this.#value(this.#receive(bytes), into);
        });
      case "nothing":
        if (this.#queue.length === 0) return false;
        throw bad("received copy data after EOF marker");
    }
  }

  #with(length: number, use: (bytes: Uint8Array) => void): boolean {
    const bytes = this.#queue.take(length);
    if (bytes === undefined) return false;
    use(bytes);
    return true;
  }

  #flags(flags: number): void {
    if ((flags & withOids) !== 0) {
      throw bad("invalid COPY file header (WITH OIDS)");
    }
    if ((flags & criticalFlags) !== 0) {
      throw bad("unrecognized critical flags in COPY file header");
    }
    this.#expected = "length";
  }

  #count(count: number, into: Rows): void {
    const { length } = this.#options.columns;
    if (count === trailer) {
      this.#expected = "nothing";
      return;
    }
    if (count !== length) {
      throw bad(`row field count is ${count}, expected ${length}`);
    }
    this.#rowLength = 0;
    this.#next(into);
  }

  #size(size: number, into: Rows): void {
    if (size === nullLength) return this.#value(null, into);
    if (size < 0) throw bad("invalid field size");
    this.#rowLength += size;
    if (this.#rowLength > longestRecord) {
      throw new SqlError("54000", "COPY record is too long");
    }
    this.#length = size;
    this.#expected = "field";
  }

  #receive(bytes: Uint8Array): Datum {
    const type = this.#options.types[this.#row.length] as PgType;
    try {
      // A copy, so that a value never keeps a whole piece of the stream.
      return type.receive!(
        bytes.slice(),
        this.#column.typmod,
        this.#options.context(),
      );
    } catch (error) {
      // What a reader beyond the end throws.
      if (!(error instanceof RangeError)) throw error;
      throw new SqlError("22P03", "incorrect binary data format");
    }
  }

  #value(value: Datum, into: Rows): void {
    this.#row.push(value);
    this.#next(into);
  }

  #next({ values, places }: Rows): void {
    if (this.#row.length < this.#options.columns.length) {
      this.#expected = "size";
      return;
    }
    for (const value of this.#row) values.push(value);
    places.push({ line: this.#line });
    this.#row = [];
    this.#expected = "count";
  }
}
