import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { setImmediate } from "node:timers";
import type { Queryable } from "../../../../lib/engine/engine.ts";
import { counting, engineError, insert, values, withTable } from "./support.ts";

/** Never resolves: what a body must not wait for. */
const never = new Promise<never>(() => {});

Deno.test("Session.transaction() keeps all of it or nothing", async (t) => {
  await withTable(async (session) => {
    await t.step("all when the body is done", async () => {
      const answer = await session.transaction(async (tx) => {
        await insert(tx, 1);
        await insert(tx, 2);
        return "done";
      });
      equal(answer, "done");
      deepEqual(await values(session), [1, 2]);
    });
    await t.step("nothing when the body throws", async () => {
      const reason = new Error("no");
      await rejects(
        session.transaction(async (tx) => {
          await insert(tx, 3);
          throw reason;
        }),
        reason,
      );
      deepEqual(await values(session), [1, 2]);
    });
    await t.step("nothing when a failed statement is ignored", async () => {
      await rejects(
        session.transaction(async (tx) => {
          await insert(tx, 4);
          await insert(tx, 1).catch(() => {});
        }),
        engineError("23505"),
      );
      deepEqual(await values(session), [1, 2]);
    });
    await t.step("the body's reason when it gives one", async () => {
      await rejects(
        session.transaction(async (tx) => {
          await insert(tx, 1).catch(() => {
            throw new Error("exists");
          });
        }),
        /^Error: exists$/,
      );
    });
  });
});

Deno.test("Queryable.query() refuses statements of a transaction that failed or is over", async (t) => {
  await withTable(async (session) => {
    await t.step("failed", async () => {
      await rejects(
        session.transaction(async (tx) => {
          await rejects(tx.query("SELECT missing"), engineError("42703"));
          await rejects(tx.query("SELECT 1"), engineError("25P02"));
        }),
        engineError("42703"),
      );
    });
    await t.step("over", async () => {
      let kept: Queryable | undefined;
      await session.transaction((tx) => {
        kept = tx;
        return Promise.resolve();
      });
      ok(kept);
      await rejects(insert(kept, 1), engineError("25P01"));
      deepEqual(await values(session), []);
    });
  });
});

Deno.test("Queryable.query() runs statements in order when they are not waited for one by one", async () => {
  await withTable(async (session) => {
    await session.transaction(async (tx) => {
      await Promise.all([
        insert(tx, 1),
        tx.query("INSERT INTO t " + counting, [300_000]),
        tx.query("UPDATE t SET v = v + 1"),
        insert(tx, 1),
        tx.query("DELETE FROM t WHERE v = 2"),
      ]);
    });
    deepEqual(await values(session), [1, 45_000_150_001]);
  });
});

Deno.test("Session.query() does not see what is not committed", async () => {
  await withTable(async (session) => {
    await session.transaction(async (tx) => {
      await insert(tx, 1);
      deepEqual((await tx.query("SELECT v FROM t")).rows, [[1]]);
      deepEqual(await values(session), []);
    });
    deepEqual(await values(session), [1]);
  });
});

Deno.test("Session.transaction() rolls back a body that waits for something else", async () => {
  await withTable(async (session) => {
    let handle: Queryable | undefined;
    const hung = session.transaction(async (tx) => {
      handle = tx;
      await insert(tx, 1);
      await never;
    });
    const other = insert(session, 2);
    await rejects(hung, engineError("25P03", /something else/));
    await other;
    ok(handle);
    await rejects(insert(handle, 3), engineError("25P01"));
    deepEqual(await values(session), [2]);
  }, { maxIdleMs: 30 });
});

Deno.test("Session.transaction() refuses who waited too long", async () => {
  await withTable(async (session) => {
    const hung = rejects(
      session.transaction(() => never),
      engineError("25P03"),
    );
    await Promise.all([
      rejects(
        session.transaction((tx) => insert(tx, 1)),
        engineError("53300", /too long/),
      ),
      rejects(
        session.query("INSERT INTO t VALUES (2)", [], { timeoutMs: 10 }),
        engineError("57014", /time limit/),
      ),
    ]);
    await hung;
    deepEqual(await values(session), []);
  }, { maxIdleMs: 300, maxWaitMs: 20 });
});

Deno.test("Session.transaction() refuses more than may wait", async () => {
  await withTable(async (session) => {
    const release = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const running = session.transaction(() => {
      started.resolve();
      return release.promise;
    });
    await started.promise;
    const waiting = [insert(session, 1), insert(session, 2)];
    await rejects(insert(session, 3), engineError("53300", /too many/));
    release.resolve();
    await Promise.all([running, ...waiting]);
    deepEqual(await values(session), [1, 2]);
  }, { maxWaiting: 2 });
});

Deno.test("Session.query() leaves the queue when its signal fires", async () => {
  await withTable(async (session) => {
    const release = Promise.withResolvers<void>();
    const running = session.transaction(() => release.promise);
    const controller = new AbortController();
    const leaving = rejects(
      session.query("INSERT INTO t VALUES (1)", [], {
        signal: controller.signal,
      }),
      engineError("57014", /cancelled/),
    );
    controller.abort();
    await leaving;
    release.resolve();
    await running;
    deepEqual(await values(session), []);
  });
});

Deno.test("Session.transaction() leaves the event loop turns when it has many statements", async () => {
  await withTable(async (session) => {
    let turns = 0;
    const timer = setInterval(() => turns++);
    await session.transaction(async (tx) => {
      for (let v = 0; v < 20_000; v++) await insert(tx, v);
    });
    clearInterval(timer);
    ok(turns > 1);
    equal((await values(session)).length, 20_000);
  });
});

Deno.test("Session.transaction() keeps what it committed when a statement comes too late", async () => {
  await withTable(async (session) => {
    const late: Promise<unknown>[] = [];
    await session.transaction(async (tx) => {
      // Runs after the body is over and before the commit is.
      setImmediate(() =>
        late.push(rejects(insert(tx, 2), engineError("25P01")))
      );
      await insert(tx, 1);
    });
    equal(late.length, 1);
    await Promise.all(late);
    deepEqual(await values(session), [1]);
  });
});

Deno.test("Session.transaction() tells of a failed statement that its body did not wait for", async () => {
  await withTable(async (session) => {
    await rejects(
      session.transaction(async (tx) => {
        await insert(tx, 1);
        insert(tx, 1);
      }),
      engineError("23505"),
    );
    deepEqual(await values(session), []);
  });
});
