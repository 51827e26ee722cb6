import { deepEqual, ok } from "node:assert/strict";
import { counting, engineError, openEngine, withDirectory } from "./support.ts";

Deno.test("Engine.close() stops what takes long and keeps what was acknowledged", async () => {
  await withDirectory(async (path) => {
    const place = { kind: "directory", path } as const;
    const engine = await openEngine({ place, readers: 1, closeGraceMs: 20 });
    const session = engine.session({ role: "postgres" });
    await session.query("CREATE TABLE t (v int)");
    await session.query("INSERT INTO t VALUES (1)");
    const outcomes = Promise.allSettled([
      session.query(counting, [1e15]),
      session.query(`${counting} -- waits for the only reader`, [1e15]),
      session.transaction(async (tx) => {
        await tx.query("INSERT INTO t VALUES (2)");
        await tx.query("INSERT INTO t " + counting, [1e15]);
      }),
      session.query("INSERT INTO t VALUES (3)", [], {
        signal: new AbortController().signal,
      }),
    ]);
    await engine.close();
    for (const outcome of await outcomes) {
      ok(outcome.status === "rejected");
      ok(engineError("57P01")(outcome.reason), String(outcome.reason));
    }

    const events: string[] = [];
    const note = (event: string) => void events.push(event);
    const again = await openEngine({
      place,
      log: { debug: note, info: note, warn: note, error: note },
    });
    const { rows } = await again.session({ role: "postgres" })
      .query("SELECT v FROM t");
    deepEqual(rows, [[1]]);
    deepEqual(events, [], "it was closed in order");
    await again.close();
  });
});
