import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { EngineError } from "../../../../lib/engine/engine.ts";
import { testEngine } from "./support.ts";

const int4 = 23;

Deno.test("ClientSession keeps what a transaction commits and nothing else", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const other = engine.client();
  await client.run("CREATE TABLE t (a int)");

  await client.run("BEGIN");
  equal(client.session.status, "T");
  await client.run("INSERT INTO t VALUES (1)");
  deepEqual(await client.rows("SELECT a FROM t"), [["1"]]);
  deepEqual(await other.rows("SELECT a FROM t"), []);
  await client.run("ROLLBACK");
  equal(client.session.status, "I");
  deepEqual(await client.rows("SELECT a FROM t"), []);

  await client.run("BEGIN; INSERT INTO t VALUES (2); COMMIT");
  deepEqual(await other.rows("SELECT a FROM t"), [["2"]]);
});

Deno.test("ClientSession gives PostgreSQL's tags", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const cases: [string, string][] = [
    ["CREATE TABLE t (a int)", "CREATE TABLE"],
    ["INSERT INTO t VALUES (1), (2)", "INSERT 0 2"],
    ["UPDATE t SET a = a + 1", "UPDATE 2"],
    ["SELECT * FROM t", "SELECT 2"],
    ["DELETE FROM t WHERE a = 2", "DELETE 1"],
    ["BEGIN", "BEGIN"],
    ["SAVEPOINT s", "SAVEPOINT"],
    ["RELEASE s", "RELEASE"],
    ["COMMIT", "COMMIT"],
    ["START TRANSACTION", "START TRANSACTION"],
    ["END", "COMMIT"],
    ["SET a.b = 1", "SET"],
    ["RESET a.b", "RESET"],
    ["SHOW a.b", "SHOW"],
    ["LISTEN x", "LISTEN"],
    ["NOTIFY x", "NOTIFY"],
    ["UNLISTEN *", "UNLISTEN"],
    ["PREPARE p AS SELECT 1", "PREPARE"],
    ["EXECUTE p", "SELECT 1"],
    ["DEALLOCATE p", "DEALLOCATE"],
    ["DEALLOCATE ALL", "DEALLOCATE ALL"],
    ["DISCARD ALL", "DISCARD ALL"],
    ["VACUUM t", "VACUUM"],
    ["ANALYZE t", "ANALYZE"],
    ["CHECKPOINT", "CHECKPOINT"],
    ["COPY t TO STDOUT", "COPY 1"],
    ["EXPLAIN SELECT 1", "EXPLAIN"],
  ];
  for (const [text, tag] of cases) {
    equal((await client.run(text)).at(-1)?.tag, tag, text);
  }
});

Deno.test("ClientSession refuses statements in a failed transaction until it ends", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const aborted =
    "25P02 current transaction is aborted, commands ignored until end of transaction block";
  await client.run("CREATE TABLE t (a int)");
  await client.run("BEGIN; INSERT INTO t VALUES (1)");
  match(await client.error("SELECT 1/0"), /^22012 division by zero/);
  equal(client.session.status, "E");
  equal(await client.error("SELECT 1"), aborted);
  equal(await client.error("SAVEPOINT a"), aborted);
  equal(await client.error("SHOW all"), aborted);
  equal(await client.error("BEGIN"), aborted);
  equal((await client.run("COMMIT"))[0]?.tag, "ROLLBACK");
  equal(client.session.status, "I");
  deepEqual(await client.rows("SELECT * FROM t"), []);
});

Deno.test("ClientSession goes back to savepoints", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int)");
  await client.run("BEGIN");
  await client.run("SAVEPOINT before_any_write");
  await client.run("INSERT INTO t VALUES (1)");
  await client.run("SAVEPOINT s");
  await client.run("INSERT INTO t VALUES (2)");
  await client.error("SELECT 1/0");
  equal(client.session.status, "E");
  equal((await client.run("ROLLBACK TO s"))[0]?.tag, "ROLLBACK");
  equal(client.session.status, "T");
  deepEqual(await client.rows("SELECT a FROM t"), [["1"]]);
  equal(
    await client.error("RELEASE nosuch"),
    '3B001 savepoint "nosuch" does not exist',
  );
  await client.run("ROLLBACK TO before_any_write");
  deepEqual(await client.rows("SELECT a FROM t"), []);
  await client.run("INSERT INTO t VALUES (3)");
  await client.run("COMMIT");
  deepEqual(await client.rows("SELECT a FROM t"), [["3"]]);
});

Deno.test("ClientSession takes DDL back with its transaction", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("BEGIN; CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
  deepEqual(await client.rows("SELECT a FROM t"), [["1"]]);
  await client.run("SAVEPOINT s; CREATE TABLE u (a int)");
  await client.run("ROLLBACK TO s");
  match(await client.error("SELECT * FROM u"), /^42P01/);
  await client.run("ROLLBACK");
  match(
    await client.error("SELECT * FROM t"),
    /^42P01 relation "t" does not exist/,
  );
});

Deno.test("ClientSession warns as PostgreSQL does", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const cases: [string, string][] = [
    ["COMMIT", "25P01 there is no transaction in progress"],
    ["ROLLBACK", "25P01 there is no transaction in progress"],
    [
      "SET LOCAL a.b = 1",
      "25P01 SET LOCAL can only be used in transaction blocks",
    ],
    [
      "SET TRANSACTION READ ONLY",
      "25P01 SET TRANSACTION can only be used in transaction blocks",
    ],
    ["BEGIN; BEGIN", "25001 there is already a transaction in progress"],
  ];
  for (const [text, expected] of cases) {
    client.notices.length = 0;
    await client.run(text);
    deepEqual(
      client.notices.map(({ sqlState, message }) => `${sqlState} ${message}`),
      [expected],
      text,
    );
  }
});

Deno.test("ClientSession refuses what belongs inside or outside a transaction", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const cases: [string, string][] = [
    ["SAVEPOINT s", "25P01 SAVEPOINT can only be used in transaction blocks"],
    [
      "RELEASE s",
      "25P01 RELEASE SAVEPOINT can only be used in transaction blocks",
    ],
    [
      "ROLLBACK TO s",
      "25P01 ROLLBACK TO SAVEPOINT can only be used in transaction blocks",
    ],
    [
      "DECLARE c CURSOR FOR SELECT 1",
      "25P01 DECLARE CURSOR can only be used in transaction blocks",
    ],
    [
      "LOCK TABLE pg_class",
      "25P01 LOCK TABLE can only be used in transaction blocks",
    ],
    [
      "COMMIT AND CHAIN",
      "25P01 COMMIT AND CHAIN can only be used in transaction blocks",
    ],
    ["BEGIN; VACUUM", "25001 VACUUM cannot run inside a transaction block"],
    [
      "ROLLBACK; BEGIN; DISCARD ALL",
      "25001 DISCARD ALL cannot run inside a transaction block",
    ],
    [
      "ROLLBACK; BEGIN; PREPARE TRANSACTION 'x'",
      "55000 prepared transactions are disabled",
    ],
  ];
  for (const [text, expected] of cases) {
    equal(await client.error(text), expected, text);
  }
});

Deno.test("ClientSession runs the statements of one message as one transaction", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int)");
  match(
    await client.error("INSERT INTO t VALUES (1); SELECT 1/0"),
    /^22012/,
  );
  deepEqual(await client.rows("SELECT * FROM t"), []);
  match(
    await client.error(
      "INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); SELECT 1/0",
    ),
    /^22012/,
  );
  deepEqual(await client.rows("SELECT * FROM t"), [["1"]]);
});

Deno.test("ClientSession refuses writes of a read-only transaction", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int); CREATE SEQUENCE s");
  const cases: [string, string][] = [
    ["INSERT INTO t VALUES (1)", "INSERT"],
    ["UPDATE t SET a = 1", "UPDATE"],
    ["DELETE FROM t", "DELETE"],
    ["CREATE TABLE u (a int)", "CREATE TABLE"],
    ["SELECT nextval('s')", "nextval()"],
    ["COPY t FROM STDIN", "COPY FROM"],
  ];
  for (const [text, what] of cases) {
    await client.run("BEGIN READ ONLY");
    equal(
      await client.error(text),
      `25006 cannot execute ${what} in a read-only transaction`,
      text,
    );
    await client.run("ROLLBACK");
  }
  await client.run("SET default_transaction_read_only = on");
  match(await client.error("INSERT INTO t VALUES (1)"), /^25006/);
});

Deno.test("ClientSession sees one snapshot with REPEATABLE READ", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const other = engine.client();
  await client.run("CREATE TABLE t (a int)");
  await client.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
  deepEqual(await client.rows("SELECT * FROM t"), []);
  await other.run("INSERT INTO t VALUES (1)");
  deepEqual(await client.rows("SELECT * FROM t"), []);
  equal(
    await client.error("INSERT INTO t VALUES (2)"),
    "40001 could not serialize access due to concurrent update",
  );
  await client.run("ROLLBACK");
  await client.run("BEGIN");
  deepEqual(await client.rows("SELECT * FROM t"), [["1"]]);
  await other.run("INSERT INTO t VALUES (2)");
  deepEqual(await client.rows("SELECT * FROM t ORDER BY a"), [["1"], ["2"]]);
  await client.run("COMMIT");
  equal(
    await client.error(
      "BEGIN; SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    ),
    "25001 SET TRANSACTION ISOLATION LEVEL must be called before any query",
  );
});

Deno.test("ClientSession chains transactions", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY");
  await client.run("COMMIT AND CHAIN");
  equal(client.session.status, "T");
  deepEqual(await client.rows("SHOW transaction_isolation"), [[
    "serializable",
  ]]);
  deepEqual(await client.rows("SHOW transaction_read_only"), [["on"]]);
});

Deno.test("ClientSession reports settings that change", async () => {
  await using engine = await testEngine();
  const client = engine.client("postgres", {
    application_name: "test",
    TimeZone: "Europe/Berlin",
  });
  const reported = client.session.reported();
  equal(reported.get("application_name"), "test");
  equal(reported.get("TimeZone"), "Europe/Berlin");
  equal(reported.get("client_encoding"), "UTF8");
  equal(reported.get("integer_datetimes"), "on");
  match(reported.get("server_version") ?? "", /^15\.\d+ /);
  await client.run("BEGIN; SET TIME ZONE 'UTC'");
  await client.run("ROLLBACK");
  deepEqual(client.parameters, [["TimeZone", "UTC"], [
    "TimeZone",
    "Europe/Berlin",
  ]]);
  deepEqual(await client.rows("SHOW TIME ZONE"), [["Europe/Berlin"]]);
});

Deno.test("ClientSession changes roles", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const who = "SELECT current_user, session_user, current_setting('role')";
  await client.run("CREATE ROLE r LOGIN; CREATE ROLE g; GRANT g TO r");
  await client.run("SET ROLE anon");
  deepEqual(await client.rows(who), [["anon", "postgres", "anon"]]);
  await client.run("RESET ROLE");
  await client.run("SET SESSION AUTHORIZATION r");
  deepEqual(await client.rows(who), [["r", "r", "none"]]);
  await client.run("SET ROLE g");
  deepEqual(await client.rows(who), [["g", "r", "g"]]);
  equal(
    await client.error("SET ROLE anon"),
    '42501 permission denied to set role "anon"',
  );
  equal(
    await client.error("SET ROLE nosuch"),
    '22023 role "nosuch" does not exist',
  );
  await client.run("RESET SESSION AUTHORIZATION");
  deepEqual(await client.rows(who), [["postgres", "postgres", "none"]]);
  await client.run("BEGIN; SET LOCAL ROLE anon");
  deepEqual(await client.rows("SELECT current_user"), [["anon"]]);
  await client.run("COMMIT");
  deepEqual(await client.rows("SELECT current_user"), [["postgres"]]);
});

Deno.test("ClientSession shares plans between texts that differ in literals", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    "CREATE TABLE t (a int PRIMARY KEY, b text, c numeric(5,2))",
  );
  await client.run("INSERT INTO t VALUES (1, 'x', 1.5)");
  await client.run("INSERT INTO t VALUES (22, 'it''s', 22.255)");
  await client.run("INSERT INTO t VALUES (-3, '', -1)");
  const before = engine.engine.planCache();
  for (const [a, b] of [["1", "x"], ["22", "it's"], ["-3", ""]]) {
    deepEqual(await client.rows(`SELECT b FROM t WHERE a = ${a}`), [[b]]);
  }
  const after = engine.engine.planCache();
  ok(after.shapeHits >= before.shapeHits + 1);
  deepEqual(await client.rows("SELECT c FROM t ORDER BY a"), [["-1.00"], [
    "1.50",
  ], ["22.26"]]);
  match(await client.error("SELECT b FROM t WHERE a = 'x'"), /^22P02/);
});

Deno.test("ClientSession prepares and executes", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int)");
  await client.run("PREPARE p (int, text) AS SELECT $1 + 1, $2");
  deepEqual(await client.rows("EXECUTE p (1, 'x')"), [["2", "x"]]);
  deepEqual(await client.rows("EXECUTE p (1 + 1, NULL)"), [["3", null]]);
  equal(
    await client.error("PREPARE p AS SELECT 1"),
    '42P05 prepared statement "p" already exists',
  );
  equal(
    await client.error("EXECUTE p (1)"),
    '42601 wrong number of parameters for prepared statement "p"',
  );
  equal(
    await client.error("EXECUTE q"),
    '26000 prepared statement "q" does not exist',
  );
  await client.run("PREPARE i AS INSERT INTO t VALUES ($1)");
  equal((await client.run("EXECUTE i (5)"))[0]?.tag, "INSERT 0 1");
  await client.run("PREPARE s AS SELECT * FROM t");
  deepEqual(await client.rows("EXECUTE s"), [["5"]]);
  await client.run("ALTER TABLE t ADD COLUMN b text");
  equal(
    await client.error("EXECUTE s"),
    "0A000 cached plan must not change result type",
  );
  deepEqual(
    (await client.rows("SELECT name FROM pg_prepared_statements ORDER BY name"))
      .map(([name]) => name),
    ["i", "p", "s"],
  );
});

Deno.test("ClientSession gives a portal's rows bit by bit", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const outcome = await client.extended(
    "SELECT * FROM generate_series(1, $1)",
    [5],
    2,
  );
  deepEqual(outcome.rows, [["1"], ["2"]]);
  equal(outcome.tag, "");
  const { session } = client;
  const statement = session.prepare("SELECT * FROM generate_series(1, 5)", []);
  const portal = session.bind(statement, []);
  session.portals.set("p", portal);
  const rows: unknown[] = [];
  const sink = {
    row: ([value]: readonly unknown[]) => void rows.push(value),
    full: () => undefined,
  };
  equal((await portal.fetch(3, sink, false)).done, false);
  deepEqual(await portal.fetch(3, sink, false), {
    done: true,
    tag: "SELECT 2",
  });
  deepEqual(rows, [1, 2, 3, 4, 5]);
  await session.sync(false);
  equal(session.portals.get("p"), undefined);
});

Deno.test("ClientSession takes types of parameters from the client", async () => {
  await using engine = await testEngine();
  const { session } = engine.client();
  deepEqual(session.prepare("SELECT $1", [int4]).params, [int4]);
  deepEqual(session.prepare("SELECT $1::int + $2", []).params, [int4, int4]);
  equal(session.prepare("", []).empty, true);
});

Deno.test("ClientSession moves cursors", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    "BEGIN; DECLARE c SCROLL CURSOR FOR SELECT * FROM generate_series(1, 5)",
  );
  const cases: [string, string[], string][] = [
    ["FETCH c", ["1"], "FETCH 1"],
    ["FETCH 2 FROM c", ["2", "3"], "FETCH 2"],
    ["FETCH RELATIVE 0 FROM c", ["3"], "FETCH 1"],
    ["FETCH PRIOR FROM c", ["2"], "FETCH 1"],
    ["FETCH LAST FROM c", ["5"], "FETCH 1"],
    ["FETCH NEXT FROM c", [], "FETCH 0"],
    ["FETCH BACKWARD 2 FROM c", ["5", "4"], "FETCH 2"],
    ["FETCH ABSOLUTE 2 FROM c", ["2"], "FETCH 1"],
    ["FETCH ABSOLUTE -1 FROM c", ["5"], "FETCH 1"],
    ["MOVE FIRST IN c", [], "MOVE 1"],
    ["FETCH ALL FROM c", ["2", "3", "4", "5"], "FETCH 4"],
    ["FETCH BACKWARD ALL FROM c", ["5", "4", "3", "2", "1"], "FETCH 5"],
    ["MOVE 3 IN c", [], "MOVE 3"],
    ["FETCH 0 FROM c", ["3"], "FETCH 1"],
    ["FETCH -1 FROM c", ["2"], "FETCH 1"],
  ];
  for (const [text, rows, tag] of cases) {
    const [outcome] = await client.run(text);
    deepEqual(outcome?.rows.map(([value]) => value), rows, text);
    equal(outcome?.tag, tag, text);
  }
  await client.run("CLOSE c");
  equal(await client.error("FETCH c"), '34000 cursor "c" does not exist');
  await client.run(
    "ROLLBACK; BEGIN; DECLARE n NO SCROLL CURSOR FOR SELECT * FROM generate_series(1, 3)",
  );
  await client.run("FETCH 2 FROM n");
  equal(
    await client.error("FETCH PRIOR FROM n"),
    "55000 cursor can only scan forward",
  );
});

Deno.test("ClientSession shows a cursor what was there when it was declared", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    "CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 10)",
  );
  await client.run(
    "BEGIN; UPDATE t SET a = a; DECLARE c CURSOR FOR SELECT a FROM t ORDER BY a",
  );
  deepEqual(await client.rows("FETCH 2 FROM c"), [["1"], ["2"]]);
  await client.run("DELETE FROM t WHERE a > 3");
  equal((await client.rows("FETCH ALL FROM c")).length, 8);
  await client.run("DECLARE h CURSOR WITH HOLD FOR SELECT a FROM t ORDER BY a");
  await client.run("COMMIT");
  deepEqual(await client.rows("FETCH ALL FROM h"), [["1"], ["2"], ["3"]]);
  equal(await client.error("FETCH c"), '34000 cursor "c" does not exist');
});

Deno.test("ClientSession notifies others at the commit", async () => {
  await using engine = await testEngine();
  const listener = engine.client();
  const client = engine.client();
  await listener.run("LISTEN news");
  await client.run(
    "BEGIN; NOTIFY news, 'a'; SELECT pg_notify('news', 'b'); NOTIFY news, 'a'",
  );
  deepEqual(listener.notifications, []);
  await client.run("COMMIT");
  deepEqual(listener.notifications, ["news a", "news b"]);
  deepEqual(await listener.rows("SELECT * FROM pg_listening_channels()"), [[
    "news",
  ]]);
  await listener.run("UNLISTEN news");
  await client.run("NOTIFY news, 'c'");
  equal(listener.notifications.length, 2);
});

Deno.test("ClientSession moves sequences on whatever becomes of the transaction", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE SEQUENCE s; CREATE TABLE t (a serial, b int)");
  match(
    await client.error("SELECT currval('s')"),
    /^55000 currval of sequence "s" is not yet defined/,
  );
  match(
    await client.error("SELECT lastval()"),
    /^55000 lastval is not yet defined in this session/,
  );
  deepEqual(await client.rows("SELECT nextval('s')"), [["1"]]);
  await client.run("BEGIN; SELECT nextval('s'); ROLLBACK");
  deepEqual(await client.rows("SELECT nextval('s'), currval('s'), lastval()"), [
    ["3", "3", "3"],
  ]);
  deepEqual(await client.rows("SELECT setval('s', 10)"), [["10"]]);
  deepEqual(await client.rows("SELECT nextval('s')"), [["11"]]);
  deepEqual(await client.rows("SELECT setval('s', 20, false)"), [["20"]]);
  deepEqual(await client.rows("SELECT nextval('s')"), [["20"]]);
  await client.run("INSERT INTO t (b) VALUES (1), (2)");
  deepEqual(await client.rows("SELECT a FROM t ORDER BY a"), [["1"], ["2"]]);
  match(
    await client.error("SELECT setval('s', 0)"),
    /^22003 setval: value 0 is out of bounds/,
  );
});

Deno.test("ClientSession waits for advisory locks without holding others up", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const other = engine.client();
  await client.run("SELECT pg_advisory_lock(7)");
  deepEqual(await other.rows("SELECT pg_try_advisory_lock(7)"), [["f"]]);
  deepEqual(await other.rows("SELECT pg_try_advisory_lock(7, 7)"), [["t"]]);
  const waiting = other.run("SELECT pg_advisory_lock(7)");
  deepEqual(await client.rows("SELECT 1"), [["1"]]);
  deepEqual(await client.rows("SELECT pg_advisory_unlock(7)"), [["t"]]);
  equal((await waiting)[0]?.tag, "SELECT 1");
  await client.run("BEGIN; SELECT pg_advisory_xact_lock(8)");
  deepEqual(await other.rows("SELECT pg_try_advisory_xact_lock(8)"), [["f"]]);
  await client.run("COMMIT");
  deepEqual(await other.rows("SELECT pg_try_advisory_xact_lock(8)"), [["t"]]);
  deepEqual(await client.rows("SELECT pg_advisory_unlock(99)"), [["f"]]);
  equal(
    client.notices.at(-1)?.message,
    "you don't own a lock of type ExclusiveLock",
  );
});

Deno.test("ClientSession.cancel() stops what runs", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const other = engine.client();
  await other.run("SELECT pg_advisory_lock(1)");
  const waiting = client.error("SELECT pg_advisory_lock(1)");
  client.session.cancel();
  equal(await waiting, "57014 canceling statement due to user request");
  const sleeping = client.error("SELECT pg_sleep(1000)");
  await other.run("SELECT 1");
  client.session.cancel();
  equal(await sleeping, "57014 canceling statement due to user request");
  deepEqual(await client.rows("SELECT pg_sleep(0.001)"), [[""]]);
  await client.run("SET statement_timeout = 5");
  equal(
    await client.error("SELECT pg_sleep(1000)"),
    "57014 canceling statement due to statement timeout",
  );
});

Deno.test("ClientSession refuses unknown users and databases", async () => {
  await using engine = await testEngine();
  const cases: [string, RegExp][] = [
    ["nosuch", /^28000 role "nosuch" does not exist/],
    ["anon", /^28000 role "anon" is not permitted to log in/],
  ];
  for (const [user, expected] of cases) {
    try {
      engine.client(user);
      ok(false, user);
    } catch (error) {
      const { sqlState, message } = error as {
        sqlState: string;
        message: string;
      };
      match(`${sqlState} ${message}`, expected);
    }
  }
});

Deno.test("ClientSession does not allow another role by way of the start-up packet", async () => {
  await using engine = await testEngine();
  await engine.client().run("CREATE ROLE r LOGIN");
  for (const name of ["role", "Role", "session_authorization"]) {
    throws(
      () => engine.client("r", { [name]: "postgres" }),
      (error) => error instanceof EngineError && error.sqlState === "42501",
      name,
    );
  }
  throws(
    () => engine.client("r", { is_superuser: "on" }),
    (error) => error instanceof EngineError && error.sqlState === "55P02",
  );
});

Deno.test("ClientSession explains", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int PRIMARY KEY)");
  const plan = await client.rows("EXPLAIN SELECT * FROM t WHERE a = 1");
  equal(plan[0]?.[0], "Select");
  match(plan[1]?.[0] ?? "", /-> SEARCH .* USING .*INDEX/);
  const analyzed = await client.rows(
    "EXPLAIN ANALYZE INSERT INTO t VALUES (1)",
  );
  equal(analyzed[0]?.[0], "Insert (actual rows=1)");
  deepEqual(await client.rows("SELECT * FROM t"), [["1"]]);
  const json = await client.rows("EXPLAIN (FORMAT JSON) SELECT 1");
  ok(Array.isArray(JSON.parse(json[0]?.[0] ?? "")));
  equal(
    await client.error("EXPLAIN (FOO) SELECT 1"),
    '42601 unrecognized EXPLAIN option "foo"',
  );
});

Deno.test("ClientSession tells who has which rights", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int); CREATE ROLE r");
  const cases: [string, string][] = [
    ["has_table_privilege('t', 'SELECT')", "t"],
    ["has_table_privilege('r', 't', 'SELECT')", "f"],
    ["has_table_privilege('anon', 't', 'select, insert')", "t"],
    ["has_table_privilege('r', 't'::regclass, 'UPDATE')", "f"],
    ["has_schema_privilege('r', 'public', 'USAGE')", "t"],
    ["has_schema_privilege('r', 'public', 'CREATE')", "f"],
    ["has_database_privilege('r', 'postgres', 'CONNECT')", "t"],
    ["has_column_privilege('anon', 't', 'a', 'SELECT')", "t"],
    ["pg_has_role('postgres', 'anon', 'USAGE')", "t"],
    ["pg_has_role('r', 'anon', 'MEMBER')", "f"],
  ];
  for (const [call, expected] of cases) {
    deepEqual(await client.rows(`SELECT ${call}`), [[expected]], call);
  }
  match(
    await client.error("SELECT has_table_privilege('t', 'FLY')"),
    /^22023 unrecognized privilege type: "FLY"/,
  );
});

Deno.test("ClientSession keeps claims that a client sets for itself", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run('SET request.jwt.claims = \'{"sub":"x"}\'');
  deepEqual(
    await client.rows(
      "SELECT current_setting('request.jwt.claims')::json ->> 'sub'",
    ),
    [["x"]],
  );
  deepEqual(
    await client.rows(
      "SELECT set_config('jwt.email', 'a@b', false)",
    ),
    [["a@b"]],
  );
  deepEqual(await client.rows("SELECT current_setting('no.such', true)"), [[
    null,
  ]]);
  match(
    await client.error("SELECT current_setting('no.such')"),
    /^42704 unrecognized configuration parameter "no.such"/,
  );
});
