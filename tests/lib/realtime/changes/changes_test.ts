import { deepEqual, equal } from "node:assert/strict";
import { realtimeApp } from "../../../support/realtime_app.ts";

/** A small generator, so that a run can be repeated. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * sides);
  };
}

Deno.test("Changes tells of all that was committed, in order, and of nothing that was not", async () => {
  await using app = await realtimeApp();
  await app.run(`
    CREATE TABLE log (id bigserial PRIMARY KEY, writer int NOT NULL, step int NOT NULL, pub boolean NOT NULL);
    ALTER TABLE log ENABLE ROW LEVEL SECURITY;
    CREATE POLICY a ON log FOR SELECT USING (pub);
    CREATE TABLE copy (id bigint PRIMARY KEY, pub boolean);
  `);
  // What the engine itself saw committed, in commit order.
  const committed: string[] = [];
  app.engine.changes.subscribe(({ changes }) => {
    for (const { relation, kind, before, after } of changes) {
      const row = after ?? before ?? [];
      if (relation.name === "log" && row[3] === 1) {
        committed.push(`${kind} ${row.slice(0, 3).join(" ")}`);
      }
    }
  }, ({ name }) => name === "log");
  const join = async () => {
    const client = await app.connect({ version: "2.0.0" });
    const { status } = await client.call("realtime:log", "phx_join", {
      config: {
        postgres_changes: [{ event: "*", schema: "public", table: "log" }],
      },
    });
    equal(status, "ok");
    return client;
  };
  const clients = await Promise.all([join(), join(), join()]);
  // The same writes through separate sessions, so that transactions overlap.
  const writer = async (number: number) => {
    const roll = dice(number);
    const session = app.engine.session({ role: "postgres", claims: {} });
    for (let step = 0; step < 25; step++) {
      await session.transaction(async (tx) => {
        for (let i = roll(3); i >= 0; i--) {
          await tx.query(
            "INSERT INTO log (writer, step, pub) VALUES ($1, $2, $3)",
            [number, step, roll(4) > 0],
          );
        }
        if (roll(3) === 0) {
          await tx.query(
            "UPDATE log SET step = step + 100 WHERE writer = $1 AND step = $2",
            [number, step - 1],
          );
        }
        if (roll(5) === 0) {
          await tx.query("DELETE FROM log WHERE writer = $1 AND step = $2", [
            number,
            step - 2,
          ]);
        }
        if (roll(3) === 0) throw new Error("undo");
      }).catch((error: Error) => equal(error.message, "undo"));
      // Somebody who comes and goes changes nothing for the others.
      if (number === 0 && step % 10 === 0) await (await join()).close();
    }
  };
  await Promise.all([0, 1, 2, 3].map(writer));
  await app.run(
    "INSERT INTO log (writer, step, pub) VALUES (9, 0, true)",
  );

  for (const client of clients) {
    const seen: string[] = [];
    for (;;) {
      const { payload: { data } } = await client.event("postgres_changes");
      const row = data.record ?? data.old_record;
      // A deleted row shows its key alone.
      seen.push(
        data.type === "DELETE"
          ? `delete ${row.id}`
          : `${data.type.toLowerCase()} ${row.id} ${row.writer} ${row.step}`,
      );
      if (row.writer === 9) break;
    }
    deepEqual(
      seen,
      committed.map((each) =>
        each.startsWith("delete") ? each.split(" ").slice(0, 2).join(" ") : each
      ),
    );
  }
  equal(committed.length > 60, true);
});

Deno.test("Changes goes on when a table is altered between two rows of one transaction", async () => {
  await using app = await realtimeApp();
  await app.run("CREATE TABLE t (id int PRIMARY KEY, a text)");
  const client = await app.connect();
  await client.call("realtime:public:t", "phx_join");

  await app.run(`
    BEGIN;
    INSERT INTO t VALUES (1, 'x');
    ALTER TABLE t ADD COLUMN b int DEFAULT 7;
    INSERT INTO t VALUES (2, 'y');
    COMMIT;
    ALTER TABLE t DROP COLUMN a;
    INSERT INTO t VALUES (3);
  `);

  const records = [];
  for (let i = 0; i < 3; i++) {
    records.push((await client.event("postgres_changes")).payload.data.record);
  }
  deepEqual(records, [
    { id: 1, a: "x" },
    { id: 2, a: "y", b: 7 },
    { id: 3, b: 7 },
  ]);
});

Deno.test("Changes ends a subscription whose policies fail, with a reason", async () => {
  await using app = await realtimeApp();
  await app.run(`
    CREATE TABLE t (id int PRIMARY KEY, a text);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON t USING (a::int > 0);
  `);
  const client = await app.connect();
  await client.call("realtime:public:t", "phx_join");

  await app.run("INSERT INTO t VALUES (1, 'no number')");

  const { payload } = await client.next(({ event, payload }) =>
    event === "system" && payload.status === "error"
  );
  equal(
    payload.message,
    "Cannot tell of changes of public.t: its row policies fail",
  );
  equal((await client.event("phx_close")).topic, "realtime:public:t");
});

Deno.test("Changes asks rights and policies as they are when it tells", async () => {
  await using app = await realtimeApp();
  await app.run(`
    CREATE TABLE t (id int PRIMARY KEY, a text);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON t USING (a = 'x');
  `);
  const client = await app.connect();
  await client.call("realtime:public:t", "phx_join");
  // Somebody who sees everything shows that a change has been told.
  const witness = await app.connect();
  await witness.call("realtime:public:t", "phx_join", {
    access_token: await app.sign({ role: "service_role" }),
  });
  const seen: unknown[] = [];
  const insert = async (id: number, a: string) => {
    await app.run(`INSERT INTO t VALUES (${id}, '${a}')`);
    await witness.event("postgres_changes");
    await client.call("phoenix", "heartbeat");
    for (const { event, payload } of client.received) {
      if (event === "postgres_changes") seen.push(payload.data.record);
    }
    const got = seen.splice(0);
    while (client.received.some(({ event }) => event === "postgres_changes")) {
      await client.event("postgres_changes");
    }
    return got;
  };

  deepEqual(await insert(1, "x"), [{ id: 1, a: "x" }]);
  await app.run("ALTER POLICY p ON t USING (a = 'y')");
  deepEqual(await insert(2, "x"), []);
  deepEqual(await insert(3, "y"), [{ id: 3, a: "y" }]);
  await app.run("REVOKE SELECT ON t FROM anon; GRANT SELECT (id) ON t TO anon");
  deepEqual(await insert(4, "y"), [{ id: 4 }]);
  await app.run("REVOKE SELECT (id) ON t FROM anon");
  deepEqual(await insert(5, "y"), []);
  await app.run("GRANT SELECT ON t TO anon");
  deepEqual(await insert(6, "y"), [{ id: 6, a: "y" }]);
});
