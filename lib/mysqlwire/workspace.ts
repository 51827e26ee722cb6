/**
 * What one signed-in user has: a session of the engine, MySQL's variables, warnings, statements.
 *
 * @module
 */

import type {
  ClientEngine,
  ClientSession,
  Notice,
  PreparedStatement,
} from "../engine/client_session.ts";
import type { Datum } from "../sql/datum.ts";
import type { MysqlStatement, QueryStatement } from "../sql/mysql/dialect.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import { isStrict } from "../sql/mysql/parser.ts";
import { joinNotes, noteOf } from "../sql/mysql/notice.ts";
import { MysqlSession } from "../sql/mysql/session.ts";
import { mainDatabase } from "../sql/mysql/table_name.ts";
import type { OutputColumn } from "../sql/plan.ts";
import { StatementNotes, type Strictness } from "../sql/statement_notes.ts";
import { oid } from "../sql/types/type.ts";
import { capability, status } from "./protocol.ts";
import type { Peer } from "./startup.ts";
import { Warnings } from "./warnings.ts";

/** Database of the engine; MySQL's databases are schemas in it. */
const engineDatabase = "postgres";

/** Texts that are remembered with their statements. */
const keptTexts = 64;

/** The most that `max_error_count` may be, as in MySQL. */
const mostWarnings = 0xffff;

/** A longer text is not remembered. */
const longestKept = 2048;

/** Who opens a workspace. */
export interface WorkspaceOptions {
  readonly engine: ClientEngine;
  /** Name that the client gave. */
  readonly user: string;
  /** Role that it is here. */
  readonly role: string;
  readonly peer: Peer;
  readonly connectionId: number;
  readonly capabilities: number;
  /** `@@name` of this server. */
  readonly variables: Readonly<Record<string, string | number | null>>;
  /** Ends the connection. */
  readonly terminated: (error: Error) => void;
}

/** A statement of a text that was run before, ready to be run again. */
export interface KnownStatement {
  readonly statement: MysqlStatement;
  readonly prepared: readonly PreparedStatement[];
}

/** Rows of a short query of our own. */
export interface OwnRows {
  readonly columns: readonly OutputColumn[];
  readonly rows: Datum[][];
}

/** See the top of the file. */
export class Workspace {
  readonly session: ClientSession;
  readonly mysql: MysqlSession;
  readonly warnings = new Warnings();
  /** What the statement that runs says besides its answer. */
  readonly notes: StatementNotes;
  /** Whether rows that stay the same are affected rows (CLIENT_FOUND_ROWS). */
  readonly countsFound: boolean;
  readonly options: WorkspaceOptions;
  /** Statements of short texts. */
  readonly #known = new Map<string, KnownStatement>();
  /** Statements of PREPARE. */
  readonly named = new Map<string, string>();
  /** Whether a text may hold several statements. */
  multi: boolean;
  /** Database that is in use since the last answer, to be told with the next. */
  changedSchema: string | undefined;
  readonly #own = new Map<string, PreparedStatement>();
  /** Called when texts may mean something else than before. */
  onForget: () => void = () => {};
  /** Bits of the status that variables decide. */
  #modes: number;
  /** How values are taken by statements that read, and by those that write. */
  #reading!: Strictness;
  #writing!: Strictness;

  /**
   * @param options Who it is.
   */
  constructor(options: WorkspaceOptions) {
    const { engine, user, role, peer, connectionId, capabilities } = options;
    this.options = options;
    this.multi = (capabilities & capability.multiStatements) !== 0;
    this.session = engine.connect({
      user: role,
      database: engineDatabase,
      settings: {},
      remote: { address: peer.address, port: peer.port },
      processId: connectionId,
      dialect: "mysql",
      events: {
        notice: (notice) => this.#noticed(notice),
        notification: () => {},
        parameter: () => {},
        terminated: (error) => options.terminated(error),
      },
    });
    this.countsFound = (capabilities & capability.foundRows) !== 0;
    this.notes = this.session.eval.notes ?? new StatementNotes();
    this.mysql = new MysqlSession({
      eval: this.session.eval,
      user,
      host: peer.address ?? "localhost",
      connectionId,
      database: mainDatabase,
      server: options.variables,
      warnings: () => ({
        all: this.warnings.count,
        errors: this.warnings.errors(),
      }),
    });
    this.#modes = this.#readModes();
  }

  /** Bits for OK and EOF. */
  get status(): number {
    return this.session.status === "I"
      ? this.#modes
      : this.#modes | status.inTransaction;
  }

  /** Whether each statement is a transaction of its own. */
  get autocommit(): boolean {
    return (this.#modes & status.autocommit) !== 0;
  }

  /**
   * @param text Text.
   * @returns Its statement, if it was run before and means the same now.
   */
  known(text: string): KnownStatement | undefined {
    return this.#known.get(text);
  }

  /**
   * Remembers a statement.
   *
   * @param text Text that holds it alone.
   * @param known The statement.
   */
  remember(text: string, known: KnownStatement): void {
    if (text.length > longestKept) return;
    if (this.#known.size >= keptTexts) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(text, known);
  }

  /** What texts mean has changed. */
  forget(): void {
    this.#known.clear();
    this.onForget();
    this.#modes = this.#readModes();
  }

  #readModes(): number {
    const { mysql } = this;
    const { autocommit, sqlMode } = mysql;
    const tellsDivision = sqlMode.has("ERROR_FOR_DIVISION_BY_ZERO");
    const most = Math.min(
      Number(mysql.systemVariable("session", "max_error_count")) || 0,
      mostWarnings,
    );
    this.warnings.most = most;
    this.#reading = { strict: false, tellsDivision, most };
    this.#writing = { ...this.#reading, strict: isStrict(sqlMode) };
    return (autocommit ? status.autocommit : 0) |
      (sqlMode.has("NO_BACKSLASH_ESCAPES") ? status.noBackslashEscapes : 0);
  }

  /**
   * @param statement A statement.
   * @returns How it takes values that are not what they should be.
   */
  strictness({ returns, ignore }: QueryStatement): Strictness {
    return returns === "rows" || ignore ? this.#reading : this.#writing;
  }

  /** @param error What is wrong with a text that no statement came of. */
  mistaken(error: unknown): void {
    this.warnings.clear();
    if (!(error instanceof MysqlError)) return;
    const { errno: code, message } = error;
    this.warnings.add({ level: "Error", code, message });
  }

  /** Takes over what a statement was told on its way. */
  takeWarnings(): void {
    const { list, counts: { warnings } } = this.notes;
    if (warnings > 0) this.warnings.take(list, warnings);
  }

  /**
   * Runs a text of PostgreSQL's SQL.
   *
   * @param sql One statement.
   * @param values Values of `$n`, all text.
   * @returns Its rows, and the count of its tag.
   */
  async run(sql: string, values: readonly string[] = []): Promise<OwnRows> {
    let statement = this.#own.get(sql);
    if (statement === undefined) {
      statement = this.session.prepare(sql, values.map(() => oid.text));
      // Only those without values come again and again.
      if (values.length === 0) this.#own.set(sql, statement);
    }
    const portal = this.session.bind(statement, values);
    try {
      const rows: Datum[][] = [];
      await portal.fetch(0, {
        row: (values) => void rows.push([...values]),
        full: () => undefined,
      }, false);
      return { columns: statement.columns ?? [], rows };
    } finally {
      portal.close();
    }
  }

  /**
   * USE.
   *
   * @param database Name.
   * @throws {MysqlError} 1049.
   */
  async use(database: string): Promise<void> {
    const { exists, schema, then } = this.mysql.useStatement(database);
    const { rows } = await this.run(exists, [schema]);
    if (rows.length === 0) {
      throw new MysqlError(1049, "42000", `Unknown database '${database}'`);
    }
    await this.run(then);
    this.mysql.database = database;
    this.changedSchema = database;
    this.forget();
  }

  /** Ends the transaction that nobody began. */
  async sync(failed = false): Promise<void> {
    if (failed) this.session.failed();
    const wait = this.session.sync(failed);
    if (wait !== undefined) await wait;
  }

  /** Rolls back and frees everything. */
  close(): Promise<void> {
    return this.session.close();
  }

  #noticed(notice: Notice): void {
    const { severity } = notice;
    if (severity === "DEBUG" || severity === "LOG") return;
    const { warnings, mysql } = this;
    if (mysql.systemVariable("session", "sql_notes") === 0) return;
    const note = noteOf(notice, mysql.database);
    if (note === undefined) return;
    const joined = joinNotes(warnings.list.at(-1), note);
    if (joined === undefined) warnings.add(note);
    else warnings.amend(joined);
  }
}
