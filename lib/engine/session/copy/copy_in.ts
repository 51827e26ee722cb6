/**
 * COPY FROM STDIN: reads records, and inserts them many at a time.
 *
 * @module
 */

import type { Node, RangeVar } from "@pgsql/types";
import type { Column, Relation } from "../../../sql/catalog/catalog.ts";
import type { Datum } from "../../../sql/datum.ts";
import { SqlError } from "../../../sql/error.ts";
import type { PgType } from "../../../sql/types/type.ts";
import type { CopyIn, FetchResult } from "../../client_session.ts";
import { EngineError } from "../../engine.ts";
import { inContext, toClientError } from "../errors.ts";
import type { SessionCore } from "../session_core.ts";
import type { Statement } from "../statement.ts";
import type { CopyFormat } from "./options.ts";
import { type CopyRecord, RecordReader, shown } from "./records.ts";

/** What a {@linkcode CopyInRun} is made of. */
export interface CopyInOptions {
  readonly core: SessionCore;
  readonly relation: Relation;
  /** Name as written, for the INSERT. */
  readonly name: RangeVar;
  readonly columns: readonly Column[];
  readonly format: CopyFormat;
  readonly where: Node | undefined;
  readonly text: string;
  readonly alone: boolean;
}

/** Values bound by one statement at most. */
const mostValues = 1000;
const mostRows = 200;

/** See the top of the file. */
export class CopyInRun implements CopyIn {
  readonly binary = false;
  readonly columns: number;
  readonly #options: CopyInOptions;
  readonly #reader: RecordReader;
  readonly #types: readonly PgType[];
  readonly #batchRows: number;
  readonly #statements = new Map<number, Statement>();
  readonly #forceNull: readonly boolean[];
  readonly #forceNotNull: readonly boolean[];
  #values: Datum[] = [];
  #records: CopyRecord[] = [];
  #header: boolean;
  #count = 0;
  #failed = false;

  /**
   * @param options The table and how its data is written.
   */
  constructor(options: CopyInOptions) {
    this.#options = options;
    const { columns, core, format } = options;
    this.columns = columns.length;
    this.#reader = new RecordReader(format);
    this.#types = columns.map(({ type }) => core.catalog.type(type) as PgType);
    this.#batchRows = Math.max(
      1,
      Math.min(mostRows, Math.floor(mostValues / Math.max(columns.length, 1))),
    );
    this.#header = format.header !== "no";
    const chosen = (choice: CopyFormat["forceNull"]) =>
      columns.map(({ name }) =>
        choice === "all" || (choice?.includes(name) ?? false)
      );
    this.#forceNull = chosen(format.forceNull);
    this.#forceNotNull = chosen(format.forceNotNull);
    // What is wrong with the table or the rights must be said before data flows.
    this.#statement(1);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#failed) return undefined;
    const work = this.#take(bytes);
    return work instanceof Promise ? this.#guard(work) : undefined;
  }

  async finish(): Promise<FetchResult> {
    const { core, alone } = this.#options;
    await this.#guard(this.#finish());
    if (alone) await this.#guard(Promise.resolve(core.transaction.commit()));
    return { done: true, tag: `COPY ${this.#count}` };
  }

  fail(message: string): Promise<void> {
    this.#failed = true;
    return Promise.reject(
      new EngineError("57014", `COPY from stdin failed: ${message}`),
    );
  }

  #take(bytes: Uint8Array): void | Promise<void> {
    try {
      this.#parse(this.#reader.read(bytes));
      if (this.#records.length < this.#batchRows) return;
    } catch (error) {
      this.#failed = true;
      throw toClientError(error);
    }
    return this.#insertAll(false);
  }

  async #finish(): Promise<void> {
    if (this.#failed) return;
    this.#parse(this.#reader.read());
    await this.#insertAll(true);
  }

  async #guard<T>(work: Promise<T>): Promise<T> {
    const { core } = this.#options;
    core.watch.begin();
    try {
      return await core.watch.over(work);
    } catch (error) {
      this.#failed = true;
      throw toClientError(error);
    } finally {
      core.finish();
    }
  }

  #parse(records: Iterable<CopyRecord>): void {
    const iterator = records[Symbol.iterator]();
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
      } else this.#parseRecord(next.value);
    }
  }

  #at(error: unknown): unknown {
    if (!(error instanceof SqlError)) return error;
    const { where } = error.fields;
    const line = `COPY ${this.#table}, line ${this.#reader.line}`;
    return new SqlError(error.sqlState, error.message, {
      ...error.fields,
      where: where === undefined ? line : `${line}: "${where}"`,
    });
  }

  get #table(): string {
    return this.#options.relation.name;
  }

  #bad(message: string, { line, text }: CopyRecord): SqlError {
    return new SqlError("22P04", message, {
      where: `COPY ${this.#table}, line ${line}: "${shown(text)}"`,
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

  #parseRecord(record: CopyRecord): void {
    const { columns, core } = this.#options;
    const { fields } = record;
    if (fields.length < columns.length) {
      // An empty line of a table without columns is a row.
      throw this.#bad(
        `missing data for column "${columns[fields.length]?.name}"`,
        record,
      );
    }
    if (
      fields.length > columns.length &&
      !(columns.length === 0 && record.text === "")
    ) throw this.#bad("extra data after last expected column", record);
    const context = core.eval;
    for (let i = 0; i < columns.length; i++) {
      let field = fields[i] as string | null;
      const { null: nothing } = this.#options.format;
      if (field === null) {
        if (this.#forceNotNull[i]) field = nothing;
      } else if (this.#forceNull[i] && field === nothing) field = null;
      if (field === null) {
        this.#values.push(null);
        continue;
      }
      const column = columns[i] as Column;
      try {
        this.#values.push(
          (this.#types[i] as PgType).input(field, column.typmod, context),
        );
      } catch (error) {
        throw inContext(
          error,
          `COPY ${this.#table}, line ${record.line}, column ${column.name}: "${
            shown(field)
          }"`,
        );
      }
    }
    this.#records.push(record);
  }

  async #insertAll(all: boolean): Promise<void> {
    let from = 0;
    const { length } = this.#records;
    while (length - from >= this.#batchRows || (all && from < length)) {
      const rows = Math.min(this.#batchRows, length - from);
      if (rows === this.#batchRows) await this.#insert(from, rows);
      else {
        for (let i = 0; i < rows; i++) await this.#insert(from + i, 1);
      }
      from += rows;
    }
    this.#records = this.#records.slice(from);
    this.#values = this.#values.slice(from * this.columns);
  }

  async #insert(from: number, rows: number): Promise<void> {
    const { core } = this.#options;
    const width = this.columns;
    const values = this.#values.slice(from * width, (from + rows) * width);
    if (core.watch.signal.aborted) {
      throw new SqlError("57014", "canceling statement due to user request");
    }
    await core.transaction.acquire();
    try {
      const { count } = await core.executor.run(
        this.#statement(rows),
        values,
        { row: () => {}, full: () => undefined },
        false,
      );
      this.#count += count;
    } catch (error) {
      if (rows > 1) {
        // One of them is wrong; which one is found by giving them one by one.
        for (let i = 0; i < rows; i++) await this.#insert(from + i, 1);
        return;
      }
      throw this.#rowError(error, this.#records[from] as CopyRecord);
    }
  }

  #rowError(error: unknown, { line, text }: CopyRecord): unknown {
    const known = toClientError(error);
    if (!(known instanceof EngineError)) return known;
    const where = `COPY ${this.#table}, line ${line}`;
    return known.sqlState === "23505"
      ? inContext(known, where)
      : inContext(known, `${where}: "${shown(text)}"`);
  }

  /** @returns The INSERT of so many rows. */
  #statement(rows: number): Statement {
    const { core } = this.#options;
    let statement = this.#statements.get(rows);
    if (statement === undefined) {
      const { relation, columns, where } = this.#options;
      const types = columns.map(({ type }) => type);
      const key = where === undefined
        ? `\0copy ${relation.oid} ${
          columns.map(({ number }) => number)
        } ${rows}`
        : undefined;
      const node = insertNode(this.#options, rows);
      const text = this.#options.text;
      statement = core.preparer.internal(
        { node, text, location: 0, length: text.length },
        Array.from({ length: rows }, () => types).flat(),
        key,
      );
      this.#statements.set(rows, statement);
    } else core.preparer.refresh(statement);
    return statement;
  }
}

function insertNode(
  { name, columns, where }: CopyInOptions,
  rows: number,
): Node {
  const width = columns.length;
  const valuesLists: Node[] = Array.from({ length: rows }, (_, row) => ({
    List: {
      items: columns.map((_, i) => ({
        ParamRef: { number: row * width + i + 1 },
      })),
    },
  }));
  const values = {
    valuesLists,
    limitOption: "LIMIT_OPTION_DEFAULT" as const,
    op: "SETOP_NONE" as const,
  };
  const alias = {
    aliasname: name.relname ?? "",
    colnames: columns.map(({ name }) => ({ String: { sval: name } })),
  };
  const source = where === undefined ? values : {
    targetList: [{
      ResTarget: { val: { ColumnRef: { fields: [{ A_Star: {} }] } } },
    }],
    fromClause: [{
      RangeSubselect: { subquery: { SelectStmt: values }, alias },
    }],
    whereClause: where,
    limitOption: "LIMIT_OPTION_DEFAULT" as const,
    op: "SETOP_NONE" as const,
  };
  return {
    InsertStmt: {
      relation: { ...name, inh: true, relpersistence: "p" },
      cols: columns.map(({ name }) => ({ ResTarget: { name } })),
      ...(width === 0 ? {} : { selectStmt: { SelectStmt: source } }),
      override: "OVERRIDING_SYSTEM_VALUE",
    },
  } as Node;
}
