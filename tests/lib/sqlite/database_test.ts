import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { systemClock } from "../../../lib/base/clock.ts";
import { Database } from "../../../lib/sqlite/database.ts";
import { resultCode, SqliteError } from "../../../lib/sqlite/error.ts";
import {
  queryOffThread,
  runInline,
  runOffThread,
} from "../../../lib/sqlite/execute.ts";
import { InterruptedError } from "../../../lib/sqlite/interruption.ts";
import { counting, withDatabase } from "./support.ts";

const limits = { clock: systemClock, sliceMs: 4 };

function hasCode(code: number): (error: unknown) => boolean {
  return (error) => error instanceof SqliteError && error.code === code;
}

Deno.test("Database.prepare() takes exactly one statement", async (t) => {
  await withDatabase(async ({ database }) => {
    const accepted = [
      "SELECT 1",
      "SELECT 1;",
      "SELECT 1 ; -- the end",
      " /* a */ -- b\n ; SELECT 1 /* c */ ; ",
      "SELECT ';SELECT 2'",
      "SELECT 1 /* not closed",
    ];
    for (const sql of accepted) {
      await t.step(`accepts ${JSON.stringify(sql)}`, () => {
        equal(database.prepare(sql).word, "SELECT");
      });
    }
    const refused = [
      "",
      " ; -- nothing",
      "SELECT 1; SELECT 2",
      "SELECT 1; x",
      "SELECT 1; DROP TABLE t",
      "SELECT 1\0; SELECT 2",
      "SELECT 'é'; SELECT 2",
    ];
    for (const sql of refused) {
      await t.step(`refuses ${JSON.stringify(sql)}`, () => {
        throws(() => database.prepare(sql), hasCode(resultCode.error));
      });
    }
  });
});

Deno.test("Database.prepare() gives the same statement when the text is the same", async () => {
  await withDatabase(({ database }) => {
    equal(database.prepare("SELECT 1"), database.prepare("SELECT 1"));
  });
});

Deno.test("Database.prepare() keeps working when more texts are used than it keeps", async () => {
  await withDatabase(({ database }) => {
    for (let i = 0; i < 2000; i++) {
      deepEqual(database.run(`SELECT ${i % 700}`), [[i % 700]]);
    }
    const long = `SELECT ${"1 + ".repeat(500)}0 -- ${"x".repeat(40_000)}`;
    for (let i = 0; i < 3; i++) deepEqual(database.run(long), [[500]]);
  });
});

Deno.test("Database.run() says what failed with an extended code", async (t) => {
  const cases: [sql: string, extendedCode: number][] = [
    ["INSERT INTO t (id, v) VALUES (1, 1)", resultCode.constraintPrimaryKey],
    ["INSERT INTO t (id, u) VALUES (2, 'u')", resultCode.constraintUnique],
    ["INSERT INTO t (id, n) VALUES (2, NULL)", resultCode.constraintNotNull],
    ["INSERT INTO t (id, v) VALUES (2, -1)", resultCode.constraintCheck],
    ["INSERT INTO t (id, p) VALUES (2, 9)", resultCode.constraintForeignKey],
  ];
  await withDatabase(async ({ database }) => {
    database.run(
      `CREATE TABLE t (
        id int PRIMARY KEY, u text UNIQUE, n int NOT NULL DEFAULT 0,
        v int CHECK (v > 0), p int REFERENCES t (id)
      )`,
    );
    database.run("INSERT INTO t (id, u) VALUES (1, 'u')");
    for (const [sql, extendedCode] of cases) {
      await t.step(sql, () => {
        throws(
          () => database.run(sql),
          (error) =>
            error instanceof SqliteError &&
            error.extendedCode === extendedCode &&
            error.code === resultCode.constraint,
        );
      });
    }
  });
});

Deno.test("Database() refuses a symbolic link", async () => {
  await withDatabase(({ library }) => {
    const directory = Deno.makeTempDirSync();
    Deno.symlinkSync("/dev/null", `${directory}/link.db`);
    throws(
      () => new Database(library, { file: `${directory}/link.db` }),
      hasCode(resultCode.cannotOpen),
    );
    Deno.removeSync(directory, { recursive: true });
  });
});

Deno.test("Database() can only read when it was opened so", async () => {
  await withDatabase(({ open }) => {
    throws(
      () => open("read").run("CREATE TABLE t (v)"),
      hasCode(resultCode.readOnly),
    );
  });
});

Deno.test("Statement.columns follows the schema when it changes", async () => {
  await withDatabase(({ database, open, guard }) => {
    const other = open();
    database.run("CREATE TABLE t (a int)");
    database.run("INSERT INTO t VALUES (1)");
    const statement = other.prepare("SELECT * FROM t");
    database.run("ALTER TABLE t ADD COLUMN b boolean DEFAULT 1");
    guard.begin();
    deepEqual(runInline(other, statement, guard), {
      columns: [{ name: "a", type: "int" }, { name: "b", type: "boolean" }],
      rows: [[1, true]],
    });
    other.release(statement);
  });
});

Deno.test("runInline() gives up when a statement takes too long", async () => {
  await withDatabase(({ database, guard }) => {
    guard.watch(database);
    const statement = database.prepare(counting);
    statement.bind([1e9]);
    guard.begin();
    equal(runInline(database, statement, guard), undefined);
    ok(guard.gaveUp);
    database.release(statement);
    deepEqual(database.run("SELECT 1"), [[1]]);
  });
});

Deno.test("runOffThread() leaves the event loop free while it runs", async () => {
  await withDatabase(async ({ database, open }) => {
    const other = open("read");
    const statement = database.prepare(counting);
    statement.bind([1_000_000]);
    let over = false;
    const long = runOffThread(database, statement, limits)
      .finally(() => over = true);
    let answered = 0;
    while (!over) {
      deepEqual(other.run("SELECT 1"), [[1]]);
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      await new Promise<void>((resolve) => setTimeout(resolve));
      answered++;
    }
    ok(answered > 1);
    deepEqual((await long).rows, [[500_000_500_000]]);
    database.release(statement);
  });
});

Deno.test("runOffThread() stops when its time is up or its signal fires", async (t) => {
  await withDatabase(async ({ database }) => {
    const statement = database.prepare(counting);
    const endless = [1e15];
    await t.step("time", async () => {
      statement.bind(endless);
      await rejects(
        runOffThread(database, statement, { ...limits, timeoutMs: 1 }),
        (error) =>
          error instanceof InterruptedError && error.reason === "timeout",
      );
      database.release(statement);
    });
    await t.step("signal", async () => {
      const controller = new AbortController();
      statement.bind(endless);
      const long = runOffThread(database, statement, {
        ...limits,
        signal: controller.signal,
      });
      controller.abort();
      await rejects(
        long,
        (error) =>
          error instanceof InterruptedError && error.reason === "cancelled",
      );
      database.release(statement);
    });
    await t.step("and the connection can be used again", () => {
      deepEqual(database.run("SELECT 1"), [[1]]);
    });
  });
});

Deno.test("queryOffThread() gives the rows that the query would give here", async (t) => {
  const queries: [sql: string, params: number[]][] = [
    ["SELECT * FROM t ORDER BY id DESC", []],
    ["SELECT id, v, id AS v FROM t WHERE id > $1 ORDER BY v", [3]],
    ["WITH a AS (SELECT id FROM t) SELECT count(*) FROM a", []],
    ["VALUES (1, 'a'), (2, NULL)", []],
    ["; -- why\n SELECT id FROM t WHERE id = $2 OR id = $1 -- so", [1, 2]],
    ["SELECT 1 FROM t WHERE id < 0", []],
    ["SELECT b, CAST(1 AS real), x'00', 9223372036854775807 FROM t", []],
  ];
  await withDatabase(async ({ database, open }) => {
    database.run("CREATE TABLE t (id integer PRIMARY KEY, v text, b boolean)");
    for (let i = 1; i <= 10; i++) {
      database.run("INSERT INTO t VALUES ($1, $2, $3)", [
        i,
        `v${i % 4}`,
        i % 2 === 0,
      ]);
    }
    const reader = open("read");
    for (const [sql, params] of queries) {
      await t.step(sql, async () => {
        const { rows, columns } = await queryOffThread(reader, sql, {
          ...limits,
          params,
        });
        deepEqual(rows, database.run(sql, params));
        deepEqual(columns, database.prepare(sql).columns);
      });
    }
    await t.step("and leaves nothing in its table", () => {
      deepEqual(
        reader.run("SELECT count(*) FROM temp.heliosdb_rows_3"),
        [[0]],
      );
    });
  });
});
