import { deepEqual, equal, rejects } from "node:assert/strict";
import type { Session } from "../../../../lib/engine/engine.ts";
import {
  counting,
  engineError,
  insert,
  values,
  withEngine,
  withTable,
} from "./support.ts";

Deno.test("Session.transaction() commits together who comes together", async () => {
  await withTable(async (session, commits) => {
    await Promise.all(
      Array.from({ length: 100 }, (_, v) => insert(session, v)),
    );
    equal(commits(), 1);
    equal((await values(session)).length, 100);
  });
});

Deno.test("Session.transaction() keeps the others when a member of the group fails", async (t) => {
  const failures: [
    name: string,
    sqlState: string,
    (s: Session) => Promise<unknown>,
  ][] = [
    ["a constraint", "23505", (s) => insert(s, 0)],
    ["a syntax error", "42601", (s) => s.query("INSERT")],
    [
      "its body",
      "P0001",
      (s) =>
        s.transaction(async (tx) => {
          await insert(tx, 50);
          await tx.query("INSERT INTO refused VALUES (1)");
        }),
    ],
    [
      "a deferred foreign key",
      "23503",
      (s) => s.query("INSERT INTO child VALUES (1)"),
    ],
    [
      "a statement that rolls everything back",
      "23505",
      (s) => s.query("INSERT OR ROLLBACK INTO t VALUES (0)"),
    ],
    [
      "a statement that keeps what it had done",
      "23505",
      (s) => s.query("INSERT OR FAIL INTO t VALUES (60), (0)"),
    ],
    [
      "its time limit",
      "57014",
      (s) => s.query("INSERT INTO t " + counting, [1e15], { timeoutMs: 10 }),
    ],
  ];
  for (const [name, sqlState, fail] of failures) {
    await t.step(name, async () => {
      await withTable(async (session, commits) => {
        await session.query("CREATE TABLE refused (v)");
        await session.query(
          "CREATE TRIGGER no BEFORE INSERT ON refused BEGIN SELECT RAISE(ABORT, 'no'); END",
        );
        await session.query(
          "CREATE TABLE child (p int REFERENCES t (v) DEFERRABLE INITIALLY DEFERRED)",
        );
        const before = commits();
        const [, , failed] = await Promise.all([
          insert(session, 0),
          session.transaction(async (tx) => {
            await insert(tx, 1);
            await tx.query("UPDATE t SET v = 10 WHERE v = 1");
          }),
          rejects(fail(session), engineError(sqlState)),
          insert(session, 2),
        ]);
        equal(failed, undefined);
        deepEqual(await values(session), [0, 2, 10]);
        deepEqual((await session.query("SELECT * FROM child")).rows, []);
        equal(commits() - before, 1);
      });
    });
  }
});

Deno.test("Session.transaction() runs a write again off the thread when it turns out to be long", async () => {
  await withTable(async (session, commits) => {
    // What a trigger does is not part of the plan that the writer looks at.
    await session.query("CREATE TABLE slow (n int, total int)");
    await session.query(
      `CREATE TRIGGER slow AFTER INSERT ON slow BEGIN
        UPDATE slow SET total = (${counting.replace("$1", "NEW.n")});
      END`,
    );
    const before = commits();
    await Promise.all([
      insert(session, 1),
      session.transaction(async (tx) => {
        await insert(tx, 2);
        await tx.query("INSERT INTO slow (n) VALUES ($1)", [300_000]);
        await insert(tx, 3);
      }),
      insert(session, 4),
    ]);
    deepEqual(await values(session), [1, 2, 3, 4]);
    deepEqual((await session.query("SELECT total FROM slow")).rows, [[
      45_000_150_000,
    ]]);
    equal(commits() - before, 1);
  });
});

Deno.test("Session.transaction() refuses a member whose writes would differ the second time", async () => {
  await withTable(async (session) => {
    const random = session.query(
      "INSERT INTO t VALUES (random()) RETURNING v",
    );
    const fixed = insert(session, 1);
    const stopped = session.query("INSERT INTO t " + counting, [1e15], {
      timeoutMs: 10,
    });
    await Promise.all([
      rejects(random, engineError("40001")),
      rejects(stopped, engineError("57014")),
      fixed,
    ]);
    deepEqual(await values(session), [1]);
  });
});

Deno.test("Engine.stats() counts transactions that were kept", async () => {
  await withEngine(async ({ engine, session }) => {
    await session.query("CREATE TABLE t (v integer PRIMARY KEY)");
    await Promise.allSettled([1, 2, 1, 3].map((v) => insert(session, v)));
    const { commits, transactions, syncs, writeQueue } = engine.stats();
    deepEqual({ commits, transactions, syncs, writeQueue }, {
      commits: 2,
      transactions: 4,
      syncs: 0,
      writeQueue: 0,
    });
  });
});
