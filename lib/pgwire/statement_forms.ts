/**
 * What a prepared statement looks like on the wire, worked out once.
 *
 * @module
 */

import type { PreparedStatement } from "../engine/client_session.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import type { OutputColumn } from "../sql/plan.ts";
import { backend, bare, rowDescription } from "./backend_messages.ts";
import { MessageWriter } from "./message_writer.ts";
import { formatOf } from "./param_decoder.ts";
import { format, RowEncoder } from "./row_encoder.ts";

const noColumns: readonly OutputColumn[] = [];

/** The forms of one statement. */
export class StatementForms {
  readonly #columns: readonly OutputColumn[];
  readonly #givesRows: boolean;
  #description: Uint8Array | undefined;
  #text: RowEncoder | undefined;
  #binary: RowEncoder | undefined;

  /**
   * @param columns Columns of its rows; `null` if it gives none.
   */
  constructor(columns: readonly OutputColumn[] | null) {
    this.#columns = columns ?? noColumns;
    this.#givesRows = columns !== null;
  }

  /**
   * Writes RowDescription, or NoData.
   *
   * @param writer Where to.
   * @param formats Format codes.
   * @param types Looks types up.
   */
  describe(
    writer: MessageWriter,
    formats: readonly number[],
    types: EvalContext,
  ): void {
    if (!this.#givesRows) return bare(writer, backend.noData);
    if (formats.length > 1 || formats[0] === format.binary) {
      return rowDescription(writer, this.#columns, {
        types,
        formats: (i) => formatOf(formats, i),
      });
    }
    if (this.#description === undefined) {
      const scratch = new MessageWriter();
      rowDescription(scratch, this.#columns, {
        types,
        formats: () => format.text,
      });
      this.#description = scratch.written.slice();
    }
    writer.raw(this.#description);
  }

  /**
   * @param formats Format codes.
   * @param types Looks types up.
   * @returns What writes the rows.
   */
  encoder(formats: readonly number[], types: EvalContext): RowEncoder {
    const make = () =>
      new RowEncoder(this.#columns, (i) => formatOf(formats, i), types);
    if (formats.length > 1) return make();
    return formats[0] === format.binary
      ? this.#binary ??= make()
      : this.#text ??= make();
  }
}

/** By the columns, because statements of the same plan share them. */
const known = new WeakMap<readonly OutputColumn[], StatementForms>();

const withoutRows = new StatementForms(null);

/**
 * @param statement Statement.
 * @returns Its forms.
 */
export function formsOf({ columns }: PreparedStatement): StatementForms {
  if (columns === null) return withoutRows;
  let forms = known.get(columns);
  if (forms === undefined) {
    forms = new StatementForms(columns);
    known.set(columns, forms);
  }
  return forms;
}
