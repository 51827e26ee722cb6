import { deepEqual, equal } from "node:assert/strict";
import { mysqlClient } from "../../../support/mysql_client.ts";
import { testEngine } from "../../engine/session/support.ts";

Deno.test("users and roles", async (t) => {
  await using test = await testEngine();
  const root = mysqlClient(test.engine);
  const pg = test.client();
  const grants = async (user: string) =>
    (await root.rows(`show grants for ${user}`)).map(([line]) => line);
  try {
    await root.run(
      "create table t (a int, b int); create database d2; create table d2.u (a int)",
    );
    await t.step(
      "CREATE USER IF NOT EXISTS leaves one that is there",
      async () => {
        await root.run("create user bob identified by 'one'");
        const before = await pg.rows(
          "select rolpassword from pg_authid where rolname = 'bob'",
        );
        await root.run(
          "create user if not exists bob identified by 'two', eve",
        );
        deepEqual(
          await pg.rows(
            "select rolpassword from pg_authid where rolname = 'bob'",
          ),
          before,
        );
        equal(
          await root.error("create user bob"),
          "1396 Operation CREATE USER failed for 'bob'@'%'",
        );
        await root.run("alter user if exists nobody identified by 'x'");
        await root.run("drop user if exists nobody");
        equal(
          await root.error("alter user nobody identified by 'x'"),
          "1396 Operation ALTER USER failed for 'nobody'@'%'",
        );
      },
    );
    await t.step(
      "GRANT on a database reaches tables that come later",
      async () => {
        await root.run("grant select on d2.* to bob");
        await root.run("create table d2.later (a int)");
        const bob = mysqlClient(test.engine, { user: "bob" });
        deepEqual(await bob.rows("select * from d2.later"), []);
        equal(
          (await bob.error("insert into d2.u values (1)")).slice(0, 4),
          "1142",
        );
        await root.run("revoke select on d2.* from bob");
        await root.run("create table d2.latest (a int)");
        equal((await bob.error("select * from d2.later")).slice(0, 4), "1142");
        equal((await bob.error("select * from d2.latest")).slice(0, 4), "1142");
        await root.run("grant select on *.* to bob");
        deepEqual(await bob.rows("select * from d2.u"), []);
        deepEqual(await bob.rows("select * from t"), []);
        equal((await bob.error("create user x")).slice(0, 4), "1142");
        await bob.session.close();
      },
    );
    await t.step("REVOKE ALL takes every right and no policy", async () => {
      await pg.run(
        "alter table t enable row level security; create policy p on t as restrictive to bob using (a = 1)",
      );
      await root.run("grant insert, update (b) on t to bob with grant option");
      deepEqual(await grants("bob"), [
        "GRANT USAGE ON *.* TO `bob`@`%`",
        "GRANT INSERT, UPDATE (`b`) ON `postgres`.`t` TO `bob`@`%` WITH GRANT OPTION",
        "GRANT SELECT ON `d2`.`later` TO `bob`@`%`",
        "GRANT SELECT ON `d2`.`latest` TO `bob`@`%`",
        "GRANT SELECT ON `d2`.`u` TO `bob`@`%`",
        "GRANT SELECT ON `postgres`.`t` TO `bob`@`%`",
      ]);
      await root.run("revoke all privileges, grant option from bob");
      deepEqual(await grants("bob"), ["GRANT USAGE ON *.* TO `bob`@`%`"]);
      await root.run("create table after_that (a int)");
      deepEqual(await grants("bob"), ["GRANT USAGE ON *.* TO `bob`@`%`"]);
      deepEqual(await pg.rows("select polname from pg_policy"), [["p"]]);
    });
    await t.step("a role's rights count without SET ROLE", async () => {
      await root.run(
        "create role reader; grant select on t to reader; grant reader to bob with admin option",
      );
      await pg.run("create policy q on t using (true)");
      await root.run("insert into t values (1, 2), (3, 4)");
      const bob = mysqlClient(test.engine, { user: "bob" });
      deepEqual(await bob.rows("select a, current_role() from t"), [[
        "1",
        "`reader`@`%`",
      ]]);
      await bob.run("set role reader; set role all; set role default");
      await root.run("set default role reader to bob");
      equal(
        await bob.error("set role eve"),
        "3530 `eve`@`%` is not granted to `bob`@`%`",
      );
      equal(
        await root.error("set default role reader to eve"),
        "3530 `reader`@`%` is not granted to `postgres`@`%`",
      );
      equal(
        await bob.error("set role none"),
        "1235 This version of MySQL doesn't yet support 'SET ROLE NONE'",
      );
      deepEqual(await grants("bob"), [
        "GRANT USAGE ON *.* TO `bob`@`%`",
        "GRANT `reader`@`%` TO `bob`@`%` WITH ADMIN OPTION",
      ]);
      await root.run("revoke reader from bob");
      equal((await bob.error("select a from t")).slice(0, 4), "1142");
      deepEqual(await bob.rows("select current_role()"), [["NONE"]]);
      await bob.session.close();
    });
    await t.step("RENAME USER and SHOW CREATE USER", async () => {
      await root.run("rename user bob to rob, eve to bob");
      equal(
        await root.error("rename user nobody to x"),
        "1396 Operation RENAME USER failed for 'nobody'@'%'",
      );
      await root.run("set password for rob = password('x')");
      deepEqual(await root.rows("show create user rob"), [[
        "CREATE USER `rob`@`%` IDENTIFIED WITH 'caching_sha2_password' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK",
      ]]);
      const rob = mysqlClient(test.engine, { user: "rob" });
      equal(
        await rob.error("show create user bob"),
        "1396 Operation SHOW CREATE USER failed for 'bob'@'%'",
      );
      await rob.session.close();
    });
    await t.step(
      "DROP USER takes rights along, and nothing that is owned",
      async () => {
        await root.run("grant all on *.* to rob");
        await root.run("drop user rob");
        equal(
          await root.error("show grants for rob"),
          "1141 There is no such grant defined for user 'rob' on host '%'",
        );
        await pg.run(
          "create table theirs (a int); alter table theirs owner to bob",
        );
        equal((await root.error("drop user bob")).slice(0, 4), "1396");
        deepEqual(await root.rows("select count(*) from theirs"), [["0"]]);
      },
    );
  } finally {
    await root.session.close();
  }
});
