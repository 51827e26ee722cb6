/**
 * Sends what an execution gives: definitions of columns, rows, their end.
 *
 * @module
 */

import { columnFlag } from "../sql/mysql/column_codes.ts";
import type { Outbox } from "../base/outbox.ts";
import type { RowSink } from "../engine/client_session.ts";
import type { Datum } from "../sql/datum.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import type { OutputColumn } from "../sql/plan.ts";
import { defineColumn, wireColumns } from "./column_definition.ts";
import { endRows, eof, type Outcome } from "./messages.ts";
import { PacketWriter } from "./packet_writer.ts";
import { capability } from "./protocol.ts";
import { RowEncoder } from "./row_encoder.ts";

/** What an answer's columns look like on the wire, worked out once. */
interface Form {
  readonly count: number;
  /** Definitions with sequence numbers to be set. */
  readonly definitions: (writer: PacketWriter) => void;
  readonly encoder: RowEncoder;
}

/** By the columns, because statements of the same plan share them. */
const forms = new WeakMap<
  readonly OutputColumn[],
  { catalog: unknown; form: Form }
>();

function formOf(
  columns: readonly OutputColumn[],
  { catalog }: EvalContext,
): Form {
  const known = forms.get(columns);
  if (known !== undefined && known.catalog === catalog) return known.form;
  const wire = wireColumns(columns, catalog);
  const form: Form = {
    count: columns.length,
    definitions(writer) {
      for (const column of wire) defineColumn(writer, column);
    },
    encoder: new RowEncoder(
      columns.map(({ type, typmod }, i) => ({
        type,
        typmod,
        code: wire[i]!.code.type,
        unsigned: (wire[i]!.code.flags & columnFlag.unsigned) !== 0,
      })),
    ),
  };
  forms.set(columns, { catalog, form });
  return form;
}

/** Writes definitions of columns without rows. */
export function describeColumns(
  writer: PacketWriter,
  columns: readonly OutputColumn[],
  context: EvalContext,
): void {
  formOf(columns, context).definitions(writer);
}

/** The answer to one execution. */
export class Answer implements RowSink {
  /** Rows that were sent. */
  count = 0;
  readonly #outbox: Outbox<PacketWriter>;
  readonly #capabilities: number;
  readonly #isBinary: boolean;
  #encoder: RowEncoder | undefined;
  #context!: EvalContext;

  /**
   * @param outbox Where to.
   * @param capabilities Of the client.
   * @param isBinary Whether rows are binary.
   */
  constructor(
    outbox: Outbox<PacketWriter>,
    capabilities: number,
    isBinary: boolean,
  ) {
    this.#outbox = outbox;
    this.#capabilities = capabilities;
    this.#isBinary = isBinary;
  }

  /**
   * Begins rows.
   *
   * @param columns Their columns.
   * @param options Session, and what EOF after the definitions says.
   */
  begin(
    columns: readonly OutputColumn[],
    { context, outcome, silent = false }: {
      readonly context: EvalContext;
      readonly outcome: Outcome;
      /** Whether the client knows the columns already. */
      readonly silent?: boolean;
    },
  ): void {
    const form = formOf(columns, context);
    this.#context = context;
    this.#encoder = form.encoder;
    this.count = 0;
    if (silent) return;
    const { writer } = this.#outbox;
    writer.begin();
    writer.count(form.count);
    writer.finish();
    form.definitions(writer);
    if ((this.#capabilities & capability.deprecateEof) === 0) {
      eof(writer, outcome);
    }
  }

  row(values: readonly Datum[]): void {
    const { writer } = this.#outbox;
    this.count += 1;
    if (this.#isBinary) this.#encoder!.binary(writer, values, this.#context);
    else this.#encoder!.text(writer, values, this.#context);
  }

  full(): Promise<void> | undefined {
    return this.#outbox.full();
  }

  /** @param outcome What is said after the last row. */
  end(outcome: Outcome): void {
    endRows(this.#outbox.writer, this.#capabilities, outcome);
  }
}
