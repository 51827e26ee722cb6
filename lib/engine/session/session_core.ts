/**
 * What a statement means to one session: makes its plan, finds where it must run, and runs it there.
 *
 * The wires' sessions and the services' are thin covers around this.
 *
 * @module
 */

import type { Environment } from "../../sql/environment.ts";
import type { Notice } from "../client_session.ts";
import { ConstraintModes } from "./constraint_modes.ts";
import { Cursors } from "./cursors.ts";
import { timedOut } from "./errors.ts";
import { Executor } from "./executor.ts";
import type { Instance } from "./instance.ts";
import { SessionNotifications } from "./notifications.ts";
import type { PlanEnv } from "./plan_env.ts";
import { Preparer } from "./preparer.ts";
import { SessionRoles } from "./roles.ts";
import { searchSchemas } from "./search_path.ts";
import { callService } from "./services.ts";
import { StatementNotes } from "../../sql/statement_notes.ts";
import { SessionEval } from "./session_eval.ts";
import { Settings } from "./settings.ts";
import type { NamedStatement, SessionCoreOptions } from "./session_options.ts";
import { StatementWatch } from "./statement_watch.ts";
import { dropTemporarySchema } from "./temporary_schema.ts";
import type {
  Isolation,
  Participant,
  TransactionModes,
} from "./transaction_participant.ts";
import { Transaction } from "./transaction.ts";
import {
  setTransactionMode,
  transactionSettings,
} from "./transaction_modes.ts";

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

/** Settings whose change makes another {@linkcode PlanEnv}. */
const envSettings: ReadonlySet<string> = new Set([
  ...planSettings,
  "role",
  "session_authorization",
  "search_path",
]);

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
  readonly constraintModes = new ConstraintModes();
  /** Makes statements. */
  readonly preparer = new Preparer(this);
  /** Runs them. */
  readonly executor = new Executor(this);
  /** Stops them. */
  readonly watch: StatementWatch;
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
  /** What the next transaction begins with, until a setting changes. */
  #defaults: TransactionModes | undefined;
  #undo: (() => void)[] = [];

  /**
   * @param options Who it belongs to.
   */
  constructor(options: SessionCoreOptions) {
    const { instance } = options;
    this.instance = instance;
    this.watch = new StatementWatch(instance.deadlines);
    this.options = options;
    this.processId = options.processId;
    this.temporarySchema = `pg_temp_${this.processId}`;
    this.connectedMs = this.stateSinceMs = instance.clock.now();
    this.settings = new Settings(this.#live(), (name) => this.#changed(name));
    if (options.dialect === "mysql") this.settings.lasting = "mysql.";
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
        this.constraintModes,
        this.#settingsParticipant(),
        this.notifications,
        { end: (committed) => this.#transactionOver(committed) },
      ],
      defaults: () => this.#defaults ??= this.#defaultModes(),
      lockTimeoutMs: () => this.#number("lock_timeout"),
      signal: () => this.watch.signal,
      now: () => instance.clock.now(),
      // PostgreSQL, too, takes one for the other; and a look at the clock is not free.
      begunMs: () =>
        this.watch.running ? this.eval.statementMs : instance.clock.now(),
      lost: (error) => options.terminated(error),
    });
    this.eval = new SessionEval({
      settings: this.settings,
      catalog: () => this.catalog,
      searchPath: () => this.env().searchPath,
      transactionMs: () => this.transaction.startedMs,
      clock: () => instance.clock.now(),
      setSetting: (name, value, local) => this.setConfig(name, value, local),
      pause: () => this.#pause(),
      call: (name, args) => callService(this, name, args),
      notes: options.dialect === "mysql" ? new StatementNotes() : undefined,
    });
    const { passwordEncryption } = instance;
    if (passwordEncryption !== "scram-sha-256") {
      this.settings.initial("password_encryption", passwordEncryption, {
        superuser: true,
      });
    }
  }

  /** What the session sees. */
  get catalog(): PlanEnv["catalog"] {
    return this.transaction.catalog;
  }

  /** Name of its schema of temporary tables. */
  readonly temporarySchema: string;

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
    const key = `${this.options.dialect ?? ""}|${role}|${searchPath}|` +
      planSettings.map((name) => this.settings.get(name)).join("|");
    return this.#env = {
      catalog,
      role,
      searchPath,
      rowSecurity: this.settings.get("row_security") !== "off",
      space: this.instance.plans.space(catalog, key),
    };
  }

  /** @returns What a statement is resolved in. */
  environment(params: number[]): Environment {
    const { catalog, role, searchPath, rowSecurity } = this.env();
    return {
      catalog,
      role,
      searchPath,
      rowSecurity,
      params,
      eval: this.eval,
      ...(this.options.dialect === "mysql" ? { dialect: "mysql" } : {}),
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
      setTransactionMode(this.transaction, key, value ?? "");
      return this.settings.shown(key) ?? "";
    }
    this.settings.set(name, value, { local, superuser: this.roles.superuser });
    return this.settings.shown(name) ?? "";
  }

  /** A statement begins. */
  begin(text: string): void {
    this.watch.begin();
    this.text = text;
    this.notifications.busy = true;
    const now = this.instance.clock.now();
    this.stateSinceMs = now;
    this.eval.beginStatement(now);
  }

  /**
   * A statement is over, for good or bad.
   *
   * @param quick Whether it was over in the same turn: a few milliseconds at most since it began, which
   *   are not worth another look at the clock.
   */
  finish(quick = false): void {
    this.watch.end();
    if (!quick) this.stateSinceMs = this.instance.clock.now();
  }

  /**
   * @param undo Called when the transaction is rolled back.
   */
  onRollback(undo: () => void): void {
    this.#undo.push(undo);
  }

  /**
   * Makes it as new for the next caller (sessions of services).
   *
   * @returns Nothing when that was done at once.
   */
  clean(): void | Promise<void> {
    const { transaction } = this;
    const ending = transaction.kind === "none"
      ? undefined
      : transaction.rollback();
    if (ending !== undefined) return ending.then(() => this.#forget());
    return this.#forget();
  }

  #forget(): void | Promise<void> {
    this.cursors.closeAll();
    this.watch.ownLimitMs = undefined;
    this.watch.ownSignal = undefined;
    const { settings } = this;
    if (settings.kept("role") !== "none") this.#resetRole("role");
    if ((settings.kept("session_authorization") ?? "") !== "") {
      this.#resetRole("session_authorization");
    }
    settings.renew();
    this.eval.renew();
    // Clearing makes a new table, also of an empty map.
    if (this.sequenceValues.size > 0) this.sequenceValues.clear();
    this.lastSequence = undefined;
    this.text = "";
    if (this.prepared.size > 0) this.prepared.clear();
    if (this.notifications.channels.size > 0) this.notifications.close();
    this.instance.locks.freeAll(this);
    if (this.#hasTemporary) return this.dropTemporary();
  }

  #resetRole(name: string): void {
    this.settings.set(name, undefined, { superuser: true });
  }

  /** Drops the session's temporary tables. */
  async dropTemporary(): Promise<void> {
    if (this.#hasTemporary) await dropTemporarySchema(this);
  }

  get #hasTemporary(): boolean {
    return this.catalog.schemaNamed(this.temporarySchema) !== undefined;
  }

  /** Rolls back and frees everything. */
  async close(): Promise<void> {
    this.watch.cancel();
    this.cursors.closeAll();
    await this.transaction.rollback();
    this.notifications.close();
    this.instance.locks.freeAll(this);
    this.prepared.clear();
    await this.dropTemporary().catch(() => {});
  }

  /** A function says that it takes long: it may go on elsewhere, or has had its time. */
  #pause(): void {
    const { instance: { clock, runner }, watch: { limitMs } } = this;
    runner.pause?.();
    if (limitMs > 0 && clock.now() - this.eval.statementMs > limitMs) {
      throw timedOut();
    }
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
    if (name === "statement_timeout") {
      this.watch.sessionLimitMs = this.#number(name);
    }
    if (name === "role" || name === "session_authorization") {
      this.roles.changed();
    }
    this.#defaults = undefined;
    if (envSettings.has(name)) this.#env = undefined;
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
