import { deepEqual, equal } from "node:assert/strict";
import { mysqlClient } from "../../../support/mysql_client.ts";
import { testEngine } from "../../engine/session/support.ts";

Deno.test("DROP COLUMN shortens unique keys too, unless rows differ in it alone", async () => {
  await using test = await testEngine();
  const c = mysqlClient(test.engine);
  try {
    await c.run(
      "create table t (a int, b int, c int, primary key (a, b), unique u (b, c)); insert into t values (1, 1, 1), (2, 1, 2)",
    );
    equal(
      await c.error("alter table t drop column c"),
      "1062 Duplicate entry '1' for key 't.u'",
    );
    deepEqual(await c.rows("select c from t order by a"), [["1"], ["2"]]);
    await c.run("update t set b = a; alter table t drop column c");
    await c.run("alter table t drop column b");
    equal(
      await c.error("insert into t values (1)"),
      "1062 Duplicate entry '1' for key 't.PRIMARY'",
    );
    deepEqual(
      await c.rows(
        "select index_name, column_name from information_schema.statistics where table_name = 't'",
      ),
      [["PRIMARY", "a"]],
    );
  } finally {
    await c.session.close();
  }
});

Deno.test("DROP COLUMN takes away no view, policy or check of others", async () => {
  await using test = await testEngine();
  const pg = test.client();
  const c = mysqlClient(test.engine);
  try {
    await c.run(
      "create table t (id int primary key, a int, b int, d int as (b + 1) stored, e int check (e > 0), f int, constraint order_of check (id < f)); create view v as select a from t",
    );
    await pg.run(
      "alter table t enable row level security; create policy p on t as restrictive using (id > 0 and f > 0)",
    );
    for (
      const [name, error] of [
        [
          "a",
          "3730 cannot drop column a of table t: view v depends on column a of table t",
        ],
        [
          "b",
          "3730 cannot drop column b of table t: column d of table t depends on column b of table t",
        ],
        [
          "f",
          "3959 Check constraint 'order_of' uses column 'f', hence column cannot be dropped or renamed.",
        ],
      ]
    ) equal(await c.error(`alter table t drop column ${name}`), error);
    await c.run("alter table t drop constraint order_of");
    equal(
      await c.error("alter table t drop f"),
      "3730 cannot drop column f of table t: policy p on table t depends on column f of table t",
    );
    await c.run("alter table t drop column e, drop column d, drop column b");
    deepEqual(await c.rows("select * from v"), []);
    deepEqual(await pg.rows("select polname from pg_policy"), [["p"]]);
  } finally {
    await c.session.close();
  }
});

Deno.test("ADD COLUMN numbers the rows that are there, for either client", async () => {
  await using test = await testEngine();
  const pg = test.client();
  const c = mysqlClient(test.engine);
  try {
    await pg.run("create table t (n int); insert into t values (1), (2)");
    await c.run("alter table t add id int auto_increment primary key first");
    await pg.run(
      "alter table t add s serial; alter table t add i int generated always as identity (start 10 increment -2 maxvalue 10)",
    );
    deepEqual(await pg.rows("insert into t (n) values (3) returning *"), [
      ["3", "3", "3", "6"],
    ]);
    deepEqual(await pg.rows("table t order by id"), [
      ["1", "1", "1", "10"],
      ["2", "2", "2", "8"],
      ["3", "3", "3", "6"],
    ]);
    // What a rolled back transaction numbered is not there.
    await pg.run(
      "begin; alter table t add x serial; insert into t (n) values (4); rollback",
    );
    deepEqual(await pg.rows("select count(*), max(id) from t"), [["3", "3"]]);
    await pg.run(
      "create table many (n int); insert into many select generate_series(1, 32768)",
    );
    equal(
      await pg.error("alter table many add s smallserial"),
      '2200H nextval: reached maximum value of sequence "many_s_seq" (32767)',
    );
    deepEqual(
      await pg.rows(
        "select count(*) from pg_class where relname = 'many_s_seq'",
      ),
      [["0"]],
    );
  } finally {
    await c.session.close();
  }
});
