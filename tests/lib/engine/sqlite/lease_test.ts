import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import type { Lease } from "../../../../lib/engine/sqlite/plan_runner.ts";
import { nextTurn } from "../../../../lib/engine/sqlite/pace.ts";
import type { SqlitePlanRunner } from "../../../../lib/engine/sqlite/sqlite_plan_runner.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import {
  catalogOf,
  context,
  plan,
  Rows,
  sqlError,
  withRunner,
} from "./plan_support.ts";
import { counting } from "./support.ts";

const numbers = { sql: ["CREATE TABLE t (v)"], catalog: catalogOf() };
const insert = plan("INSERT INTO t (v) VALUES (?1)", null, [oid.int8]);
const all = plan("SELECT v FROM t ORDER BY v", [oid.int8]);
const slowInsert = plan(
  `INSERT INTO t ${counting.replaceAll("$1", "?1")}`,
  null,
  [oid.int8],
);

function lease(runner: SqlitePlanRunner): Promise<Lease> {
  return runner.lease({ lockTimeoutMs: 0 });
}

async function rowsIn(tx: Lease): Promise<unknown[]> {
  const sink = new Rows();
  await tx.query(all, [], sink, context);
  return sink.rows.map(([v]) => v);
}

async function put(tx: Lease, v: number): Promise<void> {
  await tx.query(insert, [v], new Rows(), context);
}

Deno.test("Lease.commit() keeps what was written, rollback() does not", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const first = await lease(runner);
      equal(first.wrote, false);
      await put(first, 1);
      equal(first.wrote, true);
      deepEqual(await rowsIn(first), [1]);
      deepEqual(await rows(all), []);
      await first.commit();
      deepEqual(await rows(all), [[1]]);
      const second = await lease(runner);
      await put(second, 2);
      await second.rollback();
      deepEqual(await rows(all), [[1]]);
    },
    {},
    numbers,
  );
});

Deno.test("Lease.query() answers quick statements at once", async () => {
  await withRunner(
    async ({ runner }) => {
      const tx = await lease(runner);
      const result = tx.query(insert, [1], new Rows(), context);
      deepEqual(result, { done: true, count: 1 });
      await tx.rollback();
    },
    {},
    numbers,
  );
});

Deno.test("Lease.query() takes back a statement that fails and nothing else", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const tx = await lease(runner);
      await put(tx, 1);
      const half = plan(
        "INSERT INTO t (v) SELECT t_fail_at(value, 3) FROM json_each('[1,2,3]')",
      );
      await rejects(
        async () => await tx.query(half, [], new Rows(), context),
        sqlError("22012"),
      );
      deepEqual(await rowsIn(tx), [1]);
      await tx.commit();
      deepEqual(await rows(all), [[1]]);
    },
    {},
    numbers,
  );
});

Deno.test("Lease.rollbackTo() goes back to the savepoint of that name", async (t) => {
  await withRunner(
    async ({ runner, rows }) => {
      const tx = await lease(runner);
      await put(tx, 1);
      tx.savepoint("a");
      await put(tx, 2);
      tx.savepoint("a");
      await put(tx, 3);
      await t.step("the last one", async () => {
        tx.rollbackTo("a");
        deepEqual(await rowsIn(tx), [1, 2]);
        tx.rollbackTo("a");
      });
      await t.step("the one before after RELEASE", async () => {
        tx.release("a");
        tx.rollbackTo("a");
        deepEqual(await rowsIn(tx), [1]);
      });
      await t.step("and fails without one", () => {
        tx.release("a");
        throws(
          () => tx.rollbackTo("a"),
          sqlError("3B001", /"a" does not exist/),
        );
      });
      await tx.commit();
      deepEqual(await rows(all), [[1]]);
    },
    {},
    numbers,
  );
});

Deno.test("Lease.catalog is published at the commit only", async () => {
  await withRunner(
    async ({ runner }) => {
      const next = catalogOf([], 2);
      const later = catalogOf([], 3);
      const tx = await lease(runner);
      await tx.run("CREATE TABLE u (v)");
      tx.catalog = next;
      tx.savepoint("s");
      tx.catalog = later;
      tx.rollbackTo("s");
      equal(tx.catalog, next);
      equal(runner.catalog, numbers.catalog);
      await tx.commit();
      equal(runner.catalog, next);
      const dropped = await lease(runner);
      dropped.catalog = later;
      await dropped.rollback();
      equal(runner.catalog, next);
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.lease() waits for its turn and others for it", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const order: string[] = [];
      const first = await lease(runner);
      const write = runner.write(insert, [1], new Rows(), context)
        .then(() => order.push("write"));
      const second = lease(runner).then((tx) => {
        order.push("lease");
        return tx;
      });
      await put(first, 0);
      await first.commit();
      await put(await second, 2);
      await (await second).commit();
      await write;
      deepEqual(order, ["write", "lease"]);
      deepEqual(await rows(all), [[0], [1], [2]]);
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.lease() fails when it waited longer than lock_timeout", async () => {
  await withRunner(
    async ({ runner }) => {
      const first = await lease(runner);
      await rejects(
        runner.lease({ lockTimeoutMs: 20 }),
        sqlError("55P03", /^canceling statement due to lock timeout$/),
      );
      const controller = new AbortController();
      const waiting = runner.lease({
        lockTimeoutMs: 0,
        signal: controller.signal,
      });
      controller.abort();
      await rejects(waiting, sqlError("57014"));
      await first.rollback();
    },
    {},
    numbers,
  );
});

Deno.test("Lease.onLost is called when others waited too long for an idle client", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const tx = await lease(runner);
      const lost = Promise.withResolvers<Error>();
      tx.onLost = lost.resolve;
      await put(tx, 1);
      const other = runner.write(insert, [2], new Rows(), context);
      ok(sqlError("25P03", /idle-in-transaction/)(await lost.promise));
      await other;
      throws(
        () => tx.query(insert, [3], new Rows(), context),
        sqlError("25P03"),
      );
      await tx.rollback();
      deepEqual(await rows(all), [[2]]);
    },
    { maxLeaseIdleMs: 20 },
    numbers,
  );
});

Deno.test("Lease.onLost is called when the client's pauses kept others waiting too long together", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const tx = await lease(runner);
      let lost: Error | undefined;
      tx.onLost = (error) => lost = error;
      await put(tx, 1);
      const other = runner.write(insert, [2], new Rows(), context);
      // Never idle for as long as a single pause may be.
      while (lost === undefined) {
        await rowsIn(tx);
        await nextTurn();
      }
      ok(sqlError("25P03", /wait too long between its statements/)(lost));
      await other;
      await tx.rollback();
      deepEqual(await rows(all), [[2]]);
    },
    { maxLeaseIdleMs: 10_000, maxLeasePausesMs: 20, maxIdleMs: 10 },
    numbers,
  );
});

Deno.test("Lease.onLost is not called for a statement that keeps others waiting", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const tx = await lease(runner);
      let lost: Error | undefined;
      tx.onLost = (error) => lost = error;
      const other = runner.write(insert, [2], new Rows(), context);
      await tx.query(slowInsert, [300_000], new Rows(), context);
      await tx.commit();
      await other;
      equal(lost, undefined);
      equal((await rows(all)).length, 2);
    },
    { maxLeaseIdleMs: 10_000, maxLeasePausesMs: 20, maxIdleMs: 10 },
    numbers,
  );
});

Deno.test("Lease.query() keeps the transaction when a statement is stopped", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const tx = await lease(runner);
      await put(tx, 1);
      tx.savepoint("s");
      const counter = plan("INSERT INTO t VALUES (t_counter()) RETURNING v", [
        oid.int8,
      ]);
      const sink = new Rows();
      await tx.query(counter, [], sink, context);
      await rejects(
        async () =>
          await tx.query(slowInsert, [1e15], new Rows(), {
            ...context,
            timeoutMs: 20,
          }),
        sqlError("57014"),
      );
      // What a volatile function gave is told already, so it must stay the same.
      deepEqual(await rowsIn(tx), [1, sink.rows[0]?.[0]].sort());
      tx.rollbackTo("s");
      deepEqual(await rowsIn(tx), [1]);
      await tx.commit();
      deepEqual(await rows(all), [[1]]);
    },
    {},
    numbers,
  );
});

Deno.test("Lease.query() does again what was written when a write turns out to be long", async () => {
  await withRunner(
    async ({ runner, rows, sql }) => {
      await sql("CREATE TABLE slow (n int, total int)");
      await sql(
        `CREATE TRIGGER slow AFTER INSERT ON slow BEGIN
        UPDATE slow SET total = (${counting.replace("$1", "NEW.n")});
      END`,
      );
      const tx = await lease(runner);
      await put(tx, 1);
      tx.savepoint("s");
      await put(tx, 2);
      await tx.query(
        plan("INSERT INTO slow (n) VALUES (?1)", null, [oid.int8]),
        [300_000],
        new Rows(),
        context,
      );
      deepEqual(await rowsIn(tx), [1, 2]);
      tx.rollbackTo("s");
      await put(tx, 3);
      await tx.commit();
      deepEqual(await rows(all), [[1], [3]]);
      deepEqual(await sql("SELECT count(*) FROM slow"), [[0]]);
    },
    {},
    numbers,
  );
});

Deno.test("Lease.cursor() does not see what is written later", async () => {
  await withRunner(
    async ({ runner }) => {
      const tx = await lease(runner);
      for (let v = 1; v <= 4; v++) await put(tx, v);
      const cursor = tx.cursor(all, [], context);
      const sink = new Rows();
      deepEqual(await cursor.fetch(1, sink), { done: false, count: 1 });
      await tx.query(plan("DELETE FROM t"), [], new Rows(), context);
      const other = tx.cursor(all, [], context);
      deepEqual(await other.fetch(0, new Rows()), { done: true, count: 0 });
      deepEqual(await cursor.fetch(2, sink), { done: false, count: 3 });
      deepEqual(await cursor.fetch(2, sink), { done: true, count: 4 });
      deepEqual(sink.rows, [[1], [2], [3], [4]]);
      cursor.close();
      await tx.commit();
    },
    {},
    numbers,
  );
});

Deno.test("Engine.close() ends a client's transaction", async () => {
  let lost: Error | undefined;
  await withRunner(
    async ({ runner, engine }) => {
      const tx = await lease(runner);
      tx.onLost = (error) => lost = error;
      await put(tx, 1);
      await engine.close();
    },
    { closeGraceMs: 20 },
    numbers,
  );
  ok(sqlError("57P01")(lost));
});
