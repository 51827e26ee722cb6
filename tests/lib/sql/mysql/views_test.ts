import { deepEqual, equal } from "node:assert/strict";
import {
  type MysqlClient,
  mysqlClient,
} from "../../../support/mysql_client.ts";
import { type TestClient, testEngine } from "../../engine/session/support.ts";

async function withClients(
  body: (mysql: MysqlClient, pg: TestClient) => Promise<void>,
): Promise<void> {
  await using test = await testEngine();
  const client = mysqlClient(test.engine);
  try {
    await client.run(
      "create table t (id int primary key, n varchar(10), x int); create database other; create table other.o (id int, z int)",
    );
    await body(client, test.client());
  } finally {
    await client.session.close();
  }
}

const head =
  "CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW ";

async function shown(client: MysqlClient, name: string): Promise<string> {
  const [row] = await client.rows(`show create view ${name}`);
  return row?.[1] ?? "";
}

Deno.test("SHOW CREATE VIEW gives what a MySQL client wrote", async () => {
  await withClients(async (c) => {
    await c.run(
      "create view v as select *, concat(n, '''', \"q\") as `a``b` /* c */ from t where n like 'x%' and x <=> 1",
    );
    equal(
      await shown(c, "v"),
      `${head}\`v\` AS select \`t\`.\`id\`, \`t\`.\`n\`, \`t\`.\`x\`, concat(n, '''', "q") as \`a\`\`b\`         from t where n like 'x%' and x <=> 1`,
    );
    // Columns that come later are no part of it.
    await c.run("alter table t add column later int");
    equal((await shown(c, "v")).includes("later"), false);
    await c.run(
      "create sql security invoker view w (a, b) as select o.* from other.o",
    );
    equal(
      await shown(c, "w"),
      "CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY INVOKER VIEW `w` (`a`, `b`) AS select `o`.`id`, `o`.`z` from other.o",
    );
    equal(
      await c.error("create view x (a) as select id, n from t"),
      "1353 View's SELECT and view's field list have different column counts",
    );
    equal(await c.error("show create view t"), "1347 'postgres.t' is not VIEW");
    deepEqual(
      (await c.run("show create table v")).columns.slice(0, 2),
      ["View", "Create View"],
    );
  });
});

Deno.test("SHOW CREATE VIEW names the database of a table that is not the view's", async () => {
  await withClients(async (c) => {
    await c.run("use other");
    await c.run(
      "create view postgres.v as select o.*, (select max(z) from o) as m from o join other.o as p using (id)",
    );
    equal(
      await shown(c, "postgres.v"),
      `${head}\`v\` AS select \`o\`.\`id\`, \`o\`.\`z\`, (select max(z) from \`other\`.o) as m from \`other\`.o join other.o as p using (id)`,
    );
  });
});

Deno.test("SHOW CREATE VIEW writes the query anew when a name in it is another one", async () => {
  await withClients(async (c) => {
    await c.run(
      "create view v as select id, x + 1 as y from t where x > 3 order by x",
    );
    await c.run("alter table t rename column x to z");
    equal(
      await shown(c, "v"),
      `${head}\`v\` AS SELECT \`t\`.\`id\` AS \`id\`, (\`t\`.\`z\` + 1) AS \`y\` FROM \`t\` WHERE (\`t\`.\`z\` > 3) ORDER BY \`t\`.\`z\``,
    );
  });
});

Deno.test("SHOW CREATE VIEW says of a PostgreSQL client's view what MySQL has not", async () => {
  await withClients(async (c, pg) => {
    const cases = [
      ["select distinct on (n) id from t", "DISTINCT ON"],
      ["select greatest(id, x) as g from t", "GREATEST"],
      ["select a.id from t a full join t b on a.id = b.id", "FULL JOIN"],
      ["select array[id] as a from t", "an array"],
      ["select n ~ 'x' as m from t", "operator ~ of text and text"],
      [
        "select id from t, generate_series(1, 2)",
        "function generate_series in FROM",
      ],
      ["select current_user as u", "current_user"],
    ] as const;
    for (const [at, [query, what]] of cases.entries()) {
      await pg.run(`create view p${at} as ${query}`);
      equal(
        await c.error(`show create view p${at}`),
        `1235 This version of MySQL doesn't yet support 'SHOW CREATE VIEW \`p${at}\`, which a PostgreSQL client made with ${what}'`,
      );
    }
    await pg.run(
      "create view good as select i, s from (values (1, 'a')) as x(i, s) order by i desc nulls last",
    );
    equal(
      await shown(c, "good"),
      `${head}\`good\` AS SELECT \`x\`.\`i\` AS \`i\`, \`x\`.\`s\` AS \`s\` FROM (SELECT \`column1\` AS \`i\`, \`column2\` AS \`s\` FROM (SELECT \`*VALUES*\`.\`column1\` AS \`column1\`, \`*VALUES*\`.\`column2\` AS \`column2\` FROM (SELECT 1 AS \`column1\`, 'a' AS \`column2\`) \`*VALUES*\`) \`x\`) \`x\` ORDER BY \`x\`.\`i\` DESC`,
    );
    deepEqual(
      await c.rows(
        "select table_name, view_definition is null from information_schema.views where table_name in ('p0', 'good') order by 1",
      ),
      [["good", "0"], ["p0", "1"]],
    );
    // A PostgreSQL client has no such option.
    equal(
      await pg.error("create view q with (mysql_text = 'x') as select 1"),
      '22023 unrecognized parameter "mysql_text"',
    );
  });
});
