/**
 * Writes rows as COPY TO sends them in the binary format.
 *
 * @module
 */

import type { Datum } from "../../../sql/datum.ts";
import { SqlError } from "../../../sql/error.ts";
import type { EvalContext } from "../../../sql/eval_context.ts";
import type { PgType } from "../../../sql/types/type.ts";
import { nullLength, signature, trailer } from "./binary_format.ts";

/** Bytes of flags and extension length, both 0. */
const afterSignature = 8;

/** See the top of the file. */
export class BinaryWriter {
  readonly #types: readonly PgType[];
  readonly #context: EvalContext;
  #begun = false;

  /**
   * @param types Types of the columns.
   * @param context For the binary forms of values.
   * @throws {SqlError} 42883 when a type has no binary form.
   */
  constructor(types: readonly PgType[], context: EvalContext) {
    this.#types = types;
    this.#context = context;
    for (const { send, name } of types) {
      if (send !== undefined) continue;
      throw new SqlError(
        "42883",
        `no binary output function available for type ${name}`,
      );
    }
  }

  /**
   * @param values A row.
   * @returns Its bytes; the header comes with the first row, where some clients look for it.
   */
  row(values: readonly Datum[]): Uint8Array {
    const fields = values.map((value, i) =>
      value === null ? null : this.#types[i]!.send!(value, this.#context)
    );
    let length = 2;
    for (const field of fields) length += 4 + (field?.length ?? 0);
    const { bytes, view, start } = this.#message(length);
    view.setInt16(start, fields.length);
    let at = start + 2;
    for (const field of fields) {
      view.setInt32(at, field === null ? nullLength : field.length);
      at += 4;
      if (field === null) continue;
      bytes.set(field, at);
      at += field.length;
    }
    return bytes;
  }

  /** @returns What comes after the last row. */
  end(): Uint8Array {
    const { bytes, view, start } = this.#message(2);
    view.setInt16(start, trailer);
    return bytes;
  }

  #message(length: number): {
    readonly bytes: Uint8Array;
    readonly view: DataView;
    readonly start: number;
  } {
    const start = this.#begun ? 0 : signature.length + afterSignature;
    const bytes = new Uint8Array(start + length);
    if (!this.#begun) bytes.set(signature);
    this.#begun = true;
    return { bytes, view: new DataView(bytes.buffer), start };
  }
}
