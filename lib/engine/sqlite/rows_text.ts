/**
 * Writes the rows of a set-returning function as the JSON text that SQLite's `json_each` takes apart.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import { oid } from "../../sql/types/type.ts";

/**
 * @param rows Rows of datums.
 * @param types Types of the columns.
 * @returns An array of arrays.
 */
export function rowsText(
  rows: Iterable<readonly (Datum | boolean)[]>,
  types: readonly number[],
): string {
  const real = types.map((type) => type === oid.float4 || type === oid.float8);
  const parts: string[] = [];
  for (const row of rows) {
    let text = "[";
    for (let i = 0; i < row.length; i++) {
      if (i > 0) text += ",";
      text += valueText(row[i] as Datum | boolean, real[i] === true);
    }
    parts.push(`${text}]`);
  }
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
