/** Supabase's client, unmodified, over WebSockets of the real program; rows are written by psql and by REST. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  createClient,
  type RealtimeChannel,
  type SupabaseClient,
} from "@supabase/supabase-js";
import mysql from "mysql2/promise";
import { type Program, runProgram, startProgram } from "../support/program.ts";
import { psql } from "../support/psql.ts";

const schema = `
  CREATE TABLE orders (
    id serial PRIMARY KEY, item text NOT NULL, price numeric(8, 2), tags text[], meta jsonb,
    at timestamptz DEFAULT '2026-05-01 10:00Z', day date
  );
  CREATE TABLE notes (id serial PRIMARY KEY, owner uuid NOT NULL DEFAULT auth.uid(), body text NOT NULL);
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes TO authenticated USING (owner = auth.uid()) WITH CHECK (owner = auth.uid());
  CREATE POLICY team ON realtime.messages FOR SELECT TO authenticated USING (realtime.topic() = 'team');
  CREATE POLICY say ON realtime.messages FOR INSERT TO authenticated WITH CHECK (realtime.topic() = 'team');
`;

interface Started extends AsyncDisposable {
  readonly program: Program;
  run(sql: string): Promise<void>;
  /** A client of somebody new, or of nobody. */
  client(email?: string): Promise<SupabaseClient>;
}

async function start(): Promise<Started> {
  const secret = "0123456789abcdef0123456789abcdef";
  const program = await startProgram({ env: { JWT_SECRET: secret } });
  const address = `postgresql://postgres@127.0.0.1:${program.pgPort}/postgres`;
  const { stdout } = await runProgram(["keys", "--json"], {
    JWT_SECRET: secret,
  });
  const key: string = JSON.parse(stdout).anon;
  const clients: SupabaseClient[] = [];
  const run = async (sql: string) => {
    const { stderr } = await psql(address, ["-q", "-v", "ON_ERROR_STOP=1"], {
      input: sql,
    });
    equal(stderr, "");
  };
  await run(schema);
  return {
    program,
    run,
    async client(email) {
      const client = createClient(program.base, key, {
        auth: { autoRefreshToken: false, persistSession: false },
      });
      clients.push(client);
      if (email !== undefined) {
        const { error } = await client.auth.signUp({
          email,
          password: "correct horse battery",
        });
        equal(error, null);
      }
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) {
        await client.removeAllChannels();
        await client.auth.stopAutoRefresh();
      }
      await program[Symbol.asyncDispose]();
    },
  };
}

/** What comes to a listener, one after the other. */
function inbox<T>(): { take(value: T): void; next(): Promise<T> } {
  const values: T[] = [];
  let wake = () => {};
  return {
    take(value) {
      values.push(value);
      wake();
    },
    async next() {
      while (values.length === 0) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      return values.shift() as T;
    },
  };
}

/** Joins; gives what the client says of it in the end. */
function joined(channel: RealtimeChannel): Promise<string> {
  return new Promise((resolve) =>
    channel.subscribe((status, error) =>
      resolve(error === undefined ? status : `${status}: ${error.message}`)
    )
  );
}

// deno-lint-ignore no-explicit-any -- payloads of the client
type Payload = any;

Deno.test("supabase-js hears of changes, talks and sees who is there", async (t) => {
  await using started = await start();
  const { program, run, client } = started;
  const nobody = await client();

  await t.step("changes with their types, by event and filter", async () => {
    const all = inbox<Payload>();
    const dear = inbox<Payload>();
    const channel = nobody.channel("orders")
      .on(
        "postgres_changes",
        { event: "*", schema: "public", table: "orders" },
        all.take,
      )
      .on("postgres_changes", {
        event: "UPDATE",
        schema: "public",
        table: "orders",
        filter: "price=gte.100",
      }, dear.take);
    equal(await joined(channel), "SUBSCRIBED");
    await run(`
      INSERT INTO orders (item, price, tags, meta, day) VALUES ('tea', 9.5, '{a,"b c"}', '{"k": [1]}', '2026-05-02');
      UPDATE orders SET price = 120;
      BEGIN; INSERT INTO orders (item) VALUES ('never'); ROLLBACK;
      DELETE FROM orders;
    `);

    const inserted = await all.next();
    equal(inserted.eventType, "INSERT");
    const tea = {
      id: 1,
      item: "tea",
      price: 9.5,
      tags: ["a", "b c"],
      meta: { k: [1] },
      at: "2026-05-01T10:00:00+00:00",
      day: "2026-05-02",
    };
    deepEqual(inserted.new, tea);
    deepEqual(inserted.old, {});
    const updated = await all.next();
    deepEqual([updated.eventType, updated.new.price, updated.old], [
      "UPDATE",
      120,
      { id: 1 },
    ]);
    const deleted = await all.next();
    deepEqual([deleted.eventType, deleted.new, deleted.old], ["DELETE", {}, {
      id: 1,
    }]);
    equal((await dear.next()).new.price, 120);
    await nobody.removeChannel(channel);
  });

  await t.step("rows of one's own, whoever wrote them", async () => {
    const ada = await client("ada@example.com");
    const bob = await client("bob@example.com");
    const boxes = [ada, bob, nobody].map(() => inbox<Payload>());
    for (const [i, each] of [ada, bob, nobody].entries()) {
      const channel = each.channel("notes").on("postgres_changes", {
        event: "*",
        schema: "public",
        table: "notes",
      }, boxes[i]!.take);
      equal(await joined(channel), "SUBSCRIBED");
    }
    for (const [each, body] of [[ada, "of ada"], [bob, "of bob"]] as const) {
      const { error } = await each.from("notes").insert({ body });
      equal(error, null);
    }
    await run("UPDATE notes SET body = body || '!'");

    const bodies = async (i: number) => {
      const first = await boxes[i]!.next();
      const second = await boxes[i]!.next();
      return [first.new.body, second.new.body];
    };
    deepEqual(await bodies(0), ["of ada", "of ada!"]);
    deepEqual(await bodies(1), ["of bob", "of bob!"]);
  });

  await t.step("rows that a MySQL client writes", async () => {
    const box = inbox<Payload>();
    const channel = nobody.channel("mysql").on("postgres_changes", {
      event: "INSERT",
      schema: "public",
      table: "orders",
    }, box.take);
    equal(await joined(channel), "SUBSCRIBED");
    const connection = await mysql.createConnection({
      host: "127.0.0.1",
      port: program.mysqlPort,
      user: "root",
      database: "postgres",
    });
    await connection.query("INSERT INTO orders (item, price) VALUES (?, ?)", [
      "from mysql",
      3.5,
    ]);
    await connection.end();
    const { new: row } = await box.next();
    deepEqual([row.item, row.price], ["from mysql", 3.5]);
    await nobody.removeChannel(channel);
  });

  await t.step("a token that is renewed", async () => {
    const cyd = await client("cyd@example.com");
    const box = inbox<Payload>();
    const channel = cyd.channel("mine").on("postgres_changes", {
      event: "INSERT",
      schema: "public",
      table: "notes",
    }, box.take);
    equal(await joined(channel), "SUBSCRIBED");
    const { data, error } = await cyd.auth.refreshSession();
    equal(error, null);
    await cyd.realtime.setAuth(data.session!.access_token);
    await cyd.from("notes").insert({ body: "after" });
    equal((await box.next()).new.body, "after");
  });

  await t.step("broadcasts, also over HTTP and of bytes", async () => {
    const other = await client();
    const [first, second] = [inbox<Payload>(), inbox<Payload>()];
    const mine = nobody.channel("room", {
      config: { broadcast: { self: true, ack: true } },
    }).on("broadcast", { event: "*" }, first.take);
    const theirs = other.channel("room").on(
      "broadcast",
      { event: "hi" },
      second.take,
    );
    equal(await joined(mine), "SUBSCRIBED");
    equal(await joined(theirs), "SUBSCRIBED");
    const hello = { type: "broadcast", event: "hi", payload: { "ü": [1] } };
    equal(await mine.send(hello as Payload), "ok");
    deepEqual(await first.next(), hello);
    deepEqual(await second.next(), hello);
    await theirs.send({
      type: "broadcast",
      event: "hi",
      payload: new Uint8Array([1, 2]).buffer,
    });
    deepEqual(
      new Uint8Array((await first.next()).payload),
      new Uint8Array([1, 2]),
    );
    deepEqual(await theirs.httpSend("hi", { over: "http" }), { success: true });
    deepEqual((await second.next()).payload, { over: "http" });
  });

  await t.step("who is there", async () => {
    const other = await client();
    const syncs = inbox<Payload>();
    const mine = nobody.channel("lobby", {
      config: { presence: { key: "me" } },
    });
    mine.on(
      "presence",
      { event: "sync" },
      () => syncs.take(mine.presenceState()),
    );
    const theirs = other.channel("lobby", {
      config: { presence: { key: "you" } },
    });
    equal(await joined(mine), "SUBSCRIBED");
    equal(await joined(theirs), "SUBSCRIBED");
    equal(await mine.track({ at: 1 }), "ok");
    equal(await theirs.track({ at: 2 }), "ok");
    const until = async (keys: string[]) => {
      for (;;) {
        const state = await syncs.next();
        if (Object.keys(state).sort().join() === keys.join()) return state;
      }
    };
    const state = await until(["me", "you"]);
    deepEqual([state.me[0].at, state.you[0].at], [1, 2]);
    await other.removeAllChannels();
    await until(["me"]);
  });

  await t.step("private channels", async () => {
    const member = await client("dan@example.com");
    const box = inbox<Payload>();
    const config = { config: { private: true, broadcast: { self: true } } };
    const channel = member.channel("team", config).on(
      "broadcast",
      { event: "*" },
      box.take,
    );
    equal(await joined(channel), "SUBSCRIBED");
    await channel.send({ type: "broadcast", event: "x", payload: {} });
    equal((await box.next()).event, "x");
    match(
      await joined(member.channel("others", config)),
      /CHANNEL_ERROR: .*no policy/,
    );
    match(
      await joined(nobody.channel("team", config)),
      /CHANNEL_ERROR: .*no policy/,
    );
  });

  await t.step("metrics count sockets", async () => {
    const text = await (await fetch(`${program.base}/metrics`)).text();
    ok(Number(/^heliosdb_realtime_sockets (\d+)$/m.exec(text)?.[1]) > 2);
  });

  await t.step("the end of the server", async () => {
    const socket = new WebSocket(
      `${program.base.replace("http", "ws")}/realtime/v1/websocket`,
    );
    await new Promise((resolve) => socket.onopen = resolve);
    const closed = new Promise<CloseEvent>((resolve) =>
      socket.onclose = resolve
    );
    program.kill("SIGTERM");
    equal((await closed).code, 1012);
    equal((await program.ended).code, 0);
  });
});
