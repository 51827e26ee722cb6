/**
 * Rows of the text and CSV formats of COPY FROM.
 *
 * @module
 */

import type { Column } from "../../../sql/catalog/catalog.ts";
import { SqlError } from "../../../sql/error.ts";
import type { PgType } from "../../../sql/types/type.ts";
import { inContext } from "../errors.ts";
import type { CopyFormat } from "./options.ts";
import { type CopyRecord, RecordReader, shown } from "./records.ts";
import type { RowReader, RowReaderOptions, Rows } from "./rows.ts";

/** See the top of the file. */
export class TextRows implements RowReader {
  readonly #options: RowReaderOptions;
  readonly #reader: RecordReader;
  readonly #forceNull: readonly boolean[];
  readonly #forceNotNull: readonly boolean[];
  #header: boolean;

  /**
   * @param options The table and how its data is written.
   */
  constructor(options: RowReaderOptions) {
    this.#options = options;
    const { format, columns } = options;
    this.#reader = new RecordReader(format);
    this.#header = format.header !== "no";
    const chosen = (choice: CopyFormat["forceNull"]) =>
      columns.map(({ name }) =>
        choice === "all" || (choice?.includes(name) ?? false)
      );
    this.#forceNull = chosen(format.forceNull);
    this.#forceNotNull = chosen(format.forceNotNull);
  }

  read(bytes: Uint8Array | undefined, into: Rows): void {
    const iterator = this.#reader.read(bytes)[Symbol.iterator]();
    for (;;) {
      let next: IteratorResult<CopyRecord>;
      try {
        next = iterator.next();
      } catch (error) {
        throw this.#at(error);
      }
      if (next.done === true) return;
      if (this.#header) {
        this.#header = false;
        this.#checkHeader(next.value);
      } else this.#read(next.value, into);
    }
  }

  #at(error: unknown): unknown {
    if (!(error instanceof SqlError)) return error;
    const { where } = error.fields;
    const line = `COPY ${this.#options.table}, line ${this.#reader.line}`;
    return new SqlError(error.sqlState, error.message, {
      ...error.fields,
      where: where === undefined ? line : `${line}: "${where}"`,
    });
  }

  #bad(message: string, { line, text }: CopyRecord): SqlError {
    return new SqlError("22P04", message, {
      where: `COPY ${this.#options.table}, line ${line}: "${shown(text)}"`,
    });
  }

  #checkHeader(record: CopyRecord): void {
    const { format, columns } = this.#options;
    if (format.header !== "match") return;
    const { fields } = record;
    if (fields.length !== columns.length) {
      throw this.#bad(
        `wrong number of fields in header line: got ${fields.length}, expected ${columns.length}`,
        record,
      );
    }
    for (const [i, { name }] of columns.entries()) {
      const got = fields[i];
      if (got === name) continue;
      throw this.#bad(
        got === null
          ? `column name mismatch in header line field ${
            i + 1
          }: got null value ("${format.null}"), expected "${name}"`
          : `column name mismatch in header line field ${
            i + 1
          }: got "${got}", expected "${name}"`,
        record,
      );
    }
  }

  #read(record: CopyRecord, { values, places }: Rows): void {
    const { columns, types, table, format } = this.#options;
    const { fields } = record;
    if (fields.length < columns.length) {
      throw this.#bad(
        `missing data for column "${columns[fields.length]?.name}"`,
        record,
      );
    }
    // An empty line of a table without columns is a row.
    if (
      fields.length > columns.length &&
      !(columns.length === 0 && record.text === "")
    ) throw this.#bad("extra data after last expected column", record);
    const context = this.#options.context();
    for (let i = 0; i < columns.length; i++) {
      let field = fields[i] as string | null;
      if (field === null) {
        if (this.#forceNotNull[i]) field = format.null;
      } else if (this.#forceNull[i] && field === format.null) field = null;
      if (field === null) {
        values.push(null);
        continue;
      }
      const { typmod, name } = columns[i] as Column;
      try {
        values.push((types[i] as PgType).input(field, typmod, context));
      } catch (error) {
        throw inContext(
          error,
          `COPY ${table}, line ${record.line}, column ${name}: "${
            shown(field)
          }"`,
        );
      }
    }
    places.push(record);
  }
}
