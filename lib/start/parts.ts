/**
 * What the services and listeners of one server share.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Config } from "../config.ts";
import type { OpenEngine } from "../engine/session/open_engine.ts";

/** How long requests may take to finish when the server stops. */
export const drainMs = 6_000;

/** See the top of the file. */
export interface Parts {
  readonly config: Config;
  readonly engine: OpenEngine;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the server is on its way out. */
  readonly draining: () => boolean;
  /** What is done once the server is ready, so that the start need not wait for it. */
  readonly afterReady: (() => Promise<void>)[];
  /** Ends what was begun, last first. */
  readonly ending: AsyncDisposableStack;
}
