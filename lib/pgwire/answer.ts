/**
 * Sends what an execution gives: rows, COPY data, and what it came to.
 *
 * @module
 */

import type {
  FetchResult,
  PreparedStatement,
  RowSink,
} from "../engine/client_session.ts";
import type { Datum } from "../sql/datum.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import {
  backend,
  bare,
  commandComplete,
  copyResponse,
} from "./backend_messages.ts";
import type { Outbox } from "./outbox.ts";
import type { RowEncoder } from "./row_encoder.ts";
import { formsOf } from "./statement_forms.ts";

/** How an execution is answered. */
export interface AnswerOptions {
  readonly formats: readonly number[];
  /** Whether RowDescription comes before the rows, because nobody asked for it before. */
  readonly describe: boolean;
  readonly context: EvalContext;
}

const noFormats: readonly number[] = [];

/** The answer to one execution after the other. */
export class Answer implements RowSink {
  readonly #outbox: Outbox;
  #statement!: PreparedStatement;
  #context!: EvalContext;
  #encoder: RowEncoder | undefined;
  /** What is still to be sent before the first row or the end. */
  #heading: "none" | "rows" | "copy" = "none";

  /**
   * @param outbox Where to.
   */
  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /**
   * Begins an answer.
   *
   * @param statement What is executed.
   * @param options Formats.
   */
  begin(
    statement: PreparedStatement,
    { formats, describe, context }: AnswerOptions,
  ): void {
    const copies = statement.copy === "out";
    this.#statement = statement;
    this.#context = context;
    this.#encoder = statement.columns === null || copies
      ? undefined
      : formsOf(statement).encoder(formats, context);
    this.#heading = copies
      ? "copy"
      : describe && this.#encoder !== undefined
      ? "rows"
      : "none";
  }

  row(values: readonly Datum[]): void {
    if (this.#heading !== "none") this.#head();
    this.#encoder!.write(this.#outbox.writer, values, this.#context);
  }

  copyData(bytes: Uint8Array): void {
    if (this.#heading !== "none") this.#head();
    const { writer } = this.#outbox;
    writer.begin(backend.copyData);
    writer.raw(bytes);
    writer.finish();
  }

  full(): Promise<void> | undefined {
    return this.#outbox.full();
  }

  /**
   * Sends what the execution came to; COPY FROM STDIN is dealt with elsewhere.
   *
   * @param result What it came to.
   */
  end({ done, tag }: FetchResult): void {
    if (this.#heading !== "none") this.#head();
    const { writer } = this.#outbox;
    if (!done) return bare(writer, backend.portalSuspended);
    if (this.#statement.copy === "out") bare(writer, backend.copyDone);
    if (tag !== undefined) commandComplete(writer, tag);
  }

  #head(): void {
    const { writer } = this.#outbox;
    if (this.#heading === "copy") {
      const { copyColumns = 0, copyBinary = false } = this.#statement;
      copyResponse(writer, backend.copyOutResponse, {
        columns: copyColumns,
        binary: copyBinary,
      });
    } else {
      formsOf(this.#statement).describe(writer, noFormats, this.#context);
    }
    this.#heading = "none";
  }
}
