import { deepEqual, equal } from "node:assert/strict";
import { testEngine } from "../../engine/session/support.ts";

Deno.test("INSERT … ON CONFLICT DO UPDATE returns rows in the order in which they were given", async () => {
  await using stage = await testEngine();
  const client = stage.client();
  await client.run(
    "CREATE TABLE t (name text PRIMARY KEY, n int); INSERT INTO t VALUES ('m'), ('c')",
  );
  const upsert = `INSERT INTO t VALUES ('m'), ('z'), ('a'), ('c'), ('b')
    ON CONFLICT (name) DO UPDATE SET n = 1 RETURNING name`;

  deepEqual((await client.rows(upsert)).flat(), ["m", "z", "a", "c", "b"]);
  deepEqual(
    (await client.rows(`WITH w AS (${upsert}) SELECT name FROM w`)).flat(),
    ["m", "z", "a", "c", "b"],
  );
  equal(
    await client.error(
      "INSERT INTO t VALUES ('x'), ('x') ON CONFLICT (name) DO UPDATE SET n = 2",
    ),
    "21000 ON CONFLICT DO UPDATE command cannot affect row a second time",
  );
});
