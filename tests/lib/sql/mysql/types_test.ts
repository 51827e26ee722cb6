import { deepEqual, equal } from "node:assert/strict";
import {
  type MysqlClient,
  mysqlClient,
} from "../../../support/mysql_client.ts";
import { type TestEngine, testEngine } from "../../engine/session/support.ts";

async function withClient(
  body: (client: MysqlClient, test: TestEngine) => Promise<void>,
): Promise<void> {
  await using test = await testEngine();
  const client = mysqlClient(test.engine);
  try {
    await body(client, test);
  } finally {
    await client.session.close();
  }
}

Deno.test("TIME is an interval to PostgreSQL's clients, within MySQL's range", async () => {
  await withClient(async (c, test) => {
    await c.run("create table shifts (id int primary key, t time(3))");
    await c.run(
      "insert into shifts values (1, '-100:00:00.5'), (2, 263000), (3, '838:59:59')",
    );
    const pg = test.client();
    deepEqual(
      await pg.rows(
        "select t, t + interval '1 hour' from shifts order by t",
      ),
      [
        ["-100:00:00.5", "-99:00:00.5"],
        ["26:30:00", "27:30:00"],
        ["838:59:59", "839:59:59"],
      ],
    );
    deepEqual(
      await pg.rows(
        "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'shifts'::regclass and attname = 't'",
      ),
      [["interval hour to second(3)"]],
    );
    await pg.run("insert into shifts values (4, '1 day 2 hours')");
    equal(
      (await pg.error("insert into shifts values (5, '839 hours')")).slice(
        0,
        5,
      ),
      "23514",
    );
    deepEqual(
      await c.rows("select id, t, t + 0 from shifts where id in (2, 4)"),
      [["2", "26:30:00.000", "263000.000"], [
        "4",
        "26:00:00.000",
        "260000.000",
      ]],
    );
  });
});

Deno.test("an interval and a time of PostgreSQL's clients are TIME to MySQL's", async () => {
  await withClient(async (c, test) => {
    const pg = test.client();
    await pg.run(
      "create table spans (i interval, t time(0)); insert into spans values ('1 mon 2 days 03:04:05.5', '10:11:12')",
    );
    deepEqual(await c.rows("select i, t from spans"), [[
      "771:04:05.500000",
      "10:11:12",
    ]]);
    equal(
      await c.error("insert into spans (t) values ('25:00:00')"),
      "1292 Incorrect time value: '25:00:00'",
    );
    await c.run("insert into spans values ('2 days', '24:00:00')");
    deepEqual(await pg.rows("select i, t from spans where i = '2 days'"), [[
      "2 days",
      "24:00:00",
    ]]);
  });
});

Deno.test("ENUM and SET are texts to PostgreSQL's clients, as they are declared", async () => {
  await withClient(async (c, test) => {
    await c.run(
      "create table shirts (id int primary key, size enum('Small','Large','Huge'), tags set('x','y'))",
    );
    await c.run("insert into shirts values (1, 'HUGE', 'Y,X'), (2, 1, 2)");
    const pg = test.client();
    deepEqual(
      await pg.rows("select size, tags from shirts order by size"),
      [["Huge", "x,y"], ["Small", "y"]],
    );
    deepEqual(
      await c.rows("select size, size + 0 from shirts order by size desc"),
      [["Huge", "3"], ["Small", "1"]],
    );
    equal(
      await c.error("insert into shirts (id, size) values (3, 'Medium')"),
      "1265 Data truncated for column 'size' at row 1",
    );
    equal(
      (await pg.error("insert into shirts (id, size) values (3, 'Medium')"))
        .slice(0, 5),
      "23514",
    );
  });
});

Deno.test("BIGINT UNSIGNED above 2^63 - 1 is read by PostgreSQL's clients, who cannot reckon with it", async () => {
  await withClient(async (c, test) => {
    await c.run(
      "create table counters (id bigint unsigned auto_increment primary key, n bigint unsigned, s bigint, key (n))",
    );
    await c.run(
      "insert into counters (n) values (18446744073709551615), (9223372036854775808), (5)",
    );
    const pg = test.client();
    deepEqual(
      await pg.rows(
        "select id, n, n::numeric as d, n::text as t from counters order by n",
      ),
      [
        ["3", ...Array(3).fill("5")],
        ["2", ...Array(3).fill("9223372036854775808")],
        ["1", ...Array(3).fill("18446744073709551615")],
      ],
    );
    deepEqual(
      await pg.rows(
        "select id from counters where n > 9223372036854775807 and n < 1e19::numeric",
      ),
      [["2"]],
    );
    deepEqual(
      await pg.rows(
        "select format_type(atttypid, atttypmod), atttypmod from pg_attribute where attrelid = 'counters'::regclass and attname = 'n'",
      ),
      [["bigint", "-1"]],
    );
    for (
      const statement of [
        "select n + 1 from counters where id = 1",
        "select n % 10 from counters where id = 1",
        "select n / 2 from counters where id = 1",
        "select n & 255 from counters where id = 1",
        "select abs(n) from counters where id = 1",
        "select -n from counters where id = 1",
        "select to_char(n, '999') from counters where id = 1",
        "select n::integer from counters where id = 1",
        "select d + 1 from (select n as d from counters where id = 1) x",
        "update counters set s = n where id = 1",
        "insert into counters (n) values (9223372036854775808)",
      ]
    ) {
      equal((await pg.error(statement)).slice(0, 5), "22003", statement);
    }
    deepEqual(
      await pg.rows(
        "select n::float8, n + 0.5, json_build_object('n', n), n = any (array[5, 6]) from counters where id = 1",
      ),
      [[
        "1.8446744073709552e+19",
        "18446744073709551615.5",
        '{"n" : 18446744073709551615}',
        "f",
      ]],
    );
    deepEqual(
      await pg.rows("select row_to_json(c) from counters c order by n"),
      ["3 5", "2 9223372036854775808", "1 18446744073709551615"].map((row) => {
        const [id, n] = row.split(" ");
        return [`{"id":${id},"n":${n},"s":null}`];
      }),
    );
    deepEqual(
      await pg.rows(
        "select sum(n), max(n), n % 3 from counters where id = 3 group by n",
      ),
      [["5", "5", "2"]],
    );
    equal(
      (await pg.error("insert into counters (n) values (-1)")).slice(0, 5),
      "23514",
    );
  });
});

Deno.test("a view and a copy keep numbers without a sign", async () => {
  await withClient(async (c, test) => {
    await c.run(
      "create table counters (n bigint unsigned); insert into counters values (18446744073709551615)",
    );
    await c.run("create view v as select n, n div 1 as m from counters");
    await c.run("create table copy as select n, n - 1 as m from counters");
    deepEqual(await c.rows("select n - 1, m - 1 from v"), [[
      "18446744073709551614",
      "18446744073709551614",
    ]]);
    deepEqual(await c.rows("select n - 1, m - 1 from copy"), [[
      "18446744073709551614",
      "18446744073709551613",
    ]]);
    deepEqual(
      await test.client().rows(
        "select attrelid::regclass, format_type(atttypid, atttypmod), atttypmod from pg_attribute where attrelid in ('v'::regclass, 'copy'::regclass) and attname = 'm' order by 1",
      ),
      [["v", "bigint", "-1"], ["copy", "bigint", "-1"]],
    );
  });
});
