/**
 * Small things in which the system catalogs write what they hold.
 *
 * @module
 */

import type { PgType } from "../types/type.ts";
import type { SystemRow } from "./system_table.ts";

/**
 * @param values Elements.
 * @returns An array as a datum (`lib/sql/datum.ts`).
 */
export function arrayDatum(
  values: readonly (string | number | null)[],
): string {
  return JSON.stringify(values);
}

/** Types that PostgreSQL passes by value. */
const byValue = new Set([1, 2, 4, 8]);

/** Lengths of elements that are kept at multiples of eight bytes. */
const alignsWide = new Set([8, 12]);

/**
 * @param type Type of a column.
 * @param element Type of its elements, if it is an array.
 * @returns How PostgreSQL would store it: `attbyval`, `attalign`, `attstorage`.
 */
export function attributeStorage(
  type: PgType | undefined,
  element?: PgType | undefined,
): SystemRow {
  const length = type?.length ?? -1;
  const variable = length < 0;
  const plain = !variable || type?.name === "oidvector" ||
    type?.name === "int2vector";
  return {
    attbyval: byValue.has(length) && type?.name !== "tid",
    attalign: length === 1 || type?.name === "uuid" || length === -2 ||
        length === 64
      ? "c"
      : length === 2
      ? "s"
      : length === 8 || length === 12 || length === 16 || type?.kind === "c" ||
          type?.name === "record" ||
          element?.kind === "c" || alignsWide.has(element?.length ?? 0)
      ? "d"
      : "i",
    attstorage: plain ? "p" : type?.name === "numeric" ? "m" : "x",
  };
}
