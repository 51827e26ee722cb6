import { deepEqual, equal, rejects } from "node:assert/strict";
import type { MemoryCatalog } from "../../../../lib/sql/catalog/memory_catalog.ts";
import { changesBetween } from "../../../../lib/sql/catalog/memory_catalog.ts";
import {
  createCatalog,
  loadCatalog,
  saveChanges,
} from "../../../../lib/sql/catalog/persistence.ts";
import {
  readJson,
  writeJson,
} from "../../../../lib/sql/catalog/catalog_json.ts";
import type { Datum } from "../../../../lib/sql/datum.ts";
import type { Database } from "../../../../lib/sqlite/database.ts";
import { withDatabase } from "../../sqlite/support.ts";

function runner(database: Database, statements: string[] = []) {
  return (sql: string, params: readonly Datum[] = []) => {
    statements.push(sql);
    return database.run(sql, params) as Datum[][];
  };
}

function differing(one: MemoryCatalog, two: MemoryCatalog) {
  return changesBetween(one, two).filter((each) =>
    writeJson(each.before) !== writeJson(each.after)
  );
}

Deno.test("writeJson() keeps 64-bit integers", () => {
  const value = { big: 2n ** 62n, small: 1, list: [1n], gone: undefined };
  deepEqual(readJson(writeJson(value)), {
    big: 2n ** 62n,
    small: 1,
    list: [1n],
  });
});

Deno.test("loadCatalog() gives back what createCatalog() made, and nothing before that", () =>
  withDatabase(async ({ database }) => {
    const run = runner(database);
    equal(await loadCatalog(run), undefined);
    const made = await createCatalog(run);
    const loaded = await loadCatalog(run);
    deepEqual(differing(made, loaded as MemoryCatalog), []);
    equal(loaded?.nextOid, made.nextOid);
  }));

Deno.test("saveChanges() writes what changed and nothing else", () =>
  withDatabase(async ({ database }) => {
    const made = await createCatalog(runner(database));
    const schema = { oid: 16384, name: "s", owner: 10, acl: null };
    const changed = made.with("schema", schema);
    const statements: string[] = [];
    const run = runner(database, statements);
    const target = {
      run: async (sql: string, params?: readonly Datum[]) =>
        await Promise.resolve(run(sql, params)),
    };
    await saveChanges(made, changed, target);
    equal(statements.length, 2);
    equal((await loadCatalog(run))?.schemaNamed("s")?.oid, 16384);
    await saveChanges(changed, changed.without("schema", 16384), target);
    equal((await loadCatalog(run))?.schemaNamed("s"), undefined);
  }));

Deno.test("loadCatalog() refuses a catalog of a newer program", () =>
  withDatabase(async ({ database }) => {
    const run = runner(database);
    await createCatalog(run);
    run(
      "UPDATE heliosdb_catalog SET body = json_set(body, '$.format', 999) WHERE oid = 0",
    );
    await rejects(loadCatalog(run), /format 999 is newer/);
  }));
