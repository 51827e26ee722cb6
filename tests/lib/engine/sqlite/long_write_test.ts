import { equal } from "node:assert/strict";
import { LongWrites } from "../../../../lib/engine/sqlite/long_write.ts";
import { withDatabase } from "../../sqlite/support.ts";

Deno.test("LongWrites.expects() guesses by what a write goes through", async (t) => {
  await withDatabase(async ({ database }) => {
    database.run("CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
    const given =
      "INSERT INTO t SELECT value ->> 0, value ->> 1 FROM json_each($1)";
    const cases: readonly [sql: string, size: number, long: boolean][] = [
      ["INSERT INTO t VALUES ($1, $2)", 1_000_000, false],
      ["INSERT INTO t SELECT $1, $2 WHERE $1 > 0", 1_000_000, false],
      [
        "INSERT INTO t SELECT * FROM (SELECT $1, $2 LIMIT -1 OFFSET 0) AS s WHERE 1",
        1_000_000,
        false,
      ],
      [given, 100, false],
      [given, 1_000_000, true],
      [
        "INSERT INTO t SELECT * FROM (SELECT value ->> 0, value ->> 1 FROM json_each($1) LIMIT -1 OFFSET 0) AS s WHERE 1",
        100,
        false,
      ],
      ["UPDATE t SET b = $2 WHERE a = $1", 1_000_000, false],
      ["UPDATE t SET b = 1", 0, true],
      ["DELETE FROM t WHERE b = $1", 1, true],
      ["INSERT INTO t SELECT a + 1000, b FROM t", 0, true],
      [
        "INSERT INTO t SELECT * FROM (SELECT a + 1000, b FROM t LIMIT -1 OFFSET 0) AS s",
        0,
        true,
      ],
      [
        "INSERT INTO t(a) WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < $1) SELECT n FROM s",
        1,
        true,
      ],
      ["CREATE INDEX i ON t (b)", 0, true],
    ];
    const writes = new LongWrites(database);
    for (const [sql, size, long] of cases) {
      await t.step(`${sql} with ${size} characters`, () => {
        equal(writes.expects(database.prepare(sql), size), long);
      });
    }
    await t.step("and learns which were long after all", () => {
      const rows = database.prepare(given);
      writes.learn(rows, 2000);
      equal(writes.expects(rows, 2000), true);
      equal(writes.expects(rows, 500), false);
      const update = database.prepare("UPDATE t SET b = $2 WHERE a = $1");
      writes.learn(update, 10);
      equal(writes.expects(update, 1), true);
    });
  });
});
