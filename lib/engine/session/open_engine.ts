/**
 * Opens the embedded engine with PostgreSQL's SQL on top: sessions for services and for wires.
 *
 * @module
 */

import { epochMilliseconds } from "../../sql/types/date_time/calendar.ts";
import { mysqlDigests } from "../../base/mysql_password.ts";
import { md5Verifier, verifierKind } from "../../base/role_password.ts";
import { scramVerifier } from "../../base/scram.ts";
import {
  createCatalog,
  loadCatalog,
  type Run,
} from "../../sql/catalog/persistence.ts";
import type { BuiltIn } from "../../sql/catalog/initial_catalog.ts";
import { asMemoryCatalog } from "../../sql/catalog/memory_catalog.ts";
import { saveChanges } from "../../sql/catalog/persistence.ts";
import { compile } from "../../sql/compile.ts";
import type { Datum } from "../../sql/datum.ts";
import { runDdl } from "../../sql/ddl/run_ddl.ts";
import { regServices } from "../../sql/system/reg_types.ts";
import { builtInRelations } from "../../sql/system/system_catalog.ts";
import { builtinTypes } from "../../sql/types/builtin.ts";
import type { ChangeFeed } from "../change_feed.ts";
import type { ChangeReader } from "../change_reader.ts";
import type {
  ClientEngine,
  ClientSession,
  ConnectOptions,
  RoleVerifier,
} from "../client_session.ts";
import {
  type Engine,
  EngineError,
  type EngineStats,
  type Identity,
  type Migration,
  type Session,
  type SqlValue,
  type TableName,
} from "../engine.ts";
import {
  openSqliteEngine,
  type SqliteEngineOptions,
} from "../sqlite/engine.ts";
import { type NamedPlace, openError } from "../sqlite/open_error.ts";
import type { SqliteEngine } from "../sqlite/sqlite_engine.ts";
import { SessionChangeReader } from "./changes/session_change_reader.ts";
import { WireSession } from "./client_session.ts";
import { toClientError } from "./errors.ts";
import { Instance, type PasswordEncryption } from "./instance.ts";
import { keepSequences } from "./keep_sequences.ts";
import { migrate } from "./migrations.ts";
import type { PlanCacheStats } from "./plan_cache.ts";
import type { Service } from "./services.ts";
import { SchemaVersion } from "./schema_version.ts";
import { ServiceSession } from "./service_session.ts";
import { SessionCore } from "./session_core.ts";

/** The engine with everything that doors and services ask of it. */
export interface OpenEngine extends Engine, ClientEngine {
  /** Tells of committed changes of rows. */
  readonly changes: ChangeFeed;
  /** Tells what those changes mean, and who may see them. */
  readonly changeReader: ChangeReader;
  /** Numbers of the plan cache. */
  planCache(): PlanCacheStats;
}

/** Settings of {@linkcode openEngine}. */
export interface OpenEngineOptions extends SqliteEngineOptions {
  /**
   * What passwords of roles become unless a session says otherwise.
   *
   * @default {"scram-sha-256"}
   */
  readonly passwordEncryption?: PasswordEncryption | undefined;
}

/**
 * Opens the engine; a fresh database gets its catalog.
 *
 * @param options Settings of the engine below.
 * @returns The engine; close it.
 * @throws {Error} When the library, the folder or the file cannot be used; the message says what to
 *   do.
 */
export async function openEngine(
  options: OpenEngineOptions,
): Promise<OpenEngine> {
  const sqlite = await openSqliteEngine(options);
  try {
    const builtIn: BuiltIn = {
      types: builtinTypes.values(),
      relations: builtInRelations(),
    };
    await loadOrCreate(sqlite, builtIn);
    const instance = new Instance({
      runner: sqlite.runner,
      pipeline: { compile, runDdl },
      clock: options.clock,
      log: options.log,
      services: new Map(
        Object.entries(regServices).map((
          [name, service],
        ): [string, Service] => [
          name,
          ([value], core) => service(core.eval, value ?? null),
        ]),
      ),
      statementTimeoutMs: options.statementTimeoutMs,
      passwordEncryption: options.passwordEncryption,
    });
    const { rows } = await sqlite.session({ role: "postgres" }).query(
      "SELECT oid, last_value, is_called FROM heliosdb_sequences",
    );
    instance.sequences.load(rows as readonly (readonly Datum[])[]);
    return new PostgresEngine(sqlite, instance, options.place);
  } catch (error) {
    await sqlite.close();
    throw openError(options.place, error);
  }
}

async function loadOrCreate(
  sqlite: SqliteEngine,
  builtIn: BuiltIn,
): Promise<void> {
  const session = sqlite.session({ role: "postgres" });
  const run: Run = async (sql, params = []) =>
    (await session.query(sql, params as readonly SqlValue[]))
      .rows as readonly (readonly Datum[])[];
  const known = await loadCatalog(run, builtIn);
  if (known !== undefined) {
    sqlite.runner.catalog = known;
    return;
  }
  sqlite.runner.catalog = await session.transaction((tx) =>
    createCatalog(
      async (sql, params = []) =>
        (await tx.query(sql, params as readonly SqlValue[]))
          .rows as readonly (readonly Datum[])[],
      builtIn,
    )
  );
}

/** See the top of the file. */
class PostgresEngine implements OpenEngine {
  readonly description: string;
  readonly failed: Promise<Error>;
  readonly #sqlite: SqliteEngine;
  readonly #instance: Instance;
  readonly #version: SchemaVersion;
  readonly #place: NamedPlace;
  #reader: ChangeReader | undefined;
  #closing: Promise<void> | undefined;

  constructor(sqlite: SqliteEngine, instance: Instance, place: NamedPlace) {
    this.#place = place;
    this.description = sqlite.description;
    this.failed = sqlite.failed;
    this.#sqlite = sqlite;
    this.#instance = instance;
    this.#version = new SchemaVersion(instance.runner.catalog);
  }

  get changes(): ChangeFeed {
    return this.#sqlite.runner.changes;
  }

  get changeReader(): ChangeReader {
    let core: SessionCore | undefined;
    return this.#reader ??= new SessionChangeReader({
      catalog: () => this.#instance.runner.catalog,
      eval: () => (core ??= this.#systemCore()).eval,
      session: (identity) => this.session(identity),
    });
  }

  session(identity: Identity): Session {
    // Services that act as the owner of everything are the program itself.
    const system = identity.role === "postgres" &&
      identity.claims === undefined;
    return new ServiceSession(this.#instance, identity, system);
  }

  async migrate(migrations: readonly Migration[]): Promise<void> {
    try {
      await migrate(this.#systemCore(), migrations, this.#instance.clock);
    } catch (error) {
      throw openError(this.#place, toClientError(error));
    }
  }

  schemaVersion(): unknown {
    return this.#version.of(this.#instance.runner.catalog);
  }

  follow(tables: readonly TableName[]): () => unknown {
    return this.#sqlite.runner.follow(tables);
  }

  stats(): EngineStats {
    return this.#sqlite.stats();
  }

  planCache(): PlanCacheStats {
    return this.#instance.plans.stats;
  }

  writable(): boolean {
    return this.#sqlite.writable();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  connect(options: ConnectOptions): ClientSession {
    return new WireSession(this.#instance, options);
  }

  verifier(name: string): RoleVerifier | undefined {
    const role = this.#instance.runner.catalog.roleNamed(name);
    if (role === undefined) return undefined;
    const {
      password,
      login,
      validUntil,
      connectionLimit,
      mysqlDigests = null,
    } = role;
    return {
      verifier: password,
      mysqlDigests,
      login,
      validUntil: validUntil === null
        ? null
        : Number(validUntil) / 1000 + epochMilliseconds,
      connectionLimit,
    };
  }

  async setPassword(
    name: string,
    password: string,
    kind: "scram-sha-256" | "md5" = "scram-sha-256",
  ): Promise<void> {
    const core = this.#systemCore();
    const isPlain = verifierKind(password) === "plain";
    const kept = {
      password: !isPlain
        ? password
        : kind === "md5"
        ? md5Verifier(password, name)
        : await scramVerifier(password),
      mysqlDigests: isPlain ? mysqlDigests(password) : undefined,
    };
    core.transaction.beginExplicit();
    try {
      const lease = await core.transaction.acquire();
      const before = asMemoryCatalog(lease.catalog);
      const role = before.roleNamed(name);
      if (role === undefined) {
        throw new EngineError("42704", `role "${name}" does not exist`);
      }
      const after = before.with("role", { ...role, ...kept });
      await saveChanges(before, after, lease);
      lease.catalog = after;
      await core.transaction.commit();
    } catch (error) {
      await core.transaction.rollback();
      throw toClientError(error);
    }
  }

  #systemCore(): SessionCore {
    const role = this.#instance.runner.catalog.roleNamed("postgres");
    if (role === undefined) throw new Error("Cannot find role postgres");
    const core = new SessionCore({
      instance: this.#instance,
      role,
      processId: 0,
      remote: { address: null, port: null },
      notice: () => {},
      notification: () => {},
      changed: () => {},
      terminated: () => {},
      system: true,
    });
    core.settings.initial("search_path", "auth, public", { superuser: true });
    return core;
  }

  async #close(): Promise<void> {
    const { sequences } = this.#instance;
    if (sequences.rows(true).length > 0 && this.#sqlite.writable()) {
      // Where sequences stand exactly, so that a clean end leaves no gap.
      await this.#sqlite.runner.group(async (lease) => {
        await keepSequences(sequences, lease, true);
      }).catch(() => {});
    }
    await this.#sqlite.close();
    this.#instance.deadlines.close();
  }
}
