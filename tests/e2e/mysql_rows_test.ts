/**
 * What MySQL's clients are told of the rows they write: npm `mysql2` against the program.
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import mysql from "mysql2/promise";
import postgres from "postgres";
import { type Program, startProgram } from "../support/program.ts";

type Said = Pick<
  mysql.ResultSetHeader,
  "affectedRows" | "insertId" | "info" | "warningStatus" | "changedRows"
>;

async function withClient(
  work: (client: mysql.Connection, program: Program) => Promise<void>,
  options: Partial<mysql.ConnectionOptions> = {},
): Promise<void> {
  await using program = await startProgram({
    args: ["--memory", "--no-auth-api", "--no-rest-api", "--auth", "trust"],
  });
  const client = await mysql.createConnection({
    host: "127.0.0.1",
    port: program.mysqlPort,
    user: "root",
    database: "postgres",
    flags: ["-FOUND_ROWS"],
    ...options,
  });
  try {
    await work(client, program);
  } finally {
    await client.end();
  }
}

/** What OK says of a statement, by text or prepared. */
async function said(
  client: mysql.Connection,
  sql: string,
  values?: readonly (string | number | null)[],
): Promise<Said> {
  const [found] = values === undefined
    ? await client.query(sql)
    : await client.execute(sql, [...values]);
  return found as mysql.ResultSetHeader;
}

async function rows(
  client: mysql.Connection,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const [found] = await client.query(sql);
  return found as Record<string, unknown>[];
}

const numbers = async (
  client: mysql.Connection,
  sql: string,
  values?: readonly (string | number | null)[],
) => {
  const { affectedRows, insertId, warningStatus } = await said(
    client,
    sql,
    values,
  );
  return [affectedRows, insertId, warningStatus];
};

Deno.test("an UPDATE counts the rows that it changes, by text and prepared", () =>
  withClient(async (client) => {
    await client.query(
      "CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(9), d decimal(6,2), j json, bl blob, f double)",
    );
    await client.query(
      `INSERT INTO t VALUES (1, 1, 'x', 1.5, '{"a":1}', x'00ff', 1), (2, NULL, NULL, NULL, NULL, NULL, NULL)`,
    );
    const set = "UPDATE t SET a = ?, b = ?, d = ?, f = ? WHERE id = ?";
    deepEqual(await numbers(client, set, [1, "x", "1.50", 1, 1]), [0, 0, 0]);
    deepEqual(await numbers(client, set, [1, "X", 1.5, 1, 1]), [1, 0, 0]);
    deepEqual(await numbers(client, set, [null, null, null, null, 2]), [
      0,
      0,
      0,
    ]);
    deepEqual(await numbers(client, set, [null, null, 0, null, 2]), [1, 0, 0]);
    deepEqual(await numbers(client, set, [1, "x", 1, 1, 99]), [0, 0, 0]);
    const { info, changedRows, affectedRows } = await said(
      client,
      "UPDATE t SET a = 1",
    );
    equal(info, "Rows matched: 2  Changed: 1  Warnings: 0");
    deepEqual([affectedRows, changedRows], [1, 1]);
    equal(
      (await said(client, `UPDATE t SET j = '{"a": 1}' WHERE id = 1`))
        .affectedRows,
      0,
    );
    equal(
      (await said(client, "UPDATE t SET bl = x'00ff' WHERE id = 1"))
        .affectedRows,
      0,
    );
    await client.beginTransaction();
    deepEqual(await numbers(client, "UPDATE t SET a = a"), [0, 0, 0]);
    deepEqual(await rows(client, "SELECT ROW_COUNT() AS n"), [{ n: 0 }]);
    deepEqual(await numbers(client, "UPDATE t SET a = a + 1"), [2, 0, 0]);
    deepEqual(await rows(client, "SELECT ROW_COUNT() AS n"), [{ n: 2 }]);
    await client.commit();
  }));

Deno.test("a client with CLIENT_FOUND_ROWS is told of the rows that were found", () =>
  withClient(async (client) => {
    await client.query("CREATE TABLE t (id int PRIMARY KEY, a int)");
    await client.query("INSERT INTO t VALUES (1, 1), (2, 2)");
    const { affectedRows, changedRows } = await said(
      client,
      "UPDATE t SET a = 1",
    );
    deepEqual([affectedRows, changedRows], [2, 1]);
    const upsert =
      "INSERT INTO t VALUES (?, ?) ON DUPLICATE KEY UPDATE a = VALUES(a)";
    equal((await said(client, upsert, [1, 1])).affectedRows, 1);
    equal((await said(client, upsert, [1, 5])).affectedRows, 2);
    equal((await said(client, upsert, [3, 5])).affectedRows, 1);
  }, { flags: ["FOUND_ROWS"] }));

Deno.test("upserts and REPLACE count one, two or none for each row", () =>
  withClient(async (client) => {
    await client.query(
      "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, k varchar(9) UNIQUE, n int)",
    );
    const upsert =
      "INSERT INTO t (k, n) VALUES (?, ?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), n = VALUES(n)";
    deepEqual(await numbers(client, upsert, ["a", 1]), [1, 1, 0]);
    deepEqual(await numbers(client, upsert, ["a", 2]), [2, 1, 0]);
    deepEqual(await numbers(client, upsert, ["a", 2]), [0, 1, 0]);
    deepEqual(await rows(client, "SELECT LAST_INSERT_ID() AS id"), [{ id: 1 }]);
    const several = await said(
      client,
      "INSERT INTO t (k, n) VALUES ('a', 2), ('b', 1), ('c', 1) ON DUPLICATE KEY UPDATE n = VALUES(n) + 1",
    );
    equal(several.affectedRows, 4);
    equal(several.info, "Records: 3  Duplicates: 1  Warnings: 0");
    const [first] = await rows(client, "SELECT id FROM t WHERE k = 'b'");
    equal(several.insertId, first?.["id"]);
    deepEqual(
      await rows(client, "SELECT LAST_INSERT_ID() AS id"),
      [{ id: first?.["id"] }],
    );
    equal(
      (await said(client, "REPLACE INTO t (k, n) VALUES ('a', 9), ('z', 9)"))
        .affectedRows,
      3,
    );
    deepEqual(
      await numbers(client, "INSERT INTO t (id, k) VALUES (500, 'y')"),
      [1, 500, 0],
    );
    deepEqual(
      await numbers(client, "INSERT IGNORE INTO t (id, k) VALUES (500, 'w')"),
      [0, 0, 1],
    );
  }));

Deno.test("rows that a policy hides are neither found nor changed", () =>
  withClient(async (root, { mysqlPort, pgPort }) => {
    await root.query(
      "CREATE TABLE t (id int PRIMARY KEY, owner varchar(20), a int)",
    );
    await root.query(
      "INSERT INTO t VALUES (1, 'ann', 1), (2, 'ann', 2), (3, 'bob', 3)",
    );
    const sql = postgres({
      host: "127.0.0.1",
      port: pgPort,
      user: "postgres",
      database: "postgres",
      max: 1,
    });
    await sql.unsafe(
      "create role ann login; grant all on t to ann; alter table t enable row level security; create policy own on t using (owner = current_user) with check (owner = current_user)",
    );
    await sql.end();
    const ann = await mysql.createConnection({
      host: "127.0.0.1",
      port: mysqlPort,
      user: "ann",
      database: "postgres",
      flags: ["-FOUND_ROWS"],
    });
    try {
      equal(
        (await said(ann, "UPDATE t SET a = 1")).info,
        "Rows matched: 2  Changed: 1  Warnings: 0",
      );
      equal((await said(ann, "UPDATE t SET a = 1")).affectedRows, 0);
      await rejects(() => ann.query("UPDATE t SET owner = 'bob' WHERE id = 1"));
      equal(
        (await said(
          ann,
          "INSERT INTO t VALUES (1, 'ann', 1) ON DUPLICATE KEY UPDATE a = VALUES(a)",
        )).affectedRows,
        0,
      );
      await rejects(() =>
        ann.query(
          "INSERT INTO t VALUES (3, 'ann', 1) ON DUPLICATE KEY UPDATE a = VALUES(a)",
        )
      );
      await rejects(() =>
        ann.query("INSERT IGNORE INTO t VALUES (9, 'bob', 1)")
      );
      equal((await said(ann, "UPDATE IGNORE t SET a = 2")).affectedRows, 2);
      deepEqual(
        await numbers(
          ann,
          "INSERT INTO t VALUES (1, 'ann', 1) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), a = 7",
        ),
        [2, 1, 0],
      );
      deepEqual(
        await numbers(
          ann,
          "UPDATE t SET a = LAST_INSERT_ID(a + 1) WHERE id = 1",
        ),
        [1, 8, 0],
      );
      await ann.query("SET sql_mode = ''");
      deepEqual(
        await numbers(
          ann,
          "INSERT INTO t VALUES (1, 'ann', 1) ON DUPLICATE KEY UPDATE a = '9x'",
        ),
        [2, 0, 1],
      );
      await rejects(() => ann.query("UPDATE t SET owner = 'bob' WHERE id = 1"));
    } finally {
      await ann.end();
    }
    deepEqual(await rows(root, "SELECT a FROM t WHERE id = 3"), [{ a: 3 }]);
  }));

Deno.test("a row that stays the same keeps its time, whoever writes it", () =>
  withClient(async (client, { pgPort }) => {
    await client.query(
      "CREATE TABLE t (id int PRIMARY KEY, a int, y int AS (YEAR(at)) STORED, at datetime NULL ON UPDATE CURRENT_TIMESTAMP)",
    );
    await client.query("INSERT INTO t (id, a) VALUES (1, 1), (2, 2)");
    const times = () =>
      rows(
        client,
        "SELECT id, at IS NULL AS at, y IS NULL AS y FROM t ORDER BY id",
      );
    const none = [{ id: 1, at: 1, y: 1 }, { id: 2, at: 1, y: 1 }];
    await client.query("UPDATE t SET a = a");
    await client.query("UPDATE t SET a = (SELECT 1) WHERE id = 1");
    await client.query(
      "INSERT INTO t (id, a) VALUES (2, 2) ON DUPLICATE KEY UPDATE a = VALUES(a)",
    );
    const sql = postgres({
      host: "127.0.0.1",
      port: pgPort,
      user: "postgres",
      database: "postgres",
      max: 1,
    });
    equal((await sql`update t set a = a`).count, 2);
    deepEqual(await times(), none);
    const [back] = await sql`update t set a = 5 where id = 1 returning a, at`;
    ok(back?.["at"] !== null);
    await sql.end();
    deepEqual(await times(), [{ id: 1, at: 0, y: 0 }, { id: 2, at: 1, y: 1 }]);
  }));

Deno.test("warnings are counted, listed and bounded, also those of a long read", () =>
  withClient(async (client) => {
    const warnings = () => rows(client, "SHOW WARNINGS");
    const [, fields] = await client.query("SELECT '3abc' + 1 AS n");
    equal(fields.length, 1);
    deepEqual(await warnings(), [{
      Level: "Warning",
      Code: 1292,
      Message: "Truncated incorrect DOUBLE value: '3abc'",
    }]);
    await client.query("SELECT 1/0");
    deepEqual(await rows(client, "SELECT @@warning_count AS n"), [{ n: 1 }]);
    await client.query(
      "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, v varchar(20))",
    );
    const list = Array.from({ length: 1500 }, (_, i) => `('x${i}')`).join(",");
    await client.query(`INSERT INTO t (v) VALUES ${list}`);
    await client.query("SELECT count(v + 1) AS n FROM t");
    const [count] = await rows(client, "SHOW COUNT(*) WARNINGS");
    deepEqual(Object.values(count ?? {}), [1500]);
    equal((await warnings()).length, 1024);
    await client.query("SET max_error_count = 64");
    // Long enough to be read on another thread.
    for (let i = 0; i < 2; i++) {
      await client.query(
        "SELECT count(a.v + b.id) AS n FROM t a JOIN t b ON b.id <= 100",
      );
      const [many] = await rows(client, "SHOW COUNT(*) WARNINGS");
      deepEqual(Object.values(many ?? {}), [150_000]);
      equal((await warnings()).length, 64);
    }
    await rejects(() => client.query("SELEC"), { errno: 1064 });
    deepEqual(
      (await rows(client, "SHOW ERRORS")).map(({ Code }) => Code),
      [1064],
    );
    await client.query("SELECT 1");
    deepEqual(await warnings(), []);
    const long = "y".repeat(100_000);
    await client.query("SELECT ? + 1", [long]);
    const [{ Message } = {}] = await warnings();
    ok(String(Message).length < 300);
  }));

Deno.test("IGNORE makes values fit and passes over rows, and says so", () =>
  withClient(async (client) => {
    await client.query("CREATE TABLE p (id int PRIMARY KEY)");
    await client.query(
      "CREATE TABLE t (id int PRIMARY KEY, n tinyint, v varchar(3), r int NOT NULL, p int, FOREIGN KEY (p) REFERENCES p (id))",
    );
    await client.query("INSERT INTO p VALUES (1)");
    const { affectedRows, info, warningStatus } = await said(
      client,
      "INSERT IGNORE INTO t VALUES (1, 1, 'a', 1, 1), (1, 2, 'b', 2, 1), (2, 300, 'long', NULL, NULL), (3, 1, 'c', 1, 77)",
    );
    equal(affectedRows, 2);
    match(info, /^Records: 4 {2}Duplicates: 2 {2}Warnings: 5$/);
    equal(warningStatus, 5);
    deepEqual(
      (await rows(client, "SHOW WARNINGS")).map(({ Code }) => Code).sort(),
      [1048, 1062, 1264, 1265, 1452],
    );
    deepEqual(await rows(client, "SELECT id, n, v, r FROM t ORDER BY id"), [
      { id: 1, n: 1, v: "a", r: 1 },
      { id: 2, n: 127, v: "lon", r: 0 },
    ]);
    const prepared = "INSERT IGNORE INTO t (id, n, r) VALUES (?, ?, ?)";
    deepEqual(await numbers(client, prepared, [1, 1, 1]), [0, 0, 1]);
    deepEqual(await numbers(client, prepared, [9, "12x", "-5"]), [1, 0, 1]);
    deepEqual(await rows(client, "SELECT n, r FROM t WHERE id = 9"), [
      { n: 12, r: -5 },
    ]);
    await rejects(
      () => client.query("INSERT INTO t (id, n, r) VALUES (5, 300, 1)"),
      {
        errno: 1264,
      },
    );
    await client.query("SET sql_mode = ''");
    deepEqual(
      await numbers(client, "INSERT INTO t (id, n, r) VALUES (5, 300, 1)"),
      [1, 0, 1],
    );
    equal((await said(client, "DELETE IGNORE FROM p")).affectedRows, 0);
  }));

Deno.test("? stands in SET, prepared by the protocol", () =>
  withClient(async (client) => {
    await client.execute("SET @a = ?, @b = CONCAT(?, @a)", [5, "x"]);
    await client.execute("SET @a = ?, @b = CONCAT(?, @a)", [7, "y"]);
    deepEqual(await rows(client, "SELECT @a + 1 AS a, @b AS b"), [
      { a: 8, b: "y7" },
    ]);
    await client.execute("SET SESSION sql_mode = ?", ["ANSI_QUOTES"]);
    deepEqual(await rows(client, 'SELECT @@sql_mode AS "m"'), [
      { m: "ANSI_QUOTES" },
    ]);
  }));
