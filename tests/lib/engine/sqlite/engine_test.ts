import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { toEngineError } from "../../../../lib/engine/sqlite/errors.ts";
import { SqliteError } from "../../../../lib/sqlite/error.ts";
import { EngineError } from "../../../../lib/engine/engine.ts";
import { counting, engineError, withEngine } from "./support.ts";

Deno.test("Session.query() answers columns, rows and a count", async (t) => {
  await withEngine(async ({ session }) => {
    await t.step("of a definition", async () => {
      deepEqual(
        await session.query(
          "CREATE TABLE t (id integer PRIMARY KEY, b boolean)",
        ),
        { columns: [], rows: [], rowCount: 0 },
      );
    });
    await t.step("of an INSERT", async () => {
      deepEqual(await session.query("INSERT INTO t (b) VALUES (1), (0)"), {
        columns: [],
        rows: [],
        rowCount: 2,
      });
    });
    await t.step("of a definition after an INSERT", async () => {
      const { rowCount } = await session.query("CREATE INDEX ib ON t (b)");
      equal(rowCount, 0);
    });
    await t.step("of an INSERT with RETURNING", async () => {
      deepEqual(
        await session.query("INSERT INTO t (b) VALUES ($1) RETURNING id, b", [
          true,
        ]),
        {
          columns: [
            { name: "id", type: "integer" },
            { name: "b", type: "boolean" },
          ],
          rows: [[3, true]],
          rowCount: 1,
        },
      );
    });
    await t.step("of a SELECT", async () => {
      const { rows, rowCount } = await session.query(
        "SELECT b FROM t ORDER BY id",
      );
      deepEqual(rows, [[true], [false], [true]]);
      equal(rowCount, 3);
    });
    await t.step(
      "of an UPDATE that a condition keeps from all rows",
      async () => {
        const { rowCount } = await session.query(
          "UPDATE t SET b = $2 WHERE id = $1 AND b = $3",
          [1, false, false],
        );
        equal(rowCount, 0);
      },
    );
  });
});

Deno.test("Session.query() maps a failure to its SQLSTATE", async (t) => {
  const cases: [sql: string, sqlState: string, constraint?: string][] = [
    ["INSERT INTO t (id) VALUES (1)", "23505", "t.id"],
    ["INSERT INTO t (id, u, w) VALUES (2, 'u', 'w')", "23505", "t.u, t.w"],
    ["INSERT INTO t (id, x) VALUES (2, 'X')", "23505", "t_x"],
    ["INSERT INTO t (id, n) VALUES (2, NULL)", "23502", "t.n"],
    ["INSERT INTO t (id, v) VALUES (2, -5)", "23514", "positive"],
    ["INSERT INTO t (id, p) VALUES (2, 9)", "23503"],
    ["DELETE FROM t WHERE id = 1", "23503"],
    ["SELECT FROM", "42601"],
    ["SELECT 'unclosed secret", "42601"],
    ["SELECT 1 1", "42601"],
    ["SELECT * FROM missing", "42P01"],
    ["INSERT INTO missing VALUES (1)", "42P01"],
    ["SELECT missing FROM t", "42703"],
    ["INSERT INTO t (missing) VALUES (1)", "42703"],
    ["SELECT missing(1)", "42883"],
    ["CREATE TABLE t (a)", "42P07"],
    ["DROP INDEX missing", "42704"],
    ["SELECT id FROM t, t AS other", "42702"],
    ["INSERT INTO t (id, u) VALUES (1)", "42601"],
    ["SELECT abs(-9223372036854775808)", "22003"],
    ["SELECT json('{secret')", "22P02"],
    ["SELECT $1", "08P01"],
    ["BEGIN", "0A000"],
    ["COMMIT", "0A000"],
    ["ROLLBACK", "0A000"],
    ["SAVEPOINT a", "0A000"],
    ["RELEASE a", "0A000"],
    ["END", "0A000"],
    ["ATTACH 'secret' AS a", "0A000"],
    ["DETACH a", "0A000"],
    ["PRAGMA foreign_keys = OFF", "0A000"],
    [" ; /**/ pragma journal_mode = DELETE", "0A000"],
    ["VACUUM INTO 'secret'", "0A000"],
  ];
  await withEngine(async ({ session }) => {
    await session.query(
      `CREATE TABLE t (
        id int PRIMARY KEY, u text, w text, x text, n int NOT NULL DEFAULT 0,
        v int CONSTRAINT positive CHECK (v > 0), p int REFERENCES t (id),
        UNIQUE (u, w)
      )`,
    );
    await session.query("CREATE UNIQUE INDEX t_x ON t (lower(x))");
    await session.query(
      "INSERT INTO t (id, u, w, x, p) VALUES (1, 'u', 'w', 'x', NULL), (5, 'a', 'b', 'c', 1)",
    );
    for (const [sql, sqlState, constraint] of cases) {
      await t.step(sql, async () => {
        await rejects(session.query(sql), (error) => {
          ok(error instanceof EngineError);
          equal(error.sqlState, sqlState, error.message);
          equal(error.constraint, constraint);
          match(error.message, /^Cannot /);
          ok(!error.message.includes("secret"));
          return true;
        });
      });
    }
    await t.step("and foreign keys are still on", async () => {
      await rejects(
        session.query("INSERT INTO t (id, p) VALUES (2, 9)"),
        engineError("23503"),
      );
    });
  });
});

Deno.test("toEngineError() says nothing of the statement when SQLite's words are unknown", () => {
  const error = toEngineError(new SqliteError(1, "strange: 'secret'"));
  ok(error instanceof EngineError);
  equal(error.sqlState, "XX000");
  ok(!error.message.includes("secret"));
  equal(error.cause, undefined);
});

Deno.test("Session.query() answers a short read while a long one runs", async () => {
  await withEngine(async ({ engine, session }) => {
    const long = session.query(counting, [2_000_000]);
    let over = false;
    long.finally(() => over = true);
    deepEqual((await session.query("SELECT 1")).rows, [[1]]);
    equal(over, false);
    deepEqual((await long).rows, [[2_000_001_000_000]]);
    equal(engine.stats().offThread, 1);
  });
});

Deno.test("Session.query() commits while a long read runs", async () => {
  await withEngine(async ({ session }) => {
    await session.query("CREATE TABLE t (v int)");
    const controller = new AbortController();
    const long = session.query(counting, [1e15], {
      signal: controller.signal,
    });
    await session.query("INSERT INTO t VALUES (1)");
    deepEqual((await session.query("SELECT v FROM t")).rows, [[1]]);
    controller.abort();
    await rejects(long, engineError("57014", /cancelled/));
  });
});

Deno.test("Session.query() gives all rows of a large result", async () => {
  await withEngine(async ({ session }) => {
    const { rows } = await session.query(
      `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1)
       SELECT n, 'row ' || n FROM c`,
      [50_000],
    );
    equal(rows.length, 50_000);
    deepEqual(rows[49_999], [50_000, "row 50000"]);
  });
});

Deno.test("Session.query() stops a statement that reaches a limit", async (t) => {
  const write = "INSERT INTO t " + counting;
  await withEngine(async ({ session }) => {
    await session.query("CREATE TABLE t (v int)");
    for (const sql of [counting, write]) {
      await t.step(`time: ${sql.slice(0, 6)}`, async () => {
        await rejects(
          session.query(sql, [1e15], { timeoutMs: 20 }),
          engineError("57014", /longer than its time limit/),
        );
      });
      await t.step(`signal: ${sql.slice(0, 6)}`, async () => {
        const controller = new AbortController();
        const long = session.query(sql, [1e15], { signal: controller.signal });
        setTimeout(() => controller.abort(), 10);
        await rejects(long, engineError("57014", /cancelled/));
      });
      await t.step(`signal before the start: ${sql.slice(0, 6)}`, async () => {
        await rejects(
          session.query(sql, [1], { signal: AbortSignal.abort() }),
          engineError("57014"),
        );
      });
    }
    await t.step("and goes on", async () => {
      await session.query("INSERT INTO t VALUES (1)");
      deepEqual((await session.query("SELECT v FROM t")).rows, [[1]]);
    });
  });
});

Deno.test("Session.query() stops every statement at the engine's own limit", async () => {
  await withEngine(async ({ session }) => {
    await rejects(session.query(counting, [1e15]), engineError("57014"));
  }, { statementTimeoutMs: 20 });
});

Deno.test("Session.query() lets long reads wait for each other but not for ever", async () => {
  await withEngine(async ({ session }) => {
    const controller = new AbortController();
    const { signal } = controller;
    const cancelled = engineError("57014", /cancelled/);
    const running = rejects(
      session.query(counting, [1e15], { signal }),
      cancelled,
    );
    await rejects(
      session.query(counting, [1e15], { timeoutMs: 20 }),
      engineError("57014", /longer than its time limit/),
    );
    const leaving = rejects(
      session.query(counting, [1e15], { signal }),
      cancelled,
    );
    const next = session.query(counting, [1_000_000]);
    controller.abort();
    await Promise.all([running, leaving]);
    deepEqual((await next).rows, [[500_000_500_000]]);
  }, { readers: 1 });
});

Deno.test("Session.query() refuses more long reads than may wait", async () => {
  await withEngine(async ({ session }) => {
    const controller = new AbortController();
    const { signal } = controller;
    const reads = [1, 2].map(() =>
      rejects(
        session.query(counting, [1e15], { signal }),
        engineError("57014"),
      )
    );
    await rejects(
      session.query(counting, [1e15], { signal }),
      engineError("53300"),
    );
    controller.abort();
    await Promise.all(reads);
  }, { readers: 1, maxWaiting: 1 });
});

Deno.test("Engine.close() finishes what was accepted and refuses the rest", async () => {
  await withEngine(async ({ engine, session }) => {
    await session.query("CREATE TABLE t (v int)");
    const read = session.query(counting, [500_000]);
    const write = session.query("INSERT INTO t VALUES (1)");
    const closed = engine.close();
    await rejects(session.query("SELECT 1"), engineError("57P01"));
    await rejects(
      session.transaction(() => Promise.resolve()),
      engineError("57P01"),
    );
    equal((await read).rowCount, 1);
    equal((await write).rowCount, 1);
    await closed;
  });
});
