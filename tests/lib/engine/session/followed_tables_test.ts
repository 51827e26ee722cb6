import { deepEqual, equal, notEqual } from "node:assert/strict";
import { testEngine } from "./support.ts";

const schema = `
  CREATE TABLE watched (id int PRIMARY KEY, v int);
  CREATE INDEX ON watched (v);
  CREATE TABLE parent (id int PRIMARY KEY);
  CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE);
  CREATE TABLE other (id serial PRIMARY KEY, v int UNIQUE, watched int REFERENCES watched);
  CREATE FUNCTION touch() RETURNS int VOLATILE LANGUAGE sql
    AS 'UPDATE watched SET v = v RETURNING 1';
  INSERT INTO watched VALUES (1, 1), (2, 2);
  INSERT INTO parent VALUES (1), (2);
  INSERT INTO child VALUES (1, 1);
`;

async function followed(tables: string[]) {
  const test = await testEngine();
  const client = test.client();
  await client.run(schema);
  const version = test.engine.follow(tables.map((name) => ["public", name]));
  // The first commit finds out where the tables are.
  await client.run("UPDATE watched SET v = v");
  return { test, client, version };
}

Deno.test("Engine.follow() stays the same while other tables are written", async () => {
  const { test, client, version } = await followed(["watched"]);
  await using _ = test;
  const before = version();
  for (
    const sql of [
      "INSERT INTO other (v, watched) VALUES (1, 1)",
      "INSERT INTO other (v) VALUES (1) ON CONFLICT (v) DO UPDATE SET v = 5 RETURNING id",
      "UPDATE other SET v = v + 1 WHERE id = 1",
      "DELETE FROM parent WHERE id = 1",
      "SELECT * FROM watched",
      "BEGIN; SAVEPOINT a; INSERT INTO other (v) VALUES (7); RELEASE a; COMMIT",
      "BEGIN; UPDATE watched SET v = 9; ROLLBACK",
      "DELETE FROM other",
    ]
  ) {
    await client.run(sql);
    equal(version(), before, sql);
  }
  const session = test.engine.session({ role: "postgres" });
  await Promise.all(
    [1, 2, 3].map((v) =>
      session.query("INSERT INTO other (v) VALUES ($1)", [v])
    ),
  );
  await session.transaction(async (tx) => {
    await tx.query("INSERT INTO other (v) VALUES (10)");
  });
  equal(version(), before);
});

Deno.test("Engine.follow() changes with whatever may have written the table", async (t) => {
  const { test, client, version } = await followed(["watched", "child"]);
  await using _ = test;
  const cases = {
    "an INSERT": "INSERT INTO watched VALUES (3, 3)",
    "an UPDATE": "UPDATE watched SET v = 4 WHERE id = 3",
    "a DELETE": "DELETE FROM watched WHERE id = 3",
    "a DELETE of all rows": "DELETE FROM child",
    "a cascade": "DELETE FROM parent WHERE id = 2",
    "a statement inside a statement":
      "WITH w AS (UPDATE watched SET v = 6 RETURNING id) INSERT INTO other (v) SELECT id FROM w",
    "MERGE":
      "MERGE INTO watched USING (SELECT 1 AS id) s ON watched.id = s.id WHEN MATCHED THEN UPDATE SET v = 8",
    "a function": "SELECT touch()",
    "a transaction":
      "BEGIN; INSERT INTO other (v) VALUES (70); SAVEPOINT a; UPDATE watched SET v = 1; RELEASE a; COMMIT",
    "COPY": "COPY watched FROM STDIN",
    "TRUNCATE": "TRUNCATE child",
    "ALTER TABLE": "ALTER TABLE watched ADD COLUMN more text",
  };
  for (const [name, sql] of Object.entries(cases)) {
    await t.step(name, async () => {
      const before = version();
      await client.run(sql, "40\t40\n");
      notEqual(version(), before);
    });
  }
  await t.step("and not with others after a definition", async () => {
    const before = version();
    await client.run("INSERT INTO other (v) VALUES (90)");
    equal(version(), before);
    await client.run("UPDATE watched SET v = 3");
    notEqual(version(), before);
  });
});

Deno.test("Engine.follow() changes with a service's write before it is told", async () => {
  const { test, version } = await followed(["watched"]);
  await using _ = test;
  const session = test.engine.session({ role: "postgres" });
  const versions = [version()];
  await Promise.all([
    session.query("INSERT INTO other (v) VALUES (1)"),
    session.query("UPDATE watched SET v = 2")
      .then(() => versions.push(version())),
    session.query("INSERT INTO other (v) VALUES (2)"),
  ]);
  await session.transaction((tx) => tx.query("UPDATE watched SET v = 3"));
  versions.push(version());
  deepEqual(new Set(versions).size, 3);
});

Deno.test("Engine.follow() changes with every commit while a table is not there", async () => {
  await using test = await testEngine();
  const client = test.client();
  const version = test.engine.follow([["public", "later"]]);
  await client.run("CREATE TABLE t (a int)");
  const before = version();
  await client.run("INSERT INTO t VALUES (1)");
  notEqual(version(), before);
});
