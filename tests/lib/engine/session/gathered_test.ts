import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { systemClock } from "../../../../lib/base/clock.ts";
import { silentLog } from "../../../../lib/base/log.ts";
import type { Session } from "../../../../lib/engine/engine.ts";
import { openEngine } from "../../../../lib/engine/session/open_engine.ts";
import { cacheFolder } from "../../../../lib/sqlite/library_file.ts";
import { testEngine } from "./support.ts";

const first = async (
  session: Session,
  sql: string,
  params: (string | number)[] = [],
) => (await session.query(sql, params)).rows[0];

const insert =
  `INSERT INTO t(a, b) SELECT a, b FROM json_to_recordset($1::json) AS _(a int, b text)`;
const body =
  "SELECT coalesce(json_agg(row_to_json(s)), '[]')::text, count(*) FROM s";

Deno.test("WITH lets a query read what a modification returns", async (t) => {
  await using test = await testEngine();
  const session = test.engine.session({ role: "postgres" });
  await session.query("CREATE TABLE p (id int PRIMARY KEY, name text)");
  await session.query(
    "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int UNIQUE REFERENCES p, b text, CHECK (b <> 'no'))",
  );
  await session.query(
    "INSERT INTO p SELECT g, 'p' || g FROM generate_series(1, 3000) g",
  );

  await t.step("INSERT, in the order of its rows", async () => {
    deepEqual(
      await first(session, `WITH s AS (${insert} RETURNING *) ${body}`, [
        '[{"a":2,"b":"x"},{"a":1,"b":null}]',
      ]),
      ['[{"id":1,"a":2,"b":"x"}, {"id":2,"a":1,"b":null}]', 2],
    );
  });

  await t.step("with rows of other tables beside them", async () => {
    deepEqual(
      await first(
        session,
        `WITH s AS (${insert} RETURNING id, a) SELECT json_agg(row_to_json(r)) FROM (
           SELECT s.id, (SELECT row_to_json(e) FROM (SELECT p.name FROM p WHERE p.id = s.a) e) AS p FROM s) r`,
        ['[{"a":3,"b":"z"}]'],
      ),
      ['[{"id":3,"p":{"name":"p3"}}]'],
    );
  });

  await t.step("more rows than are done at once", async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => ({ a: i + 4, b: "m" }));
    const result = await first(
      session,
      `WITH s AS (${insert} RETURNING *) ${body}`,
      [JSON.stringify(rows)],
    );
    equal(result?.[1], 2500);
    const written = JSON.parse(String(result?.[0])) as { id: number }[];
    deepEqual(written.map(({ id }) => id), rows.map((_, i) => i + 4));
    deepEqual(await first(session, "SELECT count(*) FROM t"), [2503]);
  });

  await t.step("ON CONFLICT gives what came of it", async () => {
    const conflict = (action: string) =>
      `WITH s AS (${insert} ON CONFLICT (a) ${action} RETURNING a, b) ${body}`;
    const rows = ['[{"a":1,"b":"new"},{"a":2600,"b":"new"}]'];
    deepEqual(await first(session, conflict("DO NOTHING"), rows), [
      '[{"a":2600,"b":"new"}]',
      1,
    ]);
    deepEqual(
      await first(session, conflict("DO UPDATE SET b = excluded.b"), rows),
      ['[{"a":1,"b":"new"}, {"a":2600,"b":"new"}]', 2],
    );
  });

  await t.step("UPDATE and DELETE", async () => {
    deepEqual(
      await first(
        session,
        `WITH s AS (UPDATE t SET b = 'u' WHERE a = 1 RETURNING a, b) ${body}`,
      ),
      ['[{"a":1,"b":"u"}]', 1],
    );
    deepEqual(
      await first(
        session,
        `WITH s AS (DELETE FROM t WHERE a = 2600 RETURNING a) ${body}`,
      ),
      ['[{"a":2600}]', 1],
    );
    deepEqual(
      await first(
        session,
        `WITH s AS (DELETE FROM t WHERE a = 2600 RETURNING a) ${body}`,
      ),
      ["[]", 0],
    );
  });

  await t.step("the query sees the table as it was before", async () => {
    const [before] = await first(session, "SELECT count(*) FROM t") ?? [];
    deepEqual(
      await first(
        session,
        `WITH s AS (${insert} RETURNING a) SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM s)`,
        ['[{"a":2700,"b":"q"}]'],
      ),
      [before, 1],
    );
  });

  await t.step("a refusal leaves nothing behind", async () => {
    const [before] = await first(session, "SELECT count(*) FROM t") ?? [];
    for (
      const [rows, refusal] of [
        ['[{"a":2801},{"a":2801}]', /duplicate key value/],
        ['[{"a":2801,"b":"no"}]', /violates check constraint/],
        ['[{"a":9999}]', /violates foreign key constraint/],
        ['[{"a":"x"}]', /invalid input syntax/],
      ] as const
    ) {
      await rejects(
        session.query(`WITH s AS (${insert} RETURNING *) ${body}`, [rows]),
        refusal,
      );
    }
    await rejects(
      session.query(
        `WITH s AS (${insert} RETURNING a) SELECT 1 / (a - 2802) FROM s`,
        ['[{"a":2802}]'],
      ),
      /division by zero/,
    );
    deepEqual(await first(session, "SELECT count(*) FROM t"), [before]);
  });
});

Deno.test("WITH gives every type back that a modification returns", async () => {
  await using test = await testEngine();
  const session = test.engine.session({ role: "postgres" });
  const columns =
    "i int8, f float8, g float8, n numeric, w text, y bytea, j jsonb, a int[], x text[], t timestamptz, b bool, u uuid, d interval";
  await session.query(`CREATE TABLE v (${columns})`);
  const values = [
    `(9007199254740993, 1, 'NaN', '1.10', '["1"]', '\\x00ff', '{"k": [1]}', '{1,NULL}', '{a,"b c"}', '2026-01-02T03:04:05.6Z', true, '0198a0de-7e4c-7d51-9a3f-3f6c8a1b2c3d', '1 day')`,
    `(-1, -0.5, '-Infinity', 'NaN', '', '', 'null', '{}', NULL, 'infinity', false, NULL, '-2 mons')`,
    `(${Array.from({ length: 13 }, () => "NULL").join(", ")})`,
  ];
  const given = await session.query(
    `WITH s AS (INSERT INTO v VALUES ${
      values.join(", ")
    } RETURNING *) SELECT r.*, row_to_json(r) FROM s AS r`,
  );
  const kept = await session.query("SELECT r.*, row_to_json(r) FROM v AS r");
  deepEqual(given.rows, kept.rows);
  deepEqual(given.columns, kept.columns);
});

Deno.test("Session.query() shares commits among modifications inside WITH", async () => {
  await using test = await testEngine();
  const session = test.engine.session({ role: "postgres" });
  await session.query("CREATE TABLE t (a int PRIMARY KEY, b text)");
  const before = test.engine.stats();
  await Promise.all(
    Array.from(
      { length: 40 },
      (_, a) =>
        session.query(`WITH s AS (${insert} RETURNING *) ${body}`, [
          JSON.stringify([{ a, b: "x" }]),
        ]),
    ),
  );
  const { commits, transactions } = test.engine.stats();
  equal(transactions - before.transactions, 40);
  ok(commits - before.commits <= 5, `${commits - before.commits} commits`);
});

Deno.test("WITH modifies once when the query after it takes its time", async () => {
  const engine = await openEngine({
    place: { kind: "memory" },
    cacheDir: cacheFolder((name) => Deno.env.get(name)),
    clock: systemClock,
    log: silentLog,
  });
  try {
    const session = engine.session({ role: "postgres" });
    await session.query("CREATE TABLE t (a int)");
    const slow =
      "WITH s AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a, (SELECT count(*) FROM generate_series(1, 500000)) FROM s";
    deepEqual((await session.query(slow)).rows, [[1, 500000]]);
    await session.transaction(async (tx) => {
      await tx.query("INSERT INTO t VALUES (2)");
      deepEqual((await tx.query(slow)).rows, [[1, 500000]]);
    });
    deepEqual(
      (await session.query("SELECT a, count(*) FROM t GROUP BY a ORDER BY a"))
        .rows,
      [[1, 2], [2, 1]],
    );
    ok(engine.stats().offThread > 0, "it was not slow enough to tell");
  } finally {
    await engine.close();
  }
});
