/**
 * What every service and every door sees of the database.
 *
 * Everything above this file speaks PostgreSQL SQL with `$1` parameters to a {@linkcode Session};
 * which engine answers (SQLite inside, PostgreSQL outside) is decided once, in `main.ts`.
 *
 * @module
 */

import type { SqlErrorFields } from "../sql/error.ts";

/**
 * A value on its way in or out. Integers come back as `number` where that is exact and as `bigint`
 * beyond 2^53.
 */
export type SqlValue = null | boolean | number | bigint | string | Uint8Array;

/** A column of a {@linkcode Result}. */
export interface Column {
  /** Name as PostgreSQL would report it. */
  readonly name: string;
  /** Declared type in lower case, for example `timestamptz`; `null` for an expression. */
  readonly type: string | null;
}

/** What a statement gave back. */
export interface Result {
  /** Columns of `rows`; empty when the statement returns none. */
  readonly columns: readonly Column[];
  /** Rows, one array of values each, in the order of `columns`. */
  readonly rows: readonly (readonly SqlValue[])[];
  /** Rows returned, or rows written when the statement returns none. */
  readonly rowCount: number;
}

/** Limits of one statement. */
export interface QueryOptions {
  /** Interrupts the statement with `query_canceled` when it fires. */
  readonly signal?: AbortSignal;
  /** Interrupts the statement after so many milliseconds; the session's own limit if not given. */
  readonly timeoutMs?: number;
}

/** What one call brings along besides the session's identity. */
export interface CallOptions extends QueryOptions {
  /**
   * Settings that hold for this call, for example `request.method`, `timezone`, as if SET LOCAL had set
   * them. A function is asked once, when somebody reads the setting or sets one; at once for settings of
   * PostgreSQL's own, which are checked.
   */
  readonly settings?: Readonly<Record<string, string | (() => string)>>;
  /**
   * Whether what writes is refused with 25006. Such a transaction does not wait for the writer; each of
   * its statements sees what is committed when it begins.
   *
   * @default {false}
   */
  readonly readOnly?: boolean;
}

/** Runs statements. */
export interface Queryable {
  /**
   * Runs one statement; outside {@linkcode Session.transaction} it is a transaction of its own, and
   * an answer means that what it wrote is on the disk.
   *
   * @param sql One statement of PostgreSQL SQL.
   * @param params Values of `$1`, `$2`, … — always bound, never spliced.
   * @param options Limits; those of {@linkcode Session.transaction} if not given.
   * @returns Its rows.
   * @throws {EngineError} When the statement cannot be run.
   */
  query(
    sql: string,
    params?: readonly SqlValue[],
    options?: QueryOptions,
  ): Promise<Result>;
}

/** Who a session acts as. */
export interface Identity {
  /** Role whose rights count, for example `postgres`, `authenticated`. */
  readonly role: string;
  /** Claims that row policies read; none outside a request with a token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /**
   * Schemas in which names without one are looked for, as `search_path` takes them.
   *
   * @default {'"$user", public, auth'}
   */
  readonly searchPath?: string;
}

/** One client's place in the database. Cheap: make one per request or keep one per connection. */
export interface Session extends Queryable {
  /** Who it acts as. */
  readonly identity: Identity;

  query(
    sql: string,
    params?: readonly SqlValue[],
    options?: CallOptions,
  ): Promise<Result>;

  /**
   * Runs `body` as one short transaction: all of it is on the disk when the promise resolves, or
   * nothing of it. Bodies that arrive while a commit is in flight share one fsync (group commit), so
   * `body` must wait for nothing but its own statements: no network, no hashing, no timers.
   *
   * @param body Statements of the transaction; what it throws rolls it back.
   * @param options Settings, access mode, and limits of each of its statements.
   * @returns What `body` returned.
   */
  transaction<T>(
    body: (tx: Queryable) => Promise<T>,
    options?: CallOptions,
  ): Promise<T>;
}

/** What a step of the schema's history comes to in a new database. */
export interface PreparedStep {
  /** The engine's own statements, in order. */
  readonly statements: readonly string[];
  /** Objects of the catalog with their kinds, as the catalog stores them. */
  readonly objects: readonly {
    readonly kind: string;
    readonly body: unknown;
  }[];
  /** First oid that is free afterwards. */
  readonly nextOid: number;
}

/** One step of the schema's history. */
export interface Migration {
  /** Names the step for ever, for example `auth/001-users`. */
  readonly name: string;
  /** Statements, run in order and all together or not at all. */
  readonly statements: readonly string[];
  /**
   * What the statements come to in a new database, worked out beforehand so that a start is quick; must
   * be the same.
   */
  readonly prepared?: PreparedStep | undefined;
}

/** Numbers for `GET /metrics`. */
export interface EngineStats {
  /** Statements run. */
  readonly statements: number;
  /** Commits, that is groups of transactions made durable together. */
  readonly commits: number;
  /** Transactions inside those commits. */
  readonly transactions: number;
  /** fsync calls asked of the operating system. */
  readonly syncs: number;
  /** Statements that moved off the event loop. */
  readonly offThread: number;
  /** Transactions waiting for the writer now. */
  readonly writeQueue: number;
}

/** A table by the name of its schema and its own. */
export type TableName = readonly [schema: string, name: string];

/** A database. */
export interface Engine {
  /** Short description for the banner, for example `SQLite 3.54.1, in memory`. */
  readonly description: string;

  /**
   * @param identity Who the session acts as.
   * @returns A session.
   */
  session(identity: Identity): Session;

  /**
   * Brings the schema up to date; a step that ran once never runs again.
   *
   * @param migrations Steps of one owner, oldest first.
   */
  migrate(migrations: readonly Migration[]): Promise<void>;

  /**
   * @returns Another value than before when a definition (table, function, policy, role …) has changed
   *   since; cheap enough to be asked at each request.
   */
  schemaVersion(): unknown;

  /**
   * Follows tables, so that what was read of them can be kept until they change.
   *
   * @param tables The tables.
   * @returns Gives another value than before as soon as anybody could have been told of a change of one of
   *   them; it may also do so without need.
   */
  follow(tables: readonly TableName[]): () => unknown;

  /** @returns Numbers since the start. */
  stats(): EngineStats;

  /**
   * @returns Whether the disk took the last write; `false` from a refusal, for example because it is
   *   full, until a write succeeds again. The engine tries by itself meanwhile.
   */
  writable(): boolean;

  /** Settles when the engine can no longer promise durability, with the reason; the program must end. */
  readonly failed: Promise<Error>;

  /**
   * Finishes what was accepted, or stops it with `57P01` when it takes long, and closes; nothing may
   * be asked afterwards.
   */
  close(): Promise<void>;
}

/** Why a statement failed, in PostgreSQL's terms. */
export class EngineError extends Error {
  override name = "EngineError";

  /**
   * @param sqlState Five characters (PostgreSQL manual, appendix A), for example `23505`.
   * @param message What went wrong; holds no value of the statement.
   * @param options Cause, the other fields of an ErrorResponse and, for constraint violations, the
   *   constraint or table that was violated.
   */
  constructor(
    readonly sqlState: string,
    message: string,
    options: ErrorOptions & {
      constraint?: string;
      fields?: SqlErrorFields | undefined;
    } = {},
  ) {
    super(message, options);
    this.fields = options.fields ?? {};
    this.constraint = options.constraint ?? this.fields.constraint;
  }

  /** Detail, hint, position and so on, for a wire; empty where nothing is known. */
  readonly fields: SqlErrorFields;

  /** Name of the violated constraint, or `table.column` where the engine knows no better. */
  readonly constraint: string | undefined;
}
