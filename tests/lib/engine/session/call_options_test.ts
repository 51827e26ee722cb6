import { deepEqual, equal, notEqual, rejects } from "node:assert/strict";
import {
  EngineError,
  type Queryable,
  type Session,
} from "../../../../lib/engine/engine.ts";
import { testEngine } from "./support.ts";

const failed = (sqlState: string, message?: string) => (error: unknown) =>
  error instanceof EngineError && error.sqlState === sqlState &&
  (message === undefined || error.message === message);

const one = async (
  on: Queryable,
  sql: string,
  options?: Parameters<Session["query"]>[2],
) => (await on.query(sql, [], options)).rows[0]?.[0];

const method = "SELECT current_setting('request.method', true)";

Deno.test("Session.query() holds settings for one call only", async (t) => {
  await using engine = await testEngine();
  const session = engine.engine.session({
    role: "authenticated",
    claims: { sub: "u" },
  });

  await t.step("custom ones", async () => {
    const settings = { "request.method": "GET", "Request.Path": "/t" };
    equal(await one(session, method, { settings }), "GET");
    equal(
      await one(session, "SELECT current_setting('request.path')", {
        settings,
      }),
      "/t",
    );
    equal(await one(session, method), null);
    await rejects(
      session.query("SELECT current_setting('request.method')"),
      failed("42704"),
    );
    equal(
      await one(session, "SELECT current_setting('request.jwt.claim.sub')", {
        settings,
      }),
      "u",
    );
  });

  await t.step("real ones", async () => {
    const settings = { timezone: "Europe/Vienna" };
    const moment = "SELECT '2026-07-01T00:00:00Z'::timestamptz::text";
    equal(await one(session, moment, { settings }), "2026-07-01 02:00:00+02");
    equal(await one(session, moment), "2026-07-01 00:00:00+00");
    equal(await one(session, "SHOW timezone"), "UTC");
  });

  await t.step("what a statement sets itself goes with them", async () => {
    const settings = { "request.method": "GET", "app.x": "1" };
    equal(
      await one(
        session,
        "SELECT set_config('app.x', '2', false) || current_setting('request.method') || current_setting('app.x')",
        { settings },
      ),
      "2GET2",
    );
    equal(await one(session, method), null);
    equal(await one(session, "SELECT current_setting('app.x', true)"), null);
  });

  await t.step("also after an error", async () => {
    const settings = { "request.method": "GET", timezone: "Asia/Tokyo" };
    await rejects(
      session.query("SELECT 1/0", [], { settings }),
      failed("22012"),
    );
    equal(await one(session, method), null);
    equal(await one(session, "SHOW timezone"), "UTC");
  });

  await t.step("calls at the same time keep to their own", async () => {
    const values = await Promise.all(
      ["A", "B", "C"].map((value) =>
        session.transaction(
          async (tx) => [
            await one(tx, method),
            await one(tx, method),
          ],
          { settings: { "request.method": value } },
        )
      ),
    );
    deepEqual(values, [["A", "A"], ["B", "B"], ["C", "C"]]);
  });
});

Deno.test("Session.query() asks for a lazy setting once and only if it is read", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "anon" });
  let asked = 0;
  const settings = {
    "request.headers": () => {
      asked++;
      return '{"a":"b"}';
    },
  };
  await session.query("SELECT 1", [], { settings });
  equal(asked, 0);
  deepEqual(
    (await session.query(
      "SELECT current_setting('request.headers')::json->>'a', current_setting('request.headers')",
      [],
      { settings },
    )).rows,
    [["b", '{"a":"b"}']],
  );
  equal(asked, 1);
});

Deno.test("Session.query() refuses settings as SET does", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "authenticated" });
  const cases: [string, string, string, string?][] = [
    [
      "timezone",
      "Nowhere/Land",
      "22023",
      'invalid value for parameter "TimeZone": "Nowhere/Land"',
    ],
    ["nonsense", "1", "42704"],
    ["a.b c", "1", "42602"],
    ["session_replication_role", "replica", "42501"],
    ["role", "postgres", "42501"],
  ];
  for (const [name, value, code, message] of cases) {
    await rejects(
      session.query("SELECT 1", [], { settings: { [name]: value } }),
      failed(code, message),
      name,
    );
  }
  equal(await one(session, "SELECT 1"), 1);
});

Deno.test("Session.transaction() takes back what was set since a savepoint", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  const seen = await session.transaction(async (tx) => {
    await tx.query("SAVEPOINT s");
    await tx.query("SELECT set_config('request.method', 'POST', true)");
    const set = await one(tx, method);
    await tx.query("ROLLBACK TO s");
    return [
      set,
      await one(tx, method),
      await one(tx, "SELECT current_setting('request.path')"),
    ];
  }, { settings: { "request.method": "GET", "request.path": () => "/" } });
  deepEqual(seen, ["POST", "GET", "/"]);
  equal(await one(session, method), null);
});

Deno.test("Session refuses what writes when the call is read-only", async (t) => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  await session.query("CREATE TABLE t (a int PRIMARY KEY)");
  await session.query("CREATE SEQUENCE s");
  await session.query(
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO t VALUES (9)'",
  );
  const readOnly = { readOnly: true };
  const writes = [
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET a = 2",
    "DELETE FROM t",
    "WITH n AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a FROM n",
    "SELECT nextval('s')",
    "CREATE TABLE u (a int)",
    "TRUNCATE t",
    "SELECT f()",
  ];
  for (const sql of writes) {
    await t.step(sql, async () => {
      await rejects(session.query(sql, [], readOnly), failed("25006"));
      await rejects(
        session.transaction((tx) => tx.query(sql), readOnly),
        failed("25006"),
      );
    });
  }
  await t.step("and lets the rest be", async () => {
    equal(await one(session, "SELECT count(*) FROM t", readOnly), 0);
    deepEqual(
      await session.transaction(
        async (tx) => [
          await one(tx, "SELECT count(*) FROM t"),
          await one(tx, "SHOW transaction_read_only"),
        ],
        readOnly,
      ),
      [0, "on"],
    );
    await session.query("INSERT INTO t VALUES (1)");
    equal(await one(session, "SHOW transaction_read_only"), "off");
  });
  await t.step("and cannot be talked out of it", async () => {
    await rejects(
      session.query(
        "SELECT set_config('transaction_read_only', 'off', true)",
        [],
        readOnly,
      ),
      failed("25001"),
    );
  });
});

Deno.test("Engine.schemaVersion() changes with each definition and with nothing else", async () => {
  await using test = await testEngine();
  const { engine } = test;
  const session = engine.session({ role: "postgres" });
  let before = engine.schemaVersion();
  const definitions = [
    "CREATE TABLE t (a int PRIMARY KEY)",
    "ALTER TABLE t ADD COLUMN b text",
    "COMMENT ON TABLE t IS 'x'",
    "GRANT SELECT ON t TO anon",
    "REVOKE SELECT ON t FROM anon",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY p ON t USING (true)",
    "ALTER POLICY p ON t USING (false)",
    "CREATE ROLE r",
    "GRANT r TO anon",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW v AS SELECT 1 AS a",
    "CREATE TYPE mood AS ENUM ('ok')",
    "DROP VIEW v",
  ];
  for (const sql of definitions) {
    await session.query(sql);
    const after = engine.schemaVersion();
    notEqual(after, before, sql);
    equal(engine.schemaVersion(), after);
    before = after;
  }
  await session.query("INSERT INTO t VALUES (1, 'x')");
  await session.query("SELECT * FROM t");
  await session.transaction(async (tx) => {
    await tx.query("INSERT INTO t VALUES (2, 'y')");
  });
  await rejects(session.query("CREATE TABLE t (a int)"), failed("42P07"));
  equal(engine.schemaVersion(), before);
});
