/**
 * MySQL's own clients against the program: npm `mysql2`, MariaDB's command line, PyMySQL, JDBC, and dumps
 * both ways.
 */
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import mysql from "mysql2/promise";
import pg from "pg";
import { hasMariadb, startMariadb } from "../support/mariadb_server.ts";
import { type Program, startProgram } from "../support/program.ts";
import { testCert, testKey } from "../support/test_certificate.ts";

const password = "s3cret";

/** One program for all, which change nothing of each other's. */
async function withProgram(
  work: (program: Program, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const cert = `${folder}/cert.pem`;
    const key = `${folder}/key.pem`;
    await Deno.writeTextFile(cert, testCert);
    await Deno.writeTextFile(key, testKey);
    await using program = await startProgram({
      args: [
        "--memory",
        "--no-auth-api",
        "--no-rest-api",
        "--auth",
        "scram-sha-256",
        "--password",
        password,
        "--tls-cert",
        cert,
        "--tls-key",
        key,
        "--mysql-socket",
        `${folder}/mysql.sock`,
      ],
    });
    await work(program, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface ToolRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  program: string,
  args: readonly string[],
  input = "",
): Promise<ToolRun> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

const columns =
  "id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, b bigint, n decimal(10,2), v varchar(20), t text, bl blob, f float, d double, dt datetime(3), da date, ti time, j json, bo boolean, e enum('x','y')";

const values = [
  "-9223372036854775808",
  "12.30",
  "été",
  "line\nbreak",
  new Uint8Array([0, 255, 39, 92]),
  1.5,
  2.25e-7,
  "2020-01-02 03:04:05.678",
  "2021-02-03",
  "10:11:12",
  '{"a": [1, null]}',
  true,
  "y",
];

Deno.test("mysql2 gets the same rows by text and by prepared statement", () =>
  withProgram(async ({ mysqlPort: port }) => {
    const client = await mysql.createConnection({
      host: "127.0.0.1",
      port,
      user: "root",
      password,
      database: "postgres",
      dateStrings: true,
      supportBigNumbers: true,
    });
    try {
      await client.query(`CREATE TABLE t (${columns})`);
      const [made] = await client.execute(
        `INSERT INTO t VALUES (NULL${", ?".repeat(values.length)})`,
        values as never,
      );
      equal((made as mysql.ResultSetHeader).insertId, 1);
      equal((made as mysql.ResultSetHeader).affectedRows, 1);
      const expected = {
        id: 1,
        b: "-9223372036854775808",
        n: "12.30",
        v: "été",
        t: "line\nbreak",
        bl: "00ff275c",
        f: 1.5,
        d: 2.25e-7,
        dt: "2020-01-02 03:04:05.678",
        da: "2021-02-03",
        ti: "10:11:12",
        j: { a: [1, null] },
        bo: 1,
        e: "y",
      };
      for (
        const [rows] of [
          await client.query("SELECT * FROM t WHERE id = 1"),
          await client.execute("SELECT * FROM t WHERE id = ?", [1]),
          await client.execute("SELECT * FROM t WHERE id = ?", ["1"]),
        ]
      ) {
        const [row] = rows as Record<string, unknown>[];
        deepEqual(
          { ...row, bl: (row?.["bl"] as Uint8Array).toHex() },
          expected,
        );
      }
      const [params] = await client.execute(
        "SELECT ? AS a, ? AS b, ? AS c, ? + 1 AS d FROM t LIMIT ?",
        [5, "x", null, 1.5, 10],
      );
      deepEqual((params as unknown[])[0], { a: 5, b: "x", c: null, d: 2.5 });
      await client.execute("UPDATE t SET bl = ? WHERE id = ?", [null, 1]);
      const [nulls] = await client.execute("SELECT bl FROM t");
      deepEqual(nulls, [{ bl: null }]);
      await rejects(
        () => client.execute("SELECT * FROM nope"),
        { errno: 1146, sqlState: "42S02" },
      );
      await client.beginTransaction();
      await client.query("DELETE FROM t");
      await client.rollback();
      const [kept] = await client.query("SELECT count(*) AS n FROM t");
      deepEqual(kept, [{ n: 1 }]);
      await client.changeUser({ user: "postgres", password });
      await client.ping();
    } finally {
      await client.end();
    }
  }));

Deno.test("mysql2 gets TIME and ENUM by text and by prepared statement", () =>
  withProgram(async ({ mysqlPort: port }) => {
    const client = await mysql.createConnection({
      host: "127.0.0.1",
      port,
      user: "root",
      password,
      database: "postgres",
    });
    try {
      await client.query(
        "CREATE TABLE shifts (id int PRIMARY KEY, t time(3), s time, e enum('b','a'), KEY (t))",
      );
      const times = [
        ["-100:00:00.001", "838:59:59", "A"],
        ["26:03:04.500", "-00:00:01", 1],
        ["00:00:01.000", "101112", "1"],
      ];
      for (const [id, row] of times.entries()) {
        await client.execute(
          "INSERT INTO shifts VALUES (?, ?, ?, ?)",
          [id, ...row],
        );
      }
      const expected = [
        { id: 0, t: "-100:00:00.001", s: "838:59:59", e: "a" },
        { id: 2, t: "00:00:01.000", s: "10:11:12", e: "b" },
        { id: 1, t: "26:03:04.500", s: "-00:00:01", e: "b" },
      ];
      deepEqual(
        (await client.query("SELECT * FROM shifts ORDER BY t"))[0],
        expected,
      );
      const [binary] = await client.execute("SELECT * FROM shifts ORDER BY t");
      // mysql2 leaves out the zeros of a binary time's fraction.
      deepEqual(
        binary,
        expected.map((row) => ({ ...row, t: row.t.replace(/\.?0*$/, "") })),
      );
      for (const given of ["26:03:04.5", "1 2:03:04.5", "260304.5"]) {
        const [found] = await client.execute(
          "SELECT id FROM shifts WHERE t = ?",
          [given],
        );
        deepEqual(found, [{ id: 1 }], given);
      }
      const [place] = await client.execute(
        "SELECT id FROM shifts WHERE e = ? AND e + 0 = ?",
        [2, 2],
      );
      deepEqual(place, [{ id: 0 }]);
      const [plan] = await client.query(
        "EXPLAIN SELECT id FROM shifts WHERE t = '10:00'",
      );
      match(JSON.stringify(plan), /SEARCH .* USING INDEX/);
    } finally {
      await client.end();
    }
  }));

Deno.test("mysql2 gets BIGINT UNSIGNED by text and by prepared statement", () =>
  withProgram(async ({ mysqlPort: port }) => {
    const client = await mysql.createConnection({
      host: "127.0.0.1",
      port,
      user: "root",
      password,
      database: "postgres",
      supportBigNumbers: true,
    });
    const most = "18446744073709551615";
    try {
      await client.query(
        "CREATE TABLE counters (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, n bigint unsigned, KEY (n))",
      );
      await client.execute("INSERT INTO counters (n) VALUES (?), (?), (?)", [
        most,
        "9223372036854775808",
        7,
      ]);
      const query =
        "SELECT id, n, n - 1 AS less, n | 1 AS bits, MAX(n) OVER () AS top, CAST(n AS UNSIGNED) AS again FROM counters ORDER BY n DESC";
      const row = (id: number, n: string, less: string, bits: string) => ({
        id,
        n,
        less,
        bits,
        top: most,
        again: n,
      });
      const expected = [
        row(1, most, "18446744073709551614", most),
        row(
          2,
          "9223372036854775808",
          "9223372036854775807",
          "9223372036854775809",
        ),
        { id: 3, n: 7, less: 6, bits: 7, top: most, again: 7 },
      ];
      deepEqual((await client.query(query))[0], expected);
      deepEqual((await client.execute(query))[0], expected);
      for (const sql of ["n = ?", "n >= ? AND n <> 9223372036854775808"]) {
        const [found] = await client.execute(
          `SELECT id FROM counters WHERE ${sql}`,
          [most],
        );
        deepEqual(found, [{ id: 1 }], sql);
      }
      const [plan] = await client.query(
        `EXPLAIN SELECT id FROM counters WHERE n = ${most}`,
      );
      match(JSON.stringify(plan), /SEARCH .* USING INDEX/);
      const [filled] = await client.execute(
        "SELECT IFNULL(n, 0) AS x, IF(id = 1, n, NULL) AS y FROM counters WHERE id = 1",
      );
      deepEqual(filled, [{ x: most, y: most }]);
      // A column that may be below zero, too, cannot hold it in eight bytes.
      await rejects(
        () => client.execute("SELECT IFNULL(n, -1) AS x FROM counters"),
        { errno: 1690 },
      );
      await rejects(
        () => client.execute("INSERT INTO counters (n) VALUES (?)", [-1]),
        { errno: 1264 },
      );
    } finally {
      await client.end();
    }
  }));

Deno.test("mysql2 signs in plain and over TLS with the right password alone", () =>
  withProgram(async ({ mysqlPort: port }) => {
    for (const ssl of [undefined, { rejectUnauthorized: false }]) {
      const options = {
        host: "127.0.0.1",
        port,
        user: "root",
        ...(ssl === undefined ? {} : { ssl }),
      };
      const client = await mysql.createConnection({ ...options, password });
      const [rows] = await client.query("SELECT current_user() AS u");
      deepEqual(rows, [{ u: "root@%" }]);
      await client.end();
      for (const wrong of ["", "wrong"]) {
        await rejects(
          () => mysql.createConnection({ ...options, password: wrong }),
          { errno: 1045 },
        );
      }
    }
  }));

const cli = "mariadb";

Deno.test("MariaDB's command line signs in with either plugin, over TCP, TLS and the socket", async () => {
  await withProgram(async ({ mysqlPort }, folder) => {
    const places = [
      ["-h", "127.0.0.1", "-P", String(mysqlPort), "--skip-ssl"],
      ["-h", "127.0.0.1", "-P", String(mysqlPort), "--ssl"],
      ["-S", `${folder}/mysql.sock`],
    ];
    for (const place of places) {
      for (const plugin of ["mysql_native_password", "caching_sha2_password"]) {
        const signIn = [...place, `--default-auth=${plugin}`, "-N", "-B"];
        const good = await run(cli, [
          ...signIn,
          "-u",
          "root",
          `-p${password}`,
          "-e",
          "SELECT 1 + 1; SELECT 'é'",
        ]);
        equal(good.stdout, "2\né\n", `${place} ${plugin} ${good.stderr}`);
        for (const [user, given] of [["root", "wrong"], ["nobody", password]]) {
          const bad = await run(cli, [
            ...signIn,
            "-u",
            user!,
            `-p${given}`,
            "-e",
            "SELECT 1",
          ]);
          equal(bad.code, 1);
          match(bad.stderr, /^ERROR 1045 \(28000\): Access denied for user/);
        }
      }
    }
  });
});

Deno.test("MariaDB's command line shows tables, columns and errors", () =>
  withProgram(async ({ mysqlPort }) => {
    const { stdout, stderr } = await run(
      cli,
      [
        "-h",
        "127.0.0.1",
        "-P",
        String(mysqlPort),
        "--skip-ssl",
        "-u",
        "root",
        `-p${password}`,
        "-B",
        "--force",
        "postgres",
      ],
      `CREATE TABLE t (${columns});
INSERT INTO t (v) VALUES ('a'), ('b');
SHOW TABLES;
SELECT count(*), last_insert_id() FROM t;
SELECT * FROM nope;
USE nowhere;
SELECT database();
PREPARE s FROM 'SELECT ? + ?';
SET @a = 3, @b = 4;
EXECUTE s USING @a, @b;
`,
    );
    equal(
      stdout,
      "Tables_in_postgres\nt\ncount(*)\tlast_insert_id()\n2\t1\ndatabase()\npostgres\n? + ?\n7\n",
    );
    match(
      stderr,
      /ERROR 1146 \(42S02\) at line 5: Table 'postgres\.nope' doesn't exist/,
    );
    match(stderr, /ERROR 1049 \(42000\) at line 6: Unknown database 'nowhere'/);
  }));

const python = `
import pymysql, sys, datetime
def connect(password, **more):
    return pymysql.connect(host="127.0.0.1", port=int(sys.argv[1]), user="root", password=password,
                           database="postgres", **more)
for ssl in ({}, {"ssl": {"check_hostname": False, "verify_mode": False}}):
    try:
        connect("wrong", **ssl)
    except pymysql.err.OperationalError as e:
        print(e.args[0])
c = connect("s3cret", autocommit=False)
cur = c.cursor()
cur.execute("CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, v varchar(20), d datetime, bl blob)")
print(cur.execute("INSERT INTO t (v, d, bl) VALUES (%s, %s, %s)",
                  ("it's", datetime.datetime(2020, 1, 2), b"\\x00\\xff'\\\\")), cur.lastrowid)
print(cur.executemany("INSERT INTO t (v) VALUES (%s)", [("a",), ("b",)]))
cur.execute("SELECT * FROM t WHERE id = %s", (1,))
print(cur.fetchall())
c.rollback()
cur.execute("SELECT count(*) FROM t")
print(cur.fetchone())
cur.execute("SELECT length(%s), repeat('x', 17000000)", ("y" * 17000000,))
n, x = cur.fetchone()
print(n, len(x))
c.ping()
c.select_db("information_schema")
cur.execute("SELECT database()")
print(cur.fetchone())
c.close()
`;

Deno.test("PyMySQL signs in, reads and writes, and sends more than 16 MiB", () =>
  withProgram(async ({ mysqlPort }) => {
    const { stdout, stderr } = await run("/usr/bin/python3", [
      "-c",
      python,
      String(mysqlPort),
    ]);

    equal(
      stdout,
      `1045
1045
1 1
2
((1, "it's", datetime.datetime(2020, 1, 2, 0, 0), b"\\x00\\xff'\\\\"),)
(0,)
17000000 17000000
('information_schema',)
`,
      stderr,
    );
  }));

Deno.test("MariaDB's JDBC driver prepares, reads types and finds tables", () =>
  withProgram(async ({ mysqlPort }) => {
    const { stdout, stderr } = await run("java", [
      "-cp",
      "/usr/share/java/mariadb-java-client.jar",
      fileURLToPath(new URL("clients/MysqlJdbc.java", import.meta.url)),
      String(mysqlPort),
      password,
    ]);
    const line =
      "1 1 -9223372036854775808 12.30 été's 2020-01-02 03:04:05.678 4 true BIGINT 1 jt id BIGINT\n";

    equal(stdout, `${line.repeat(3)}1045 28000\n`, stderr);
  }));

const sample = `
CREATE TABLE a (${columns}, UNIQUE KEY uv (v));
CREATE TABLE b (id bigint PRIMARY KEY, a_id int unsigned, KEY ka (a_id),
  CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a (id) ON DELETE CASCADE);
INSERT INTO a (b, n, v, t, bl, f, d, dt, da, ti, j, bo, e) VALUES
  (-9223372036854775808, 12.3, 'été', 'line\\nbreak "q" \\\\ ''', x'00ff275c', 1.5, 2.25e-7,
   '2020-01-02 03:04:05.678', '2021-02-03', '10:11:12', '{"a": [1, null]}', 1, 'y'),
  (NULL, NULL, 'two', '', '', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL);
INSERT INTO b VALUES (1, 1), (2, NULL);
CREATE VIEW va AS SELECT *, CONCAT(v, '\\\\', "'") AS \`odd \`\`name\` /* why */ FROM a WHERE id < 10;
CREATE SQL SECURITY INVOKER VIEW vb (k, many) AS
  SELECT a_id, COUNT(*) FROM b LEFT JOIN va ON va.id = b.a_id GROUP BY a_id HAVING COUNT(*) > 0;
CREATE VIEW vc AS SELECT id FROM a WHERE id < 5 WITH CASCADED CHECK OPTION;
CREATE TABLE c (id bigint unsigned PRIMARY KEY, ti time(3) DEFAULT '-01:02:03.500', y year,
  size enum('small','it''s, large') NOT NULL DEFAULT 'small', tags set('x','y'), body text, slug varchar(50),
  UNIQUE KEY us (slug(4)), KEY kb (body(20), y), KEY kt (ti));
INSERT INTO c VALUES (18446744073709551615, '-838:59:59', 0, 2, 3, 'long text', 'abcde'),
  (9223372036854775808, '100:00:00.001', 70, 'SMALL', '', NULL, 'abcx');
INSERT INTO c (id, slug) VALUES (7, NULL);
INSERT IGNORE INTO c (id, slug) VALUES (8, 'ABCD');
`;

/** A view of a PostgreSQL client, with a part of every kind that MySQL has too. */
const pgView = `create view source.vpg as
  with c as (select a_id, count(*) filter (where id > 1) as n from source.b group by a_id)
  select a.id, a.v || '!' as w, a.id / 2 as half, coalesce(c.n, 0) as n, a.b::text as bt,
    row_number() over (partition by a.bo order by a.n desc) as r, length(a.v) as l,
    case when a.e is distinct from 'y' then 'no' else 'y' || a.id end as k,
    exists (select from source.b where b.a_id = a.id) as has, substring(a.v from 2 for 2) as s
  from source.a left join c on c.a_id = a.id
  where a.id = any (array[1, 2, 3]) and a.v like '%t%' and (a.da is null or a.da >= date '2020-01-01')
  order by a.n limit 5`;

const look =
  "SELECT id, b, n, v, t, hex(bl), f, d, dt, da, ti, j, bo, e FROM a ORDER BY id; SELECT * FROM b ORDER BY id; SELECT id, `odd ``name` FROM va ORDER BY id; SELECT * FROM vb ORDER BY k; SELECT c.*, size + 0, tags + 0 FROM c ORDER BY id; INSERT INTO vc VALUES (9)";

Deno.test({
  name: "mysqldump carries tables and views from here to MariaDB and back",
  ignore: !hasMariadb(),
  // The client library's sockets end a moment after it says so.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: () =>
    withProgram(async ({ mysqlPort, pgPort }) => {
      await using mariadb = await startMariadb();
      const at = (port: number, ours: boolean) => [
        "-h",
        "127.0.0.1",
        "-P",
        String(port),
        "--skip-ssl",
        "-u",
        "root",
        ...(ours ? [`-p${password}`] : []),
      ];
      const here = at(mysqlPort, true);
      const there = at(mariadb.port, false);
      for (const [from, to] of [[here, there], [there, here]] as const) {
        const made = await run(cli, [...from, "-e", "CREATE DATABASE source"]);
        equal(made.code, 0, made.stderr);
        const filled = await run(cli, [...from, "source"], sample);
        equal(filled.code, 0, filled.stderr);
        if (from === here) {
          const client = new pg.Client({
            host: "127.0.0.1",
            port: pgPort,
            user: "postgres",
            password,
            database: "postgres",
          });
          await client.connect();
          await client.query(pgView);
          await client.end();
        }
        const before = await run(cli, [...from, "source", "-e", look]);
        const target = await run(cli, [...to, "-e", "CREATE DATABASE target"]);
        equal(target.code, 0, target.stderr);
        // As bytes: a blob is written as it is.
        const raw = await new Deno.Command("bash", {
          args: [
            "-c",
            'set -o pipefail; mariadb-dump "${@:2:$1}" --no-tablespaces source | mariadb "${@:$1+2}" target',
            "bash",
            String(from.length),
            ...from,
            ...to,
          ],
          stderr: "piped",
        }).output();
        equal(raw.code, 0, new TextDecoder().decode(raw.stderr));
        const after = await run(cli, [...to, "target", "-e", look]);
        equal(after.stdout, before.stdout, after.stderr);
        match(after.stdout, /été/);
        match(after.stderr, /ERROR 1369 .*CHECK OPTION failed/);
        if (from === here) {
          const [one, two] = await Promise.all(
            [[from, "source"], [to, "target"]].map((
              [place, name],
            ) =>
              run(cli, [
                ...place as string[],
                name as string,
                "-e",
                "SELECT * FROM vpg ORDER BY id",
              ])
            ),
          );
          equal(two?.stdout, one?.stdout, two?.stderr);
          match(two?.stdout ?? "", /été!/);
        }
        for (const place of [from, to]) {
          await run(cli, [
            ...place,
            "-e",
            "DROP DATABASE IF EXISTS source; DROP DATABASE IF EXISTS target",
          ]);
        }
      }
    }),
});
