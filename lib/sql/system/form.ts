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

/**
 * @param type Type of a column.
 * @returns How PostgreSQL would store it: `attbyval`, `attalign`, `attstorage`.
 */
export function attributeStorage(type: PgType | undefined): SystemRow {
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
      : length === 8 || length === 12 || length === 16
      ? "d"
      : "i",
    attstorage: plain ? "p" : type?.name === "numeric" ? "m" : "x",
  };
}
