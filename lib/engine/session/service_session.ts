/**
 * Sessions of services: no wire, no state between calls, values in JavaScript's types.
 *
 * @module
 */

import type { Role } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import { oid, type PgType } from "../../sql/types/type.ts";
import type { FetchResult, RowSink } from "../client_session.ts";
import {
  type CallOptions,
  EngineError,
  type Identity,
  type Queryable,
  type QueryOptions,
  type Result,
  type Session,
  type SqlValue,
} from "../engine.ts";
import { beginCall } from "./call_options.ts";
import { ClaimSettings } from "./claim_settings.ts";
import { toClientError } from "./errors.ts";
import type { Instance } from "./instance.ts";
import { StatementPortal } from "./portal.ts";
import { fromDatum, toDatum } from "./service_values.ts";
import { SessionCore } from "./session_core.ts";
import { Statement } from "./statement.ts";

let lastProcessId = 0x4000_0000;

/** See the top of the file. */
export class ServiceSession implements Session {
  readonly identity: Identity;
  readonly #instance: Instance;
  readonly #system: boolean;
  #claims: ClaimSettings | undefined;

  /**
   * @param instance The engine.
   * @param identity Who it acts as.
   * @param system Whether the program itself asks.
   */
  constructor(instance: Instance, identity: Identity, system: boolean) {
    this.#instance = instance;
    this.identity = identity;
    this.#system = system;
  }

  async query(
    sql: string,
    params: readonly SqlValue[] = [],
    options: CallOptions = {},
  ): Promise<Result> {
    const core = this.#take();
    let result: Result;
    try {
      beginCall(core, options);
      const running = runQuery(core, sql, params, options);
      result = running instanceof Promise ? await running : running;
    } catch (error) {
      core.transaction.fail();
      await this.#release(core);
      throw toClientError(error);
    }
    const cleaning = this.#release(core);
    if (cleaning !== undefined) await cleaning;
    return result;
  }

  async transaction<T>(
    body: (tx: Queryable) => Promise<T>,
    options: CallOptions = {},
  ): Promise<T> {
    const { runner } = this.#instance;
    const core = this.#take();
    const tx = new ServiceTransaction(core, options);
    // What only reads needs no writer: each statement sees what is committed when it begins.
    const grouped = runner.group !== undefined && options.readOnly !== true;
    try {
      let value: T;
      if (runner.group === undefined || !grouped) {
        core.transaction.beginExplicit();
        beginCall(core, options);
        value = await tx.run(body);
        await core.transaction.commit();
      } else {
        value = await runner.group(async (lease) => {
          core.transaction.beginWith(lease);
          beginCall(core, options);
          const value = await tx.run(body);
          await core.transaction.prepareEnd();
          return value;
        });
        core.transaction.endWith(true);
      }
      return value;
    } catch (error) {
      // A function that was called may have asked for the writer, and was refused only then.
      if (grouped) core.transaction.endWith(false);
      else await core.transaction.rollback();
      throw toClientError(error);
    } finally {
      tx.end();
      await this.#release(core);
    }
  }

  #take(): SessionCore {
    const { role: name, claims, searchPath } = this.identity;
    const instance = this.#instance;
    const role = instance.runner.catalog.roleNamed(name);
    if (role === undefined) {
      throw new EngineError("22023", `role "${name}" does not exist`);
    }
    const core = instance.cores.take(role.oid, this.#system, searchPath) ??
      this.#make(role);
    if (claims !== undefined) {
      core.settings.giveClaims(this.#claims ??= new ClaimSettings(claims));
    }
    return core;
  }

  #make(role: Role): SessionCore {
    const core = new SessionCore({
      instance: this.#instance,
      role,
      processId: ++lastProcessId,
      remote: { address: null, port: null },
      notice: () => {},
      notification: () => {},
      changed: () => {},
      terminated: () => {},
      system: this.#system,
    });
    const { searchPath } = this.identity;
    if (searchPath !== undefined) {
      core.settings.initial("search_path", searchPath, { superuser: true });
    }
    return core;
  }

  /** @returns Nothing when the core was as new at once. */
  #release(core: SessionCore): void | Promise<void> {
    let cleaning: void | Promise<void>;
    try {
      cleaning = core.clean();
    } catch {
      return; // not good enough for another caller
    }
    if (cleaning === undefined) this.#keep(core);
    else return cleaning.then(() => this.#keep(core), () => {});
  }

  #keep(core: SessionCore): void {
    core.settings.giveClaims(undefined);
    this.#instance.cores.giveBack(core, this.#system, this.identity.searchPath);
  }
}

/** The statements of one transaction, one at a time. */
class ServiceTransaction implements Queryable {
  readonly #core: SessionCore;
  /** Limits of statements that bring none of their own. */
  readonly #limits: QueryOptions;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #failure: { readonly error: unknown } | undefined;
  #over = false;

  constructor(core: SessionCore, { signal, timeoutMs }: QueryOptions) {
    this.#core = core;
    this.#limits = {
      ...signal === undefined ? {} : { signal },
      ...timeoutMs === undefined ? {} : { timeoutMs },
    };
  }

  /** Runs the body; a statement that failed fails it, also when the body looks away. */
  async run<T>(body: (tx: Queryable) => Promise<T>): Promise<T> {
    const value = await body(this);
    while (this.#pending > 0) await this.#last;
    if (this.#failure !== undefined) throw this.#failure.error;
    return value;
  }

  end(): void {
    this.#over = true;
  }

  query(
    sql: string,
    params: readonly SqlValue[] = [],
    options: QueryOptions = this.#limits,
  ): Promise<Result> {
    const result = this.#pending === 0
      ? this.#run(sql, params, options)
      : this.#last.then(() => this.#run(sql, params, options));
    this.#pending++;
    this.#last = result.catch(() => {}).finally(() => this.#pending--);
    return result;
  }

  async #run(
    sql: string,
    params: readonly SqlValue[],
    options: QueryOptions,
  ): Promise<Result> {
    if (this.#over) {
      throw new EngineError(
        "25P01",
        "Cannot run statement: its transaction is over",
      );
    }
    if (this.#failure !== undefined) {
      throw new EngineError(
        "25P02",
        "Cannot run statement: a statement of this transaction failed, it will be rolled back",
      );
    }
    try {
      return await runQuery(
        this.#core,
        sql,
        params,
        options === this.#limits ? options : { ...this.#limits, ...options },
      );
    } catch (thrown) {
      const error = toClientError(thrown);
      this.#failure = { error };
      throw error;
    }
  }
}

/**
 * Runs one statement of a service.
 *
 * @param core Session.
 * @param sql Text.
 * @param params Values of `$n`.
 * @param options Limits.
 * @returns Its rows; a promise when they had to be waited for.
 */
export function runQuery(
  core: SessionCore,
  sql: string,
  params: readonly SqlValue[],
  { signal, timeoutMs }: QueryOptions,
): Result | Promise<Result> {
  const { watch, catalog } = core;
  watch.ownSignal = signal;
  watch.ownLimitMs = timeoutMs ?? core.instance.statementTimeoutMs;
  core.eval.beginStatement(core.instance.clock.now());
  const statement = core.preparer.repeated(sql);
  if (!(statement instanceof Statement)) {
    throw new EngineError(
      "42601",
      "cannot insert multiple commands into a prepared statement",
    );
  }
  if (statement.params.length !== params.length) {
    throw new EngineError(
      "08P01",
      `Cannot run statement: it takes ${statement.params.length} values, given are ${params.length}`,
    );
  }
  const datums = params.map((value, i) =>
    toDatum(value, typeOf(catalog, statement.params[i] as number), core.eval)
  );
  const columns = statement.columns ?? [];
  const types = columns.map(({ type }) => typeOf(catalog, type));
  const rows: SqlValue[][] = [];
  const sink: RowSink = {
    row(values) {
      const row = new Array<SqlValue>(types.length);
      for (let i = 0; i < types.length; i++) {
        row[i] = fromDatum(
          values[i] as Datum,
          types[i] as PgType,
          core.eval,
        );
      }
      rows.push(row);
    },
    full: () => undefined,
  };
  const portal = new StatementPortal(core, statement, datums);
  const result = portal.fetch(0, sink, true);
  const over = ({ tag }: FetchResult): Result => ({
    columns: columns.map(({ name }, i) => ({
      name,
      type: (types[i] as PgType).name,
    })),
    rows,
    rowCount: columns.length > 0 ? rows.length : countOf(tag),
  });
  return result instanceof Promise ? result.then(over) : over(result);
}

function typeOf(
  catalog: SessionCore["catalog"],
  number: number,
): PgType {
  return (catalog.type(number) ?? catalog.type(oid.text)) as PgType;
}

function countOf(tag: FetchResult["tag"]): number {
  return Number(/\d+$/.exec(tag ?? "")?.[0] ?? 0);
}
