/**
 * What all sessions of one engine share.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { DdlContext, DdlResult } from "../../sql/ddl/context.ts";
import type { Environment } from "../../sql/environment.ts";
import type { ParsedStatement } from "../../sql/parse.ts";
import type { Plan } from "../../sql/plan.ts";
import type { PlanRunner } from "../sqlite/plan_runner.ts";
import { AdvisoryLocks } from "./advisory_locks.ts";
import { Deadlines } from "./deadlines.ts";
import { FreeCores } from "./free_cores.ts";
import { keepWithCommits } from "./keep_sequences.ts";
import { NotificationHub } from "./notifications.ts";
import { PlanCache } from "./plan_cache.ts";
import type { QueryExtra } from "./statement.ts";
import { Sequences } from "./sequences.ts";
import type { Service } from "./services.ts";
import type { SessionCore } from "./session_core.ts";

/** Stages of the pipeline that sessions call. */
export interface Pipeline {
  compile(statement: ParsedStatement, env: Environment): Plan;
  runDdl(node: Node, context: DdlContext): Promise<DdlResult>;
}

/** What passwords of roles become. */
export type PasswordEncryption = "md5" | "scram-sha-256";

/** What an {@linkcode Instance} is made of. */
export interface InstanceOptions {
  readonly runner: PlanRunner;
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly log: Log;
  /** More services for functions, by name, for example those of the system catalog. */
  readonly services?: ReadonlyMap<string, Service> | undefined;
  /**
   * Limit of a statement of a service that brings none, in milliseconds; 0 for none.
   *
   * @default {30000}
   */
  readonly statementTimeoutMs?: number | undefined;
  /**
   * What passwords of roles become unless a session says otherwise (`password_encryption`).
   *
   * @default {"scram-sha-256"}
   */
  readonly passwordEncryption?: PasswordEncryption | undefined;
  /**
   * Name of the database.
   *
   * @default {"postgres"}
   */
  readonly database?: string | undefined;
}

/** See the top of the file. */
export class Instance {
  readonly runner: PlanRunner;
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: string;
  readonly passwordEncryption: PasswordEncryption;
  readonly statementTimeoutMs: number;
  readonly startedMs: number;
  /** Sessions of services that are free. */
  readonly cores = new FreeCores();
  readonly plans = new PlanCache<QueryExtra>();
  readonly sequences = new Sequences();
  readonly locks = new AdvisoryLocks();
  readonly notifications = new NotificationHub();
  /** Time limits of the statements that run. */
  readonly deadlines = new Deadlines();
  readonly services: ReadonlyMap<string, Service>;
  /** Sessions of clients by process id. */
  readonly backends = new Map<number, SessionCore>();
  #lastTransaction = 700;

  /**
   * @param options Parts.
   */
  constructor(options: InstanceOptions) {
    this.runner = options.runner;
    this.pipeline = options.pipeline;
    this.clock = options.clock;
    this.log = options.log;
    this.database = options.database ?? "postgres";
    this.passwordEncryption = options.passwordEncryption ?? "scram-sha-256";
    this.statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
    this.services = options.services ?? new Map();
    this.startedMs = options.clock.now();
    keepWithCommits(this.sequences, this.runner);
  }

  /** @returns The number of a new transaction (`txid_current`). */
  nextTransaction(): number {
    return ++this.#lastTransaction;
  }

  /** Number of the next transaction. */
  get upcomingTransaction(): number {
    return this.#lastTransaction + 1;
  }
}
