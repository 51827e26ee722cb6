import { deepEqual, equal, rejects } from "node:assert/strict";
import type { SqliteEngineOptions } from "../../../../lib/engine/sqlite/engine.ts";
import type { Lease } from "../../../../lib/engine/sqlite/plan_runner.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import { HandLog, settled } from "./hand_log.ts";
import {
  catalogOf,
  context,
  plan,
  type PlanFixture,
  relation,
  Rows,
  sqlError,
  withRunner,
} from "./plan_support.ts";

const numbers = {
  sql: ["CREATE TABLE t (v UNIQUE)"],
  catalog: catalogOf([relation(20_000, "t", ["v"])]),
};
const insert = plan("INSERT INTO t (v) VALUES (?1)", null, [oid.int8]);
const all = plan("SELECT v FROM t ORDER BY v", [oid.int8]);

/** Runs a test with a log whose syncs it ends. */
async function withLog(
  body: (fixture: PlanFixture & { log: HandLog }) => Promise<void>,
  options: Partial<SqliteEngineOptions> = {},
): Promise<void> {
  const log = new HandLog();
  await withRunner(
    async (fixture) => {
      log.held = true;
      await body({ ...fixture, log });
    },
    { instantSyncMs: 0, ...options, openLog: () => log },
    numbers,
  );
}

function put({ runner }: PlanFixture, v: number): Promise<unknown> {
  return runner.write(insert, [v], new Rows(), context);
}

function lease({ runner }: PlanFixture): Promise<Lease> {
  return runner.lease({ lockTimeoutMs: 0 });
}

async function rowsIn(tx: Lease): Promise<unknown[]> {
  const sink = new Rows();
  await tx.query(all, [], sink, context);
  return sink.rows.map(([v]) => v);
}

/** Notes in which order promises settle. */
class Order {
  readonly settled: string[] = [];
  watch(name: string, promise: Promise<unknown>): Promise<void> {
    return promise.then(
      () => void this.settled.push(name),
      (error) => void this.settled.push(`${name}: ${error.sqlState}`),
    );
  }
}

Deno.test("PlanRunner.write() resolves after the sync that covers it, not before", async () => {
  await withLog(async (fixture) => {
    const { log, rows, runner } = fixture;
    const order = new Order();
    runner.changes.subscribe(
      () => order.settled.push("change feed"),
      () => true,
    );
    const written = order.watch("write", put(fixture, 1));
    await log.asked();
    await settled();
    deepEqual(order.settled, []);
    // Readers need not wait.
    deepEqual(await rows(all), [[1]]);
    await log.end();
    await written;
    deepEqual(order.settled, ["change feed", "write"]);
  });
});

Deno.test("Lease.commit() hands the writer on before it is durable, and the next sees its rows", async () => {
  await withLog(async (fixture) => {
    const { log } = fixture;
    const order = new Order();
    const first = await lease(fixture);
    first.query(insert, [1], new Rows(), context);
    const waiting = lease(fixture);
    const committed = [order.watch("first", first.commit())];
    const second = await waiting;
    deepEqual(await rowsIn(second), [1]);
    second.query(insert, [2], new Rows(), context);
    await log.asked();
    committed.push(order.watch("second", second.commit()));
    await settled();
    deepEqual(order.settled, []);
    await log.end();
    deepEqual(order.settled, ["first"]);
    await log.end();
    deepEqual(order.settled, ["first", "second"]);
    await Promise.all(committed);
  });
});

Deno.test("Lease.rollback() waits for nobody's sync, a commit without a write does", async () => {
  await withLog(async (fixture) => {
    const { log } = fixture;
    const order = new Order();
    const first = await lease(fixture);
    first.query(insert, [1], new Rows(), context);
    const committed = order.watch("first", first.commit());
    const second = await lease(fixture);
    second.query(insert, [2], new Rows(), context);
    await order.watch("rollback", second.rollback());
    const third = await lease(fixture);
    deepEqual(await rowsIn(third), [1]);
    const read = order.watch("read", third.commit());
    await settled();
    deepEqual(order.settled, ["rollback"]);
    await log.end();
    await Promise.all([committed, read]);
    deepEqual(order.settled, ["rollback", "first", "read"]);
  });
});

Deno.test("PlanRunner.write() tells of a refusal that rests on another's row after that row is durable", async () => {
  await withLog(async (fixture) => {
    const { log } = fixture;
    const order = new Order();
    const first = order.watch("first", put(fixture, 1));
    await log.asked();
    const second = order.watch("second", put(fixture, 1));
    await settled();
    deepEqual(order.settled, []);
    await log.end();
    await Promise.all([first, second]);
    deepEqual(order.settled, ["first", "second: 23505"]);
  });
});

Deno.test("PlanRunner.write() shares a commit with all who come while the log is synced", async () => {
  await withLog(async (fixture) => {
    const { engine, log, rows } = fixture;
    const before = engine.stats();
    const first = put(fixture, 1);
    await log.asked();
    const second = put(fixture, 2);
    await settled();
    const third = put(fixture, 3);
    await settled();
    deepEqual(await rows(all), [[1]]);
    await log.end();
    await first;
    await log.end();
    await Promise.all([second, third]);
    const { commits, transactions, syncs } = engine.stats();
    deepEqual([
      commits - before.commits,
      transactions - before.transactions,
      syncs - before.syncs,
    ], [2, 3, 2]);
  });
});

Deno.test("PlanRunner.lease() is not kept waiting by a group that shares its commit", async () => {
  await withLog(async (fixture) => {
    const { log } = fixture;
    const first = put(fixture, 1);
    await log.asked();
    const second = put(fixture, 2);
    await settled();
    const tx = await lease(fixture);
    deepEqual(await rowsIn(tx), [1, 2]);
    await tx.rollback();
    await log.end();
    await log.end();
    await Promise.all([first, second]);
  });
});

Deno.test("Engine.failed resolves and nothing is acknowledged when a sync fails", async () => {
  await withLog(async (fixture) => {
    const { engine, log } = fixture;
    const order = new Order();
    let failed = false;
    engine.failed.then(() => failed = true);
    fixture.runner.changes.subscribe(
      () => order.settled.push("change feed"),
      () => true,
    );
    const leader = await lease(fixture);
    leader.query(insert, [1], new Rows(), context);
    const waiting = lease(fixture);
    const all = [order.watch("leader", leader.commit())];
    const follower = await waiting;
    follower.query(insert, [2], new Rows(), context);
    await log.asked();
    const queued = put(fixture, 3);
    queued.catch(() => {});
    await log.end(new Error("EIO"));
    equal(failed, true);
    all.push(order.watch("follower", follower.commit()));
    all.push(order.watch("queued", queued));
    await Promise.all(all);
    deepEqual(order.settled, [
      "leader: 58030",
      "follower: 58030",
      "queued: 58030",
    ]);
    await rejects(put(fixture, 4), sqlError("58030"));
    equal(log.begun, 1);
    equal(engine.writable(), false);
  });
});

Deno.test("PlanRunner.write() is synced on this thread when nobody else has written for a while", async () => {
  await withLog(async (fixture) => {
    const { log } = fixture;
    log.held = false;
    for (let v = 0; v < 8; v++) await put(fixture, v);
    const before = log.now;
    await put(fixture, 8);
    equal(log.now, before + 1);
  });
});

Deno.test("PlanRunner.write() is synced on this thread when the disk is quicker than another thread", async () => {
  await withLog(async (fixture) => {
    const { log } = fixture;
    const before = log.now;
    await Promise.all([1, 2, 3].map((v) => put(fixture, v)));
    deepEqual([log.begun, log.now - before], [0, 1]);
  }, { instantSyncMs: 0.3 });
});

Deno.test("SqliteEngine.close() waits for the sync of what was committed", async () => {
  const log = new HandLog();
  const order = new Order();
  await withRunner(
    async (fixture) => {
      log.held = true;
      const written = order.watch("write", put(fixture, 1));
      await log.asked();
      const closed = order.watch("close", fixture.engine.close());
      await settled();
      deepEqual(order.settled, []);
      await log.end();
      await Promise.all([written, closed]);
    },
    { instantSyncMs: 0, openLog: () => log },
    numbers,
  );
  deepEqual(order.settled, ["write", "close"]);
});
