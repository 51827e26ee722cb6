import { deepEqual, equal, rejects } from "node:assert/strict";
import { isBulk } from "../../../../lib/engine/sqlite/bulk_work.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import {
  catalogOf,
  context,
  plan,
  Rows,
  sqlError,
  withRunner,
} from "./plan_support.ts";

const pairs = {
  sql: ["CREATE TABLE t (a, b)", "CREATE UNIQUE INDEX t_a ON t (a)"],
  catalog: catalogOf(),
};
const insert = plan("INSERT INTO t (a, b) VALUES (?1, ?2)", null, [
  oid.int8,
  oid.text,
]);
const all = plan("SELECT a, b FROM t ORDER BY a", [oid.int8, oid.text]);

Deno.test("isBulk() tells which plans are one step for each row", () => {
  equal(isBulk(insert), true);
  equal(isBulk(all), false);
  equal(isBulk(plan(["DELETE FROM t", "INSERT INTO t VALUES (1, 2)"])), false);
  equal(isBulk(plan("INSERT INTO t VALUES (1, 2) RETURNING a", [20])), false);
});

Deno.test("Lease.bulk() inserts row after row, and rollback() takes them back", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const values = [1, "one", 2, null, 3, "x".repeat(10_000)];
      const first = await runner.lease({ lockTimeoutMs: 0 });
      const put = { values, width: 2, rows: 3 };
      deepEqual(await first.bulk!(insert, put, context), {
        rows: 3,
        changed: 3,
      });
      equal(first.wrote, true);
      await first.rollback();
      deepEqual(await rows(all), []);
      const second = await runner.lease({ lockTimeoutMs: 0 });
      await second.bulk!(insert, put, context);
      await second.commit();
      deepEqual(await rows(all), [
        [1, "one"],
        [2, null],
        [3, "x".repeat(10_000)],
      ]);
    },
    {},
    pairs,
  );
});

Deno.test("Lease.bulk() stops at a row that is refused, and keeps those before it", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const lease = await runner.lease({ lockTimeoutMs: 0 });
      const put = { values: [1, "a", 2, "b", 1, "c", 3, "d"], width: 2 };
      deepEqual(await lease.bulk!(insert, { ...put, rows: 4 }, context), {
        rows: 2,
        changed: 2,
      });
      await rejects(
        async () => await lease.query(insert, [1, "c"], new Rows(), context),
        sqlError("23505"),
      );
      await lease.commit();
      deepEqual(await rows(all), [[1, "a"], [2, "b"]]);
    },
    {},
    pairs,
  );
});

Deno.test("Lease.bulk() does nothing for a plan that is not run row by row", async () => {
  await withRunner(
    async ({ runner }) => {
      const lease = await runner.lease({ lockTimeoutMs: 0 });
      const put = { values: [], width: 0, rows: 1 };
      equal(lease.bulk!(all, put, context), undefined);
      await lease.rollback();
    },
    {},
    pairs,
  );
});

Deno.test("Lease.bulk() leaves out what the statement itself leaves out", async () => {
  await withRunner(
    async ({ runner }) => {
      const lease = await runner.lease({ lockTimeoutMs: 0 });
      const some = plan(
        "INSERT INTO t (a, b) SELECT ?1, ?2 WHERE ?1 > 1",
        null,
        [oid.int8, oid.text],
      );
      const put = { values: [1, "a", 2, "b", 3, "c"], width: 2, rows: 3 };
      deepEqual(await lease.bulk!(some, put, context), { rows: 3, changed: 2 });
      await lease.rollback();
    },
    {},
    pairs,
  );
});
