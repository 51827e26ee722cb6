/**
 * A step of the schema's history as it comes out in a new database, so that a start need not parse,
 * resolve and print what is the same every time.
 *
 * The first oid that a database gives out is fixed, and DDL depends on nothing but the catalog: in a
 * new database the same statements always make the same tables and the same objects. What was worked
 * out beforehand is therefore used for a new database only, never for one that holds anything.
 *
 * @module
 */

import { fixedOid } from "../../sql/catalog/catalog.ts";
import { readJson, writeJson } from "../../sql/catalog/catalog_json.ts";
import {
  asMemoryCatalog,
  type MemoryCatalog,
} from "../../sql/catalog/memory_catalog.ts";
import type { ObjectKind, ObjectKinds } from "../../sql/catalog/objects.ts";
import { saveChanges } from "../../sql/catalog/persistence.ts";
import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { PreparedStep } from "../engine.ts";
import type { Lease } from "../sqlite/plan_runner.ts";

/**
 * @param catalog The catalog of a database.
 * @returns Whether it gave out no oid yet.
 */
export function isNew(catalog: Catalog): boolean {
  return asMemoryCatalog(catalog).nextOid === fixedOid.firstUser;
}

/**
 * Runs a step in a new database. Call it in a transaction.
 *
 * @param step What the step comes to.
 * @param lease The writer.
 */
export async function runPrepared(
  { statements, objects, nextOid }: PreparedStep,
  lease: Lease,
): Promise<void> {
  const before = asMemoryCatalog(lease.catalog);
  let after: MemoryCatalog = before;
  for (const { kind, body } of objects) {
    after = after.with(
      kind as ObjectKind,
      // 64-bit integers are marked in the stored form.
      readJson(writeJson(body)) as ObjectKinds[ObjectKind],
    );
  }
  after = after.withNextOid(nextOid);
  for (const statement of statements) await lease.run(statement);
  await saveChanges(before, after, lease);
  lease.catalog = after;
}
