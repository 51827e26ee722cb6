/**
 * A client's session on a wire.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { ParsedStatement } from "../../sql/parse.ts";
import type {
  ClientEvents,
  ClientSession,
  ConnectOptions,
  Portal,
  PreparedStatement,
  SimpleStatements,
  TransactionStatus,
  TreeOptions,
} from "../client_session.ts";
import { EngineError } from "../engine.ts";
import type { Cursors, SessionPortal } from "./cursors.ts";
import { toClientError } from "./errors.ts";
import type { Instance } from "./instance.ts";
import { StatementPortal } from "./portal.ts";
import { SessionCore } from "./session_core.ts";
import { inFailedTransaction } from "./transaction_modes.ts";
import type { SessionEval } from "./session_eval.ts";
import { reportedSettings } from "./settings_table.ts";
import { Statement } from "./statement.ts";
import { nameStatement } from "./utility/prepare.ts";

/** Does something; what it throws is turned into what doors understand. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toClientError(error);
  }
}

/** The statements of one simple Query. */
class Texts implements SimpleStatements {
  readonly #core: SessionCore;
  readonly #text: string;
  #parsed: readonly ParsedStatement[] | undefined;
  #at = 0;
  #begun = false;

  constructor(core: SessionCore, text: string) {
    this.#core = core;
    this.#text = text;
  }

  get single(): boolean {
    return this.#begun && this.#parsed === undefined;
  }

  next(): IteratorResult<PreparedStatement> {
    return guarded(() => {
      const result = this.#next();
      const params = result.value?.params ?? [];
      // A simple Query brings no values.
      if (params.length > 0) {
        throw new SqlError("42P02", "there is no parameter $1");
      }
      return result;
    });
  }

  #next(): IteratorResult<PreparedStatement> {
    if (!this.#begun) {
      this.#begun = true;
      const prepared = this.#core.preparer.text(this.#text, [], true);
      if (prepared instanceof Statement) {
        return prepared.empty
          ? { done: true, value: undefined }
          : { done: false, value: prepared };
      }
      this.#parsed = prepared;
    }
    const statement = this.#parsed?.[this.#at++];
    return statement === undefined
      ? { done: true, value: undefined }
      : { done: false, value: this.#core.preparer.parsed(statement) };
  }
}

/** See the top of the file. */
export class WireSession implements ClientSession {
  readonly eval: SessionEval;
  readonly statements: ClientSession["statements"];
  readonly portals: ClientSession["portals"];
  readonly #core: SessionCore;
  readonly #events: ClientEvents;
  readonly #reported: Map<string, string>;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #transactionTimer: ReturnType<typeof setTimeout> | undefined;
  #started = false;
  /** Kept at hand, because every Sync asks for them. */
  readonly #limits = { idle: 0, idleInTransaction: 0, transaction: 0 };

  /**
   * @param instance The engine.
   * @param options Who connects.
   */
  constructor(instance: Instance, options: ConnectOptions) {
    const { user, database, processId, remote, events } = options;
    const role = instance.runner.catalog.roleNamed(user);
    if (role === undefined) {
      throw new EngineError("28000", `role "${user}" does not exist`);
    }
    if (!role.login) {
      throw new EngineError(
        "28000",
        `role "${user}" is not permitted to log in`,
      );
    }
    if (database !== instance.database) {
      throw new EngineError("3D000", `database "${database}" does not exist`);
    }
    checkConnectionLimit(instance, role.connectionLimit, role.oid, user);
    this.#events = events;
    this.#core = new SessionCore({
      instance,
      role,
      processId,
      remote,
      dialect: options.dialect ?? "postgresql",
      notice: (notice) => events.notice(notice),
      notification: (message) => events.notification(message),
      changed: (name) => this.#settingChanged(name),
      terminated: (error) => events.terminated(toClientError(error) as Error),
    });
    this.eval = this.#core.eval;
    this.#setUp(role.superuser, [
      ...Object.entries(role.settings),
      ...Object.entries(options.settings),
    ]);
    this.#reported = new Map(
      reportedSettings.map((
        name,
      ) => [name, this.#core.settings.shown(name) ?? ""]),
    );
    this.#readLimits();
    this.#started = true;
    this.statements = this.#statements();
    this.portals = this.#portals(this.#core.cursors);
    instance.backends.set(processId, this.#core);
  }

  get status(): TransactionStatus {
    const { transaction } = this.#core;
    if (!transaction.explicit) return "I";
    return transaction.failed ? "E" : "T";
  }

  reported(): ReadonlyMap<string, string> {
    return this.#reported;
  }

  simple(text: string): SimpleStatements {
    this.#stopIdleTimer();
    this.statements.delete("");
    return new Texts(this.#core, text);
  }

  prepare(text: string, paramTypes: readonly number[]): PreparedStatement {
    this.#stopIdleTimer();
    return guarded(() => {
      const prepared = this.#core.preparer.text(text, paramTypes, false);
      if (prepared instanceof Statement) return prepared;
      throw new SqlError(
        "42601",
        "cannot insert multiple commands into a prepared statement",
      );
    });
  }

  prepareTree(
    node: Node,
    paramTypes: readonly number[],
    options: TreeOptions = {},
  ): PreparedStatement {
    this.#stopIdleTimer();
    return guarded(() => this.#core.preparer.tree(node, paramTypes, options));
  }

  bind(statement: PreparedStatement, params: readonly Datum[]): Portal {
    this.#stopIdleTimer();
    const ready = statement as Statement;
    return guarded(() => {
      const { compiled } = ready;
      if (this.#core.transaction.failed && !ready.empty) {
        if (
          compiled.kind !== "utility" ||
          compiled.utility.endsFailed?.(compiled.node) !== true
        ) throw inFailedTransaction();
      } else this.#core.preparer.refresh(ready);
      return new StatementPortal(this.#core, ready, params);
    });
  }

  sync(failed: boolean): void | Promise<void> {
    const { transaction } = this.#core;
    if (transaction.kind === "implicit") {
      const wait = failed ? transaction.rollback() : transaction.commit();
      if (wait !== undefined) {
        return wait.then(() => this.#synced(), (error) => {
          this.#synced();
          throw toClientError(error);
        });
      }
    }
    this.#synced();
  }

  failed(): void {
    this.#core.transaction.fail();
  }

  cancel(): void {
    this.#core.watch.cancel();
  }

  async close(): Promise<void> {
    this.#stopIdleTimer();
    clearTimeout(this.#transactionTimer);
    this.#core.instance.backends.delete(this.#core.processId);
    await this.#core.close();
  }

  /** Between two requests. */
  #synced(): void {
    const { transaction, notifications } = this.#core;
    const limits = this.#limits;
    if (transaction.kind === "none") {
      notifications.busy = false;
      if (this.#transactionTimer !== undefined) {
        clearTimeout(this.#transactionTimer);
        this.#transactionTimer = undefined;
      }
      this.#startTimer(
        limits.idle,
        "57P05",
        "terminating connection due to idle-session timeout",
      );
      return;
    }
    this.#startTimer(
      limits.idleInTransaction,
      "25P03",
      "terminating connection due to idle-in-transaction timeout",
    );
    if (limits.transaction > 0 && this.#transactionTimer === undefined) {
      this.#transactionTimer = setTimeout(() => {
        this.#end("25P04", "terminating connection due to transaction timeout");
      }, limits.transaction);
    }
  }

  #readLimits(): void {
    const { settings } = this.#core;
    const limit = (name: string) => Number(settings.get(name) ?? 0);
    this.#limits.idle = limit("idle_session_timeout");
    this.#limits.idleInTransaction = limit(
      "idle_in_transaction_session_timeout",
    );
    this.#limits.transaction = limit("transaction_timeout");
  }

  #startTimer(limit: number, state: string, text: string): void {
    this.#stopIdleTimer();
    if (limit === 0) return;
    this.#idleTimer = setTimeout(() => this.#end(state, text), limit);
  }

  #stopIdleTimer(): void {
    if (this.#idleTimer === undefined) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
  }

  #end(state: string, text: string): void {
    this.#core.watch.cancel();
    this.#core.transaction.fail();
    this.#events.terminated(new EngineError(state, text));
  }

  #setUp(
    superuser: boolean,
    settings: readonly (readonly [string, string])[],
  ): void {
    const { settings: kept, roles } = this.#core;
    guarded(() => {
      for (const [name, value] of settings) {
        const key = name.toLowerCase();
        // These two say whose rights count, wherever they come from.
        if (key === "role") roles.checkRole(value);
        if (key === "session_authorization") roles.checkSession(value);
        kept.initial(name, value, { superuser });
      }
    });
  }

  #settingChanged(name: string): void {
    if (!this.#started) return;
    if (name.endsWith("_timeout")) this.#readLimits();
    const { settings } = this.#core;
    const changed = (reported: string) => {
      const value = settings.shown(reported) ?? "";
      if (this.#reported.get(reported) === value) return;
      this.#reported.set(reported, value);
      this.#events.parameter(reported, value);
    };
    const reported = reportedSettings.find((each) =>
      each.toLowerCase() === name
    );
    if (reported !== undefined) changed(reported);
    if (name === "role" || name === "session_authorization") {
      changed("is_superuser");
      changed("session_authorization");
    }
  }

  #statements(): ClientSession["statements"] {
    const core = this.#core;
    return {
      get: (name) => core.prepared.get(name)?.statement,
      set: (name, statement, text) =>
        guarded(() =>
          nameStatement(core, name, {
            statement: statement as Statement,
            text,
            fromSql: false,
          })
        ),
      delete: (name) => core.prepared.delete(name),
    };
  }

  #portals(cursors: Cursors): ClientSession["portals"] {
    return {
      get: (name) => cursors.get(name),
      set: (name, portal) => {
        // Names go with the transaction, so there must be one.
        this.#core.transaction.beginImplicit();
        guarded(() => cursors.set(name, portal as SessionPortal));
      },
      delete: (name) => cursors.delete(name),
    };
  }
}

function checkConnectionLimit(
  { backends }: Instance,
  limit: number,
  role: number,
  name: string,
): void {
  if (limit < 0) return;
  let count = 0;
  for (const { roles } of backends.values()) {
    if (roles.signedIn === role) count++;
  }
  if (count >= limit) {
    throw new EngineError("53300", `too many connections for role "${name}"`);
  }
}
