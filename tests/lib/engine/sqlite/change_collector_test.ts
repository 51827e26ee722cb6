import { deepEqual, rejects } from "node:assert/strict";
import type { CommittedChanges } from "../../../../lib/engine/change_feed.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import {
  catalogOf,
  context,
  plan,
  relation,
  Rows,
  sqlError,
  withRunner,
} from "./plan_support.ts";

const tables = {
  sql: [
    "CREATE TABLE t (b, a)",
    "CREATE TABLE other (v)",
    "CREATE TABLE slow (n)",
  ],
  // The catalog lists columns in another order than SQLite.
  catalog: catalogOf([
    relation(20_000, "t", ["a", "b"]),
    relation(20_001, "other", ["v"]),
    relation(20_002, "slow", ["n"]),
  ]),
};

function told(committed: readonly CommittedChanges[]): unknown[] {
  return committed.map(({ sequence, changes }) => [
    sequence,
    ...changes.map(({ kind, before, after, relation }) =>
      [kind, relation.storage, before, after].filter((x) => x !== undefined)
    ),
  ]);
}

Deno.test("ChangeCollector tells of committed changes in order", async (t) => {
  const insert = plan("INSERT INTO t (a, b) VALUES (?1, 'x')", null, [
    oid.int8,
  ]);
  await withRunner(
    async ({ runner }) => {
      const committed: CommittedChanges[] = [];
      const take = () => told(committed.splice(0));
      const stop = runner.changes.subscribe(
        (each) => committed.push(each),
        ({ storage }) => storage !== "other",
      );
      const none = new Rows();
      await t.step("of single statements", async () => {
        await Promise.all([
          runner.write(insert, [1], none, context),
          runner.write(insert, [2], none, context),
          runner.write(plan("INSERT INTO other VALUES (1)"), [], none, context),
          rejects(
            runner.write(
              plan("UPDATE t SET b = t_fail_at(a, 2)"),
              [],
              none,
              context,
            ),
            sqlError("22012"),
          ),
        ]);
        await runner.write(
          plan("UPDATE t SET b = 'y' WHERE a = 1"),
          [],
          none,
          context,
        );
        await runner.write(plan("DELETE FROM t"), [], none, context);
        deepEqual(take(), [
          [1, ["insert", "t", [1, "x"]]],
          [2, ["insert", "t", [2, "x"]]],
          [3, ["update", "t", [1, "x"], [1, "y"]]],
          [4, ["delete", "t", [1, "y"]], ["delete", "t", [2, "x"]]],
        ]);
      });
      await t.step(
        "of a client's transaction, without what it took back",
        async () => {
          const lease = await runner.lease({ lockTimeoutMs: 0 });
          await lease.query(insert, [1], none, context);
          lease.savepoint("s");
          await lease.query(insert, [2], none, context);
          lease.rollbackTo("s");
          await lease.query(insert, [3], none, context);
          deepEqual(take(), []);
          await lease.commit();
          deepEqual(take(), [
            [5, ["insert", "t", [1, "x"]], ["insert", "t", [3, "x"]]],
          ]);
          const other = await runner.lease({ lockTimeoutMs: 0 });
          await other.query(insert, [4], none, context);
          await other.rollback();
          deepEqual(take(), []);
        },
      );
      await t.step(
        "of a long write and of what is done again for it",
        async () => {
          const long = plan(
            "INSERT INTO slow WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300000) SELECT n FROM c WHERE n > 299998",
          );
          const lease = await runner.lease({ lockTimeoutMs: 0 });
          await lease.query(insert, [5], none, context);
          await lease.query(long, [], none, context);
          await rejects(
            async () =>
              await lease.query(
                plan(
                  "INSERT INTO slow WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c WHERE n < 0",
                ),
                [],
                none,
                { ...context, timeoutMs: 20 },
              ),
            sqlError("57014"),
          );
          await lease.commit();
          deepEqual(take(), [[
            6,
            ["insert", "t", [5, "x"]],
            ["insert", "slow", [299999]],
            ["insert", "slow", [300000]],
          ]]);
        },
      );
      await t.step("not after the end", async () => {
        stop();
        await runner.write(insert, [9], none, context);
        deepEqual(take(), []);
      });
    },
    {},
    tables,
  );
});
