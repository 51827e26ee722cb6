/**
 * MySQL's SQL: from its text to PostgreSQL's parse tree and to what a session does by itself.
 *
 * A wire (`lib/mysqlwire`) makes one {@linkcode MysqlSession} for each connection, gives it texts and
 * acts on the statements that come back. It never looks into SQL itself:
 *
 * | kind | what the wire does |
 * |---|---|
 * | `query` | `prepareTree` each of `nodes` in order, one implicit transaction; the answer is that of node `answer`; `session.begin()` before, `session.postpone()` and `session.end()` after; plans may be kept under `session.textKey()` |
 * | `catalog` | `prepare(sql)`, bind `values` (all text), answer the rows under the names they have |
 * | `rows` | answer `columns` and `rows` as they are |
 * | `set` | `session.assign(statement, evaluate)`, then run the `statements` and `nodes` it returns |
 * | `use` | `session.use(name)` after asking the engine whether the schema is there (`session.schemaQuery`) |
 * | `ok` | nothing but OK |
 * | others | see {@linkcode SessionStatement} |
 *
 * @module
 */

import type { Node } from "@pgsql/types";

/** What a statement that runs in the engine answers. */
export type Returns =
  /** Rows. */
  | "rows"
  /** A number of affected rows and maybe an insert id. */
  | "count"
  /** OK alone. */
  | "nothing";

/** Something for the engine. */
export interface QueryStatement {
  readonly kind: "query";
  /** Trees for `ClientSession.prepareTree`, run one after the other as one unit. */
  readonly nodes: readonly Node[];
  /** Index of the node whose rows or count are the answer; -1 when the counts of all are added up. */
  readonly answer: number;
  /** How many `?` there are; they are `$1`, `$2`, … of all nodes together. */
  readonly params: number;
  readonly returns: Returns;
  /** First word, for status counters and ROW_COUNT(). */
  readonly verb: string;
  /** Whether a transaction that is open is committed before and after (DDL). */
  readonly commits: boolean;
  /** `DO`: rows are thrown away and OK is answered. */
  readonly discards: boolean;
  /** `SQL_CALC_FOUND_ROWS`: a query that counts the rows without LIMIT, to be run after it. */
  readonly foundRows?: Node | undefined;
  /** `SELECT … INTO @a, @b`: the values of its one row go to these user variables (1172 for more rows). */
  readonly into?: readonly string[] | undefined;
  /** INSERT IGNORE and the like: an error of data becomes a warning. */
  readonly ignore: boolean;
  /** INSERT of several rows, or of those of a query, which tells how many there were. */
  readonly several: "rows" | "query" | undefined;
  /** ON DUPLICATE KEY UPDATE. */
  readonly updates: boolean;
  /**
   * Foreign keys of a table that was made while `foreign_key_checks` was off: give them to
   * `MysqlSession.postpone`, which hands them out when the checks are on again.
   */
  readonly postponed: readonly Node[];
  /** Whether it reads what may be another value next time, so its plan must not be kept by its text. */
  readonly volatile: boolean;
}

/** A question to the catalog, in PostgreSQL's SQL. */
export interface CatalogStatement {
  readonly kind: "catalog";
  /** PostgreSQL's SQL; `$1`, … stand for `values`. */
  readonly sql: string;
  /** All of type text. */
  readonly values: readonly string[];
  /** What to ask or which error to give instead of an empty answer. */
  readonly whenEmpty?: CatalogStatement | CatalogError | undefined;
}

/** An error in place of an empty answer. */
export interface CatalogError {
  readonly errno: number;
  readonly sqlState: string;
  readonly message: string;
}

/** An answer that is known already. */
export interface RowsStatement {
  readonly kind: "rows";
  readonly columns: readonly {
    readonly name: string;
    readonly type: "text" | "int8";
  }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** One assignment of SET. */
export type Assignment =
  | {
    readonly to: "user";
    readonly name: string;
    /** Expression; run `SELECT` of it. */
    readonly value: Node;
  }
  | {
    readonly to: "system";
    readonly scope: "session" | "global" | "next";
    readonly name: string;
    /** A word (`ON`, `utf8mb4`), DEFAULT, or an expression. */
    readonly value:
      | { readonly word: string }
      | { readonly expression: Node }
      | "default";
  }
  | {
    readonly to: "names";
    readonly charset: string;
    readonly collation?: string | undefined;
  };

/** SET. */
export interface SetStatement {
  readonly kind: "set";
  readonly assignments: readonly Assignment[];
  /** How many `?` there are. */
  readonly params: number;
}

/** What a connection does by itself. */
export type SessionStatement =
  | { readonly kind: "use"; readonly database: string }
  /** SHOW WARNINGS, SHOW ERRORS; `count` for SHOW COUNT(*) WARNINGS. */
  | {
    readonly kind: "warnings";
    readonly errorsOnly: boolean;
    readonly count: boolean;
    readonly offset: number;
    readonly limit: number | undefined;
  }
  /** SHOW PROCESSLIST. */
  | { readonly kind: "processlist"; readonly full: boolean }
  | { readonly kind: "kill"; readonly query: boolean; readonly id: Node }
  /** PREPARE name FROM 'text' | @variable. */
  | {
    readonly kind: "prepare";
    readonly name: string;
    readonly from: { readonly text: string } | { readonly variable: string };
  }
  | {
    readonly kind: "execute";
    readonly name: string;
    /** User variables whose values are bound. */
    readonly using: readonly string[];
  }
  | { readonly kind: "deallocate"; readonly name: string }
  /** EXPLAIN of a statement. */
  | {
    readonly kind: "explain";
    readonly format: string;
    readonly of: QueryStatement;
  }
  /** Accepted, and nothing to do: LOCK TABLES, UNLOCK TABLES, FLUSH, ANALYZE … */
  | { readonly kind: "ok"; readonly verb: string };

/** A statement. */
export type MysqlStatement =
  | QueryStatement
  | CatalogStatement
  | RowsStatement
  | SetStatement
  | SessionStatement;

/** What a text is read by. */
export interface ParseOptions {
  /** Modes of `sql_mode`, in capitals. */
  readonly sqlMode: ReadonlySet<string>;
  /** Whether several statements may be in one text (CLIENT_MULTI_STATEMENTS). */
  readonly multi: boolean;
  /** Database of USE; nothing when there is none (error 1046). */
  readonly database: string | undefined;
  /** Value of `@@name`; `undefined` for one that is not there (1193). */
  systemVariable(
    scope: "session" | "global" | undefined,
    name: string,
  ): string | number | null | undefined;
  /** Type of a user variable's value; `undefined` when it was never set. */
  userVariable(
    name: string,
  ): "int8" | "numeric" | "float8" | "text" | undefined;
  /**
   * Levels of nesting.
   *
   * @default {250}
   */
  readonly maxDepth?: number | undefined;
}

/**
 * Reads a text. Each statement is read when it is asked for, so that those before a mistake are run.
 */
export type ParseMysql = (
  text: string,
  options: ParseOptions,
) => Iterable<MysqlStatement>;
