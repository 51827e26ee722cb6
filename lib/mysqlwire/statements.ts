/**
 * Prepared statements of one client by number (MySQL internals, "Prepared Statements"): PREPARE,
 * EXECUTE, SEND_LONG_DATA, FETCH, RESET, CLOSE.
 *
 * @module
 */

import type { Outbox } from "../base/outbox.ts";
import type { Portal, PreparedStatement } from "../engine/client_session.ts";
import type { MysqlStatement } from "../sql/mysql/dialect.ts";
import { MysqlError, notSupportedYet } from "../sql/mysql/error.ts";
import { oid } from "../sql/types/type.ts";
import { Answer, describeColumns } from "./answer.ts";
import { columnCode, fieldType } from "../sql/mysql/column_codes.ts";
import { defineColumn } from "./column_definition.ts";
import { malformed } from "./failure.ts";
import { endRows, eof, ok, type Outcome } from "./messages.ts";
import type { PacketReader } from "./packet_reader.ts";
import type { PacketWriter } from "./packet_writer.ts";
import { type ClientType, fitAll, readValues } from "./parameters.ts";
import { answer, capability, status } from "./protocol.ts";
import type { Ending } from "./ending.ts";
import type { Execution, Runner } from "./runner.ts";
import type { Workspace } from "./workspace.ts";

/** The most statements that one client may keep, as in MySQL for all together. */
const mostStatements = 16_382;

/** Cursors of COM_STMT_EXECUTE. */
const cursorReadOnly = 1;

/** A statement. */
interface Kept {
  readonly id: number;
  readonly text: string;
  readonly statement: MysqlStatement;
  prepared: PreparedStatement[];
  readonly params: number;
  /** Types of the last execution. */
  types: readonly ClientType[] | undefined;
  /** Values that come in pieces. */
  readonly long: Map<number, Uint8Array<ArrayBuffer>>;
  /** Rows that are fetched a few at a time. */
  cursor: { readonly portal: Portal; readonly answer: Answer } | undefined;
}

const cursorName = ({ id }: Kept) => `mysql_cursor_${id}`;

/** What {@linkcode Statements} needs. */
export interface StatementsOptions {
  readonly workspace: Workspace;
  readonly runner: Runner;
  readonly outbox: Outbox<PacketWriter>;
  readonly capabilities: number;
  /** The most that one value may be long. */
  readonly messageLimit: number;
}

/** See the top of the file. */
export class Statements {
  readonly #options: StatementsOptions;
  readonly #kept = new Map<number, Kept>();
  #last = 0;

  /**
   * @param options Session, runner, outbox.
   */
  constructor(options: StatementsOptions) {
    this.#options = options;
  }

  /** Statements now. */
  get size(): number {
    return this.#kept.size;
  }

  /**
   * COM_STMT_PREPARE.
   *
   * @param text Text of one statement.
   * @throws {MysqlError} What is wrong with it.
   */
  async prepare(text: string): Promise<void> {
    const { workspace, runner, outbox } = this.#options;
    if (this.#kept.size >= mostStatements) {
      throw new MysqlError(
        1461,
        "42000",
        `Can't create more than max_prepared_stmt_count statements (current value: ${mostStatements})`,
      );
    }
    const { session, mysql } = workspace;
    // Read to its end, for it may hold one statement only.
    const [statement] = [...mysql.parse(text)];
    if (statement === undefined) {
      throw new MysqlError(1065, "42000", "Query was empty");
    }
    const query = statement.kind === "query" ? statement : undefined;
    const prepared = query === undefined ? [] : runner.prepare(query, [], text);
    await workspace.sync();
    const params = "params" in statement ? statement.params : 0;
    const columns = query?.returns === "rows" && !query.discards
      ? prepared[query.answer]?.columns ?? []
      : [];
    const id = ++this.#last;
    this.#kept.set(id, {
      id,
      text,
      statement,
      prepared,
      params,
      types: undefined,
      long: new Map(),
      cursor: undefined,
    });
    const { writer } = outbox;
    writer.begin();
    writer.byte(answer.ok);
    writer.int32(id);
    writer.int16(columns.length);
    writer.int16(params);
    writer.byte(0);
    writer.int16(Math.min(workspace.warnings.count, 0xffff));
    writer.finish();
    if (params > 0) {
      for (let i = 0; i < params; i++) this.#defineParameter();
      this.#endDefinitions();
    }
    if (columns.length > 0) {
      describeColumns(writer, columns, session.eval);
      this.#endDefinitions();
    }
  }

  /**
   * COM_STMT_EXECUTE.
   *
   * @param message Its body.
   * @returns What it came to; the text, for SHOW PROCESSLIST.
   */
  execute(message: PacketReader): Ending | Promise<Ending> {
    const { runner, outbox, capabilities, workspace } = this.#options;
    const kept = this.#statement(message.uint32());
    const flags = message.byte();
    message.skip(4);
    const { values, types } = readValues(message, kept.params, {
      types: kept.types,
      long: kept.long,
    });
    kept.types = types;
    kept.long.clear();
    this.#closeCursor(kept);
    const { text, statement } = kept;
    const rows = new Answer(outbox, capabilities, true);
    if (
      (flags & cursorReadOnly) !== 0 && statement.kind === "query" &&
      statement.returns === "rows"
    ) return this.#open(kept, { statement, values }, rows);
    if (
      statement.kind === "set" ||
      (statement.kind === "query" && statement.volatile)
    ) {
      // Types of variables may have changed since.
      const [again] = workspace.mysql.parse(text);
      return runner.run({ statement: again ?? statement, values }, rows);
    }
    return runner.run({ statement, values, prepared: kept.prepared }, rows);
  }

  /**
   * COM_STMT_SEND_LONG_DATA, which has no answer.
   *
   * @param message Its body.
   */
  sendLongData(message: PacketReader): void {
    const kept = this.#kept.get(message.uint32());
    const at = message.uint16();
    if (kept === undefined || at >= kept.params) return;
    const before = kept.long.get(at) ?? new Uint8Array();
    if (before.length + message.left > this.#options.messageLimit) {
      throw malformed();
    }
    const piece = message.rest();
    const whole = new Uint8Array(before.length + piece.length);
    whole.set(before);
    whole.set(piece, before.length);
    kept.long.set(at, whole);
  }

  /**
   * COM_STMT_FETCH.
   *
   * @param message Its body.
   * @throws {MysqlError} 1421 when the statement has no cursor.
   */
  async fetch(message: PacketReader): Promise<void> {
    const { workspace } = this.#options;
    const kept = this.#statement(message.uint32());
    const count = message.uint32();
    const { cursor } = kept;
    if (cursor === undefined) {
      throw new MysqlError(
        1421,
        "HY000",
        "The statement (id) has no open cursor.",
      );
    }
    const { portal, answer: rows } = cursor;
    const { done } = await portal.fetch(Math.max(1, count), rows, false);
    if (done) this.#closeCursor(kept);
    rows.end({
      status: workspace.status |
        (done ? status.lastRowSent : status.cursorExists),
    });
    await workspace.sync();
  }

  /**
   * COM_STMT_RESET.
   *
   * @param message Its body.
   */
  reset(message: PacketReader): void {
    const kept = this.#statement(message.uint32());
    kept.long.clear();
    this.#closeCursor(kept);
    const { outbox, capabilities, workspace } = this.#options;
    ok(outbox.writer, capabilities, { status: workspace.status });
  }

  /**
   * COM_STMT_CLOSE, which has no answer.
   *
   * @param message Its body.
   */
  close(message: PacketReader): void {
    const id = message.uint32();
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    this.#closeCursor(kept);
    this.#kept.delete(id);
  }

  /**
   * Ends the answer to an execution that opened a cursor: the columns, and EOF, which those who know
   * better get only now.
   *
   * @param outcome What it says.
   */
  opened(outcome: Outcome): void {
    const { outbox, capabilities } = this.#options;
    if ((capabilities & capability.deprecateEof) !== 0) {
      endRows(outbox.writer, capabilities, outcome);
    }
  }

  /** Forgets all. */
  clear(): void {
    for (const kept of this.#kept.values()) this.#closeCursor(kept);
    this.#kept.clear();
  }

  /** Opens a cursor: the answer is the columns alone. */
  #open(
    kept: Kept,
    { statement, values }: Execution,
    rows: Answer,
  ): Ending {
    const { workspace, runner } = this.#options;
    const { session } = workspace;
    if (statement.kind !== "query" || statement.nodes.length !== 1) {
      throw notSupportedYet("cursors of this statement");
    }
    workspace.warnings.clear();
    let prepared = kept.prepared[0]!;
    let fitted = fitAll(values ?? [], prepared.params, session.eval);
    if ("types" in fitted) {
      [prepared] = runner.prepare(statement, fitted.types) as [
        PreparedStatement,
      ];
      fitted = fitAll(values ?? [], prepared.params, session.eval);
    }
    if ("types" in fitted) {
      throw new MysqlError(1210, "HY000", "Incorrect arguments to EXECUTE");
    }
    const portal = session.bind(prepared, fitted.values);
    // Inside a transaction it must be known before the next write; otherwise it reads by itself.
    if (session.status === "T") session.portals.set(cursorName(kept), portal);
    kept.cursor = { portal, answer: rows };
    const outcome = { status: workspace.status | status.cursorExists };
    rows.begin(prepared.columns ?? [], { context: session.eval, outcome });
    return { rows: true, outcome: {}, cursor: true };
  }

  #closeCursor(kept: Kept): void {
    const { cursor } = kept;
    if (cursor === undefined) return;
    kept.cursor = undefined;
    this.#options.workspace.session.portals.delete(cursorName(kept));
    cursor.portal.close();
  }

  #statement(id: number): Kept {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    throw new MysqlError(
      1243,
      "HY000",
      `Unknown prepared statement handler (${id}) given to mysqld_stmt_execute`,
    );
  }

  #defineParameter(): void {
    defineColumn(this.#options.outbox.writer, {
      name: "?",
      code: { ...columnCode(oid.unknown, -1), type: fieldType.varString },
      schema: "",
      table: "",
      origin: "",
    });
  }

  #endDefinitions(): void {
    const { capabilities, outbox, workspace } = this.#options;
    if ((capabilities & capability.deprecateEof) === 0) {
      eof(outbox.writer, { status: workspace.status });
    }
  }
}
