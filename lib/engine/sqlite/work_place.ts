/**
 * The writer, as far as the work of a transaction needs it.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import type { Limits } from "../../sqlite/interruption.ts";
import type { ChangeCollector } from "./change_collector.ts";
import type { Connection } from "./connection.ts";
import type { LongWrites } from "./long_write.ts";
import type { RunContext } from "./plan_runner.ts";

/** See the top of the file. */
export interface WorkPlace {
  /** The connection that writes. */
  readonly connection: Connection;
  /** Guesses which writes are long. */
  readonly longWrites: LongWrites;
  /** Gathers changes of rows. */
  readonly collector: ChangeCollector;
  /** What is committed. */
  readonly catalog: () => Catalog;
  /** What functions see when no session is behind a statement. */
  readonly eval: () => EvalContext;
  /** When to stop a statement. */
  readonly limits: (context: RunContext) => Limits;
}
