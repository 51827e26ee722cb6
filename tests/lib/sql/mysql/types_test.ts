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
