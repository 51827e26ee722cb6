import { equal } from "node:assert/strict";
import { testEngine } from "./support.ts";

const schema = `
  CREATE TABLE t (a int);
  CREATE SEQUENCE s;
  CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING a';
  CREATE FUNCTION reads() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT count(*)::int FROM t';
  CREATE FUNCTION calls() RETURNS int LANGUAGE sql AS 'SELECT writes()';
  CREATE FUNCTION counts() RETURNS bigint LANGUAGE sql AS 'SELECT nextval(''s'')';
`;
const refused = (what: string) =>
  `25006 cannot execute ${what} in a read-only transaction`;
const inWrites = ' | SQL function "writes" statement 1';

/** Answers of PostgreSQL 15. */
const cases: readonly (readonly [sql: string, error: string])[] = [
  ["SELECT reads()", "no error"],
  ["SELECT * FROM reads()", "no error"],
  ["SELECT writes()", `${refused("INSERT")}${inWrites}`],
  ["SELECT * FROM writes()", `${refused("INSERT")}${inWrites}`],
  ["SELECT calls()", `${refused("INSERT")}${inWrites}`],
  ["SELECT counts()", refused("nextval()")],
  ["SELECT nextval('s')", refused("nextval()")],
  ["SELECT setval('s', 5)", refused("setval()")],
  ["INSERT INTO t VALUES (1)", refused("INSERT")],
  ["INSERT INTO t SELECT reads()", refused("INSERT")],
  [
    "WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT * FROM x",
    refused("SELECT"),
  ],
];

Deno.test("Executor refuses in a read-only transaction what writes, and only that", async (t) => {
  await using stage = await testEngine();
  const client = stage.client();
  await client.run(schema);
  for (const [sql, error] of cases) {
    await t.step(sql, async () => {
      equal(await client.error(`BEGIN READ ONLY; ${sql}`), error);
      await client.run("ROLLBACK");
    });
  }
  equal((await client.rows("SELECT count(*) FROM t"))[0]?.[0], "0");
  equal((await client.rows("SELECT nextval('s')"))[0]?.[0], "1");
});
