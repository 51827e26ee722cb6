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

const users =
  "create table users (id int unsigned auto_increment primary key, name varchar(20) not null, email varchar(50) unique, age tinyint unsigned, seen timestamp null on update current_timestamp, kind enum('a','b') default 'a')";

Deno.test("AUTO_INCREMENT gives numbers and remembers the first", async () => {
  await withClient(async (c) => {
    await c.run(users);
    equal(
      (await c.run("insert into users (name) values ('x'), ('y')")).insertId,
      1n,
    );
    await c.run("insert into users (id, name) values (10, 'z')");
    deepEqual(await c.rows("select last_insert_id()"), [["1"]]);
    equal(
      (await c.run("insert into users (id, name) values (null, 'n'), (0, 'o')"))
        .insertId,
      11n,
    );
    deepEqual(await c.rows("select id from users order by id"), [
      ["1"],
      ["2"],
      ["10"],
      ["11"],
      ["12"],
    ]);
  });
});

Deno.test("a unique key of texts folds case and accents", async () => {
  await withClient(async (c) => {
    await c.run(users);
    await c.run("insert into users (name, email) values ('x', 'Zoë@x.test')");
    equal(
      await c.error(
        "insert into users (name, email) values ('y', 'ZOE@X.TEST')",
      ),
      "1062 Duplicate entry 'ZOE@X.TEST' for key 'users.email'",
    );
    deepEqual(
      await c.rows("select name from users where email = 'zoe@x.test'"),
      [["x"]],
    );
    await c.run("create table exact (a varchar(9) collate utf8mb4_bin unique)");
    await c.run("insert into exact values ('a'), ('A')");
    deepEqual(await c.rows("select count(*) from exact where a = 'a'"), [[
      "1",
    ]]);
  });
});

Deno.test("ON DUPLICATE KEY UPDATE, INSERT IGNORE and REPLACE meet any key", async () => {
  await withClient(async (c) => {
    await c.run(users);
    await c.run(
      "insert into users (id, name, email, age) values (1, 'x', 'e', 5)",
    );
    await c.run(
      "insert into users (name, email) values ('y', 'e') on duplicate key update name = values(name), age = age + 1",
    );
    await c.run(
      "insert into users (id, name) values (1, 'z') as new on duplicate key update name = concat(name, new.name)",
    );
    deepEqual(await c.rows("select name, age from users"), [["yz", "6"]]);
    await c.run(
      "insert ignore into users (name, email) values ('ignored', 'e')",
    );
    await c.run("replace into users (id, name, email) values (1, 'w', 'f')");
    deepEqual(await c.rows("select id, name, email, age from users"), [[
      "1",
      "w",
      "f",
      null,
    ]]);
  });
});

Deno.test("an error takes back its statement, not the transaction", async () => {
  await withClient(async (c) => {
    await c.run(users);
    await c.run("start transaction; insert into users (name) values ('kept')");
    equal(
      await c.error("insert into users (name) values (null)"),
      "1048 Column 'name' cannot be null",
    );
    equal(
      await c.error("select nothing from users"),
      "1054 Unknown column 'nothing' in 'field list'",
    );
    await c.run("commit");
    deepEqual(await c.rows("select name from users"), [["kept"]]);
  });
});

const failures: readonly (readonly [sql: string, error: string])[] = [
  [
    "insert into users (name, age) values ('x', 256)",
    "1264 Out of range value for column 'age' at row 1",
  ],
  [
    "insert into users (name, age) values ('x', 'many')",
    "1366 Incorrect integer value: 'many' at row 1",
  ],
  [
    "insert into users (name, kind) values ('x', 'c')",
    "1265 Data truncated for column 'kind' at row 1",
  ],
  [
    "insert into users (email) values ('x')",
    "1364 Field 'name' doesn't have a default value",
  ],
  [
    "insert into users values (1)",
    "1136 Column count doesn't match value count at row 1",
  ],
  ["select * from nowhere", "1146 Table 'postgres.nowhere' doesn't exist"],
  ["drop table nowhere", "1051 Unknown table 'postgres.nowhere'"],
  ["create table users (a int)", "1050 Table 'users' already exists"],
  [
    "alter table users drop index nope",
    "1091 Can't DROP 'nope'; check that column/key exists",
  ],
  [
    "select id from users u, users v",
    "1052 Column 'id' in field list is ambiguous",
  ],
  ["select nope()", "1305 FUNCTION nope does not exist"],
  [
    "select left('a')",
    "1582 Incorrect parameter count in the call to native function 'left'",
  ],
  ["use nowhere", "1049 Unknown database 'nowhere'"],
  ["describe nowhere", "1146 Table 'postgres.nowhere' doesn't exist"],
];

Deno.test("errors have MySQL's numbers and words", async () => {
  await withClient(async (c) => {
    await c.run(users);
    for (const [sql, expected] of failures) {
      equal(await c.error(sql), expected, sql);
    }
  });
});

Deno.test("names of columns are found in any case", async () => {
  await withClient(async (c) => {
    await c.run("create table t (ID int, `Odd Name` int)");
    await c.run("insert into t (id, `odd name`) values (1, 2)");
    await c.run("update t set `ODD NAME` = Id + 5");
    deepEqual(
      await c.rows("select t.id, `odd name` from t where iD = 1 order by id"),
      [["1", "6"]],
    );
  });
});

Deno.test("ON UPDATE CURRENT_TIMESTAMP notes a change by any client", async () => {
  await withClient(async (c, test) => {
    await c.run(users);
    await c.run("insert into users (name) values ('x')");
    deepEqual(await c.rows("select seen from users"), [[null]]);
    await test.client().run("update users set name = 'y'");
    deepEqual(await c.rows("select seen is not null from users"), [["1"]]);
  });
});

Deno.test("SHOW CREATE TABLE makes the same table again", async () => {
  await withClient(async (c) => {
    await c.run(users);
    await c.run(
      "create table kids (id int auto_increment primary key, parent int unsigned not null, note text, v decimal(5,2) default 1.5, d datetime(3), key note_k (note(10), parent), constraint kids_parent foreign key (parent) references users (id) on delete cascade, fulltext key words (note)) comment 'a table'",
    );
    for (const name of ["users", "kids"]) {
      const text = async () =>
        (await c.rows(`show create table ${name}`))[0]?.[1] ?? "";
      const before = await text();
      await c.run(`set foreign_key_checks = 0; drop table ${name}`);
      await c.run(before);
      await c.run("set foreign_key_checks = 1");
      equal(await text(), before);
    }
  });
});

Deno.test("PostgreSQL's clients see plain tables and none of the dialect", async () => {
  await withClient(async (c, test) => {
    await c.run(users);
    await c.run("insert into users (name, age) values ('x', 5)");
    const pg = test.client();
    deepEqual(await pg.rows("select name, age from users where name = 'X'"), [[
      "x",
      "5",
    ]]);
    equal(
      (await pg.rows("select 1 from pg_proc where proname = 'date_format'"))
        .length,
      0,
    );
    equal(
      (await pg.rows("select 1 from pg_namespace where nspname = 'pg_mysql'"))
        .length,
      0,
    );
    equal(
      await pg.error("select 'a' = 1, 1 where 1"),
      '22P02 invalid input syntax for type integer: "a"',
    );
  });
});

Deno.test("row policies hold for MySQL's clients", async () => {
  await withClient(async (c, test) => {
    const pg = test.client();
    await pg.run(
      "create role bob login; create table secrets (owner text, v int); insert into secrets values ('bob', 1), ('eve', 2); grant select, update on secrets to bob; alter table secrets enable row level security; create policy own on secrets using (owner = current_user)",
    );
    const bob = mysqlClient(test.engine, { user: "bob", processId: 2000 });
    deepEqual(
      await bob.rows("select v from secrets where owner = 'eve' or 1 = 1"),
      [["1"]],
    );
    await bob.run("update secrets set v = 9 order by v desc limit 5");
    equal(
      await bob.error("delete from secrets"),
      "1142 DELETE command denied to user 'bob' for table 'secrets'",
    );
    await pg.run("create schema closed; create table closed.t (a int)");
    equal(
      await bob.error("select * from closed.t"),
      "1044 Access denied for user 'bob' to database 'closed'",
    );
    await bob.session.close();
    deepEqual(await c.rows("select owner, v from secrets order by v"), [[
      "eve",
      "2",
    ], ["bob", "9"]]);
  });
});

Deno.test("sql_mode decides what is a name, an operator and a group", async () => {
  await withClient(async (c) => {
    await c.run("create table g (a int, b varchar(9))");
    await c.run("insert into g values (1, 'x'), (1, 'x'), (2, 'z')");
    equal((await c.error("select a, b from g group by a")).slice(0, 4), "1055");
    deepEqual(await c.rows("select a || 0 from g where a = 2"), [["1"]]);
    await c.run("set sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'");
    deepEqual(await c.rows('select "a", b from g group by a order by a'), [
      ["1", "x"],
      ["2", "z"],
    ]);
    deepEqual(await c.rows("select a || 0 from g where a = 2"), [["20"]]);
  });
});

Deno.test("foreign keys wait while foreign_key_checks is off", async () => {
  await withClient(async (c) => {
    await c.run("set foreign_key_checks = 0");
    await c.run(
      "create table kids (id int primary key, p int, constraint kids_p foreign key (p) references parents (id))",
    );
    await c.run("insert into kids values (1, 1)");
    await c.run("create table parents (id int primary key)");
    await c.run("insert into parents values (1)");
    await c.run("set foreign_key_checks = 1");
    equal(
      await c.error("insert into kids values (2, 2)"),
      "1452 Cannot add or update a child row: a foreign key constraint fails (`kids_p`)",
    );
  });
});

Deno.test("long lists of rows and of values are taken", async () => {
  await withClient(async (c) => {
    await c.run(
      "create table t (id int auto_increment primary key, name varchar(20))",
    );
    const numbers = Array.from({ length: 5000 }, (_, i) => i);
    const { affected } = await c.run(
      `insert into t (name) values ${numbers.map((n) => `('N${n}')`)}`,
    );
    equal(affected, 5000);
    deepEqual(
      await c.rows(
        `select count(*) from t where name in (${
          numbers.map((n) => `'n${n}'`)
        }) and id in (${numbers})`,
      ),
      [["4999"]],
    );
  });
});

Deno.test("user variables keep their type", async () => {
  await withClient(async (c) => {
    await c.run("set @a = 41, @b = 'x', @c = 1.5, @d = null");
    deepEqual(
      await c.rows("select @a + 1, concat(@b, 'y'), @c + 1, @d is null, @e"),
      [["42", "xy", "2.5", "1", null]],
    );
    await c.run("prepare s from 'select ? * 2'");
    deepEqual(await c.rows("execute s using @a"), [["82"]]);
  });
});
