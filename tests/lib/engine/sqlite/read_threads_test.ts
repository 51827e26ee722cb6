import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { SqlitePlanRunner } from "../../../../lib/engine/sqlite/sqlite_plan_runner.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import { context, plan, Rows, sqlError, withRunner } from "./plan_support.ts";
import { withDirectory } from "./support.ts";

const options = {
  readThreads: import.meta.resolve("./programs/thread_functions.ts"),
};
/** So long that it is not tried on the main thread to its end. */
const long = (select: string, rows = 300_000) =>
  `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${rows}) ${select}`;

async function longRows(
  runner: SqlitePlanRunner,
  sql: string,
  types: readonly number[],
): Promise<unknown[][]> {
  const sink = new Rows();
  const result = runner.read(plan(sql, types), [], sink, context);
  ok(result instanceof Promise);
  await result;
  return sink.rows;
}

Deno.test("ReadThreads.run() gives what the main thread would", async (t) => {
  await withRunner(async ({ runner }) => {
    const cases: [name: string, sql: string, row: unknown[]][] = [
      [
        "values of every kind",
        "SELECT max(n), 0.5, 'aö' || char(0), NULL, x'00ff', 9007199254740993 FROM c",
        [
          300_000,
          0.5,
          "aö\0",
          null,
          new Uint8Array([0, 255]),
          9007199254740993n,
        ],
      ],
      ["functions", "SELECT t_upper('a' || max(n)) FROM c", ["A300000"]],
      ["settings", "SELECT max(n), t_setting('jwt.email') FROM c", [
        300_000,
        "ada@example.com",
      ]],
      ["services", "SELECT max(n), t_service('now') FROM c", [
        300_000,
        "service now",
      ]],
      ["types of users", "SELECT max(n), t_type(99) FROM c", [
        300_000,
        "<x>",
      ]],
      [
        "collations",
        'SELECT group_concat(v) FROM (SELECT value AS v FROM json_each(\'["a","c","b"]\') WHERE (SELECT sum(n) FROM c) > 0 ORDER BY value COLLATE backwards)',
        ["c,b,a"],
      ],
    ];
    for (const [name, select, row] of cases) {
      await t.step(name, async () => {
        const types = row.map(() => oid.text);
        deepEqual(await longRows(runner, long(select), types), [row]);
      });
    }
    await t.step("errors", async () => {
      await rejects(
        longRows(runner, long("SELECT t_fail(max(n)) FROM c"), [oid.text]),
        sqlError("22012", /^failed with 300000$/, { detail: "on purpose" }),
      );
    });
  }, options);
});

Deno.test("ReadThreads.run() hands on many rows while the client keeps pace", async () => {
  await withRunner(async ({ runner, engine }) => {
    let sum = 0;
    let texts = 0;
    let pauses = 0;
    let since = 0;
    const rows = 200_000;
    const result = await runner.read(
      plan(long("SELECT n, 'text ' || n FROM c", rows), [oid.int8, oid.text]),
      [],
      {
        row([n, text]) {
          sum += Number(n);
          if (text === `text ${n}`) texts++;
          since++;
        },
        full() {
          ok(since <= 512);
          since = 0;
          if (++pauses % 10 !== 0) return undefined;
          return new Promise((resolve) => setTimeout(resolve, 0));
        },
      },
      context,
    );
    deepEqual(result, { done: true, count: rows });
    equal(sum, rows * (rows + 1) / 2);
    equal(texts, rows);
    ok(engine.stats().offThread > 0);
  }, options);
});

Deno.test("ReadThreads.run() stops", async (t) => {
  await withRunner(async ({ runner }) => {
    const endless = plan(long("SELECT sum(n) FROM c", 1e15), [oid.int8]);
    const many = plan(long("SELECT n FROM c", 1e15), [oid.int8]);
    await t.step("after its time limit", async () => {
      await rejects(
        async () =>
          await runner.read(endless, [], new Rows(), {
            ...context,
            timeoutMs: 50,
          }),
        sqlError("57014", /statement timeout$/),
      );
    });
    await t.step("when it is cancelled while the client is slow", async () => {
      const controller = new AbortController();
      await rejects(
        async () =>
          await runner.read(many, [], {
            row() {},
            full() {
              controller.abort();
              return new Promise(() => {});
            },
          }, { ...context, signal: controller.signal }),
        sqlError("57014", /user request$/),
      );
    });
    await t.step("when the client fails", async () => {
      await rejects(
        async () =>
          await runner.read(many, [], {
            row() {
              throw new Error("gone");
            },
            full: () => undefined,
          }, context),
        /^Error: gone$/,
      );
    });
    await t.step("and goes on with the next one", async () => {
      deepEqual(
        await longRows(runner, long("SELECT max(n) FROM c"), [oid.int8]),
        [[300_000]],
      );
    });
  }, options);
});

Deno.test("ReadThreads end when nothing is to be read, and start again", async () => {
  for (const place of ["memory", "directory"] as const) {
    const body = async (path: string) =>
      await withRunner(
        async ({ runner, sql }) => {
          await sql("CREATE TABLE t (v)");
          await sql("INSERT INTO t VALUES (7)");
          const read = () =>
            longRows(
              runner,
              long("SELECT max(n), t_upper('x'), (SELECT v FROM t) FROM c"),
              [oid.int8, oid.text, oid.int8],
            );
          for (let i = 0; i < 3; i++) {
            deepEqual(await read(), [[300_000, "X", 7]]);
          }
        },
        {
          ...options,
          readThreadIdleMs: 0,
          place: place === "memory" ? { kind: place } : { kind: place, path },
        },
      );
    await withDirectory(body);
  }
});

Deno.test("ReadThreads.run() queues what there is no thread for", async () => {
  await withRunner(async ({ runner }) => {
    const results = await Promise.all(
      Array.from(
        { length: 8 },
        (_, i) =>
          longRows(runner, long(`SELECT max(n) + ${i} FROM c`), [oid.int8]),
      ),
    );
    deepEqual(results.map(([row]) => row?.[0]), [
      300_000,
      300_001,
      300_002,
      300_003,
      300_004,
      300_005,
      300_006,
      300_007,
    ]);
  }, { ...options, readers: 2 });
});
