/**
 * SQLite text that stands in the schema, where nothing can be bound: names and literals.
 *
 * @module
 */

import { quoteName, textLiteral } from "../sqlite_words.ts";
import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { oid } from "../types/type.ts";

/**
 * @param names Names.
 * @returns They in quotes, with commas.
 */
export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(", ");
}

/**
 * @param value Datum.
 * @param type Its PostgreSQL type, which tells a whole float from an integer.
 * @returns SQLite literal of the same storage class.
 */
export function sqliteLiteral(value: Datum, type = 0): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `x'${value.toHex()}'`;
  if (typeof value === "string") {
    if (value.includes("\0")) {
      throw new SqlError(
        "22021",
        'invalid byte sequence for encoding "UTF8": 0x00',
      );
    }
    return textLiteral(value);
  }
  if (typeof value === "bigint") {
    // The positive number is beyond int8 and would be read as a float.
    return value === -(2n ** 63n)
      ? "(-9223372036854775807 - 1)"
      : parenthesised(String(value));
  }
  const real = type === oid.float4 || type === oid.float8 ||
    !Number.isInteger(value);
  if (!real) return parenthesised(String(value));
  if (!Number.isFinite(value)) return value > 0 ? "9e999" : "(-9e999)";
  if (Object.is(value, -0)) return "(-0.0)";
  const text = String(value);
  return parenthesised(/[.e]/.test(text) ? text : `${text}.0`);
}

function parenthesised(text: string): string {
  return text.startsWith("-") ? `(${text})` : text;
}
