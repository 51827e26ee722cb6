/**
 * COPY FROM STDIN: reads records, and inserts them many at a time.
 *
 * @module
 */

import type { Node, RangeVar } from "@pgsql/types";
import type { Column, Relation } from "../../../sql/catalog/catalog.ts";
import type { Datum } from "../../../sql/datum.ts";
import type { PgType } from "../../../sql/types/type.ts";
import type { CopyIn, FetchResult, RowSink } from "../../client_session.ts";
import { EngineError } from "../../engine.ts";
import { sliceMs } from "../../sqlite/connection.ts";
import { nextTurn } from "../../sqlite/pace.ts";
import { canceled, inContext, toClientError } from "../errors.ts";
import type { SessionCore } from "../session_core.ts";
import type { Statement } from "../statement.ts";
import { BinaryRows } from "./binary_rows.ts";
import type { CopyFormat } from "./options.ts";
import { shown } from "./records.ts";
import type { RowPlace, RowReader } from "./rows.ts";
import { TextRows } from "./text_rows.ts";

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

/** Bytes that are read at once. */
const pieceBytes = 65_536;
/** Rows, and bytes, with which a client that gives them slowly does not begin an insertion yet. */
const fewRows = 200;
const fewBytes = 32_768;

const nobody: RowSink = { row: () => {}, full: () => undefined };

/** See the top of the file. */
export class CopyInRun implements CopyIn {
  readonly binary: boolean;
  readonly columns: number;
  readonly #options: CopyInOptions;
  readonly #reader: RowReader;
  readonly #statement: Statement;
  #values: Datum[] = [];
  #places: RowPlace[] = [];
  /** Bytes read since the last insertion. */
  #bytes = 0;
  #count = 0;
  #failed = false;

  /**
   * @param options The table and how its data is written.
   */
  constructor(options: CopyInOptions) {
    this.#options = options;
    const { columns, core, format } = options;
    this.columns = columns.length;
    this.binary = format.binary;
    const Reader = format.binary ? BinaryRows : TextRows;
    this.#reader = new Reader({
      table: options.relation.name,
      columns,
      types: columns.map(({ type }) => core.catalog.type(type) as PgType),
      format,
      context: () => core.eval,
    });
    // What is wrong with the table or the rights must be said before data flows.
    this.#statement = insertStatement(options);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    return this.#failed ? undefined : this.#guard(this.#take(bytes));
  }

  async finish(): Promise<FetchResult> {
    const { core, alone } = this.#options;
    await this.#guard(this.#finish());
    if (alone) await this.#guard(Promise.resolve(core.transaction.commit()));
    core.finish();
    return { done: true, tag: `COPY ${this.#count}` };
  }

  fail(message: string): Promise<void> {
    this.#failed = true;
    this.#options.core.finish();
    return Promise.reject(
      new EngineError("57014", `COPY from stdin failed: ${message}`),
    );
  }

  async #take(bytes: Uint8Array): Promise<void> {
    const { clock } = this.#options.core.instance;
    let sliceEnd = clock.monotonic() + sliceMs;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (clock.monotonic() >= sliceEnd) {
        await nextTurn();
        sliceEnd = clock.monotonic() + sliceMs;
      }
      const piece = bytes.subarray(at, at + pieceBytes);
      this.#read(piece);
      this.#bytes += piece.length;
      if (this.#places.length >= fewRows || this.#bytes >= fewBytes) {
        await this.#insertAll();
      }
    }
  }

  #read(bytes: Uint8Array | undefined): void {
    this.#reader.read(bytes, { values: this.#values, places: this.#places });
  }

  async #finish(): Promise<void> {
    if (this.#failed) return;
    this.#read(undefined);
    await this.#insertAll();
  }

  /** The statement goes on until the data ends: it can be cancelled while it waits for more, too. */
  async #guard<T>(work: Promise<T>): Promise<T> {
    const { core } = this.#options;
    core.watch.begin();
    const deadline = core.watch.limit();
    try {
      return await work;
    } catch (error) {
      this.#failed = true;
      const reason = core.watch.reason(error);
      core.finish();
      throw toClientError(reason);
    } finally {
      deadline?.end();
    }
  }

  async #insertAll(): Promise<void> {
    const { executor, watch } = this.#options.core;
    const places = this.#places;
    const values = this.#values;
    const width = this.columns;
    for (let from = 0; from < places.length;) {
      if (watch.signal.aborted) throw canceled();
      const done = await executor.bulk(this.#statement, {
        values: from === 0 ? values : values.slice(from * width),
        width,
        rows: places.length - from,
      });
      this.#count += done?.changed ?? 0;
      from += done?.rows ?? 0;
      // This one was refused, or all must be given one by one.
      if (from < places.length) await this.#insert(from++);
    }
    this.#places = [];
    this.#values = [];
    this.#bytes = 0;
  }

  async #insert(row: number): Promise<void> {
    const { executor } = this.#options.core;
    const width = this.columns;
    const values = this.#values.slice(row * width, (row + 1) * width);
    try {
      const { count } = await executor.run(
        this.#statement,
        values,
        nobody,
        false,
      );
      this.#count += count;
    } catch (error) {
      throw this.#rowError(error, this.#places[row] as RowPlace);
    }
  }

  #rowError(error: unknown, { line, text }: RowPlace): unknown {
    const known = toClientError(error);
    if (!(known instanceof EngineError)) return known;
    const where = `COPY ${this.#options.relation.name}, line ${line}`;
    return known.sqlState === "23505" || text === undefined
      ? inContext(known, where)
      : inContext(known, `${where}: "${shown(text)}"`);
  }
}

/** @returns The INSERT of one row. */
function insertStatement(options: CopyInOptions): Statement {
  const { core, relation, columns, where, text } = options;
  const { binary } = options.format;
  const key = where === undefined
    ? `\0copy ${binary} ${relation.oid} ${columns.map(({ number }) => number)}`
    : undefined;
  return core.preparer.internal(
    { node: insertNode(options), text, location: 0, length: text.length },
    columns.map(({ type }) => type),
    key,
    // Input functions of text have fitted the values.
    binary ? undefined : columns.map(({ typmod }) => typmod),
  );
}

function insertNode({ name, columns, where }: CopyInOptions): Node {
  const valuesLists: Node[] = [{
    List: {
      items: columns.map((_, i) => ({ ParamRef: { number: i + 1 } })),
    },
  }];
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
      ...(columns.length === 0 ? {} : { selectStmt: { SelectStmt: source } }),
      override: "OVERRIDING_SYSTEM_VALUE",
    },
  } as Node;
}
