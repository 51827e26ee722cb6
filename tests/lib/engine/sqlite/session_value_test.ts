import { deepEqual } from "node:assert/strict";
import { testEngine } from "../session/support.ts";

Deno.test("sessionValue() gives a timestamp the transaction's moment in the session's time zone", async () => {
  await using test = await testEngine();
  const client = test.client("postgres", { timezone: "Europe/Berlin" });
  await client.run(
    "CREATE TABLE t (n int, at timestamp DEFAULT now(), day date DEFAULT now())",
  );
  await client.run("BEGIN");
  test.clock.advance(3000);
  await client.run("INSERT INTO t VALUES (1, CURRENT_TIMESTAMP), (2, DEFAULT)");
  await client.run("COMMIT");
  deepEqual(await client.rows("SELECT * FROM t ORDER BY n"), [
    ["1", "2026-04-26 12:00:00", "2026-04-26"],
    ["2", "2026-04-26 12:00:00", "2026-04-26"],
  ]);
  deepEqual(await client.rows("SELECT now()::timestamp, now()::timestamp(0)"), [
    ["2026-04-26 12:00:03", "2026-04-26 12:00:03"],
  ]);
});
