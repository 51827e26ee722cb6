/**
 * The main thread's end of a thread that reads.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { Database } from "../../sqlite/database.ts";
import {
  type Interruption,
  interruptOn,
  type Limits,
} from "../../sqlite/interruption.ts";
import { resultCode, SqliteError } from "../../sqlite/error.ts";
import type { RowSink } from "../client_session.ts";
import type { PlanValues } from "./plan_run.ts";
import type { RunContext } from "./plan_runner.ts";
import type { ReadReply, ReadRequest } from "./read_messages.ts";
import { answerQuestion, pictureOf } from "./remote_eval.ts";
import { unpackRows } from "./row_batch.ts";
import { answerMemory, giveAnswer } from "./thread_call.ts";

/** What a {@linkcode ReadThread} needs. */
export interface ReadThreadOptions {
  /** File of the SQLite library. */
  readonly library: string;
  /** Connection for the thread; the main thread only interrupts and closes it. */
  readonly database: Database;
  /** Module with the functions, if not those that are built in. */
  readonly functions: string | undefined;
}

/** A read. */
export interface ThreadRead {
  readonly plan: QueryPlan;
  readonly values: PlanValues;
  readonly context: RunContext;
  readonly limits: Limits;
  readonly sink: RowSink;
}

/** @returns Where the thread's module is: beside this one, or beside the bundle that this one is part of. */
function workerModule(): string {
  return import.meta.resolve(
    import.meta.url.endsWith(".js") ? "./read_worker.js" : "./read_worker.ts",
  );
}

/** See the top of the file. */
export class ReadThread {
  /** Connection of the thread. */
  readonly database: Database;
  readonly #worker: Worker;
  readonly #memory = answerMemory();
  #reply: ((reply: ReadReply) => void) | undefined;
  #died: ((error: Error) => void) | undefined;
  /** What was said before the thread could hear it. */
  #early: ReadRequest[] | undefined = [];
  /** Whether it can be used no more. */
  broken = false;

  /**
   * Starts the thread.
   *
   * @param options Its connection.
   */
  constructor({ library, database, functions }: ReadThreadOptions) {
    this.database = database;
    this.#worker = new Worker(workerModule(), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<ReadReply>) => {
      if (data.kind === "ready") this.#begin();
      else this.#reply?.(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.broken = true;
      this.#died?.(new SqlError("XX000", `a thread ended: ${event.message}`));
    };
    const handle = Deno.UnsafePointer.value(database.handle);
    this.#send({
      kind: "open",
      library,
      handle,
      functions,
      memory: this.#memory,
    });
  }

  /**
   * Runs a read.
   *
   * @param read The plan, its values and limits.
   * @returns Rows given.
   * @throws {SqlError} When it fails or was stopped.
   */
  async run(read: ThreadRead): Promise<number> {
    const { plan, values, context, limits, sink } = read;
    const interruption = interruptOn(this.database, limits);
    const row = new Array<Datum>(plan.columns?.length ?? 0).fill(null);
    let failure: { readonly error: unknown } | undefined;
    try {
      for await (const reply of this.#replies({ plan, values, context })) {
        switch (reply.kind) {
          case "rows":
            if (failure !== undefined) break;
            try {
              unpackRows(reply.batch, row, sink);
              await this.#whenReady(sink, interruption);
              interruption.check();
            } catch (error) {
              failure = { error };
              interruption.cancel();
              this.#send({ kind: "stop" });
              break;
            }
            this.#send({ kind: "taken" });
            break;
          case "done":
            if (failure !== undefined) throw failure.error;
            if (reply.warnings !== undefined) {
              context.eval.notes?.take(reply.warnings, reply.warned);
            }
            return reply.count;
          case "failed":
            if (failure !== undefined) throw failure.error;
            throw reply.interrupted
              ? interruption.explain(
                new SqliteError(resultCode.interrupt, "interrupted"),
              )
              : new SqlError(
                reply.error.sqlState,
                reply.error.message,
                reply.error.fields,
              );
        }
      }
      throw new SqlError("XX000", "a thread ended");
    } finally {
      interruption.stop();
    }
  }

  /** Ends the thread; its connection can then be closed or used by another one. */
  async close(): Promise<void> {
    if (!this.broken) {
      const closed = new Promise<void>((resolve) => {
        this.#reply = ({ kind }) => {
          if (kind === "closed" || kind === "failed") resolve();
        };
        this.#died = () => resolve();
      });
      this.#send({ kind: "close" });
      await closed;
    }
    this.#worker.terminate();
  }

  /** Waits for a slow client, though not beyond the read's limits. */
  async #whenReady(sink: RowSink, interruption: Interruption): Promise<void> {
    const full = sink.full();
    if (full === undefined) return;
    await Promise.race([full, interruption.reached]);
  }

  async *#replies(
    { plan, values, context }: Pick<ThreadRead, "plan" | "values" | "context">,
  ): AsyncGenerator<ReadReply> {
    const waiting: ReadReply[] = [];
    let arrived = Promise.withResolvers<void>();
    this.#died = (error) => arrived.reject(error);
    this.#reply = (reply) => {
      if (reply.kind === "question") {
        giveAnswer(
          this.#memory,
          () => answerQuestion(reply.question, context.eval),
        );
        return;
      }
      if (reply.kind === "opened") return;
      waiting.push(reply);
      arrived.resolve();
    };
    this.#send({
      kind: "read",
      plan,
      values,
      session: pictureOf(context.eval),
    });
    try {
      for (;;) {
        await arrived.promise;
        arrived = Promise.withResolvers<void>();
        for (let reply; (reply = waiting.shift()) !== undefined;) yield reply;
      }
    } finally {
      this.#reply = undefined;
      this.#died = undefined;
    }
  }

  #begin(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const request of early) this.#worker.postMessage(request);
  }

  #send(request: ReadRequest): void {
    if (this.#early === undefined) this.#worker.postMessage(request);
    else this.#early.push(request);
  }
}
