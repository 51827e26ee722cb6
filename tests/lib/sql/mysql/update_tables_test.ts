import { deepEqual, equal } from "node:assert/strict";
import { mysqlClient } from "../../../support/mysql_client.ts";
import { testEngine } from "../../engine/session/support.ts";

Deno.test("UPDATE of several tables", async (t) => {
  await using test = await testEngine();
  const owner = test.client();
  const root = mysqlClient(test.engine);
  try {
    await root.run(
      "create table a (id int primary key, x int not null, who varchar(10)); create table b (id int primary key, a_id int, y int, at timestamp null on update current_timestamp)",
    );
    await root.run(
      "insert into a values (1, 10, 'bob'), (2, 20, 'eve'); insert into b (id, a_id, y) values (1, 1, 100), (2, 1, 200), (3, 2, 300)",
    );
    await t.step("takes every value from the rows as they were", async () => {
      const { affected } = await root.run(
        "update a join b on b.a_id = a.id set a.x = a.x + b.id * 0 + 1, b.y = a.x where a.id = 1",
      );
      equal(affected, 3);
      deepEqual(await root.rows("select x from a order by id"), [["11"], [
        "20",
      ]]);
      deepEqual(
        await root.rows("select y, at is not null from b order by id"),
        [["10", "1"], ["10", "1"], ["300", "0"]],
      );
    });
    await t.step("is all or nothing, and the transaction goes on", async () => {
      await root.run("begin; update b set y = 1 where id = 3");
      equal(
        await root.error(
          "update b join a on a.id = b.a_id set b.y = 9, a.x = null",
        ),
        "1048 Column 'x' cannot be null",
      );
      deepEqual(await root.rows("select y from b order by id"), [["10"], [
        "10",
      ], ["1"]]);
      await root.run("rollback");
    });
    await t.step("takes values of a prepared statement", async () => {
      await root.run(
        "update a, b set x = ?, y = ? where a_id = a.id and a.id = ?",
        [5, 6, 2],
      );
      deepEqual(
        await root.rows(
          "select x, y from a join b on a_id = a.id where a.id = 2",
        ),
        [["5", "6"]],
      );
    });
    await t.step("changes what rights and policies let it change", async () => {
      await owner.run(
        "create role bob login; grant select on a, b to bob; grant update (x) on a to bob",
      );
      const bob = mysqlClient(test.engine, { user: "bob" });
      const both = "update a join b on b.a_id = a.id set a.x = 7, b.y = 7";
      try {
        equal(
          await bob.error(both),
          "1142 UPDATE command denied to user 'bob' for table 'b'",
        );
        deepEqual(await root.rows("select x from a order by id"), [["11"], [
          "5",
        ]]);
        await owner.run(
          "grant update on a, b to bob; alter table a enable row level security; create policy own on a using (who = current_user)",
        );
        equal((await bob.run(both)).affected, 3);
        deepEqual(await root.rows("select x from a order by id"), [["7"], [
          "5",
        ]]);
        deepEqual(await root.rows("select y from b order by id"), [["7"], [
          "7",
        ], ["6"]]);
        equal(
          (await bob.error(
            "update a join b on b.a_id = a.id set a.who = 'eve', b.y = 8",
          )).slice(0, 4),
          "1142",
        );
        deepEqual(await root.rows("select y from b where y = 8"), []);
      } finally {
        await bob.session.close();
      }
    });
    await t.step("says what it cannot change", async () => {
      await root.run("create view va as select id, x from a");
      for (
        const [sql, error] of [
          [
            "update a join (select 1 as z) d set a.x = z, d.z = 2",
            "1288 The target table d of the UPDATE is not updatable",
          ],
          [
            "update a join b on a_id = a.id set x = 1, id = 2",
            "1052 Column 'id' in field list is ambiguous",
          ],
          [
            "update a join b on a_id = a.id set a.x = 1, c.y = 2",
            "1054 Unknown column 'c.y' in 'field list'",
          ],
          [
            "update a join b on a_id = a.id set x = 1, y = 2 limit 1",
            "1221 Incorrect usage of UPDATE and LIMIT",
          ],
          [
            "update va join b on a_id = va.id set x = 1, y = 2",
            "1235 This version of MySQL doesn't yet support 'UPDATE of a view and another table at once'",
          ],
        ] as const
      ) equal(await root.error(sql), error);
    });
  } finally {
    await root.session.close();
  }
});
