import { deepEqual, equal, rejects } from "node:assert/strict";
import { type Log, silentLog } from "../../../../lib/base/log.ts";
import { loadPicture } from "../../../../lib/rest/schema/load_picture.ts";
import type { SchemaPicture } from "../../../../lib/rest/schema/picture.ts";
import { SchemaCache } from "../../../../lib/rest/schema/schema_cache.ts";
import { restDatabase } from "./support.ts";

const tablesOf = (picture: SchemaPicture) => [
  ...picture.schemas.get("public")?.relations.keys() ?? [],
];

/** Loads for real, counts, and lets something happen in the middle of one. */
function watched() {
  let during: ((load: number) => Promise<void>) | undefined;
  const watch = {
    loads: 0,
    set during(body: ((load: number) => Promise<void>) | undefined) {
      during = body;
    },
    load: async (...[db, schemas]: Parameters<typeof loadPicture>) => {
      const number = ++watch.loads;
      const picture = await loadPicture(db, schemas);
      await during?.(number);
      return picture;
    },
  };
  return watch;
}

Deno.test("SchemaCache.current() answers at once when nothing changed", async () => {
  await using db = await restDatabase("CREATE TABLE a (id int)");
  const watch = watched();
  const cache = new SchemaCache({
    engine: db.engine,
    schemas: ["public"],
    log: silentLog,
    load: watch.load,
  });
  const first = await cache.current();
  await db.session.query("INSERT INTO a VALUES (1)");
  equal(cache.current(), first);
  equal(watch.loads, 1);
});

Deno.test("SchemaCache.current() shows a change as soon as it is acknowledged", async () => {
  await using db = await restDatabase("CREATE TABLE a (id int)");
  const cache = new SchemaCache({
    engine: db.engine,
    schemas: ["public"],
    log: silentLog,
  });
  deepEqual(tablesOf(await cache.current()), ["a"]);
  await db.run("CREATE TABLE b (id int)");
  deepEqual(tablesOf(await cache.current()), ["a", "b"]);
  await db.run("BEGIN; CREATE TABLE c (id int)");
  deepEqual(tablesOf(await cache.current()), ["a", "b"]);
  await db.run("COMMIT");
  deepEqual(tablesOf(await cache.current()), ["a", "b", "c"]);
  await db.run("DROP TABLE a");
  deepEqual(tablesOf(await cache.current()), ["b", "c"]);
});

Deno.test("SchemaCache.current() loads once for all who wait", async () => {
  await using db = await restDatabase("CREATE TABLE a (id int)");
  const watch = watched();
  const cache = new SchemaCache({
    engine: db.engine,
    schemas: ["public"],
    log: silentLog,
    load: watch.load,
  });
  const pictures = await Promise.all(
    Array.from({ length: 20 }, () => cache.current()),
  );
  equal(new Set(pictures).size, 1);
  equal(watch.loads, 1);
});

Deno.test("SchemaCache.current() loads again when the schema changes during a load", async () => {
  await using db = await restDatabase("CREATE TABLE a (id int)");
  const watch = watched();
  const cache = new SchemaCache({
    engine: db.engine,
    schemas: ["public"],
    log: silentLog,
    load: watch.load,
  });
  let late: SchemaPicture | Promise<SchemaPicture> | undefined;
  watch.during = async (load) => {
    if (load !== 1) return;
    await db.run("CREATE TABLE b (id int)");
    late = cache.current();
  };
  deepEqual(tablesOf(await cache.current()), ["a", "b"]);
  deepEqual(tablesOf(await (late as Promise<SchemaPicture>)), ["a", "b"]);
  equal(watch.loads, 2);
});

Deno.test("SchemaCache.current() comes to an end, and is not stale, when the schema changes during each load", async () => {
  await using db = await restDatabase("CREATE TABLE a (id int)");
  const watch = watched();
  const cache = new SchemaCache({
    engine: db.engine,
    schemas: ["public"],
    log: silentLog,
    load: watch.load,
  });
  watch.during = async (load) => {
    // The third is in a transaction, for whose end a definition would wait.
    if (load < 3) await db.run(`CREATE TABLE t${load} (id int)`);
  };
  deepEqual(tablesOf(await cache.current()), ["a", "t1", "t2"]);
  equal(watch.loads, 3);
  await db.run("CREATE TABLE z (id int)");
  deepEqual(tablesOf(await cache.current()), ["a", "t1", "t2", "z"]);
});

Deno.test("SchemaCache.current() reports a failed load and tries again at the next request", async () => {
  await using db = await restDatabase("CREATE TABLE a (id int)");
  const events: string[] = [];
  const log: Log = { ...silentLog, error: (event) => events.push(event) };
  let fails = true;
  const cache = new SchemaCache({
    engine: db.engine,
    schemas: ["public"],
    log,
    load: (session, schemas) =>
      fails
        ? Promise.reject(new Error("not now"))
        : loadPicture(session, schemas),
  });
  const [one, other] = [cache.current(), cache.current()];
  await rejects(async () => await one, /not now/);
  await rejects(async () => await other, /not now/);
  deepEqual(events, ["schema_load_failed"]);
  fails = false;
  deepEqual(tablesOf(await cache.current()), ["a"]);
});
