/**
 * What a statement means to one session: makes its plan, finds where it must run, and runs it there.
 *
 * The wires' sessions and the services' are thin covers around this.
 *
 * @module
 */

import type { Node, SelectStmt } from "@pgsql/types";
import { withPosition } from "../../sql/analyze/located.ts";
import type { Datum } from "../../sql/datum.ts";
import type { Environment } from "../../sql/environment.ts";
import { SqlError } from "../../sql/error.ts";
import { parse, type ParsedStatement } from "../../sql/parse.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { Role } from "../../sql/catalog/catalog.ts";
import type { Notice, RowSink } from "../client_session.ts";
import {
  type Cursor,
  type RunContext,
  type RunResult,
  StalePlanError,
} from "../sqlite/plan_runner.ts";
import { EngineError } from "../engine.ts";
import { Cursors } from "./cursors.ts";
import { canceled, timedOut } from "./errors.ts";
import type { Instance } from "./instance.ts";
import { scanLiterals, type ScannedText } from "./literal_scan.ts";
import { SessionNotifications } from "./notifications.ts";
import type { PlanEnv } from "./plan_env.ts";
import { queryExtra } from "./query_extra.ts";
import { SessionRoles } from "./roles.ts";
import { searchSchemas } from "./search_path.ts";
import { callService } from "./services.ts";
import { SessionEval } from "./session_eval.ts";
import { Settings } from "./settings.ts";
import { type Compiled, Statement } from "./statement.ts";
import {
  type Isolation,
  type Participant,
  Transaction,
  type TransactionModes,
} from "./transaction.ts";
import type { UtilityShape } from "./utility/utility.ts";
import { dropTemporarySchema } from "./temporary_schema.ts";
import { describeUtility, findUtility } from "./utility/table.ts";

/** Who a core belongs to. */
export interface SessionCoreOptions {
  readonly instance: Instance;
  readonly role: Role;
  readonly processId: number;
  readonly remote: {
    readonly address: string | null;
    readonly port: number | null;
  };
  /** Told of notices. */
  readonly notice: (notice: Notice) => void;
  readonly notification: (
    message: {
      readonly processId: number;
      readonly channel: string;
      readonly payload: string;
    },
  ) => void;
  /** Told of each setting that changes, by lower-case name. */
  readonly changed: (name: string) => void;
  /** Told when the engine ends the session. */
  readonly terminated: (error: Error) => void;
  /** Whether the program itself asks, which may do what no client may. */
  readonly system?: boolean;
}

/** A named statement. */
export interface NamedStatement {
  readonly statement: Statement;
  readonly text: string;
  readonly preparedMs: number;
  readonly fromSql: boolean;
}

/** Settings that plans depend on. */
const planSettings = [
  "row_security",
  "timezone",
  "datestyle",
  "intervalstyle",
  "default_text_search_config",
  "extra_float_digits",
  "bytea_output",
];

/** See the top of the file. */
export class SessionCore {
  readonly instance: Instance;
  readonly options: SessionCoreOptions;
  readonly processId: number;
  readonly settings: Settings;
  readonly roles: SessionRoles;
  readonly eval: SessionEval;
  readonly transaction: Transaction;
  readonly notifications: SessionNotifications;
  readonly cursors: Cursors;
  readonly prepared = new Map<string, NamedStatement>();
  /** Last value of each sequence that this session used. */
  readonly sequenceValues = new Map<number, bigint>();
  lastSequence: number | undefined;
  /** Locks held until the end of the transaction. */
  readonly transactionLocks: [key: string, shared: boolean][] = [];
  transactionNumber: number | undefined;
  readonly connectedMs: number;
  /** Text of the statement that runs, or ran last. */
  text = "";
  stateSinceMs: number;
  #env: PlanEnv | undefined;
  #abort = new AbortController();
  #running = false;
  #timedOut = false;
  #undo: (() => void)[] = [];
  /** `statement_timeout`, which every statement asks for. */
  #limitMs = 0;
  /** Limit of the statement that runs, where it differs from the session's. */
  timeoutMs: number | undefined;
  signal: AbortSignal | undefined;

  /**
   * @param options Who it belongs to.
   */
  constructor(options: SessionCoreOptions) {
    const { instance } = options;
    this.instance = instance;
    this.options = options;
    this.processId = options.processId;
    this.connectedMs = this.stateSinceMs = instance.clock.now();
    this.settings = new Settings(this.#live(), (name) => this.#changed(name));
    this.roles = new SessionRoles(
      options.role,
      this.settings,
      () => this.catalog,
    );
    this.notifications = new SessionNotifications(
      instance.notifications,
      options.notification,
    );
    this.cursors = new Cursors();
    this.transaction = new Transaction({
      runner: instance.runner,
      participants: [
        this.cursors,
        this.#settingsParticipant(),
        this.notifications,
        { end: (committed) => this.#transactionOver(committed) },
      ],
      defaults: () => this.#defaultModes(),
      lockTimeoutMs: () => this.#number("lock_timeout"),
      signal: () => this.#signal(),
      now: () => instance.clock.now(),
      lost: (error) => options.terminated(error),
    });
    this.eval = new SessionEval({
      settings: this.settings,
      catalog: () => this.catalog,
      searchPath: () => this.env().searchPath,
      transactionMs: () => this.transaction.startedMs,
      clock: () => instance.clock.now(),
      setSetting: (name, value, local) => this.setConfig(name, value, local),
      call: (name, args) => callService(this, name, args),
    });
  }

  /** What the session sees. */
  get catalog(): PlanEnv["catalog"] {
    return this.transaction.catalog;
  }

  /** Whether a statement runs. */
  get running(): boolean {
    return this.#running;
  }

  /** Name of its schema of temporary tables. */
  get temporarySchema(): string {
    return `pg_temp_${this.processId}`;
  }

  /** Schemas of the search path; the implicit ones too. */
  searchPath(implicit = true): number[] {
    return searchSchemas(
      this.settings.get("search_path") as string,
      this.catalog,
      this.roles.current,
      this.temporarySchema,
      implicit,
    );
  }

  /** @returns What plans depend on now. */
  env(): PlanEnv {
    const catalog = this.catalog;
    const known = this.#env;
    if (known !== undefined && known.catalog === catalog) return known;
    const role = this.roles.current;
    const searchPath = this.searchPath();
    const key = `${role}|${searchPath}|` +
      planSettings.map((name) => this.settings.get(name)).join("|");
    return this.#env = {
      catalog,
      role,
      searchPath,
      rowSecurity: this.settings.get("row_security") !== "off",
      space: this.instance.plans.space(catalog, key),
    };
  }

  /** Forgets what plans depend on: the role changed for a while. */
  forgetEnv(): void {
    this.#env = undefined;
  }

  /** @param notice For the client. */
  notice(notice: Notice): void {
    this.options.notice(notice);
  }

  /** @param message WARNING with an SQLSTATE. */
  warn(sqlState: string, message: string): void {
    this.notice({ severity: "WARNING", sqlState, message });
  }

  /** `set_config()` and SET. */
  setConfig(name: string, value: string | undefined, local: boolean): string {
    const key = name.toLowerCase();
    if (key === "role") {
      if (value !== undefined) this.roles.checkRole(value);
    } else if (key === "session_authorization") {
      if (value !== undefined) this.roles.checkSession(value);
      this.settings.set("role", undefined, { local, superuser: true });
    } else if (transactionSettings.has(key)) {
      setTransactionMode(this, key, value ?? "");
      return this.settings.shown(key) ?? "";
    }
    this.settings.set(name, value, { local, superuser: this.roles.superuser });
    return this.settings.shown(name) ?? "";
  }

  /**
   * Prepares a text.
   *
   * @param text One statement at most.
   * @param declared Types of `$n`.
   * @param alone Whether it is the whole of a simple Query.
   * @returns The statement; nothing when the text holds several.
   */
  prepareText(
    text: string,
    declared: readonly number[],
    alone: boolean,
  ): Statement | ParsedStatement[] {
    const env = this.env();
    const key = declared.length === 0 ? text : `${text}\0${declared}`;
    const { plans } = this.instance;
    let scanned: ScannedText | undefined;
    if (!this.transaction.failed) {
      const found = plans.find(env.space, key);
      if (found !== undefined) {
        return this.#fromPlan({ ...found, env, text, declared, alone });
      }
      if (declared.length === 0) {
        scanned = scanLiterals(text);
        if (scanned !== undefined) {
          const hit = plans.findShape(env.space, scanned, this.eval);
          if (hit !== undefined) {
            return this.#fromPlan({
              plan: hit.found.plan,
              extra: hit.found.extra,
              literals: hit.literals,
              env,
              text,
              declared,
              alone,
            });
          }
        }
      }
    }
    const known = utilityTexts.get(text);
    const statements = known === undefined ? parse(text) : [known];
    if (statements.length > 1) return statements;
    const statement = statements[0];
    if (statement === undefined) {
      return new Statement({
        text,
        declared,
        compiled: { kind: "empty" },
        params: [],
        columns: null,
      });
    }
    if (!isQuery(statement.node)) rememberUtility(text, statement);
    return this.prepareParsed(statement, { declared, alone, key, scanned });
  }

  /**
   * Prepares one statement of a text.
   *
   * @param statement Tree.
   * @param options Types of `$n`, and the key to keep the plan under.
   */
  prepareParsed(
    statement: ParsedStatement,
    { declared = [], alone = false, key, scanned }: {
      readonly declared?: readonly number[];
      readonly alone?: boolean;
      readonly key?: string | undefined;
      readonly scanned?: ScannedText | undefined;
    } = {},
  ): Statement {
    const { node, text } = statement;
    if (isQuery(node)) {
      if (this.transaction.failed) throw inFailedTransaction();
      const env = this.env();
      const plan = this.compile(statement, declared);
      if (plan !== undefined) {
        const extra = queryExtra(node);
        if (key !== undefined) {
          this.instance.plans.add(
            env.space,
            key,
            { plan, extra },
            extra.sleep === undefined ? scanned : undefined,
            env.catalog,
          );
        }
        return this.#fromPlan({
          plan,
          extra,
          env,
          text,
          declared,
          alone,
          ...(key === undefined ? { node } : {}),
        });
      }
    }
    const utility = findUtility(node);
    if (
      this.transaction.failed && utility.endsFailed?.(node) !== true
    ) throw inFailedTransaction();
    let shape: UtilityShape;
    try {
      shape = describeUtility(utility, this, node, text);
    } catch (error) {
      throw withPosition(error, text);
    }
    return new Statement({
      text,
      node,
      declared,
      compiled: { kind: "utility", node, utility },
      params: shape.params ?? [],
      columns: shape.columns,
      copy: shape.copy,
      copyColumns: shape.copyColumns,
      alone,
    });
  }

  /**
   * Prepares a query that this program made.
   *
   * @param statement Tree.
   * @param declared Types of `$n`.
   * @param key Key to keep its plan under.
   */
  prepareInternal(
    statement: ParsedStatement,
    declared: readonly number[],
    key: string | undefined,
  ): Statement {
    const env = this.env();
    const { node, text } = statement;
    const found = key === undefined
      ? undefined
      : this.instance.plans.find(env.space, key);
    if (found !== undefined) {
      return this.#fromPlan({
        ...found,
        env,
        text,
        node,
        declared,
        alone: false,
      });
    }
    const plan = this.compile(statement, declared) as QueryPlan;
    const extra = queryExtra(node);
    if (key !== undefined) {
      this.instance.plans.add(
        env.space,
        key,
        { plan, extra },
        undefined,
        env.catalog,
      );
    }
    return this.#fromPlan({
      plan,
      extra,
      env,
      text,
      node,
      declared,
      alone: false,
    });
  }

  /**
   * @param statement A query.
   * @param declared Types of `$n`.
   * @returns Its plan; nothing when it is a utility after all (`SELECT … INTO`).
   */
  compile(
    statement: ParsedStatement,
    declared: readonly number[],
  ): QueryPlan | undefined {
    const plan = this.instance.pipeline.compile(
      statement,
      this.environment([...declared]),
    );
    return plan.kind === "query" ? plan : undefined;
  }

  /** @returns What a statement is resolved in. */
  environment(params: number[]): Environment {
    const { catalog, role, searchPath, rowSecurity } = this.env();
    return { catalog, role, searchPath, rowSecurity, params, eval: this.eval };
  }

  #fromPlan(
    { plan, extra, literals, env, text, node, declared, alone }: {
      readonly plan: QueryPlan;
      readonly extra: Extract<Compiled, { kind: "query" }>["extra"];
      readonly literals?: readonly Datum[] | undefined;
      readonly env: PlanEnv;
      readonly text: string;
      readonly node?: Node | undefined;
      readonly declared: readonly number[];
      readonly alone: boolean;
    },
  ): Statement {
    return new Statement({
      text,
      node,
      declared,
      compiled: { kind: "query", plan, extra, env, literals },
      params: plan.params,
      columns: plan.columns,
      alone,
    });
  }

  /**
   * Makes a statement's plan anew if what it depends on has changed.
   *
   * @param statement The statement.
   * @throws {SqlError} 0A000 when its rows would be of other types.
   */
  refresh(statement: Statement): void {
    const { compiled } = statement;
    if (compiled.kind !== "query" || compiled.env === this.env()) return;
    if (compiled.env.space === this.env().space) return;
    const again = statement.node === undefined
      ? this.prepareText(statement.text, statement.declared, statement.alone)
      : this.prepareParsed(
        {
          node: statement.node,
          text: statement.text,
          location: 0,
          length: statement.text.length,
        },
        { declared: statement.declared, alone: statement.alone },
      );
    if (!(again instanceof Statement)) return;
    if (!sameColumns(statement, again)) {
      throw new SqlError("0A000", "cached plan must not change result type");
    }
    statement.compiled = again.compiled;
  }

  /** A statement begins. */
  begin(text: string): void {
    this.#running = true;
    this.text = text;
    this.notifications.busy = true;
    const now = this.instance.clock.now();
    this.stateSinceMs = now;
    this.eval.beginStatement(now);
  }

  /** The statement goes on with more of the client's data. */
  resume(): void {
    this.#running = true;
  }

  /** A statement is over, for good or bad. */
  finish(): void {
    this.#running = false;
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    this.#timedOut = false;
    this.stateSinceMs = this.instance.clock.now();
  }

  /** Stops the statement that runs. */
  cancel(): void {
    if (this.#running) this.#abort.abort();
  }

  /**
   * Watches over a statement that takes its time.
   *
   * @param work What it does.
   * @returns The same, which fails with 57014 when the time is over.
   */
  async watch<T>(work: Promise<T>): Promise<T> {
    const limit = this.#statementTimeout();
    const controller = this.#abort;
    const timer = limit === 0 ? undefined : setTimeout(() => {
      this.#timedOut = true;
      controller.abort();
    }, limit);
    try {
      return await work;
    } catch (error) {
      const wasCanceled = error instanceof DOMException ||
        (error instanceof SqlError || error instanceof EngineError) &&
          error.sqlState === "57014";
      if (wasCanceled && controller.signal.aborted) {
        throw this.#timedOut ? timedOut() : canceled();
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Runs a plan where the transaction wants it.
   *
   * @param compiled The plan.
   * @param params Values of `$n`.
   * @param sink Takes the rows.
   * @param alone Whether it is a transaction of its own.
   */
  run(
    statement: Statement,
    params: readonly Datum[],
    sink: RowSink,
    alone: boolean,
  ): RunResult | Promise<RunResult> {
    const compiled = statement.compiled as Extract<
      Compiled,
      { kind: "query" }
    >;
    const { plan } = compiled;
    const { transaction, instance } = this;
    transaction.ranQuery = true;
    const { lease } = transaction;
    if (lease !== undefined) {
      if (!plan.readOnly) {
        this.checkWritable(plan.tag === "SELECT" ? "nextval()" : plan.tag);
        const wait = this.cursors.beforeWrite();
        if (wait !== undefined) {
          return wait.then(() =>
            lease.query(plan, params, sink, this.contextOf(compiled))
          );
        }
      }
      return lease.query(plan, params, sink, this.contextOf(compiled));
    }
    if (plan.readOnly) {
      if (transaction.repeatable && !alone) {
        const snapshot = transaction.snapshot();
        return snapshot instanceof Promise
          ? snapshot.then((s) =>
            s.read(plan, params, sink, this.contextOf(compiled))
          )
          : snapshot.read(plan, params, sink, this.contextOf(compiled));
      }
      return instance.runner.read(
        plan,
        params,
        sink,
        this.contextOf(compiled),
      );
    }
    this.checkWritable(plan.tag === "SELECT" ? "nextval()" : plan.tag);
    return alone
      ? this.#write(statement, params, sink)
      : this.#writeInLease(statement, params, sink);
  }

  async #write(
    statement: Statement,
    params: readonly Datum[],
    sink: RowSink,
  ): Promise<RunResult> {
    for (;;) {
      const compiled = statement.compiled as Extract<
        Compiled,
        { kind: "query" }
      >;
      try {
        return await this.instance.runner.write(
          compiled.plan,
          params,
          sink,
          this.contextOf(compiled),
        );
      } catch (error) {
        if (!(error instanceof StalePlanError)) throw error;
        this.refresh(statement);
      }
    }
  }

  async #writeInLease(
    statement: Statement,
    params: readonly Datum[],
    sink: RowSink,
  ): Promise<RunResult> {
    const lease = await this.transaction.acquire();
    // Somebody may have changed the schema while this one waited.
    this.refresh(statement);
    const compiled = statement.compiled as Extract<
      Compiled,
      { kind: "query" }
    >;
    return await lease.query(
      compiled.plan,
      params,
      sink,
      this.contextOf(compiled),
    );
  }

  /** Opens a cursor where the transaction wants it. */
  open(
    statement: Statement,
    params: readonly Datum[],
  ): Cursor | Promise<Cursor> {
    const compiled = statement.compiled as Extract<
      Compiled,
      { kind: "query" }
    >;
    const { plan } = compiled;
    const { transaction } = this;
    transaction.ranQuery = true;
    const context = this.contextOf(compiled);
    if (transaction.lease !== undefined) {
      return transaction.lease.cursor(plan, params, context);
    }
    if (transaction.repeatable && transaction.explicit) {
      const snapshot = transaction.snapshot();
      return snapshot instanceof Promise
        ? snapshot.then((s) => s.cursor(plan, params, context))
        : snapshot.cursor(plan, params, context);
    }
    return this.instance.runner.openCursor(plan, params, context);
  }

  /** @throws {SqlError} 25006 in a read-only transaction. */
  checkWritable(what: string): void {
    if (!this.transaction.modes.readOnly) return;
    throw new SqlError(
      "25006",
      `cannot execute ${what} in a read-only transaction`,
    );
  }

  /**
   * @param undo Called when the transaction is rolled back.
   */
  onRollback(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Makes it as new for the next caller (sessions of services). */
  async clean(): Promise<void> {
    if (this.transaction.kind !== "none") await this.transaction.rollback();
    this.cursors.closeAll();
    this.timeoutMs = undefined;
    this.signal = undefined;
    const { settings } = this;
    if (settings.kept("role") !== "none") this.#resetRole("role");
    if ((settings.kept("session_authorization") ?? "") !== "") {
      this.#resetRole("session_authorization");
    }
    settings.resetAll();
    this.prepared.clear();
    if (this.notifications.channels.size > 0) this.notifications.close();
    this.instance.locks.freeAll(this);
    await this.dropTemporary();
  }

  #resetRole(name: string): void {
    this.settings.set(name, undefined, { superuser: true });
  }

  /** Drops the session's temporary tables. */
  async dropTemporary(): Promise<void> {
    if (this.catalog.schemaNamed(this.temporarySchema) === undefined) return;
    await dropTemporarySchema(this);
  }

  /** Rolls back and frees everything. */
  async close(): Promise<void> {
    this.cancel();
    this.cursors.closeAll();
    await this.transaction.rollback();
    this.notifications.close();
    this.instance.locks.freeAll(this);
    this.prepared.clear();
    await this.dropTemporary().catch(() => {});
  }

  /** Fires when the statement that runs must stop. */
  get abortSignal(): AbortSignal {
    return this.#signal();
  }

  #signal(): AbortSignal {
    return this.signal === undefined
      ? this.#abort.signal
      : AbortSignal.any([this.signal, this.#abort.signal]);
  }

  /** @returns Limits and surroundings of one execution. */
  contextOf(compiled: Extract<Compiled, { kind: "query" }>): RunContext {
    return {
      eval: this.eval,
      signal: this.#signal(),
      timeoutMs: this.#statementTimeout(),
      literals: compiled.literals,
      catalog: compiled.env.catalog,
      role: compiled.env.role,
    };
  }

  #statementTimeout(): number {
    return this.timeoutMs ?? this.#limitMs;
  }

  #number(name: string): number {
    return Number(this.settings.get(name));
  }

  #defaultModes(): TransactionModes {
    return {
      isolation: this.settings.get(
        "default_transaction_isolation",
      ) as Isolation,
      readOnly: this.settings.get("default_transaction_read_only") === "on",
      deferrable: this.settings.get("default_transaction_deferrable") === "on",
    };
  }

  #live(): Map<string, () => string> {
    const mode =
      (read: (modes: TransactionModes) => string | boolean) => () => {
        const value = read(this.transaction.modes);
        return typeof value === "string" ? value : value ? "on" : "off";
      };
    return new Map([
      ["transaction_isolation", mode(({ isolation }) => isolation)],
      ["transaction_read_only", mode(({ readOnly }) => readOnly)],
      ["transaction_deferrable", mode(({ deferrable }) => deferrable)],
      ["is_superuser", () => this.roles.superuser ? "on" : "off"],
      ["session_authorization", () => this.#sessionName()],
    ]);
  }

  #sessionName(): string {
    return this.roles.sessionName;
  }

  #settingsParticipant(): Participant {
    return {
      begin: () => this.settings.push(),
      release: () => this.settings.merge(),
      rollbackTo: (depth) => this.settings.rollbackTo(depth),
      end: (committed) => this.settings.end(committed),
    };
  }

  #changed(name: string): void {
    this.eval.follow(name);
    if (name === "statement_timeout") this.#limitMs = this.#number(name);
    if (name === "role" || name === "session_authorization") {
      this.roles.changed();
    }
    this.#env = undefined;
    this.options.changed(name);
  }

  #transactionOver(committed: boolean): void {
    if (this.transactionLocks.length > 0) {
      for (const [key, shared] of this.transactionLocks) {
        this.instance.locks.free(key, this, shared);
      }
      this.transactionLocks.length = 0;
    }
    this.transactionNumber = undefined;
    if (this.#undo.length > 0) {
      const undo = this.#undo;
      this.#undo = [];
      if (!committed) { for (const each of undo.reverse()) each(); }
    }
  }
}

/** Settings that are the transaction's own. */
const transactionSettings: ReadonlySet<string> = new Set([
  "transaction_isolation",
  "transaction_read_only",
  "transaction_deferrable",
]);

/** @returns What a statement is told in a failed transaction. */
export function inFailedTransaction(): SqlError {
  return new SqlError(
    "25P02",
    "current transaction is aborted, commands ignored until end of transaction block",
  );
}

/**
 * @param core Session.
 * @param name Setting of the transaction.
 * @param value Its text.
 */
export function setTransactionMode(
  core: SessionCore,
  name: string,
  value: string,
): void {
  const { transaction } = core;
  switch (name) {
    case "transaction_isolation": {
      const isolation = value.toLowerCase() as Isolation;
      if (isolation === transaction.modes.isolation) return;
      if (transaction.ranQuery) {
        throw new SqlError(
          "25001",
          "SET TRANSACTION ISOLATION LEVEL must be called before any query",
        );
      }
      if (transaction.depth > 0) {
        throw new SqlError(
          "25001",
          "SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction",
        );
      }
      transaction.setModes({ isolation });
      return;
    }
    case "transaction_read_only": {
      const readOnly = value === "on" || value === "true" || value === "1";
      if (!readOnly && transaction.modes.readOnly) {
        if (transaction.depth > 0) {
          throw new SqlError(
            "25001",
            "cannot set transaction read-write mode inside a read-only transaction",
          );
        }
        if (transaction.ranQuery) {
          throw new SqlError(
            "25001",
            "transaction read-write mode must be set before any query",
          );
        }
      }
      transaction.setModes({ readOnly });
      return;
    }
    default:
      transaction.setModes({ deferrable: value === "on" });
  }
}

/** @returns Whether the resolver takes it. */
export function isQuery(node: Node): boolean {
  if ("SelectStmt" in node) return !hasInto(node.SelectStmt);
  return "InsertStmt" in node || "UpdateStmt" in node ||
    "DeleteStmt" in node || "MergeStmt" in node;
}

/** `INTO` stands in the first SELECT of a set operation. */
function hasInto({ intoClause, larg }: SelectStmt): boolean {
  return intoClause !== undefined || (larg !== undefined && hasInto(larg));
}

/** Short statements that need no planning, by text: parsing costs more than running them. */
const utilityTexts = new Map<string, ParsedStatement>();
const mostUtilityTexts = 500;
const longestUtilityText = 200;

function rememberUtility(text: string, statement: ParsedStatement): void {
  if (text.length > longestUtilityText) return;
  const { node } = statement;
  if (
    !("TransactionStmt" in node || "VariableSetStmt" in node ||
      "VariableShowStmt" in node || "DiscardStmt" in node)
  ) return;
  if (utilityTexts.size >= mostUtilityTexts) utilityTexts.clear();
  utilityTexts.set(text, statement);
}

function sameColumns(a: Statement, b: Statement): boolean {
  if (a.columns === null || b.columns === null) {
    return a.columns === b.columns;
  }
  return a.columns.length === b.columns.length &&
    a.columns.every(({ type, typmod, name }, i) => {
      const other = b.columns?.[i];
      return other?.type === type && other.typmod === typmod &&
        other.name === name;
    });
}
