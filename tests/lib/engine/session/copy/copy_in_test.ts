import { deepEqual, equal, rejects } from "node:assert/strict";
import { testEngine } from "../support.ts";

/** More rows than are inserted, or looked at, at once. */
const many = 40_000;

function lines(make: (n: number) => string): string {
  return Array.from({ length: many }, (_, n) => `${make(n)}\n`).join("");
}

Deno.test("COPY FROM STDIN takes more rows than fit into one turn", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int PRIMARY KEY, b char(8))");
  const [outcome] = await client.run(
    "COPY t FROM STDIN",
    lines((n) => `${n}\t${n % 7}`),
  );
  equal(outcome?.tag, `COPY ${many}`);
  deepEqual(
    await client.rows("SELECT count(*), sum(a), max(octet_length(b)) FROM t"),
    [[String(many), String(many * (many - 1) / 2), "8"]],
  );
});

Deno.test("COPY FROM STDIN finds the wrong one among many rows, and keeps nothing", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    "CREATE TABLE t (a int PRIMARY KEY, b text, CHECK (b <> 'bad'))",
  );
  equal(
    await client.error(
      "COPY t FROM STDIN",
      lines((n) => n === 30_001 ? "17\tx" : `${n}\tx`),
    ),
    '23505 duplicate key value violates unique constraint "t_pkey" | COPY t, line 30002',
  );
  equal(
    await client.error(
      "COPY t FROM STDIN",
      lines((n) => `${n}\t${n === 30_001 ? "bad" : "x"}`),
    ),
    '23514 new row for relation "t" violates check constraint "t_b_check" | COPY t, line 30002: "30001\tbad"',
  );
  deepEqual(await client.rows("SELECT count(*) FROM t"), [["0"]]);
});

Deno.test("COPY FROM STDIN is part of its transaction and of its savepoints", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int)");
  await client.run("BEGIN");
  await client.run("INSERT INTO t VALUES (-1)");
  await client.run("SAVEPOINT s");
  await client.run("COPY t FROM STDIN", lines(String));
  await client.run("ROLLBACK TO s");
  await client.run("COPY t FROM STDIN", "1\n2\n");
  await client.run("COMMIT");
  deepEqual(await client.rows("SELECT a FROM t ORDER BY a"), [
    ["-1"],
    ["1"],
    ["2"],
  ]);
});

Deno.test("COPY FROM STDIN can be cancelled while it waits for data", async () => {
  await using engine = await testEngine();
  const { session, run, rows } = engine.client();
  await run("CREATE TABLE t (a int)");
  const nobody = { row: () => {}, full: () => undefined };
  const portal = session.bind(session.prepare("COPY t FROM STDIN", []), []);
  const { copyIn } = await portal.fetch(0, nobody, true);
  const data = new TextEncoder().encode(lines(String));
  await copyIn?.write(data);
  session.cancel();
  await rejects(
    async () => await copyIn?.write(data),
    { sqlState: "57014" },
  );
  session.failed();
  await session.sync(true);
  deepEqual(await rows("SELECT count(*) FROM t"), [["0"]]);
});
