/**
 * One client's place on a wire: its settings, transaction, statements, portals and notifications.
 *
 * A wire knows bytes; everything that a statement means is behind this interface, so both wires share
 * it. What can be answered at once is answered without a promise, because a promise for each message
 * would cost more than a point read.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { MysqlDigests } from "../base/mysql_password.ts";
import type { Datum } from "../sql/datum.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import type { SqlErrorFields } from "../sql/error.ts";
import type { OutputColumn } from "../sql/plan.ts";

/** `I` idle, `T` in a transaction, `E` in a failed one (ReadyForQuery). */
export type TransactionStatus = "I" | "T" | "E";

/** A notice or warning. */
export interface Notice extends SqlErrorFields {
  readonly severity: "WARNING" | "NOTICE" | "INFO" | "LOG" | "DEBUG";
  readonly sqlState: string;
  readonly message: string;
}

/** What the engine tells a client without being asked. */
export interface ClientEvents {
  /** NoticeResponse. */
  notice(notice: Notice): void;
  /** NotificationResponse; sent when the client is between statements. */
  notification(
    message: {
      readonly processId: number;
      readonly channel: string;
      readonly payload: string;
    },
  ): void;
  /** ParameterStatus: a reported setting changed. */
  parameter(name: string, value: string): void;
  /** The engine ends the session (57P01, 25P03, …); the wire sends FATAL and closes. */
  terminated(error: Error): void;
}

/** Who connects. */
export interface ConnectOptions {
  /** Role; the wire has authenticated it. */
  readonly user: string;
  /** Database asked for (3D000 if it is not there). */
  readonly database: string;
  /** Settings of the start-up packet, `options` already split. */
  readonly settings: Readonly<Record<string, string>>;
  /** For `pg_stat_activity` and logs. */
  readonly remote: {
    readonly address: string | null;
    readonly port: number | null;
  };
  /** Process id of the backend key. */
  readonly processId: number;
  readonly events: ClientEvents;
  /**
   * Whose SQL it speaks; see {@linkcode ClientSession.prepareTree}.
   *
   * @default {"postgresql"}
   */
  readonly dialect?: "postgresql" | "mysql" | undefined;
}

/** How a tree is prepared. */
export interface TreeOptions {
  /** Text that it came from, for pg_stat_activity. */
  readonly text?: string | undefined;
  /** Keeps its plan for the next tree with this key; for trees that mean the same whenever they come. */
  readonly key?: string | undefined;
}

/** What an authentication exchange needs to know of a role. */
export interface RoleVerifier {
  /** `SCRAM-SHA-256$…` or `md5…`; `null` if it has no password. */
  readonly verifier: string | null;
  /** What MySQL's clients prove a password by; `null` if it was not set in the clear. */
  readonly mysqlDigests: MysqlDigests | null;
  readonly login: boolean;
  /** Milliseconds since 1970; `null` for ever. */
  readonly validUntil: number | null;
  readonly connectionLimit: number;
}

/** A prepared statement. */
export interface PreparedStatement {
  /** Types of `$1`, `$2`, …. */
  readonly params: readonly number[];
  /** Columns of its rows; `null` if it gives none. */
  readonly columns: readonly OutputColumn[] | null;
  /** Whether COPY data flows, and where to. */
  readonly copy?: "in" | "out" | undefined;
  /** Columns of COPY TO STDOUT, for CopyOutResponse. */
  readonly copyColumns?: number | undefined;
  /** Whether COPY TO STDOUT is binary. */
  readonly copyBinary?: boolean | undefined;
  /** Whether it is the empty statement (EmptyQueryResponse). */
  readonly empty: boolean;
}

/** Takes rows. */
export interface RowSink {
  /** Takes one row; the array is used again for the next. */
  row(values: readonly Datum[]): void;
  /** Takes CopyData of COPY TO STDOUT. */
  copyData?(bytes: Uint8Array): void;
  /**
   * Asked now and then during long answers.
   *
   * @returns A promise when the client reads slowly: no row may come before it resolves.
   */
  full(): Promise<void> | undefined;
}

/** What an execution came to. */
export interface FetchResult {
  /** Whether the portal has no more rows; otherwise PortalSuspended. */
  readonly done: boolean;
  /** Command tag, for example `INSERT 0 1`; nothing when not done. */
  readonly tag?: string | undefined;
  /** COPY FROM STDIN: send CopyInResponse and feed this. */
  readonly copyIn?: CopyIn | undefined;
}

/** COPY FROM STDIN. */
export interface CopyIn {
  readonly binary: boolean;
  readonly columns: number;
  /** Takes CopyData; a promise when more should wait. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** CopyDone. */
  finish(): Promise<FetchResult>;
  /** CopyFail, or the connection was lost. */
  fail(message: string): Promise<void>;
}

/** A portal. */
export interface Portal {
  readonly statement: PreparedStatement;
  /**
   * Runs it, or goes on.
   *
   * @param maxRows 0 for all.
   * @param sink Takes the rows.
   * @param last Whether Sync follows at once and nothing ran since the last one, so that the statement is
   *   a transaction of its own and may share a commit with others'.
   */
  fetch(
    maxRows: number,
    sink: RowSink,
    last: boolean,
  ): FetchResult | Promise<FetchResult>;
  /** Frees what it holds. */
  close(): void;
}

/** Statements of a simple Query message. */
export interface SimpleStatements extends Iterator<PreparedStatement> {
  /**
   * Whether the statement that was given is the only one of the text, so that it is a transaction of
   * its own and may share a commit with others' ({@linkcode Portal.fetch}); `false` if not known.
   */
  readonly single?: boolean | undefined;
}

/** See the top of the file. Errors are {@linkcode EngineError}s. */
export interface ClientSession {
  readonly status: TransactionStatus;
  /** Settings reported at start-up (ParameterStatus). */
  reported(): ReadonlyMap<string, string>;
  /** Time zone and so on, for text and binary forms of values. */
  readonly eval: EvalContext;

  /**
   * Statements of a simple Query message, each prepared only when asked for, because one may depend on
   * what the one before it did. Empty when the text holds none.
   */
  simple(text: string): SimpleStatements;
  /**
   * Prepares one statement (Parse).
   *
   * @param text At most one statement (42601 otherwise).
   * @param paramTypes Types the client gave; 0 for those to be found.
   */
  prepare(text: string, paramTypes: readonly number[]): PreparedStatement;
  /** The same for a tree that another dialect's parser made (MySQL). */
  prepareTree(
    node: Node,
    paramTypes: readonly number[],
    options?: TreeOptions,
  ): PreparedStatement;
  /**
   * Makes a portal.
   *
   * @param params Values in the form of `lib/sql/datum.ts`.
   */
  bind(statement: PreparedStatement, params: readonly Datum[]): Portal;
  /** Prepared statements by name, shared with SQL's PREPARE, EXECUTE, DEALLOCATE and pg_prepared_statements. */
  readonly statements: {
    get(name: string): PreparedStatement | undefined;
    /** 42P05 if a named one exists, 53400 beyond the limit. */
    set(name: string, statement: PreparedStatement, text: string): void;
    delete(name: string): void;
  };
  /** Portals by name, shared with DECLARE, FETCH, CLOSE. */
  readonly portals: {
    get(name: string): Portal | undefined;
    set(name: string, portal: Portal): void;
    delete(name: string): void;
  };
  /**
   * Sync, and the end of a simple Query: commits or rolls back the implicit transaction.
   *
   * @param failed Whether a message since the last one failed.
   */
  sync(failed: boolean): void | Promise<void>;
  /** Tells the session that a message failed: the transaction, if one is open, is now a failed one. */
  failed(): void;
  /** Stops the statement that runs (CancelRequest): 57014. */
  cancel(): void;
  /** Rolls back and frees everything. */
  close(): Promise<void>;
}

/** What a door needs of an engine besides {@linkcode Engine}. */
export interface ClientEngine {
  /**
   * @throws {EngineError} 3D000, 28000, 53300.
   */
  connect(options: ConnectOptions): ClientSession;
  /** @returns What is known of a role; `undefined` for an unknown one. */
  verifier(role: string): RoleVerifier | undefined;
  /**
   * Sets a role's password at start-up (`--password`).
   *
   * @param role Role.
   * @param password Password, or a verifier (`SCRAM-SHA-256$…`, `md5…`), which is kept as it is.
   * @param kind What is made of a password.
   */
  setPassword(
    role: string,
    password: string,
    kind?: "scram-sha-256" | "md5",
  ): Promise<void>;
}
