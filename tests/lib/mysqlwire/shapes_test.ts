import { deepEqual, equal, ok } from "node:assert/strict";
import { command } from "../../../lib/mysqlwire/protocol.ts";
import {
  type MysqlWireClient,
  serveMysqlWire,
} from "../../support/mysql_wire.ts";

const decoder = new TextDecoder("latin1");

/** All bytes of an answer, without the numbers of packets. */
async function said(client: MysqlWireClient, sql: string): Promise<string[]> {
  const answers = await client.ask(command.query, sql);
  return answers.map(({ body }) => decoder.decode(body));
}

const tables = [
  "create database d",
  "use d",
  `create table t (
    id int primary key auto_increment, small smallint, tiny tinyint, big bigint,
    many bigint unsigned, price decimal(10, 2), ratio double, name varchar(8), code char(3),
    long_text text, color enum('red', 'green'), born date, at datetime, seen timestamp null,
    whole bit(1), doc json, raw varbinary(10), since year
  )`,
  `insert into t (id, small, tiny, big, many, price, ratio, name, code, long_text, color, born, at, seen, doc, raw, since)
   values (1, 1, 1, 1, 1, 1.00, 1, 'One', 'a', 'x', 'red', '2020-01-01', '2020-01-01 10:00:00', '2020-01-01 10:00:00', '{"a": 1}', 'a', 2020),
    (2, 2, 2, 3000000000, 18446744073709551615, 2.50, 2.5, 'two', 'b', '2', 'green', '2021-02-03', '2021-02-03 00:00:00', null, '{"a": 2}', 'b', 2021),
    (3, null, null, null, null, null, null, '3', null, null, null, null, null, null, null, null, null)`,
];

/**
 * A statement with `$` in the place of literals, which take these values in turn, and `#` for keys: the ones
 * that the table counts up may have gaps after a statement that failed.
 */
const cases: [string, string[][]][] = [
  ["select * from t where id = $", [
    ["1"],
    ["2"],
    ["3"],
    ["9"],
    ["'1'"],
    ["3000000000"],
    ["1.5"],
    ["null"],
    ["'x'"],
  ]],
  ["select id from t where $ = id", [["1"], ["2"], ["3"]]],
  ["select id, name as n from t where name = $", [
    ["'one'"],
    ["'TWO'"],
    ["'two '"],
    ["3"],
    ["'3'"],
    ["'it''s'"],
    ["''"],
  ]],
  ["select id from t where code = $ or long_text = $", [
    ["'a'", "'x'"],
    ["'B'", "'2'"],
    ["'c'", "2"],
    ["0", "0"],
  ]],
  ["select id from t where small = $ and tiny < $", [["1", "5"], ["2", "200"], [
    "40000",
    "3",
  ], ["2", "99999999999"]]],
  ["select id from t where big > $", [
    ["2"],
    ["3000000000"],
    ["99999999999999999999"],
    ["'2'"],
    ["2.5"],
  ]],
  ["select id from t where many = $", [["1"], ["2"], ["18446744073709551615"]]],
  ["select id from t where price = $ or ratio = $", [["1", "1"], ["2", "2"], [
    "2.5",
    "2.5",
  ], ["'1.00'", "'2.5'"]]],
  ["select id from t where color = $", [["'red'"], ["'Green'"], ["'blue'"], [
    "1",
  ]]],
  ["select id from t where born = $", [
    ["'2020-01-01'"],
    ["'2021-02-03'"],
    ["'2021-2-3'"],
    ["'2021-02-03 00:00:00'"],
    ["'2021-02-30'"],
    ["20210203"],
  ]],
  ["select id from t where born < $", [["'2021-02-03'"], ["'2021-02-04'"], [
    "'2021-02-03 10:00:00'",
  ]]],
  ["select id from t where at >= $ and at < $", [
    ["'2020-01-01 10:00:00'", "'2021-01-01 00:00:00'"],
    ["'2020-01-01 10:00:01'", "'2022-01-01 00:00:00'"],
    ["'2020-01-01'", "'2022-01-01'"],
  ]],
  ["select id from t where seen = $", [["'2020-01-01 10:00:00'"], [
    "'2020-01-01 10:00:01'",
  ], ["'2020-01-01'"]]],
  ["select id from t where since = $ or raw = $", [["2020", "'b'"], [
    "2021",
    "'c'",
  ], ["'2021'", "'a'"]]],
  ["select id from t where id in ($, $) order by id", [["1", "2"], ["2", "3"], [
    "'1'",
    "7",
  ], ["1", "null"]]],
  ["select id from t where name in ($, $) order by id desc limit 1", [
    ["'one'", "'two'"],
    ["'two'", "'3'"],
    ["'one'", "3"],
  ]],
  ["select id from t where if(id = $, 1, 0) = $", [["1", "1"], ["2", "0"], [
    "3",
    "5",
  ]]],
  ["select count(*), max(big) from t where id <> $", [["1"], ["2"], ["3"]]],
  ["select id from t where id = $ = 1", [["1"], ["2"], ["3"]]],
  [
    "select a.id from t a join t b on a.id = b.id where b.small = $ and a.id = $ for update",
    [["1", "1"], ["2", "2"], ["1", "2"]],
  ],
  ["select id from t where doc->'$.a' = $", [["1"], ["2"], ["'1'"]]],
  ["select id from t where doc->>'$.a' = $", [["1"], ["2"], ["'1'"]]],
  ["select id from t where nothing = $", [["1"], ["2"], ["3"]]],
  ["select id fro t where id = $", [["1"], ["2"], ["3"]]],
  ["insert into t (id, small, name) values (#, $, $)", [
    ["5", "'a'"],
    ["6", "'b'"],
    ["7", "'it''s'"],
    ["70000", "'c'"],
    ["8", "'123456789'"],
    ["'9'", "10"],
    ["null", "null"],
    ["'x'", "'y'"],
  ]],
  ["insert into t (id, tiny) values ($, $)", [
    ["21", "1"],
    ["22", "2"],
    ["23", "3"],
    ["22", "4"],
    ["24", "200"],
  ]],
  [
    "insert into t (id, big, many, price, ratio) values (#, $, $, $, $), (#, $, $, $, $)",
    [
      ["1", "2", "3", "4", "5", "6", "7", "8"],
      ["2", "2", "3", "4", "5", "6", "7", "8"],
      ["3", "2", "3", "4", "5", "6", "7", "999999999"],
      ["3", "2", "99999999999", "4", "5", "6", "7", "8"],
    ],
  ],
  ["insert into t (id, code, color, long_text) values (#, $, $, $)", [
    ["'x'", "'red'", "'a'"],
    ["'y'", "'green'", "'b'"],
    ["'z'", "'green'", "''"],
    ["'zzzz'", "'red'", "'a'"],
    ["'z'", "'blue'", "'a'"],
  ]],
  ["insert into t (id, born, at, seen) values (#, $, $, $)", [
    ["'2020-01-01'", "'2020-01-01 00:00:00'", "'2020-01-01 00:00:00'"],
    ["'2020-01-02'", "'2020-01-01 00:00:01'", "'2020-01-01 00:00:00'"],
    ["'2020-01-03'", "'2020-01-01 00:00:01.5'", "'2020-01-01 00:00:00'"],
    ["'2020-02-30'", "'2020-01-01 00:00:01'", "'2020-01-01 00:00:00'"],
    ["'0000-00-00'", "'2020-01-01 00:00:01'", "'2020-01-01 00:00:00'"],
    ["'20200101'", "'2020-01-01'", "'2020-01-01'"],
  ]],
  ["insert into t (id, raw, since, doc) values (#, $, $, $)", [
    ["'a'", "2020", "'{}'"],
    ["'b'", "2021", "'[1]'"],
    ["'c'", "1800", "'{}'"],
    ["'c'", "2020", "'{'"],
  ]],
  ["replace into t (id, name) values ($, $)", [["1", "'x'"], ["2", "'y'"], [
    "2",
    "'z'",
  ], ["50", "'new'"]]],
  ["update t set small = $, name = $ where id = $", [
    ["1", "'a'", "1"],
    ["2", "'b'", "2"],
    ["3", "'c'", "77"],
    ["99999", "'c'", "1"],
    ["4", "'123456789'", "1"],
    ["'5'", "6", "'1'"],
  ]],
  ["update t set price = $, born = $ where id = $ or name = $", [
    ["1", "'2020-01-01'", "1", "'b'"],
    ["2", "'2020-01-02'", "2", "'b'"],
    ["3", "'2020-1-2'", "3", "'b'"],
  ]],
  ["delete from t where id = $", [["1"], ["2"], ["'3'"], ["100"], ["'x'"]]],
];

Deno.test("texts that differ in literals alone are answered as if each were read", async (t) => {
  await using shared = await serveMysqlWire();
  await using alone = await serveMysqlWire();
  using one = await shared.ready();
  using other = await alone.ready();
  for (const sql of tables) {
    deepEqual(await said(one, sql), await said(other, sql), sql);
  }
  let key = 1000;
  for (const [template, sets] of cases) {
    await t.step(template, async () => {
      // Twice, so that what was learnt from the last is used for the first.
      for (const values of [...sets, ...sets]) {
        let at = 0;
        // The path in quotes is not one of the places.
        const sql = template.replace(/(?<!')\$/g, () => values[at++]!)
          .replaceAll("#", () => String(key++));
        equal(at, values.length);
        // A comment keeps the text from being shared.
        deepEqual(await said(one, sql), await said(other, `/**/${sql}`), sql);
      }
      const all = "select * from t order by id";
      const rows = await said(other, all);
      for (const [i, row] of (await said(one, all)).entries()) {
        equal(row, rows[i]);
      }
    });
  }
});

Deno.test("a plan that texts share follows the schema, the database and the modes", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  using owner = await wire.ready();
  const find = async (value: string) =>
    await client.first(`select a from t where b = ${value}`);
  for (const name of ["one", "two"]) {
    await client.ask(command.query, `create database ${name}`);
    await client.ask(command.query, `use ${name}`);
    await client.ask(command.query, "create table t (a text, b int)");
    await client.ask(
      command.query,
      `insert into t values ('${name} 1', 1), ('${name} 2', 2), ('${name} 3', 3)`,
    );
  }
  for (const value of ["1", "2", "3"]) {
    equal(await find(value), `two ${value}`);
  }
  await client.ask(command.query, "use one");
  for (const value of ["1", "2", "3"]) {
    equal(await find(value), `one ${value}`);
  }
  await owner.ask(command.query, "alter table one.t modify b varchar(10)");
  for (const value of ["1", "'2'", "'3'"]) {
    equal(await find(value), `one ${value.replaceAll("'", "")}`);
  }
  await owner.ask(command.query, "drop table one.t");
  ok((await find("1")).startsWith("1146"));
});

Deno.test("texts that share a plan work in transactions and report what they did", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  await client.ask(command.query, "create table t (a int primary key, b int)");
  await client.ask(command.query, "begin");
  for (let i = 1; i <= 4; i++) {
    equal(
      await client.first(`insert into t (a, b) values (${i}, ${i * 2})`),
      "ok",
    );
  }
  ok(
    (await client.first("insert into t (a, b) values (4, 5)")).startsWith(
      "1062",
    ),
  );
  equal(await client.first("select row_count()"), "-1");
  for (let i = 1; i <= 4; i++) {
    equal(await client.first(`select b from t where a = ${i}`), String(i * 2));
  }
  await client.ask(command.query, "update t set b = 1 where a < 4");
  equal(await client.first("select row_count()"), "3");
  await client.ask(command.query, "select a from t where b = 1");
  equal(await client.first("select found_rows()"), "3");
  await client.ask(command.query, "rollback");
  equal(await client.first("select count(*) from t"), "0");
});

Deno.test("texts that differ in literals alone are planned once", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  await client.ask(command.query, "create table t (a int primary key, b text)");
  const run = async (from: number) => {
    for (let i = from; i < from + 20; i++) {
      await client.ask(command.query, `insert into t values (${i}, 'b${i}')`);
      equal(await client.first(`select a from t where b = 'b${i}'`), `${i}`);
      await client.ask(command.query, `update t set b = '' where a = ${i}`);
      await client.ask(command.query, `delete from t where a = ${i}`);
    }
  };
  await run(0);
  const { misses } = wire.engine.planCache();
  await run(100);
  equal(wire.engine.planCache().misses, misses);
});
