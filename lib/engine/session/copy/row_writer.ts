/**
 * Writes rows as COPY TO sends them.
 *
 * @module
 */

import type { Datum } from "../../../sql/datum.ts";
import type { EvalContext } from "../../../sql/eval_context.ts";
import type { PgType } from "../../../sql/types/type.ts";
import type { CopyFormat } from "./options.ts";

const encoder = new TextEncoder();

/** See the top of the file. */
export class RowWriter {
  readonly #format: CopyFormat;
  readonly #types: readonly PgType[];
  readonly #force: readonly boolean[];
  readonly #context: EvalContext;
  readonly #special: RegExp;

  /**
   * @param format How the data is written.
   * @param types Types of the columns.
   * @param names Their names, for FORCE_QUOTE.
   * @param context For the text forms of values.
   */
  constructor(
    format: CopyFormat,
    types: readonly PgType[],
    names: readonly string[],
    context: EvalContext,
  ) {
    this.#format = format;
    this.#types = types;
    this.#context = context;
    const { forceQuote } = format;
    this.#force = names.map((name) =>
      forceQuote === "all" || (forceQuote?.includes(name) ?? false)
    );
    const escape = (c: string) => c.replace(/[\\\]^-]/, "\\$&");
    this.#special = format.csv
      ? new RegExp(`[${escape(format.delimiter)}${escape(format.quote)}\\n\\r]`)
      : new RegExp(`[\\\\\\b\\f\\n\\r\\t\\v${escape(format.delimiter)}]`, "g");
  }

  /**
   * @param names Names of the columns.
   * @returns The header line.
   */
  header(names: readonly string[]): Uint8Array {
    const line = names.map((name) => this.#field(name, false));
    return encoder.encode(`${line.join(this.#format.delimiter)}\n`);
  }

  /**
   * @param values A row.
   * @returns Its line.
   */
  row(values: readonly Datum[]): Uint8Array {
    const { delimiter, null: nothing } = this.#format;
    let line = "";
    for (let i = 0; i < values.length; i++) {
      if (i > 0) line += delimiter;
      const value = values[i] as Datum;
      line += value === null ? nothing : this.#field(
        (this.#types[i] as PgType).output(value, this.#context),
        this.#force[i] as boolean,
      );
    }
    return encoder.encode(`${line}\n`);
  }

  #field(text: string, force: boolean): string {
    const { csv, quote, escape, null: nothing } = this.#format;
    if (!csv) {
      return text.replace(this.#special, (c) => names[c] ?? `\\${c}`);
    }
    const needed = force || text === nothing || this.#special.test(text) ||
      (text === "\\." && this.#types.length === 1);
    if (!needed) return text;
    let inside = text;
    if (escape !== quote) inside = inside.replaceAll(escape, escape + escape);
    inside = inside.replaceAll(quote, escape + quote);
    return quote + inside + quote;
  }
}

const names: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};
