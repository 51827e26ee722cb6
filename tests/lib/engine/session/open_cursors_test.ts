import { deepEqual, equal, match } from "node:assert/strict";
import { testEngine } from "./support.ts";

const many = 20;
const each = (text: (i: number) => string) =>
  Array.from({ length: many }, (_, i) => text(i)).join("; ");

Deno.test("DECLARE never waits for the connection of another cursor", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    "CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2), (3)",
  );
  await client.run("BEGIN");
  await client.run(
    each((i) => `DECLARE c${i} CURSOR FOR SELECT n FROM t ORDER BY n`),
  );
  const writer = engine.client();
  await writer.run("INSERT INTO t VALUES (4)");
  const fetched = await client.run(
    each((i) => `FETCH 2 FROM c${i}`) + "; " +
      each((i) => `FETCH 9 FROM c${i}`),
  );
  deepEqual(
    fetched.map(({ rows }) => rows.flat().join()),
    [...Array(many).fill("1,2"), ...Array(many).fill("3")],
  );
  await client.run("COMMIT");
});

Deno.test("clients that vanish with open cursors leave their connections to others", async () => {
  await using engine = await testEngine();
  for (let round = 0; round < 3; round++) {
    const clients = Array.from({ length: 20 }, () => engine.client());
    for (const [i, client] of clients.entries()) {
      await client.run(
        i % 2 === 0 ? "BEGIN" : "BEGIN; SELECT 1; SAVEPOINT a",
      );
      await client.run(
        `DECLARE a CURSOR FOR SELECT generate_series(1, 1500); FETCH 1 FROM a;
         DECLARE b SCROLL CURSOR FOR SELECT oid FROM pg_class; FETCH 2 FROM b`,
      );
      if (i % 5 === 0) await client.error("SELECT 1/0");
    }
    await Promise.all(clients.map(({ session }) => session.close()));
  }
  // Each has a connection of its own, so all must have come back.
  const last = Array.from({ length: 8 }, () => engine.client());
  for (const client of last) {
    await client.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
    deepEqual(await client.rows("SELECT 1"), [["1"]]);
  }
});

Deno.test("REPEATABLE READ waits for a snapshot, can be cancelled, and leaves none behind", async () => {
  await using engine = await testEngine();
  const holders = Array.from({ length: 8 }, () => engine.client());
  for (const client of holders) {
    await client.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
  }
  const waiting = engine.client();
  await waiting.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
  const cancelled = waiting.error("SELECT 2");
  waiting.session.cancel();
  match(await cancelled, /^57014 /);
  await waiting.run("ROLLBACK");

  await waiting.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
  const served = waiting.rows("SELECT 3");
  await holders[0]?.session.close();
  deepEqual(await served, [["3"]]);

  const gone = engine.client();
  await gone.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
  const lost = gone.error("SELECT 4");
  await gone.session.close();
  equal((await lost).slice(0, 5), "57014");
  await waiting.run("COMMIT");
  await gone.session.close();
  const next = engine.client();
  await next.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
  deepEqual(await next.rows("SELECT 5"), [["5"]]);
});
