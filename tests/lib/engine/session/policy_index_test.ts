import { deepEqual } from "node:assert/strict";
import { testEngine } from "./support.ts";

Deno.test("a policy that names the owner finds the rows by the owner's index", async (t) => {
  await using test = await testEngine();
  const owner = test.engine.session({ role: "postgres" });
  await owner.query(
    "CREATE TABLE big (id int PRIMARY KEY, category int, owner uuid, name text)",
  );
  await owner.query("CREATE INDEX big_owner ON big (owner)");
  await owner.query("GRANT ALL ON big TO authenticated");
  await owner.query("ALTER TABLE big ENABLE ROW LEVEL SECURITY");
  const sub = "0198a0de-7e4c-7d51-9a3f-3f6c8a1b2c3d";
  await owner.query(
    "INSERT INTO big VALUES (1, 5, $1, 'mine'), (2, 5, gen_random_uuid(), 'theirs')",
    [sub],
  );
  const session = test.engine.session({
    role: "authenticated",
    claims: { sub },
  });
  const reads = [
    "SELECT id FROM big WHERE category = 5 ORDER BY id LIMIT 25",
    "SELECT id FROM big WHERE name LIKE '%i%' ORDER BY id LIMIT 25",
    "SELECT id FROM (SELECT id FROM big WHERE category = 5 ORDER BY id LIMIT 25) r",
  ];
  const conditions = [
    "owner = auth.uid()",
    "(SELECT auth.uid()) = owner",
    "owner = (current_setting('request.jwt.claims', true)::json->>'sub')::uuid",
    "owner = ((SELECT auth.jwt()) ->> 'sub')::uuid",
    "auth.uid() IS NOT NULL AND auth.uid() = owner",
  ];
  for (const condition of conditions) {
    await t.step(condition, async () => {
      await owner.query("DROP POLICY IF EXISTS p ON big");
      await owner.query(
        `CREATE POLICY p ON big TO authenticated USING (${condition})`,
      );
      for (const sql of reads) {
        const plan = (await session.query(`EXPLAIN ${sql}`)).rows.map(String);
        deepEqual(
          plan.filter((line) => line.includes("big"))
            .map((line) =>
              /SEARCH \S+ USING INDEX \S+/.exec(line)?.[0]
                .replace(/SEARCH \S+/, "SEARCH")
            ),
          ["SEARCH USING INDEX big.big_owner"],
          sql,
        );
        deepEqual((await session.query(sql)).rows, [[1]]);
      }
    });
  }
});
