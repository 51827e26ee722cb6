import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { Queryable } from "../../../../lib/engine/engine.ts";
import { testEngine } from "../../engine/session/support.ts";

const column = async (on: Queryable, sql: string) =>
  (await on.query(sql)).rows.map(([value]) => value);

/** Values of a type as SQL writes them; NULL is tried with each. */
const values: readonly [type: string, texts: readonly string[]][] = [
  ["int2", ["0", "-32768"]],
  ["int4", ["2147483647", "-1"]],
  ["int8", ["9223372036854775807", "-9223372036854775808"]],
  ["bool", ["true", "false"]],
  ["numeric", ["1.10", "-0.5", "NaN", "Infinity", "-Infinity", "1e30"]],
  ["numeric(6,2)", ["1.005", "NaN"]],
  ["float4", ["1.5", "1e20"]],
  ["float8", ["0.1", "NaN", "-Infinity"]],
  [
    "text",
    [
      "",
      "null",
      "'/<>&",
      '"\\',
      "é€😀\u2028",
      String.fromCharCode(...Array.from({ length: 31 }, (_, i) => i + 1)),
      "\u007f\u0080",
    ],
  ],
  ["varchar(3)", ["abc"]],
  ["char(5)", ["ab"]],
  ["name", ["n"]],
  ["uuid", ["0198A0DE-7e4c-7d51-9a3f-3f6c8a1b2c3d"]],
  ["json", ['{ "a" : [1, null],"a":2 }', "null"]],
  ["jsonb", ['{"b":1,"a":2.50}', "null"]],
  ["date", [
    "2026-02-28",
    "0001-01-01",
    "0001-12-31 BC",
    "9999-12-31",
    "10000-01-01",
    "infinity",
  ]],
  ["timestamp", [
    "2026-02-28 01:02:03",
    "1999-12-31 23:59:59.999999",
    "0001-01-01 00:00:00.000001",
    "0001-12-31 23:59:59.5 BC",
    "9999-12-31 23:59:59.999999",
    "10000-01-01 00:00",
    "-infinity",
  ]],
  ["timestamptz", [
    "2026-07-01 01:02:03.120Z",
    "1970-01-01 00:00:00Z",
    "1900-01-01 00:00:00.1Z",
    "infinity",
  ]],
  ["time", ["01:02:03.4"]],
  ["interval", ["1 day 2 hours"]],
  ["bytea", ["\\x0aff"]],
  ["oid", ["7"]],
  ["mood", ["sad", "ok"]],
  ["positive", ["5"]],
  ["pair", ["(1,x)"]],
];

Deno.test("SQLite's JSON is that of to_json() for every type, in every time zone", async (t) => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  await session.query("CREATE TYPE mood AS ENUM ('sad', 'ok')");
  await session.query("CREATE DOMAIN positive AS int CHECK (value > 0)");
  await session.query("CREATE TYPE pair AS (a int, b text)");
  for (const [number, [type, texts]] of values.entries()) {
    await t.step(type, async () => {
      const table = `t${number}`;
      await session.query(`CREATE TABLE ${table} (v ${type})`);
      for (const text of [...texts, null]) {
        await session.query(`INSERT INTO ${table} VALUES ($1::text::${type})`, [
          text,
        ]);
      }
      for (const timezone of ["UTC", "Asia/Kolkata"]) {
        const settings = { timezone };
        // Elements of an array are written by the function itself, one by one.
        const { rows } = await session.query(
          `SELECT json_build_array(v), json_build_array(u), row_to_json(r), to_json(v),
             array_to_json(ARRAY[v])
           FROM (SELECT v, coalesce(v) AS u FROM ${table} OFFSET 0) r`,
          [],
          { settings },
        );
        equal(rows.length, texts.length + 1);
        for (const [plain, computed, row, single, array] of rows) {
          const item = String(array).slice(1, -1);
          deepEqual([plain, computed, row, single ?? "null"], [
            `[${item}]`,
            `[${item}]`,
            `{"v":${item},"u":${item}}`,
            item,
          ]);
        }
      }
    });
  }
});

Deno.test("json_agg() puts values and rows together as PostgreSQL does", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  await session.query("CREATE TABLE a (id int PRIMARY KEY, s text)");
  await session.query("CREATE TABLE b (id int PRIMARY KEY, a int)");
  await session.query("INSERT INTO a VALUES (1, 'x'), (2, NULL), (3, 'z')");
  await session.query("INSERT INTO b VALUES (1, 2), (2, 1)");
  const cases: readonly [sql: string, text: string | null][] = [
    ["SELECT json_agg(s ORDER BY id DESC) FROM a", '["z", null, "x"]'],
    ["SELECT json_agg(id) FILTER (WHERE id > 1) FROM a", "[2, 3]"],
    ["SELECT json_agg(id) FILTER (WHERE id > 9) FROM a", null],
    ["SELECT json_agg(DISTINCT id > 1) FROM a", "[false, true]"],
    [
      "SELECT json_agg(a ORDER BY id) FROM a",
      '[{"id":1,"s":"x"}, \n {"id":2,"s":null}, \n {"id":3,"s":"z"}]',
    ],
    [
      "SELECT json_agg(row_to_json(r)) FROM (SELECT id FROM a ORDER BY id DESC) r",
      '[{"id":3}, {"id":2}, {"id":1}]',
    ],
    [
      "SELECT json_agg(b ORDER BY a.id) FROM a LEFT JOIN b ON b.a = a.id",
      '[{"id":2,"a":1}, \n {"id":1,"a":2}, null]',
    ],
    [
      "SELECT json_agg(b ORDER BY a.id DESC) FROM a LEFT JOIN b ON b.a = a.id",
      '[null, \n {"id":1,"a":2}, \n {"id":2,"a":1}]',
    ],
    [
      "SELECT json_agg(row_to_json(b) ORDER BY a.id DESC) FROM a LEFT JOIN b ON b.a = a.id",
      '[null, {"id":1,"a":2}, {"id":2,"a":1}]',
    ],
    [
      "SELECT json_agg(json_build_object('k', id, 'r', a) ORDER BY id) FROM a WHERE id < 2",
      '[{"k" : 1, "r" : {"id":1,"s":"x"}}]',
    ],
    ["SELECT row_to_json(r) FROM (SELECT) r", "{}"],
    [
      `SELECT row_to_json(r) FROM (SELECT 1 AS "a""b", 2 AS "c'\\d") r`,
      `{"a\\"b":1,"c'\\\\d":2}`,
    ],
    [
      "SELECT row_to_json(r) FROM (SELECT ARRAY[1, NULL] AS a, ARRAY[[1], [2]] AS b, ARRAY[1.5::float8] AS c) r",
      '{"a":[1,null],"b":[[1],[2]],"c":[1.5]}',
    ],
    [
      "SELECT json_build_object('a', row(1, NULL), 'b', json_build_array())",
      '{"a" : {"f1":1,"f2":null}, "b" : []}',
    ],
  ];
  for (const [sql, text] of cases) {
    deepEqual(await column(session, sql), [text], sql);
  }
  await rejects(
    session.query("SELECT json_build_object(s, 1) FROM a"),
    /argument 1 cannot be null/,
  );
});

Deno.test("row_to_json() writes as many fields as a row may have", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  const names = Array.from({ length: 300 }, (_, i) => `c${i}`);
  const [text] = await column(
    session,
    `SELECT row_to_json(r) FROM (SELECT ${
      names.map((name, i) => `${i} AS ${name}`).join(", ")
    }) r`,
  );
  deepEqual(
    JSON.parse(String(text)),
    Object.fromEntries(names.map((name, i) => [name, i])),
  );
});

Deno.test("embedded rows are found by their indexes and each of them once", async () => {
  await using engine = await testEngine();
  const session = engine.engine.session({ role: "postgres" });
  await session.query("CREATE TABLE customers (id int PRIMARY KEY, name text)");
  await session.query(
    "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers)",
  );
  await session.query(
    "CREATE TABLE items (id int PRIMARY KEY, order_id int REFERENCES orders)",
  );
  await session.query("CREATE INDEX items_order ON items (order_id)");
  const tree =
    `SELECT coalesce(json_agg(row_to_json(r)), '[]')::text AS body, count(*) AS page FROM (
       SELECT t.id,
         (SELECT row_to_json(e) FROM (SELECT c.id, c.name FROM customers c WHERE c.id = t.customer_id) e) AS customer,
         (SELECT coalesce(json_agg(row_to_json(e)), '[]') FROM (
           SELECT i.id FROM items i WHERE i.order_id = t.id ORDER BY i.id LIMIT 10) e) AS items
       FROM orders t ORDER BY t.id LIMIT 25) r`;
  deepEqual((await session.query(tree)).rows, [["[]", 0]]);
  await session.query("INSERT INTO customers VALUES (1, 'Ada')");
  await session.query("INSERT INTO orders VALUES (1, 1), (2, NULL)");
  await session.query("INSERT INTO items VALUES (1, 1), (2, 1)");
  deepEqual((await session.query(tree)).rows, [[
    '[{"id":1,"customer":{"id":1,"name":"Ada"},"items":[{"id":1}, {"id":2}]}, {"id":2,"customer":null,"items":[]}]',
    2,
  ]]);
  const plan = (await column(session, `EXPLAIN ${tree}`)).map(String);
  const searches = plan.filter((line) => line.includes("SEARCH"));
  deepEqual(
    searches.map((line) => /USING (?:COVERING )?INDEX (\S+)/.exec(line)?.[1]),
    ["customers.customers_pkey", "items.items_order"],
  );
  // A query inside a row is done once: nothing repeats it.
  equal(plan.filter((line) => line.includes("SUBQUERY")).length, 2);
  ok(plan.every((line) => !line.includes("MATERIALIZE")));
});
