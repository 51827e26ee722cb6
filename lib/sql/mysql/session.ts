/**
 * What a MySQL connection remembers: its variables, its database, what its last statement did.
 *
 * Values that functions ask for (LAST_INSERT_ID(), user variables) are settings of the engine's session, which
 * end with it and which no rollback takes back; the rest is here.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { EvalContext } from "../eval_context.ts";
import {
  readVariable,
  sessionSetting,
  variableSetting,
} from "../functions/mysql/session.ts";
import type {
  Assignment,
  MysqlStatement,
  ParseOptions,
  SetStatement,
} from "./dialect.ts";
import { MysqlError } from "./error.ts";
import { parseMysql } from "./parse.ts";
import { checkedValue, effectOf } from "./set_variable.ts";
import { StatementCache } from "./statement_cache.ts";
import { schemaOf } from "./table_name.ts";
import {
  type SystemVariable,
  systemVariables,
  type VariableValue,
} from "./system_variables.ts";

/** Who is connected. */
export interface MysqlSessionOptions {
  /** The engine's session. */
  readonly eval: EvalContext;
  readonly user: string;
  readonly host: string;
  readonly connectionId: number;
  /** Database of the handshake. */
  readonly database?: string | undefined;
  /** `@@name` of the server that differ from ours by default (port, ssl, socket). */
  readonly server?: Readonly<Record<string, VariableValue>> | undefined;
  /** How many warnings and errors the last statement had, for `@@warning_count`. */
  readonly warnings?:
    | (() => { readonly all: number; readonly errors: number })
    | undefined;
}

/** A value of an expression. */
export interface Evaluated {
  /** Its text; NULL. */
  readonly value: string | null;
  readonly type: "int8" | "numeric" | "float8" | "text";
}

/** What a SET asks of the wire besides. */
export interface Effects {
  /** PostgreSQL's statements to run. */
  readonly statements: readonly string[];
  /** Foreign keys that were postponed and are checked now; run them like `QueryStatement.nodes`. */
  readonly nodes: readonly Node[];
  /** New autocommit, if it changed; switching it on commits. */
  readonly autocommit: boolean | undefined;
}

/** Of all sessions. */
const statements = new StatementCache();

/** See the top of the file. */
export class MysqlSession implements ParseOptions {
  /** Database of USE. */
  database: string | undefined;
  readonly #options: MysqlSessionOptions;
  readonly #values = new Map<string, VariableValue>();
  readonly #postponed: Node[] = [];
  /** What the last statement left, and the version of the settings that held it. */
  #ended: {
    readonly affected: number;
    readonly found: number | undefined;
    readonly version: number | undefined;
  } | undefined;

  /**
   * @param options Who is connected.
   */
  constructor(options: MysqlSessionOptions) {
    this.#options = options;
    this.database = options.database;
    this.#keep("connection_id", String(options.connectionId));
    this.#keep("user", `${options.user}@${options.host}`);
    this.#keep("current_user", `${options.user}@%`);
  }

  /** Whether each statement is a transaction of its own. */
  get autocommit(): boolean {
    return this.systemVariable("session", "autocommit") !== 0;
  }

  get sqlMode(): ReadonlySet<string> {
    const modes = String(this.systemVariable("session", "sql_mode") ?? "");
    return new Set(
      modes.toUpperCase().split(",").filter((each) => each !== ""),
    );
  }

  /** One statement only, unless {@linkcode MysqlSession.parse} is told otherwise. */
  readonly multi = false;

  /**
   * A key under which whatever was made of a text may be kept: the text, and what it is read by.
   *
   * @param text Statements.
   */
  textKey(text: string): string {
    const modes = this.systemVariable("session", "sql_mode") ?? "";
    return `${this.database ?? ""}\0${modes}\0${text}`;
  }

  /**
   * @param text Statements.
   * @param multi Whether there may be several.
   * @returns The statements, each read when it is asked for.
   */
  *parse(text: string, multi = false): Generator<MysqlStatement, void> {
    const key = this.textKey(text);
    const known = statements.find(key);
    if (known !== undefined) {
      yield known;
      return;
    }
    let count = 0;
    let last: MysqlStatement | undefined;
    const all = parseMysql(text, {
      sqlMode: this.sqlMode,
      multi,
      database: this.database,
      systemVariable: (scope, name) => this.systemVariable(scope, name),
      userVariable: (name) => this.userVariable(name),
    });
    for (const statement of all) {
      count++;
      last = statement;
      yield statement;
    }
    if (count === 1 && last !== undefined) statements.add(key, last);
  }

  systemVariable(
    scope: "session" | "global" | undefined,
    name: string,
  ): VariableValue | undefined {
    if (name === "last_insert_id" || name === "identity") {
      return Number(this.#kept("last_insert_id") || 0);
    }
    if (name === "pseudo_thread_id") return this.#options.connectionId;
    if (name === "warning_count") return this.#options.warnings?.().all ?? 0;
    if (name === "error_count") return this.#options.warnings?.().errors ?? 0;
    const own = scope === "global" ? undefined : this.#values.get(name);
    if (own !== undefined) return own;
    const server = this.#options.server?.[name];
    return server === undefined ? systemVariables.get(name)?.value : server;
  }

  userVariable(
    name: string,
  ): "int8" | "numeric" | "float8" | "text" | undefined {
    return readVariable(this.#options.eval.setting(variableSetting(name)))
      ?.type;
  }

  /** Text of a user variable, for PREPARE and EXECUTE. */
  userValue(name: string): string | null {
    return readVariable(this.#options.eval.setting(variableSetting(name)))
      ?.value ?? null;
  }

  /**
   * @param name Name of a user variable.
   * @param value What it is from now on.
   */
  setUserVariable(name: string, { value, type }: Evaluated): void {
    this.#options.eval.setSetting(
      variableSetting(name),
      value === null ? "" : `${type}:${value}`,
      false,
    );
  }

  /**
   * Carries a SET out.
   *
   * @param statement SET.
   * @param evaluate Runs `SELECT` of an expression.
   * @returns What remains to be done.
   * @throws {MysqlError} 1193, 1231, 1238.
   */
  async assign(
    { assignments }: SetStatement,
    evaluate: (expression: Node) => Promise<Evaluated> | Evaluated,
  ): Promise<Effects> {
    const statements: string[] = [];
    const before = this.autocommit;
    for (const each of assignments) {
      switch (each.to) {
        case "user": {
          this.setUserVariable(each.name, await evaluate(each.value));
          break;
        }
        case "names":
          for (const name of ["client", "connection", "results"]) {
            this.#values.set(`character_set_${name}`, each.charset);
          }
          if (each.collation !== undefined) {
            this.#values.set("collation_connection", each.collation);
          }
          break;
        default:
          statements.push(...await this.#system(each, evaluate));
      }
    }
    const after = this.autocommit;
    const nodes = this.systemVariable("session", "foreign_key_checks") === 0
      ? []
      : this.#postponed.splice(0);
    return {
      statements,
      nodes,
      autocommit: after === before ? undefined : after,
    };
  }

  async #system(
    { name, scope, value: given }: Extract<Assignment, { to: "system" }>,
    evaluate: (expression: Node) => Promise<Evaluated> | Evaluated,
  ): Promise<readonly string[]> {
    const variable: SystemVariable | undefined = systemVariables.get(name);
    if (variable === undefined) {
      throw new MysqlError(1193, "HY000", `Unknown system variable '${name}'`);
    }
    if (variable.kind === "fixed") {
      throw new MysqlError(
        1238,
        "HY000",
        `Variable '${name}' is a read only variable`,
      );
    }
    const raw = given === "default"
      ? variable.value
      : "word" in given
      ? given.word
      : (await evaluate(given.expression)).value;
    const value = checkedValue(name, variable, raw);
    // What is global here is every new session's, which settings of the server decide.
    if (scope === "global") return [];
    if (scope !== "next") this.#values.set(name, value);
    return effectOf(name, value, scope === "next");
  }

  /** @param nodes Foreign keys of a statement that has run. */
  postpone(nodes: readonly Node[]): void {
    this.#postponed.push(...nodes);
  }

  /**
   * A query that tells whether a database is there, and what USE then does.
   *
   * @param database Name.
   */
  useStatement(
    database: string,
  ): {
    readonly exists: string;
    readonly schema: string;
    readonly then: string;
  } {
    const schema = schemaOf(database);
    return {
      exists: "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1",
      schema,
      then: `SET search_path = "${schema.replaceAll('"', '""')}"`,
    };
  }

  /**
   * After each statement.
   *
   * @param affected Rows it changed; -1 for one that gives rows or fails.
   * @param found Rows it found, if it gave any.
   */
  end(affected: number, found?: number): void {
    const { settingsVersion } = this.#options.eval;
    const last = this.#ended;
    // Looked up once, not after each of many statements that leave the same.
    if (
      last !== undefined && settingsVersion !== undefined &&
      last.version === settingsVersion && last.affected === affected &&
      last.found === found
    ) return;
    if (this.#kept("row_count") !== String(affected)) {
      this.#keep("row_count", String(affected));
    }
    if (found !== undefined && this.#kept("found_rows") !== String(found)) {
      this.#keep("found_rows", String(found));
    }
    const version = this.#options.eval.settingsVersion;
    this.#ended = { affected, found, version };
  }

  /** @param first First number that a statement gave out, for LAST_INSERT_ID(). */
  inserted(first: number): void {
    this.#keep("last_insert_id", String(first));
  }

  #kept(name: string): string | undefined {
    return this.#options.eval.setting(sessionSetting(name));
  }

  #keep(name: string, value: string): void {
    this.#options.eval.setSetting(sessionSetting(name), value, false);
  }
}
