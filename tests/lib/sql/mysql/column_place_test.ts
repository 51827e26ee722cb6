import { deepEqual, equal } from "node:assert/strict";
import {
  type MysqlClient,
  mysqlClient,
} from "../../../support/mysql_client.ts";
import { type TestClient, testEngine } from "../../engine/session/support.ts";

async function withClients(
  body: (
    mysql: MysqlClient,
    pg: TestClient,
    as: (user: string) => TestClient,
  ) => Promise<void>,
): Promise<void> {
  await using test = await testEngine();
  const client = mysqlClient(test.engine);
  try {
    await body(client, test.client(), (user) => test.client(user));
  } finally {
    await client.session.close();
  }
}

Deno.test("FIRST and AFTER give both kinds of clients one order", async () => {
  await withClients(async (c, pg) => {
    await c.run(
      "create table t (id int auto_increment primary key, a varchar(9), b int, gone int, d int default 4); insert into t (a, b, gone) values ('x', 1, 9), ('y', 2, 9)",
    );
    await c.run("alter table t drop column gone");
    await c.run(
      "alter table t add e int not null default 7 after id, modify d int first, change b bb int after d",
    );
    deepEqual(await c.rows("select * from t order by id"), [
      ["4", "1", "1", "7", "x"],
      ["4", "2", "2", "7", "y"],
    ]);
    deepEqual(await pg.rows("select * from t where id = 2"), [
      ["4", "2", "2", "7", "y"],
    ]);
    deepEqual(
      await pg.rows(
        "select attname, attnum from pg_attribute where attrelid = 't'::regclass and attnum > 0 and not attisdropped order by attnum",
      ),
      [["d", "1"], ["bb", "2"], ["id", "3"], ["e", "4"], ["a", "5"]],
    );
    await c.run("insert into t values (5, 6, null, 8, 'z')");
    await c.run("alter table t add gone int after a");
    deepEqual(
      await pg.rows("insert into t (a) values ('w') returning *"),
      [[null, null, "4", "7", "w", null]],
    );
    deepEqual(
      await c.rows(
        "select column_name from information_schema.columns where table_name = 't' order by ordinal_position",
      ),
      [["d"], ["bb"], ["id"], ["e"], ["a"], ["gone"]],
    );
    // A statement that fails later leaves the order as it was.
    equal(
      await c.error("alter table t modify e int first, add e int"),
      "1060 Duplicate column name 'e'",
    );
    deepEqual((await c.run("select * from t limit 1")).columns, [
      "d",
      "bb",
      "id",
      "e",
      "a",
      "gone",
    ]);
    equal(
      await c.error("alter table t modify e int after nope"),
      "1054 Unknown column 'nope' in 't'",
    );
  });
});

Deno.test("columns go and come while others change places", async () => {
  await withClients(async (c, pg) => {
    await c.run(
      "create table t (id int primary key, a int, b int, key ab (a, b)); insert into t values (1, 10, 20)",
    );
    const row: Record<string, string | null> = { id: "1", a: "10", b: "20" };
    let order = ["id", "a", "b"];
    let made = 0;
    for (let step = 0; step < 40; step++) {
      const moved = order[(step * 7) % order.length]!;
      const rest = order.filter((each) => each !== moved);
      const after = rest[(step * 5) % rest.length]!;
      await c.run(
        `alter table t modify ${moved} int${
          moved === "id" ? " not null" : ""
        } after ${after}`,
      );
      order = rest.toSpliced(rest.indexOf(after) + 1, 0, moved);
      if (step % 3 === 0) {
        const name = `n${made++}`;
        await c.run(`alter table t add ${name} int default ${step} first`);
        order = [name, ...order];
        row[name] = String(step);
      }
      if (step % 4 === 3) {
        const gone = order.find((each) => each.startsWith("n"));
        if (gone === undefined) continue;
        await c.run(`alter table t drop ${gone}`);
        order = order.filter((each) => each !== gone);
      }
      deepEqual(
        await pg.rows("table t"),
        [order.map((each) => row[each] ?? null)],
        `step ${step}`,
      );
    }
    deepEqual(await c.rows("select id from t where a = 10 and b = 20"), [[
      "1",
    ]]);
  });
});

Deno.test("what belongs to a column goes with it to another place", async () => {
  await withClients(async (c, pg, as) => {
    await pg.run(`
      create role bob login;
      create table parent (id int primary key, code text, part int, note text, unique (code, part));
      create table child (id serial primary key, n int check (n > 0), code text, part int, who text default current_user,
        twice int generated always as (n * 2) stored, foreign key (code, part) references parent (code, part) on update cascade,
        up int references child (id) on delete set null);
      create index child_lower on child (lower(who)) where n > 1;
      create index child_include on child (n) include (part);
      alter table child enable row level security;
      create policy own on child using (who = current_user) with check (n < 100);
      grant select (id, n), insert (n, who), update (n) on child to bob;
      grant usage on sequence child_id_seq to bob;
      grant select (who) on child to bob;
      comment on column child.part is 'of it';
      create view sums as select who, sum(n) as s from child group by who;
      insert into parent values (1, 'a', 1, 'x'), (2, 'a', 2, 'y');
      insert into child (n, code, part) values (1, 'a', 1), (2, 'a', 2);
      insert into child (n, who, up) values (3, 'bob', 1);
    `);
    await c.run(
      "alter table child modify who text first, modify up int after who, modify part int after up; alter table parent modify part int first, modify note text after part",
    );
    deepEqual(await pg.rows("table child order by id"), [
      ["postgres", null, "1", "1", "1", "a", "2"],
      ["postgres", null, "2", "2", "2", "a", "4"],
      ["bob", "1", null, "3", "3", null, "6"],
    ]);
    await pg.run("update parent set code = 'b', part = 5 where part = 1");
    deepEqual(await pg.rows("select code, part from child where id = 1"), [[
      "b",
      "5",
    ]]);
    for (
      const [sql, state] of [
        ["insert into child (n) values (0)", "23514"],
        ["insert into child (code, part) values ('b', 1)", "23503"],
        ["insert into child (up) values (77)", "23503"],
        ["insert into parent values (5, 'no', 9, 'b')", "23505"],
        ["update parent set part = 6 where part = 5", undefined],
        ["delete from parent where id = 2", "23503"],
      ] as const
    ) {
      if (state === undefined) await pg.run(sql);
      else equal((await pg.error(sql)).slice(0, 5), state, sql);
    }
    const bob = as("bob");
    deepEqual(await bob.rows("select who, n from child"), [["bob", "3"]]);
    equal((await bob.error("select part from child")).slice(0, 5), "42501");
    equal(
      (await bob.error("insert into child (n, who) values (100, 'bob')")).slice(
        0,
        5,
      ),
      "42501",
    );
    await bob.run("insert into child (n, who) values (50, 'bob')");
    deepEqual(await pg.rows("select twice from child where n = 50"), [[
      "100",
    ]]);
    deepEqual(await pg.rows("select * from sums order by who"), [
      ["bob", "53"],
      ["postgres", "3"],
    ]);
    deepEqual(
      await pg.rows(
        "select col_description('child'::regclass, 3), pg_get_serial_sequence('child', 'id')",
      ),
      [["of it", "public.child_id_seq"]],
    );
    deepEqual(
      await pg.rows(
        "select pg_get_indexdef('child_include'::regclass), pg_get_indexdef('child_lower'::regclass)",
      ),
      [[
        "CREATE INDEX child_include ON public.child USING btree (n) INCLUDE (part)",
        "CREATE INDEX child_lower ON public.child USING btree (lower(who)) WHERE (n > 1)",
      ]],
    );
    await pg.run("delete from child where id = 1");
    deepEqual(await pg.rows("select up from child where id = 3"), [[null]]);
    await pg.run("drop table child cascade");
    deepEqual(
      await pg.rows(
        "select count(*) from pg_class where relname = 'child_id_seq'",
      ),
      [["0"]],
    );
  });
});

Deno.test("an order that something relies on stays as it is", async () => {
  await withClients(async (c, pg) => {
    const because = async (make: string, why: string, drop: string) => {
      await pg.run(`create table t (a int, b int); ${make}`);
      equal(
        await c.error("alter table t modify b int first"),
        `1235 This version of MySQL doesn't yet support 'cannot change the order of the columns of table "t" because ${why}'`,
      );
      // Where it is already, it may go.
      await c.run("alter table t modify b int after a");
      await pg.run(`${drop}; drop table t cascade`);
    };
    await because(
      "create table u (x t)",
      "column x of table u uses its row type",
      "drop table u",
    );
    await because(
      "create table u (x t[])",
      "column x of table u uses its row type",
      "drop table u",
    );
    await because(
      "create function f() returns setof t language sql as 'select 1, 2'",
      "function f() uses its row type",
      "drop function f()",
    );
    await because(
      "create view v as select x.p from t as x(p, q)",
      'view "v" names them in that order',
      "drop view v",
    );
    await because(
      "create view v as select j.p from (t cross join (select 1 as z) as s) as j(p, q, r)",
      'view "v" names them in that order',
      "drop view v",
    );
    await pg.run("create table t (a int, b int)");
    equal(
      await pg.error("alter table t alter b options (mysql_first '')"),
      "0A000 ALTER COLUMN ... OPTIONS is not supported",
    );
  });
});

Deno.test("MODIFY changes a column that views read, and they follow", async () => {
  await withClients(async (c, pg) => {
    await c.run(
      "create table t (id int primary key, x int); insert into t values (1, 2); create view v as select id, x, x + 1 as y from t; create view w as select * from v",
    );
    await c.run("alter table t modify x varchar(20) first");
    deepEqual(await c.rows("select * from w"), [["1", "2", "3"]]);
    await c.run("update t set x = 'seven'");
    deepEqual(await pg.rows("select x from w"), [["seven"]]);
    deepEqual(
      await pg.rows(
        "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'w'::regclass and attname = 'x'",
      ),
      [["character varying(20)"]],
    );
    equal(
      (await pg.error("alter table t alter x type text")).slice(0, 5),
      "0A000",
    );
  });
});
