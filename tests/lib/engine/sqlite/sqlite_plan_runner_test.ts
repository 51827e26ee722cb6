import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { oid } from "../../../../lib/sql/types/type.ts";
import { StalePlanError } from "../../../../lib/engine/sqlite/plan_runner.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import { functionLibrary } from "../../../../lib/engine/sqlite/function_library.ts";
import type { QueryPlan } from "../../../../lib/sql/plan.ts";
import { entry, functions } from "./plan_functions.ts";
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
const slowCount = counting.replaceAll("$1", "?1");

Deno.test("SqlitePlanRunner.read() keeps values exact when they pass through SQLite", async (t) => {
  await withRunner(async ({ rows }) => {
    const cases: [name: string, type: number, value: never, kind: string][] = [
      ["a small integer", oid.int4, 5 as never, "integer"],
      ["a large integer", oid.int8, 2 ** 40 as never, "integer"],
      ["beyond 2^53", oid.int8, 9007199254740993n as never, "integer"],
      ["a whole float8", oid.float8, 5 as never, "real"],
      ["a fraction", oid.float8, 0.1 as never, "real"],
      ["infinity", oid.float8, Infinity as never, "real"],
      ["a text with NUL", oid.text, "a\0ö" as never, "text"],
      ["bytes", oid.bytea, new Uint8Array([0, 255]) as never, "blob"],
      ["no bytes", oid.bytea, new Uint8Array() as never, "blob"],
      ["NULL", oid.text, null as never, "null"],
    ];
    for (const [name, type, value, kind] of cases) {
      await t.step(name, async () => {
        const read = plan("SELECT t_echo(?1), typeof(?1)", [type, oid.text], [
          type,
        ]);
        deepEqual(await rows(read, [value]), [[value, kind]]);
      });
    }
    await t.step("NaN as a text", async () => {
      const read = plan("SELECT ?1", [oid.float8], [oid.float8]);
      deepEqual(await rows(read, [NaN]), [["NaN"]]);
    });
  });
});

Deno.test("SqlitePlanRunner.read() calls functions", async (t) => {
  await withRunner(async ({ rows, runner }) => {
    const cases: [name: string, sql: string, expected: unknown[][]][] = [
      ["scalars", "SELECT t_upper('aö')", [["AÖ"]]],
      ["strict ones not with NULL", "SELECT t_upper(NULL)", [[null]]],
      ["with the session", "SELECT t_setting('jwt.email')", [
        ["ada@example.com"],
      ]],
      ["that give REAL", "SELECT typeof(t_half(10))", [["real"]]],
      [
        "that give what they got",
        "SELECT typeof(t_same(5.0)), typeof(t_same(5))",
        [
          ["real", "integer"],
        ],
      ],
      ["aggregates", "SELECT t_concat(value) FROM json_each('[1,2,3]')", [[
        "1,2,3",
      ]]],
      ["aggregates of nothing", "SELECT t_concat(1) WHERE 0", [[""]]],
      [
        "windows",
        "SELECT t_concat(value) OVER (ROWS 1 PRECEDING) FROM json_each('[1,2,3]')",
        [["1"], ["1,2"], ["2,3"]],
      ],
      [
        "sets",
        "SELECT value ->> 0, typeof(value ->> 1) FROM json_each(t_series(2))",
        [[1, "real"], [2, "real"]],
      ],
    ];
    for (const [name, sql, expected] of cases) {
      await t.step(name, async () => {
        const width = expected[0]?.length ?? 0;
        const types = new Array<number>(width).fill(oid.text);
        deepEqual(await rows(plan(sql, types)), expected);
      });
    }
    await t.step("and throws what they throw", () => {
      throws(
        () =>
          runner.read(
            plan("SELECT t_fail('x')", [oid.text]),
            [],
            new Rows(),
            context,
          ),
        sqlError("22012", /^failed with x$/, { detail: "on purpose" }),
      );
    });
    await t.step("not those that load code", () => {
      throws(
        () =>
          runner.read(
            plan("SELECT load_extension('x')", [oid.text]),
            [],
            new Rows(),
            context,
          ),
        sqlError("XX000"),
      );
    });
  });
});

Deno.test("SqlitePlanRunner.read() binds the session's values and the text's literals", async () => {
  await withRunner(async ({ runner }) => {
    const read = plan("SELECT ?1, ?2, ?3", [oid.text, oid.int8, oid.text]);
    const bound = {
      ...read,
      steps: read.steps.map((step) => ({
        ...step,
        slots: [
          {
            from: "session" as const,
            value: {
              name: "setting" as const,
              setting: "jwt.email",
              missingOk: true,
            },
          },
          {
            from: "session" as const,
            value: { name: "transaction_timestamp" as const },
          },
          {
            from: "literal" as const,
            value: "own",
            type: oid.text,
            typmod: -1,
            location: 7,
          },
        ],
      })),
    };
    const sink = new Rows();
    await runner.read(bound, [], sink, context);
    const literals: string[] = [];
    literals[7] = "other";
    await runner.read(bound, [], sink, { ...context, literals });
    deepEqual(sink.rows, [
      ["ada@example.com", 1, "own"],
      ["ada@example.com", 1, "other"],
    ]);
  });
});

Deno.test("SqlitePlanRunner.read() leaves the event loop its turns when a read is long", async () => {
  await withRunner(async ({ runner, engine }) => {
    const sink = new Rows();
    const long = plan(slowCount, [oid.int8], [oid.int8]);
    const result = runner.read(long, [2_000_000], sink, context);
    ok(result instanceof Promise);
    deepEqual(await result, { done: true, count: 1 });
    deepEqual(sink.rows, [[2_000_001_000_000]]);
    ok(engine.stats().offThread > 0);
  });
});

Deno.test("SqlitePlanRunner.read() waits for a slow client", async () => {
  await withRunner(async ({ runner }) => {
    let given = 0;
    let most = 0;
    const rows = 200_000;
    const result = await runner.read(
      plan(
        `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${rows}) SELECT n, 'text ' || n FROM c`,
        [oid.int8, oid.text],
      ),
      [],
      {
        row: () => most = Math.max(most, ++given),
        full() {
          if (given < 100) return undefined;
          given = 0;
          return Promise.resolve();
        },
      },
      context,
    );
    deepEqual(result, { done: true, count: rows });
    ok(most < 20_000, String(most));
  });
});

Deno.test("SqlitePlanRunner.read() stops", async (t) => {
  await withRunner(async ({ runner }) => {
    const long = plan(slowCount, [oid.int8], [oid.int8]);
    await t.step("after its time limit", async () => {
      await rejects(
        async () =>
          await runner.read(long, [1e15], new Rows(), {
            ...context,
            timeoutMs: 20,
          }),
        sqlError("57014", /due to statement timeout$/),
      );
    });
    await t.step("when it is cancelled", async () => {
      const controller = new AbortController();
      const result = (async () =>
        await runner.read(long, [1e15], new Rows(), {
          ...context,
          signal: controller.signal,
        }))();
      controller.abort();
      await rejects(result, sqlError("57014", /due to user request$/));
    });
  });
});

Deno.test("SqlitePlanRunner.write() tells of rows after the commit", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const sink = new Rows();
      const returning = plan(
        "INSERT INTO t (v) VALUES (?1), (?1 + 1) RETURNING v",
        [oid.int8],
        [oid.int8],
      );
      const writing = runner.write(returning, [1], sink, context);
      deepEqual(sink.rows, []);
      deepEqual(await writing, { done: true, count: 2 });
      deepEqual(sink.rows, [[1], [2]]);
      deepEqual(await rows(all), [[1], [2]]);
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.write() takes back all of a statement that fails half-way", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const half = plan(
        "INSERT INTO t (v) SELECT t_fail_at(value, 3) FROM json_each('[1,2,3]')",
      );
      const kept = runner.write(insert, [9], new Rows(), context);
      await rejects(
        runner.write(half, [], new Rows(), context),
        sqlError("22012"),
      );
      await kept;
      deepEqual(await rows(all), [[9]]);
      await rejects(
        runner.write(
          plan([
            "DELETE FROM t",
            "UPDATE t SET v = t_fail(1)",
            "INSERT INTO t VALUES (t_fail('y'))",
          ]),
          [],
          new Rows(),
          context,
        ),
        sqlError("22012", /with y/),
      );
      deepEqual(await rows(all), [[9]]);
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.write() runs steps that keep rows in temporary tables", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const staged = (text: string) =>
        plan([
          "CREATE TEMP TABLE IF NOT EXISTS w0_1 (c0)",
          "DELETE FROM temp.w0_1",
          "INSERT INTO temp.w0_1 SELECT value FROM json_each('[1,2]')",
          text,
        ]);
      const good = staged("INSERT INTO t SELECT c0 FROM temp.w0_1");
      const bad = staged("INSERT INTO t SELECT t_fail(c0) FROM temp.w0_1");
      for (const each of [bad, good, bad, good]) {
        const writing = runner.write(each, [], new Rows(), context);
        if (each === good) deepEqual(await writing, { done: true, count: 2 });
        else await rejects(writing, sqlError("22012"));
      }
      deepEqual(await rows(all), [[1], [1], [2], [2]]);
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.nested() runs inside the statement that calls it", async (t) => {
  const nested = { run: (_: string): unknown => null };
  const library = functionLibrary({
    functions: () => [
      ...functions,
      entry("t_nested", ([sql]) => nested.run(String(sql)) as never, {
        volatility: "v",
      }),
    ],
    collations: [],
  });
  await withRunner(
    async ({ runner, rows }) => {
      const plans = new Map<string, QueryPlan>();
      nested.run = (sql) => {
        const sink = new Rows();
        let inner = plans.get(sql);
        if (inner === undefined) {
          inner = plan(sql, sql.startsWith("SELECT") ? [oid.int8] : null);
          plans.set(sql, inner);
        }
        const { count } = runner.nested(inner, [], sink, context);
        return sink.rows[0]?.[0] ?? count;
      };
      await t.step("a read", async () => {
        deepEqual(
          await rows(plan("SELECT t_nested('SELECT 5')", [oid.text])),
          [[5]],
        );
      });
      await t.step("itself", async () => {
        let depth = 0;
        const again = plan("SELECT t_nested('again') + 1", [oid.int8]);
        const before = nested.run;
        nested.run = () => {
          if (++depth === 4) return 10;
          const sink = new Rows();
          runner.nested(again, [], sink, context);
          return sink.rows[0]?.[0];
        };
        deepEqual(await rows(again), [[14]]);
        nested.run = before;
      });
      await t.step("a write in a write, which sees it", async () => {
        const outer = plan(
          "INSERT INTO t SELECT t_nested('INSERT INTO t VALUES (100), (101)') UNION ALL SELECT t_nested('SELECT max(v) FROM t')",
        );
        await runner.write(outer, [], new Rows(), context);
        deepEqual(await rows(all), [[2], [100], [101], [101]]);
      });
      await t.step("no write in a read", () => {
        throws(
          () =>
            runner.read(
              plan("SELECT t_nested('INSERT INTO t VALUES (1)')", [oid.text]),
              [],
              new Rows(),
              context,
            ),
          sqlError("0A000"),
        );
      });
    },
    { functions: library },
    numbers,
  );
});

Deno.test("SqlitePlanRunner.write() refuses a plan that another catalog was made for", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      await rejects(
        runner.write(insert, [1], new Rows(), {
          ...context,
          catalog: catalogOf([], 7),
        }),
        StalePlanError,
      );
      deepEqual(await rows(all), []);
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.group() shares commits and fails with its body", async () => {
  await withRunner(
    async ({ runner, engine, rows }) => {
      const before = engine.stats().commits;
      const results = await Promise.allSettled([
        runner.group(async (tx) => {
          await tx.query(insert, [1], new Rows(), context);
          await tx.query(insert, [2], new Rows(), context);
          return "done";
        }),
        runner.group(async (tx) => {
          await tx.query(insert, [3], new Rows(), context);
          throw new SqlError("P0001", "no");
        }),
        runner.transaction(async (tx) => {
          await tx.query(insert, [4], new Rows(), context);
        }),
      ]);
      deepEqual(results.map(({ status }) => status), [
        "fulfilled",
        "rejected",
        "fulfilled",
      ]);
      equal(engine.stats().commits - before, 1);
      deepEqual(await rows(all), [[1], [2], [4]]);
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.snapshot() sees one moment", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      await runner.write(insert, [1], new Rows(), context);
      const snapshot = await runner.snapshot();
      await runner.write(insert, [2], new Rows(), context);
      const sink = new Rows();
      await snapshot.read(all, [], sink, context);
      deepEqual(sink.rows, [[1]]);
      deepEqual(await rows(all), [[1], [2]]);
      await rejects(
        runner.lease({ lockTimeoutMs: 0, from: snapshot }),
        sqlError(
          "40001",
          /^could not serialize access due to concurrent update$/,
        ),
      );
      snapshot.close();
      const next = await runner.snapshot();
      const lease = await runner.lease({ lockTimeoutMs: 0, from: next });
      next.close();
      await lease.rollback();
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.openCursor() gives rows bit by bit from one moment", async () => {
  await withRunner(
    async ({ runner }) => {
      for (let v = 1; v <= 5; v++) {
        await runner.write(insert, [v], new Rows(), context);
      }
      const cursor = await runner.openCursor(all, [], context);
      const sink = new Rows();
      deepEqual(await cursor.fetch(2, sink), { done: false, count: 2 });
      await runner.write(plan("DELETE FROM t"), [], new Rows(), context);
      deepEqual(await cursor.fetch(2, sink), { done: false, count: 4 });
      deepEqual(await cursor.fetch(0, sink), { done: true, count: 5 });
      deepEqual(sink.rows, [[1], [2], [3], [4], [5]]);
      cursor.close();
    },
    {},
    numbers,
  );
});

Deno.test("SqlitePlanRunner.beforeCommit writes with whatever is committed", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      let dirty = true;
      runner.beforeCommit.push((run) => {
        if (dirty) run("INSERT INTO t VALUES (100)");
        dirty = false;
      });
      await rejects(
        runner.write(
          plan("INSERT INTO t VALUES (t_fail(1))"),
          [],
          new Rows(),
          context,
        ),
        sqlError("22012"),
      );
      deepEqual(await rows(all), [[100]]);
    },
    {},
    numbers,
  );
});
