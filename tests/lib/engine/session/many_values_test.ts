import { deepEqual, equal } from "node:assert/strict";
import { testEngine } from "./support.ts";

Deno.test("a statement takes as many parameters as the wire has", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int, b text, c int)");
  const rows = 65_535 / 3;
  const places = Array.from(
    { length: rows },
    (_, i) => `($${3 * i + 1}, $${3 * i + 2}, $${3 * i + 3})`,
  );
  const values = Array.from({ length: rows }, (_, i) => [i, `v${i}`, i + 1]);
  const { tag } = await client.extended(
    `INSERT INTO t VALUES ${places.join(", ")}`,
    values.flat(),
  );
  equal(tag, `INSERT 0 ${rows}`);
  deepEqual(await client.rows("SELECT sum(a), max(b), sum(c) FROM t"), [
    ["238591090", "v9999", "238612935"],
  ]);
});

Deno.test("a statement takes as many literals as fit its text", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int PRIMARY KEY, b text)");
  const rows = Array.from({ length: 40_000 }, (_, i) => `(${i}, 'it''s ${i}')`);
  const [inserted] = await client.run(
    `INSERT INTO t VALUES ${rows.join(", ")} ON CONFLICT DO NOTHING`,
  );
  equal(inserted?.tag, "INSERT 0 40000");
  deepEqual(await client.rows("SELECT count(*), max(b) FROM t"), [
    ["40000", "it's 9999"],
  ]);
});
