import { deepEqual, equal, notEqual, rejects } from "node:assert/strict";
import { EngineError } from "../../../../lib/engine/engine.ts";
import { testEngine } from "./support.ts";

const failed = (sqlState: string) => (error: unknown) =>
  error instanceof EngineError && error.sqlState === sqlState;

Deno.test("Session.query() takes and gives JavaScript's values", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  await session.query(
    "CREATE TABLE t (b bool, i int, l bigint, f float8, n numeric(6,2), s text, u uuid, j jsonb, m timestamptz, y bytea, d date)",
  );
  const id = "0198a0de-7e4c-7d51-9a3f-3f6c8a1b2c3d";
  await session.query(
    "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    [
      true,
      7,
      9007199254740993n,
      1.5,
      2.345,
      "x",
      id.toUpperCase(),
      '{"b":1,"a":2}',
      "2026-04-26T10:00:00.000Z",
      Uint8Array.of(1, 2),
      "2026-04-26",
    ],
  );
  const { rows, columns } = await session.query("SELECT * FROM t");
  deepEqual(rows, [[
    true,
    7,
    9007199254740993n,
    1.5,
    "2.35",
    "x",
    id,
    '{"a": 2, "b": 1}',
    "2026-04-26T10:00:00.000Z",
    Uint8Array.of(1, 2),
    "2026-04-26",
  ]]);
  deepEqual(columns.map(({ type }) => type), [
    "bool",
    "int4",
    "int8",
    "float8",
    "numeric",
    "text",
    "uuid",
    "jsonb",
    "timestamptz",
    "bytea",
    "date",
  ]);
  await session.query("UPDATE t SET b = $1, s = $2, m = $2::timestamptz", [
    null,
    null,
  ]);
  deepEqual((await session.query("SELECT b, s, m FROM t")).rows, [[
    null,
    null,
    null,
  ]]);
});

Deno.test("Session.query() refuses values that do not fit", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  const cases: [string, (string | number)[], string][] = [
    ["SELECT $1::uuid", ["x"], "22P02"],
    ["SELECT $1::int", [3000000000], "22003"],
    ["SELECT $1::int", [1.5], "22P02"],
    ["SELECT $1::int", [], "08P01"],
    ["SELECT 1; SELECT 2", [], "42601"],
  ];
  for (const [sql, params, code] of cases) {
    await rejects(session.query(sql, params), failed(code), sql);
  }
});

Deno.test("Session.transaction() keeps all or nothing", async (t) => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  await session.query("CREATE TABLE t (a int PRIMARY KEY)");
  const all = async () =>
    (await session.query("SELECT a FROM t ORDER BY a")).rows.flat();

  await t.step("what the body returns is on the disk", async () => {
    const value = await session.transaction(async (tx) => {
      await tx.query("INSERT INTO t VALUES (1)");
      await tx.query("INSERT INTO t VALUES ($1)", [2]);
      return (await tx.query("SELECT count(*) FROM t")).rows[0]?.[0];
    });
    equal(value, 2);
    deepEqual(await all(), [1, 2]);
  });

  await t.step("what it throws rolls it back", async () => {
    await rejects(
      session.transaction(async (tx) => {
        await tx.query("INSERT INTO t VALUES (3)");
        throw new RangeError("no");
      }),
      RangeError,
    );
    deepEqual(await all(), [1, 2]);
  });

  await t.step(
    "a statement that fails fails it, also when the body looks away",
    async () => {
      await rejects(
        session.transaction(async (tx) => {
          await tx.query("INSERT INTO t VALUES (3)");
          await tx.query("INSERT INTO t VALUES (1)").catch(() => {});
        }),
        failed("23505"),
      );
      deepEqual(await all(), [1, 2]);
    },
  );

  await t.step(
    "statements that are not waited for run one after the other",
    async () => {
      await session.transaction(async (tx) => {
        await Promise.all(
          [4, 5, 6].map((a) => tx.query("INSERT INTO t VALUES ($1)", [a])),
        );
      });
      deepEqual(await all(), [1, 2, 4, 5, 6]);
    },
  );

  await t.step("nothing runs after its end", async () => {
    let late: Promise<unknown> | undefined;
    await session.transaction((tx) => {
      late = Promise.resolve().then(() => Promise.resolve()).then(() =>
        tx.query("SELECT 1")
      );
      late.catch(() => {});
      return Promise.resolve();
    });
    await engine.engine.session({ role: "postgres" }).query("SELECT 1");
    await rejects(
      session.transaction((tx) => Promise.resolve(tx)).then((tx) =>
        tx.query("SELECT 1")
      ),
      failed("25P01"),
    );
  });
});

Deno.test("Session.query() runs many at once on one session", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  await session.query("CREATE TABLE t (a int)");
  await Promise.all(
    Array.from(
      { length: 50 },
      (_, a) =>
        a % 2 === 0
          ? session.query("INSERT INTO t VALUES ($1)", [a])
          : session.transaction((tx) =>
            tx.query("INSERT INTO t VALUES ($1)", [a])
          ),
    ),
  );
  deepEqual((await session.query("SELECT count(*) FROM t")).rows, [[50]]);
});

Deno.test("Session offers claims as settings, and keeps none of what a statement sets", async () => {
  await using engine = await testEngine();
  // deno-fmt-ignore -- the quotes keep the claim's own name
  const claims = { sub: "x", email: "a@b", "app_metadata": { admin: true } };
  const session = engine.engine.session({ role: "authenticated", claims });
  const ask = async (name: string) =>
    (await session.query("SELECT current_setting($1, true)", [name])).rows[0]
      ?.[0];
  equal(await ask("request.jwt.claims"), JSON.stringify(claims));
  equal(await ask("request.jwt.claim.sub"), "x");
  equal(await ask("jwt.email"), "a@b");
  equal(await ask("jwt.app_metadata"), '{"admin":true}');
  deepEqual((await session.query("SELECT current_user, auth.email()")).rows, [[
    "authenticated",
    "a@b",
  ]]);
  await session.query("SELECT set_config('jwt.email', 'other', false)");
  equal(await ask("jwt.email"), "a@b");
  const other = engine.engine.session({ role: "anon" });
  deepEqual(
    (await other.query("SELECT current_setting('jwt.email', true)")).rows,
    [[null]],
  );
});

Deno.test("Session takes a claim by its own name before one that differs in case", async () => {
  await using engine = await testEngine();
  const sub = "11111111-1111-4111-8111-111111111111";
  const other = "22222222-2222-4222-8222-222222222222";
  for (
    const claims of [{ sub, Sub: other }, { SUB: other, sub }, { Sub: sub }]
  ) {
    const session = engine.engine.session({ role: "authenticated", claims });
    deepEqual(
      (await session.query(
        "SELECT auth.uid()::text, current_setting('jwt.sub', true)",
      )).rows,
      [[sub, sub]],
    );
  }
});

Deno.test("Session.query() does not show one identity what another one's plan was made for", async () => {
  await using engine = await testEngine();
  const { engine: db } = engine;
  const owner = db.session({ role: "postgres" });
  await owner.query("CREATE TABLE secrets (a int)");
  await owner.query("REVOKE ALL ON secrets FROM anon");
  await owner.query("SELECT * FROM secrets");
  await rejects(
    db.session({ role: "anon" }).query("SELECT * FROM secrets"),
    failed("42501"),
  );
});

Deno.test("Session.query() stops at its limit", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  await rejects(
    session.query("SELECT pg_sleep(1000)", [], { timeoutMs: 5 }),
    failed("57014"),
  );
  const controller = new AbortController();
  const waiting = session.query("SELECT pg_sleep(1000)", [], {
    signal: controller.signal,
  });
  controller.abort();
  await rejects(waiting, failed("57014"));
});

Deno.test("Session tells one identity nothing of another that acts in the same role", async () => {
  await using engine = await testEngine();
  const owner = engine.engine.session({ role: "postgres" });
  await owner.query("CREATE SEQUENCE s");
  await owner.query("GRANT ALL ON SEQUENCE s TO authenticated");
  const as = (sub: string) =>
    engine.engine.session({ role: "authenticated", claims: { sub } });
  const seen = async (sub: string) =>
    (await as(sub).query(
      "SELECT pg_backend_pid(), current_setting('request.jwt.claim.sub'), current_setting('request.jwt.claims'), current_setting('app.secret', true), current_setting('datestyle')",
    )).rows[0] ?? [];
  await as("a").query(
    "SELECT nextval('s'), set_config('app.secret', 'x', false), set_config('datestyle', 'German', false), set_config('request.jwt.claim.sub', 'z', false), pg_advisory_lock(7)",
  );
  const [first, ...a] = await seen("a");
  const [second, ...b] = await seen("b");
  // It is one place that they are given in turn.
  equal(first, second);
  deepEqual(a, ["a", '{"sub":"a"}', null, "ISO, MDY"]);
  deepEqual(b, ["b", '{"sub":"b"}', null, "ISO, MDY"]);
  await rejects(as("b").query("SELECT currval('s')"), failed("55000"));
  await rejects(as("b").query("SELECT lastval()"), failed("55000"));
  const random = async (sub: string) =>
    (await as(sub).query("SELECT random()")).rows[0]?.[0];
  await as("a").query("SELECT setseed(0.5)");
  const drawn = await random("b");
  await as("a").query("SELECT setseed(0.5)");
  notEqual(await random("b"), drawn);
  const anonymous = engine.engine.session({ role: "authenticated" });
  deepEqual(
    (await anonymous.query(
      "SELECT current_setting('request.jwt.claims', true), auth.uid()",
    )).rows,
    [[null, null]],
  );
  deepEqual(
    (await owner.query("SELECT pg_try_advisory_lock(7)")).rows,
    [[true]],
  );
});
