/**
 * Tells whether definitions have changed that others than one session can see.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import {
  asMemoryCatalog,
  changesBetween,
} from "../../sql/catalog/memory_catalog.ts";
import type { ObjectChange } from "../../sql/catalog/objects.ts";

/** Follows the committed catalog. */
export class SchemaVersion {
  #version: Catalog;
  #seen: Catalog;

  /**
   * @param catalog The committed catalog now.
   */
  constructor(catalog: Catalog) {
    this.#version = this.#seen = catalog;
  }

  /**
   * @param catalog The committed catalog now.
   * @returns The same as before unless something has changed that is not of a temporary schema.
   */
  of(catalog: Catalog): unknown {
    if (catalog === this.#seen) return this.#version;
    const before = asMemoryCatalog(this.#seen);
    const after = asMemoryCatalog(catalog);
    this.#seen = catalog;
    const changes = changesBetween(before, after);
    if (!changes.every((change) => isTemporary(change, before, after))) {
      this.#version = catalog;
    }
    return this.#version;
  }
}

function isTemporary(
  { before: old, after: now }: ObjectChange,
  before: Catalog,
  after: Catalog,
): boolean {
  return [[old, before] as const, [now, after] as const].every((
    [body, catalog],
  ) => {
    if (body === undefined) return true;
    if ("schema" in body && typeof body.schema === "number") {
      return isTemporaryName(catalog.schema(body.schema)?.name);
    }
    return "name" in body && isTemporaryName(body.name);
  });
}

function isTemporaryName(name: unknown): boolean {
  return typeof name === "string" && name.startsWith("pg_temp_");
}
