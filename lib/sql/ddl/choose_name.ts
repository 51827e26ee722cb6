/**
 * Names that PostgreSQL makes up: `items_pkey`, `items_owner_id_fkey`, `items_id_seq1`.
 *
 * @module
 */

import type { MemoryCatalog } from "../catalog/memory_catalog.ts";

/** Longest identifier in bytes (`NAMEDATALEN` - 1). */
export const longestName = 63;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function clip(text: string, bytes: number): string {
  const encoded = encoder.encode(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  // Never in the middle of a character.
  while (end > 0 && ((encoded[end] as number) & 0xc0) === 0x80) end--;
  return decoder.decode(encoded.subarray(0, end));
}

/**
 * Joins parts to a name, cutting the longer ones where it would be too long.
 *
 * @param first Name of the table.
 * @param second Names of columns; may be empty.
 * @param label `pkey`, `key`, `check`, …
 * @returns The name.
 */
export function makeName(first: string, second: string, label: string): string {
  const overhead = (second === "" ? 0 : 1) +
    (label === "" ? 0 : byteLength(label) + 1);
  const available = longestName - overhead;
  let one = byteLength(first);
  let two = byteLength(second);
  while (one + two > available) {
    if (one > two) one--;
    else two--;
  }
  return [clip(first, one), clip(second, two), label]
    .filter((part) => part !== "")
    .join("_");
}

/**
 * @param first Name of the table.
 * @param second Names of columns.
 * @param label What it is for.
 * @param isTaken Whether a name cannot be had.
 * @returns A name that is free.
 */
export function chooseName(
  first: string,
  second: string,
  label: string,
  isTaken: (name: string) => boolean,
): string {
  for (let pass = 0;; pass++) {
    const name = makeName(
      first,
      second,
      pass === 0 ? label : `${label}${pass}`,
    );
    if (!isTaken(name)) return name;
  }
}

/**
 * @param catalog Catalog.
 * @param schema Oid of the schema.
 * @param name Name.
 * @returns Whether a relation or index has it.
 */
export function isRelationName(
  catalog: MemoryCatalog,
  schema: number,
  name: string,
): boolean {
  return catalog.relationNamed(schema, name) !== undefined ||
    catalog.indexNamed(schema, name) !== undefined;
}

/**
 * @param catalog Catalog.
 * @param schema Oid of the schema.
 * @returns Names of the constraints of all its tables.
 */
export function constraintNames(
  catalog: MemoryCatalog,
  schema: number,
): Set<string> {
  const names = new Set<string>();
  for (const relation of catalog.objects("relation").values()) {
    if (relation.schema !== schema) continue;
    for (const { name } of relation.constraints) names.add(name);
  }
  return names;
}

/** Names that SQLite keeps for itself or that are ours. */
const reservedStorage = /^(sqlite_|heliosdb_|pragma_)/i;

/**
 * Chooses what a table or index is called inside SQLite, which does not tell capital letters from
 * small ones and has one name space for all schemas.
 *
 * @param catalog Catalog.
 * @param name The name that is wanted.
 * @param oid Oid of the table or index.
 * @returns That name, or one with the oid.
 */
export function chooseStorage(
  catalog: MemoryCatalog,
  name: string,
  oid: number,
): string {
  return reservedStorage.test(name) || catalog.isStorageTaken(name)
    ? `${name.replace(reservedStorage, "_$1")}#${oid}`
    : name;
}

/**
 * Chooses what a column is called inside SQLite.
 *
 * @param taken Names that the table's columns have there, dropped ones too.
 * @param name The name that is wanted.
 * @param number Number of the column.
 * @returns That name, or one with the number.
 */
export function chooseColumnStorage(
  taken: Iterable<string>,
  name: string,
  number: number,
): string {
  const lower = name.toLowerCase();
  // SQLite's own names of the row's address.
  const own = lower === "rowid" || lower === "_rowid_" || lower === "oid";
  for (const each of taken) {
    if (each.toLowerCase() === lower) return `${name}#${number}`;
  }
  return own ? `${name}#${number}` : name;
}
