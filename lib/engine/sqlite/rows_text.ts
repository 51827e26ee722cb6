/**
 * Writes the rows of a set-returning function as the JSON text that SQLite's `json_each` takes apart.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import { longestRow } from "../../base/value_limit.ts";
import { SqlError } from "../../sql/error.ts";
import { oid } from "../../sql/types/type.ts";

/** Characters between two pauses. */
const longPart = 65_536;

function tooMany(): SqlError {
  return new SqlError("54000", "function returns too many rows", {
    detail: `They may have ${longestRow / 1024 / 1024} MiB.`,
  });
}

/**
 * @param rows Rows of datums.
 * @param types Types of the columns.
 * @param pause Called now and then; may throw.
 * @returns An array of arrays.
 * @throws {SqlError} 54000 when they are too many.
 */
export function rowsText(
  rows: Iterable<readonly (Datum | boolean)[]>,
  types: readonly number[],
  pause?: () => void,
): string {
  const real = types.map((type) => type === oid.float4 || type === oid.float8);
  const parts: string[] = [];
  // Long texts are joined from few pieces: one for each row would take more memory than the rows.
  let part = "";
  let size = 0;
  for (const row of rows) {
    let text = part === "" ? "[" : ",[";
    for (let i = 0; i < row.length; i++) {
      if (i > 0) text += ",";
      text += valueText(row[i] as Datum | boolean, real[i] === true);
    }
    part += text + "]";
    if (part.length < longPart) continue;
    size += part.length;
    if (size > longestRow) throw tooMany();
    parts.push(part);
    part = "";
    pause?.();
  }
  if (part !== "") parts.push(part);
  return `[${parts.join(",")}]`;
}

function valueText(value: Datum | boolean, real: boolean): string {
  switch (typeof value) {
    case "boolean":
      return value ? "1" : "0";
    case "bigint":
      return value.toString();
    case "number":
      return numberText(value, real);
    case "string":
      return JSON.stringify(value);
    default:
      // Hexadecimal as inside arrays.
      return value === null ? "null" : JSON.stringify(`\\x${value.toHex()}`);
  }
}

function numberText(value: number, real: boolean): string {
  if (Number.isNaN(value)) return '"NaN"';
  // SQLite reads what is too large as infinity.
  if (!Number.isFinite(value)) return value > 0 ? "9e999" : "-9e999";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return real && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
