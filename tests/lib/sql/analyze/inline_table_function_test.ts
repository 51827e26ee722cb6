import { deepEqual } from "node:assert/strict";
import { testEngine } from "../../engine/session/support.ts";

const schema = `
  CREATE TABLE c (id int, name text);
  INSERT INTO c VALUES (1, 'x'), (2, 'y');
  CREATE FUNCTION name_of(n int) RETURNS text LANGUAGE sql STABLE AS 'SELECT name FROM c WHERE id = n';
  CREATE FUNCTION row_of(n int) RETURNS c LANGUAGE sql STABLE AS 'SELECT * FROM c WHERE id = n';
  CREATE FUNCTION parts_of(n int, OUT a int, OUT b text) LANGUAGE sql AS 'SELECT id, name FROM c WHERE id = n';
  CREATE FUNCTION rows_of(n int) RETURNS SETOF c LANGUAGE sql STABLE AS 'SELECT * FROM c WHERE id = n';
  CREATE FUNCTION next(n int) RETURNS int LANGUAGE sql STRICT AS 'SELECT n + 1';
  CREATE FUNCTION any_row() RETURNS text LANGUAGE sql AS 'SELECT name FROM c ORDER BY id DESC';
  CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS 'SELECT 1';
`;

/** Answers of PostgreSQL 15. */
const cases: readonly (readonly [sql: string, rows: (string | null)[][]])[] = [
  ["SELECT * FROM name_of(1)", [["x"]]],
  ["SELECT * FROM name_of(9)", [[null]]],
  ["SELECT * FROM row_of(1)", [["1", "x"]]],
  ["SELECT * FROM row_of(9)", [[null, null]]],
  ["SELECT * FROM parts_of(9)", [[null, null]]],
  ["SELECT * FROM rows_of(9)", []],
  ["SELECT * FROM next(1)", [["2"]]],
  ["SELECT * FROM next(NULL)", [[null]]],
  ["SELECT * FROM any_row()", [["y"]]],
  ["SELECT * FROM nothing()", [[""]]],
  [
    "SELECT c.id, f.name FROM c, row_of(c.id + 1) AS f ORDER BY 1",
    [["1", "y"], ["2", null]],
  ],
];

Deno.test("a function in FROM that returns one row gives one, of nulls if its query has none", async (t) => {
  await using stage = await testEngine();
  const client = stage.client();
  await client.run(schema);
  for (const [sql, rows] of cases) {
    await t.step(sql, async () => {
      deepEqual(await client.rows(sql), rows);
    });
  }
});
