/**
 * What runs plans on SQLite is made of.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { FunctionHost } from "../../sqlite/functions.ts";
import type { ChangeCollector } from "./change_collector.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import type { PlanReader } from "./plan_reader.ts";

/** What a `SqlitePlanRunner` is made of. */
export interface SqlitePlanRunnerOptions {
  /** Runs reads. */
  readonly reader: PlanReader;
  /** Connections for snapshots. */
  readonly snapshots: ConnectionPool;
  /** The connection that writes. */
  readonly connection: Connection;
  /** Gathers changes of rows. */
  readonly collector: ChangeCollector;
  /** Functions in JavaScript. */
  readonly functions: FunctionHost;
  readonly clock: Clock;
  readonly log: Log;
  /** Stops everything when it fires. */
  readonly stopping: AbortSignal;
  /** Throws when nothing may be asked any more. */
  readonly checkOpen: () => void;
}
