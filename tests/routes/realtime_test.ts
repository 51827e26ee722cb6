import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { pingFrame } from "../../lib/websocket/frames.ts";
import { people, realtimeApp } from "../support/realtime_app.ts";
import { RawClient } from "../support/raw_http.ts";

const { ada, bob } = people;

const orders =
  "CREATE TABLE orders (id serial PRIMARY KEY, item text, price numeric(8,2), done boolean DEFAULT false);";

/** Bindings of a join. */
function follow(...bindings: readonly Record<string, unknown>[]): unknown {
  return { config: { postgres_changes: bindings } };
}

const handshake = (port: number, path: string, more = "") =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

Deno.test("GET /realtime/v1/websocket tells a client without a library of a table's changes", async () => {
  await using app = await realtimeApp();
  await app.run(orders);
  const client = await app.connect();
  client.raw(
    '{"event":"phx_join","topic":"realtime:public:orders","ref":"1","payload":{}}',
  );

  const { payload, ref } = await client.event("phx_reply");
  equal(ref, "1");
  equal(payload.status, "ok");
  deepEqual((await client.event("system")).payload, {
    channel: "public:orders",
    extension: "postgres_changes",
    message: "Subscribed to PostgreSQL",
    status: "ok",
  });
  await app.run("INSERT INTO orders (item, price) VALUES ('tea', 9.5)");

  const change = await client.event("postgres_changes");
  deepEqual(change.payload.ids, [payload.response.postgres_changes[0].id]);
  const { commit_timestamp: moment, ...data } = change.payload.data;
  match(moment, /^2026-04-26T10:00:00/);
  deepEqual(data, {
    schema: "public",
    table: "orders",
    type: "INSERT",
    columns: [
      { name: "id", type: "int4" },
      { name: "item", type: "text" },
      { name: "price", type: "numeric" },
      { name: "done", type: "bool" },
    ],
    record: { id: 1, item: "tea", price: 9.5, done: false },
    errors: null,
  });
});

Deno.test("GET /realtime/v1/websocket gives each binding what it asked for", async () => {
  await using app = await realtimeApp();
  await app.run(`${orders} CREATE TABLE other (id int PRIMARY KEY);`);
  const client = await app.connect({ version: "2.0.0" });
  const { response } = await client.call(
    "realtime:a",
    "phx_join",
    follow(
      { event: "UPDATE", schema: "public", table: "orders" },
      {
        event: "*",
        schema: "public",
        table: "orders",
        filter: "price=gt.5,done=is.false",
      },
      { event: "DELETE", schema: "public" },
      { event: "INSERT", schema: "public", table: "orders", select: ["item"] },
    ),
  );
  const ids = response.postgres_changes.map(({ id }: { id: number }) => id);
  equal(new Set(ids).size, 4);

  await app.run(`
    INSERT INTO orders (item, price) VALUES ('tea', 9), ('nut', 1);
    UPDATE orders SET done = true;
    INSERT INTO other VALUES (5);
    DELETE FROM other;
    DELETE FROM orders WHERE id = 2;
  `);

  const seen: unknown[] = [];
  for (let i = 0; i < 7; i++) {
    const { payload: { ids: got, data } } = await client.event(
      "postgres_changes",
    );
    const names = got.map((id: number) => ids.indexOf(id));
    seen.push([names, data.type, data.record ?? null, data.old_record ?? null]);
  }
  const tea = { id: 1, item: "tea", price: 9, done: false };
  deepEqual(seen, [
    [[3], "INSERT", { item: "tea" }, null],
    [[1], "INSERT", tea, null],
    [[3], "INSERT", { item: "nut" }, null],
    [[0], "UPDATE", { ...tea, done: true }, { id: 1 }],
    [[0], "UPDATE", { id: 2, item: "nut", price: 1, done: true }, { id: 2 }],
    [[2], "DELETE", null, { id: 5 }],
    [[2], "DELETE", null, { id: 2 }],
  ]);
});

Deno.test("GET /realtime/v1/websocket shows each person the rows that policies let them see", async () => {
  await using app = await realtimeApp();
  await app.run(`
    CREATE TABLE notes (id int PRIMARY KEY, owner uuid, body text, secret text);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes FOR SELECT TO authenticated USING (owner = auth.uid());
    CREATE POLICY open ON notes FOR SELECT TO anon USING (body LIKE 'public%');
    REVOKE SELECT ON notes FROM anon;
    GRANT SELECT (id, body) ON notes TO anon;
  `);
  const join = async (claims?: Record<string, string>) => {
    const client = await app.connect();
    const token = claims && await app.sign(claims);
    const { status } = await client.call("realtime:n", "phx_join", {
      ...(follow({ event: "*", schema: "public", table: "notes" }) as object),
      access_token: token,
    });
    equal(status, "ok");
    return client;
  };
  const role = "authenticated";
  const [first, second, nobody] = await Promise.all([
    join({ role, sub: ada }),
    join({ role, sub: bob }),
    join(),
  ]);
  await app.run(`
    INSERT INTO notes VALUES (1, '${ada}', 'private', 's1');
    INSERT INTO notes VALUES (2, '${bob}', 'public 2', 's2');
    UPDATE notes SET owner = '${bob}' WHERE id = 1;
    UPDATE notes SET body = 'public 1' WHERE id = 1;
    DELETE FROM notes WHERE id = 2;
    INSERT INTO notes VALUES (9, '${ada}', 'public last', NULL), (10, '${bob}', 'public last', NULL);
  `);
  const upTo = async (client: typeof first, last: number) => {
    const seen: string[] = [];
    for (;;) {
      const { payload: { data } } = await client.event("postgres_changes");
      seen.push(
        `${data.type} ${JSON.stringify(data.record ?? data.old_record)}`,
      );
      if (data.record?.id === last) return seen;
    }
  };

  deepEqual(await upTo(first!, 9), [
    `INSERT {"id":1,"owner":"${ada}","body":"private","secret":"s1"}`,
    `INSERT {"id":9,"owner":"${ada}","body":"public last","secret":null}`,
  ]);
  deepEqual(await upTo(second!, 10), [
    `INSERT {"id":2,"owner":"${bob}","body":"public 2","secret":"s2"}`,
    `UPDATE {"id":1,"owner":"${bob}","body":"private","secret":"s1"}`,
    `UPDATE {"id":1,"owner":"${bob}","body":"public 1","secret":"s1"}`,
    'DELETE {"id":2}',
    `INSERT {"id":10,"owner":"${bob}","body":"public last","secret":null}`,
  ]);
  deepEqual(await upTo(nobody!, 10), [
    'INSERT {"id":2,"body":"public 2"}',
    'UPDATE {"id":1,"body":"public 1"}',
    'DELETE {"id":2}',
    'INSERT {"id":9,"body":"public last"}',
    'INSERT {"id":10,"body":"public last"}',
  ]);
});

Deno.test("GET /realtime/v1/websocket tells of whole old rows under REPLICA IDENTITY FULL, to those who may see them", async () => {
  await using app = await realtimeApp();
  await app.run(`
    ${orders} ALTER TABLE orders REPLICA IDENTITY FULL;
    CREATE TABLE notes (id int PRIMARY KEY, owner uuid);
    ALTER TABLE notes REPLICA IDENTITY FULL;
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes FOR SELECT USING (owner = auth.uid());
  `);
  const client = await app.connect();
  await client.call("realtime:x", "phx_join", {
    ...(follow({ event: "*", schema: "public" }) as object),
    access_token: await app.sign({ role: "authenticated", sub: ada }),
  });
  await app.run(`
    INSERT INTO orders (item) VALUES ('tea');
    UPDATE orders SET item = 'nut';
    DELETE FROM orders;
    INSERT INTO notes VALUES (1, '${bob}');
    UPDATE notes SET owner = '${ada}';
    UPDATE notes SET id = 2;
    DELETE FROM notes;
  `);
  const old: unknown[] = [];
  for (let i = 0; i < 6; i++) {
    const { payload } = await client.event("postgres_changes");
    old.push(payload.data.old_record ?? null);
  }
  const tea = { id: 1, item: "tea", price: null, done: false };
  deepEqual(old, [
    null,
    tea,
    { ...tea, item: "nut" },
    { id: 1 },
    { id: 1, owner: ada },
    { id: 2 },
  ]);
});

Deno.test("GET /realtime/v1/websocket refuses joins with a reason", async (t) => {
  await using app = await realtimeApp();
  await app.run(
    `${orders} CREATE TABLE closed (id int); REVOKE ALL ON closed FROM anon;
    CREATE TABLE half (id int, hidden int); REVOKE ALL ON half FROM anon; GRANT SELECT (id) ON half TO anon;`,
  );
  const client = await app.connect();
  const cases: [string, unknown, RegExp][] = [
    [
      "a table that is not there",
      follow({ event: "*", schema: "public", table: "nope" }),
      /public\.nope: there is no such table/,
    ],
    [
      "a table that the role may not read",
      follow({ event: "*", schema: "public", table: "closed" }),
      /role anon may not select/,
    ],
    [
      "tables of the auth server",
      follow({ event: "*", schema: "auth", table: "_auth_users" }),
      /auth\._auth_users: there is no such table/,
    ],
    [
      "all tables of a schema that is not served",
      follow({ event: "*", schema: "auth" }),
      /auth\.\*/,
    ],
    [
      "messages of private channels",
      follow({ event: "*", schema: "realtime", table: "messages" }),
      /no such table/,
    ],
    [
      "a column that is not there",
      follow({
        event: "*",
        schema: "public",
        table: "orders",
        filter: "nope=eq.1",
      }),
      /column "nope" does not exist/,
    ],
    [
      "a filter on a column that the role may not read",
      follow({
        event: "*",
        schema: "public",
        table: "half",
        filter: "hidden=eq.1",
      }),
      /may not select/,
    ],
    [
      "a column that the role may not read",
      follow({
        event: "*",
        schema: "public",
        table: "half",
        select: ["hidden"],
      }),
      /may not select/,
    ],
    [
      "a value of another type",
      follow({
        event: "*",
        schema: "public",
        table: "orders",
        filter: "id=eq.x",
      }),
      /invalid input syntax/,
    ],
    [
      "an operator that is none",
      follow({
        event: "*",
        schema: "public",
        table: "orders",
        filter: "id=gtt.1",
      }),
      /use one of eq/,
    ],
    [
      "an event that is none",
      follow({ event: "UPSERT", schema: "public", table: "orders" }),
      /must be \*, INSERT/,
    ],
    [
      "a filter without a table",
      follow({ event: "*", schema: "public", filter: "id=eq.1" }),
      /need the name of a table/,
    ],
    ["a token that is none", { access_token: "x.y.z" }, /Token/],
    ["an expired token", {
      access_token: await app.sign({ role: "anon", exp: 1 }),
    }, /Token/],
    [
      "a private channel without a policy",
      { config: { private: true } },
      /no policy on realtime\.messages/,
    ],
  ];
  for (const [name, payload, reason] of cases) {
    await t.step(name, async () => {
      const answer = await client.call("realtime:x", "phx_join", payload);
      equal(answer.status, "error");
      match(answer.response.reason, reason);
    });
  }
});

Deno.test("GET /realtime/v1/websocket lets policies on realtime.messages decide about private channels", async () => {
  await using app = await realtimeApp();
  await app.run(`
    CREATE POLICY read ON realtime.messages FOR SELECT TO authenticated
      USING (realtime.topic() = 'team' AND extension = 'broadcast');
    CREATE POLICY write ON realtime.messages FOR INSERT TO authenticated
      WITH CHECK (topic = 'team' AND auth.uid() = '${ada}');
  `);
  const join = async (sub: string, name: string) => {
    const client = await app.connect();
    const answer = await client.call(`realtime:${name}`, "phx_join", {
      config: { private: true, broadcast: { ack: true } },
      access_token: await app.sign({ role: "authenticated", sub }),
    });
    return { client, answer };
  };
  const first = await join(ada, "team");
  const second = await join(bob, "team");
  const other = await join(ada, "others");
  equal(first.answer.status, "ok");
  equal(second.answer.status, "ok");
  match(other.answer.response.reason, /no policy/);
  const outside = await app.connect();
  await outside.call("realtime:team", "phx_join", { config: {} });
  const hello = { type: "broadcast", event: "hi", payload: { n: 1 } };

  equal(
    (await first.client.call("realtime:team", "broadcast", hello)).status,
    "ok",
  );
  deepEqual((await second.client.event("broadcast")).payload, hello);
  match(
    (await second.client.call("realtime:team", "broadcast", hello)).response
      .reason,
    /lets you write/,
  );
  match(
    (await second.client.call("realtime:team", "presence", {
      event: "track",
      payload: {},
    })).response.reason,
    /lets you write/,
  );
  // A public channel of the same name is another one.
  await outside.call("phoenix", "heartbeat");
  deepEqual(
    outside.received.filter(({ event }) => event === "broadcast"),
    [],
  );

  const post = async (sub: string) =>
    await fetch(`${app.server.url}/realtime/v1/api/broadcast`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${await app.sign({
          role: "authenticated",
          sub,
        })}`,
      },
      body: JSON.stringify({
        messages: [{
          topic: "team",
          event: "post",
          payload: { n: 2 },
          private: true,
        }],
      }),
    });
  const refused = await post(bob);
  equal(refused.status, 403);
  await refused.body?.cancel();
  const taken = await post(ada);
  equal(taken.status, 202);
  await taken.body?.cancel();
  equal((await second.client.event("broadcast")).payload.event, "post");
});

Deno.test("GET /realtime/v1/websocket ends a channel with its token, unless a new one comes in time", async () => {
  await using app = await realtimeApp({
    limits: { silenceMs: 1e9, pingMs: 1e9 },
  });
  await app.run(orders);
  const exp = Math.floor(app.clock.now() / 1000) + 60;
  const token = await app.sign({ role: "authenticated", sub: ada, exp });
  const join = async () => {
    const client = await app.connect();
    await client.call("realtime:o", "phx_join", {
      ...(follow({ event: "*", schema: "public", table: "orders" }) as object),
      access_token: token,
    });
    return client;
  };
  const [kept, lost] = [await join(), await join()];
  kept.push("realtime:o", "access_token", {
    access_token: await app.sign({ role: "authenticated", sub: ada }),
  });
  await kept.call("phoenix", "heartbeat");
  app.clock.advance(61_000);

  app.realtime.sweep();

  await lost.next(({ event, payload }) =>
    event === "system" && /Token has expired/.test(payload.message)
  );
  equal((await lost.event("phx_close")).topic, "realtime:o");
  await app.run("INSERT INTO orders (item) VALUES ('tea')");
  equal((await kept.event("postgres_changes")).payload.data.type, "INSERT");
  await lost.call("phoenix", "heartbeat");
  deepEqual(
    lost.received.map(({ event }) => event).includes("postgres_changes"),
    false,
  );
});

Deno.test("GET /realtime/v1/websocket ends the channels of a user who is gone", async () => {
  await using app = await realtimeApp({
    limits: { silenceMs: 1e9, pingMs: 1e9 },
  });
  const client = await app.connect();
  const { status } = await client.call("realtime:o", "phx_join", {
    config: {},
    access_token: await app.sign({ role: "authenticated", sub: ada }),
  });
  equal(status, "ok");
  await app.run("DELETE FROM _auth_users");
  app.clock.advance(61_000);

  app.realtime.sweep();

  equal((await client.event("phx_close")).topic, "realtime:o");
});

Deno.test("GET /realtime/v1/websocket refuses before the upgrade where it can", async (t) => {
  await using app = await realtimeApp({
    config: { sockets: 2, socketsPerAddress: 1 },
    corsOrigins: ["https://app.example.com"],
  });
  const { port } = app.server;
  const path = "/realtime/v1/websocket";
  const ask = async (text: string) => {
    using client = await RawClient.connect(port);
    await client.send(text);
    const answer = await client.until((all) => all.includes("\r\n\r\n"));
    return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
  };
  const plain = handshake(port, path);
  const cases: [string, string, number][] = [
    [
      "a page of another origin",
      handshake(port, path, "Origin: https://evil.example\r\n"),
      403,
    ],
    ["a token that is none", handshake(port, `${path}?apikey=x`), 401],
    ["another method", plain.replace("GET", "POST"), 405],
    ["another version", plain.replace(": 13", ": 8"), 400],
    ["no key", plain.replace(/Sec-WebSocket-Key: .*\r\n/, ""), 400],
    ["a short key", plain.replace("dGhl", ""), 400],
    ["no upgrade", plain.replace("Upgrade: websocket\r\n", ""), 400],
    ["another path", handshake(port, "/realtime/v1/nope"), 404],
    [
      "a page of its own origin",
      handshake(port, path, "Origin: https://app.example.com\r\n"),
      101,
    ],
  ];
  for (const [name, text, status] of cases) {
    await t.step(name, async () => equal(await ask(text), status));
  }
  await t.step("more sockets than an address may have", async () => {
    using first = await RawClient.connect(port);
    await first.send(handshake(port, path));
    await first.until((all) => all.includes("101 Switching"));
    equal(await ask(handshake(port, path)), 429);
  });
});

Deno.test("GET /realtime/v1/websocket answers 503 when there is no room", async () => {
  await using app = await realtimeApp({ config: { sockets: 1 } });
  await app.connect();

  const answer = await fetch(`${app.server.url}/realtime/v1/websocket`, {
    headers: {
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    },
  }).catch(() => undefined);
  await answer?.body?.cancel();

  await rejects(app.connect());
});

Deno.test("GET /realtime/v1/websocket holds its limits", async (t) => {
  const channel = { config: {} };
  await t.step("a message that is too long", async () => {
    await using app = await realtimeApp({ config: { messageBytes: 1000 } });
    const client = await app.connect();
    client.raw("x".repeat(1001));
    equal((await client.closed).code, 1009);
  });
  await t.step("messages that come too fast", async () => {
    await using app = await realtimeApp({ limits: { messagesPerSecond: 5 } });
    const client = await app.connect();
    for (let i = 0; i < 11; i++) client.push("phoenix", "heartbeat");
    equal((await client.closed).code, 1008);
  });
  await t.step("no join in time", async () => {
    await using app = await realtimeApp();
    const [idle, joined] = [await app.connect(), await app.connect()];
    await joined.call("realtime:a", "phx_join", channel);
    await idle.call("realtime:a", "phx_join", { access_token: "x" });
    app.clock.advance(10_001);
    app.realtime.sweep();
    equal((await idle.closed).code, 1008);
    equal((await joined.call("phoenix", "heartbeat")).status, "ok");
  });
  await t.step("no sign of life", async () => {
    await using app = await realtimeApp();
    const client = await app.connect();
    await client.call("realtime:a", "phx_join", channel);
    app.clock.advance(60_001);
    app.realtime.sweep();
    equal((await client.closed).code, 1001);
  });
  await t.step("too many channels", async () => {
    await using app = await realtimeApp({ limits: { channels: 2 } });
    const client = await app.connect();
    const answers = [];
    for (const name of ["a", "b", "c", "a"]) {
      answers.push(
        (await client.call(`realtime:${name}`, "phx_join", channel)).status,
      );
    }
    deepEqual(answers, ["ok", "ok", "error", "ok"]);
  });
  await t.step(
    "public channels where only private ones are allowed",
    async () => {
      await using app = await realtimeApp({ config: { privateOnly: true } });
      const client = await app.connect();
      const { response } = await client.call("realtime:a", "phx_join", channel);
      match(response.reason, /only private channels/);
    },
  );
  await t.step("joins that ask for too much", async () => {
    await using app = await realtimeApp({ limits: { joinSize: 500 } });
    const client = await app.connect();
    const asked = { config: { presence: { key: "k".repeat(300) } } };
    equal((await client.call("realtime:a", "phx_join", asked)).status, "ok");
    match(
      (await client.call("realtime:b", "phx_join", asked)).response.reason,
      /too much/,
    );
    // Joining again takes the place of the first time.
    equal((await client.call("realtime:a", "phx_join", asked)).status, "ok");
  });
  await t.step("more told of oneself than is kept", async () => {
    await using app = await realtimeApp({
      limits: { presenceSize: 200, presenceTotal: 300 },
    });
    const [first, second] = [await app.connect(), await app.connect()];
    const track = async (client: typeof first, length: number) =>
      (await client.call("realtime:a", "presence", {
        event: "track",
        payload: { text: "x".repeat(length) },
      })).status;
    for (const client of [first, second]) {
      await client.call("realtime:a", "phx_join", channel);
    }
    equal(await track(first, 250), "error");
    equal(await track(first, 100), "ok");
    equal(await track(first, 120), "ok");
    equal(await track(second, 120), "error");
    await first.call("realtime:a", "presence", { event: "untrack" });
    equal(await track(second, 120), "ok");
  });
  await t.step("a long message before a channel is joined", async () => {
    await using app = await realtimeApp();
    const [early, late] = [await app.connect(), await app.connect()];
    await late.call("realtime:a", "phx_join", channel);
    late.raw(" ".repeat(40_000));
    equal((await late.event("phx_reply")).payload.status, "error");
    early.raw(" ".repeat(40_000));
    equal((await early.closed).code, 1009);
  });
  await t.step("more rows at once than may wait", async () => {
    await using app = await realtimeApp({ limits: { backlogRows: 10 } });
    await app.run(orders);
    const client = await app.connect();
    await client.call(
      "realtime:a",
      "phx_join",
      follow({ event: "*", schema: "public", table: "orders" }),
    );
    await app.run(
      "INSERT INTO orders (item) SELECT 'x' FROM generate_series(1, 11)",
    );
    equal((await client.event("phx_close")).topic, "realtime:a");
    match(
      (await client.next(({ payload }) => payload.status === "error")).payload
        .message,
      /faster than they could be told/,
    );
  });
});

Deno.test("GET /realtime/v1/websocket asks for a sign of life and takes a pong for one", async () => {
  await using app = await realtimeApp();
  const { port } = app.server;
  using client = await RawClient.connect(port);
  await client.send(handshake(port, "/realtime/v1/websocket"));
  await client.until((text) => text.includes("\r\n\r\n"));
  const text = JSON.stringify({
    topic: "realtime:a",
    event: "phx_join",
    payload: {},
    ref: "1",
  });
  // A mask of zeros changes nothing.
  await client.sendBytes(
    new Uint8Array([
      0x81,
      0x80 | text.length,
      0,
      0,
      0,
      0,
      ...new TextEncoder().encode(text),
    ]),
  );
  await client.until((all) => all.includes("presence_state"));
  app.clock.advance(31_000);
  app.realtime.sweep();
  const ping = new TextDecoder().decode(pingFrame);
  await client.until((all) => all.endsWith(ping));
  await client.sendBytes(new Uint8Array([0x8a, 0x80, 0, 0, 0, 0]));
  // Its own ping is answered, so that the pong before it has been read.
  await client.sendBytes(new Uint8Array([0x89, 0x81, 0, 0, 0, 0, 0x41]));
  await client.until((all) => all.endsWith("A"));
  app.clock.advance(31_000);

  app.realtime.sweep();

  equal(app.realtime.size, 1);
});

Deno.test("GET /realtime/v1/websocket ends a client that reads too slowly, with 1013 and no gap before it", async () => {
  await using app = await realtimeApp({ queueBytes: 200_000 });
  await app.run(orders);
  const { port } = app.server;
  using client = await RawClient.connect(port);
  await client.send(handshake(port, "/realtime/v1/websocket"));
  await client.until((text) => text.includes("\r\n\r\n"));
  const text = JSON.stringify({
    topic: "realtime:public:orders",
    event: "phx_join",
    payload: {},
    ref: "1",
  });
  await client.sendBytes(
    new Uint8Array([
      0x81,
      0x80 | text.length,
      0,
      0,
      0,
      0,
      ...new TextEncoder().encode(text),
    ]),
  );
  await client.until((all) => all.includes("Subscribed"));
  while (app.slow() === 0) {
    await app.run(
      "INSERT INTO orders (item) SELECT repeat('x', 10000) FROM generate_series(1, 100)",
    );
    // What waits is counted once the event loop has turned.
    await new Promise((resolve) => setTimeout(resolve));
  }

  const rest = (await client.rest()).text;

  const ids = [...rest.matchAll(/"record":\{"id":(\d+)/g)].map(([, id]) =>
    Number(id)
  );
  deepEqual(ids, ids.map((_, i) => i + 1));
  match(rest, /read too slowly/);
});

Deno.test("GET /realtime/v1/websocket ends with 1012 when the server stops", async () => {
  await using app = await realtimeApp();
  const client = await app.connect();
  await client.call("realtime:a", "phx_join", { config: {} });

  app.realtime.stop();

  equal((await client.closed).code, 1012);
  match(
    (await client.event("system")).payload.message,
    /restarts/,
  );
});

Deno.test("GET /realtime/v1/websocket shows who is there", async () => {
  await using app = await realtimeApp();
  const join = async (key?: string) => {
    const client = await app.connect();
    await client.call("realtime:p", "phx_join", {
      config: { presence: { key, enabled: true } },
    });
    return client;
  };
  const first = await join("ann");
  deepEqual((await first.event("presence_state")).payload, {});
  await first.call("realtime:p", "presence", {
    type: "presence",
    event: "track",
    payload: { mood: "fine" },
  });
  const second = await join("__proto__");
  const state = (await second.event("presence_state")).payload;
  equal(state.ann.metas[0].mood, "fine");
  await second.call("realtime:p", "presence", {
    event: "track",
    payload: { phx_ref: "mine" },
  });
  await first.event("presence_diff");
  const { joins } = (await first.event("presence_diff")).payload;
  deepEqual(Object.keys(joins), ["__proto__"]);

  await second.close();

  const { leaves } =
    (await first.next(({ event, payload }) =>
      event === "presence_diff" && Object.keys(payload.leaves).length > 0
    )).payload;
  deepEqual(Object.keys(leaves), ["__proto__"]);
});

Deno.test("GET /realtime/v1/websocket answers what cannot be read, and goes on", async () => {
  await using app = await realtimeApp();
  const client = await app.connect();
  for (const text of ["", "{", "[]", "null", "7", '{"topic":1}', "\u0000"]) {
    client.raw(text);
    match(
      (await client.event("phx_reply")).payload.response.reason,
      /Cannot read/,
    );
  }
  client.raw(new Uint8Array([3, 1, 2, 3, 255, 0, 0, 65]));
  match(
    (await client.event("phx_reply")).payload.response.reason,
    /Cannot read/,
  );

  equal(
    (await client.call("realtime:none", "broadcast", {})).response.reason,
    "unmatched topic",
  );
  equal((await client.call("phoenix", "heartbeat")).status, "ok");
});
