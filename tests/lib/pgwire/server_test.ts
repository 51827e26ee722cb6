import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { scramVerifier } from "../../../lib/base/scram.ts";
import { endPointOf } from "../../../lib/pgwire/channel_binding.ts";
import { EngineDouble } from "../../support/engine_double.ts";
import { manualClock } from "../../support/manual_clock.ts";
import {
  bytes,
  frame,
  gssRequest,
  send,
  serveWire,
  shown,
  sslRequest,
  startup,
  type TestWire,
  until,
  WireClient,
} from "../../support/postgres_wire.ts";
import { scramSignIn } from "../../support/scram_client.ts";
import {
  testAuthority,
  testCert,
  testKey,
} from "../../support/test_certificate.ts";

const tls = { cert: testCert, key: testKey };
const start = startup({ user: "postgres" });

/** Sends, and gives everything that comes until the server hangs up. */
async function farewell(
  wire: TestWire,
  ...sent: Uint8Array[]
): Promise<string[]> {
  using client = await wire.connect();
  await client.send(...sent);
  return (await client.rest()).map(shown);
}

async function upgraded(client: WireClient): Promise<WireClient> {
  await client.send(sslRequest);
  equal(await client.byte(), "S");
  return new WireClient(
    await Deno.startTls(client.stream as Deno.TcpConn, {
      hostname: "localhost",
      caCerts: [testAuthority],
    }),
  );
}

/** Keys of a session as `[processId, secret]`. */
async function keysOf(client: WireClient): Promise<[number, Uint8Array]> {
  await client.send(start);
  const messages = await client.until("Z");
  const { body } = messages.find(({ type }) => type === "K")!;
  return [
    new DataView(body.buffer, body.byteOffset).getInt32(0),
    body.slice(4),
  ];
}

Deno.test("servePostgres() greets with settings, key and ReadyForQuery", async () => {
  await using wire = await serveWire();
  using client = await wire.connect();
  await client.send(startup({
    user: "postgres",
    database: "app",
    application_name: "test",
    options: "-c a.b=c",
  }));
  const messages = (await client.until("Z")).map(shown);

  equal(messages[0], "R");
  ok(messages.includes("S server_version=15.0"));
  deepEqual(messages.slice(-2), ["K", "Z I"]);
  const { options } = wire.engine.sessions[0]!;
  equal(options.user, "postgres");
  equal(options.database, "app");
  deepEqual(options.settings, { "a.b": "c", application_name: "test" });
  equal(options.remote.address, "127.0.0.1");
});

Deno.test("servePostgres() speaks protocol 3.0 to those who would like 3.2", async () => {
  await using wire = await serveWire();
  using client = await wire.connect();
  await client.send(
    startup({ user: "postgres", "_pq_.new": "x" }, 3 << 16 | 2),
  );
  const [first, ...rest] = await client.until("Z");

  equal(first!.type, "v");
  deepEqual(first!.body, bytes(3 << 16, 1, "_pq_.new\0"));
  equal(shown(rest.at(-1)!), "Z I");
});

Deno.test("servePostgres() does TLS only with a certificate, and never GSS", async () => {
  await using wire = await serveWire();
  using client = await wire.connect();
  await client.send(gssRequest);
  equal(await client.byte(), "N");
  await client.send(sslRequest);
  equal(await client.byte(), "N");
  await client.send(start);

  equal(shown((await client.until("Z")).at(-1)!), "Z I");
});

Deno.test("servePostgres() goes on over TLS", async () => {
  await using wire = await serveWire({ tls });
  using client = await upgraded(await wire.connect());
  await client.send(start);
  await client.until("Z");
  const answers = await client.ask(send.query("rows 3000"));

  equal(answers.length, 3003);
  equal(answers.at(-2), "C SELECT 3000");
});

Deno.test("servePostgres() takes a whole session over TLS byte by byte", async () => {
  await using wire = await serveWire({ tls });
  using client = await upgraded(await wire.connect());
  for (const byte of bytes(start, send.query("select 5"))) {
    await client.send(new Uint8Array([byte]));
  }
  await client.until("Z");

  deepEqual((await client.until("Z")).map(shown), [
    "T ?column?:23/0",
    "D 5",
    "C SELECT 1",
    "Z I",
  ]);
});

const injected = "E FATAL 08P01 received unencrypted data after SSL request";

Deno.test("servePostgres() believes nothing that came before the handshake", async () => {
  await using wire = await serveWire({ tls });

  deepEqual(await farewell(wire, sslRequest, start), [injected]);
  deepEqual(await farewell(wire, sslRequest, new Uint8Array(1)), [injected]);
  deepEqual(await farewell(wire, gssRequest, start), [injected]);
});

Deno.test("servePostgres() upgrades once", async () => {
  await using wire = await serveWire({ tls });
  using client = await upgraded(await wire.connect());
  await client.send(sslRequest);

  match((await client.rest()).map(shown).join(), /^E FATAL 0A000 .*1234\.5679/);
});

Deno.test("servePostgres() survives those who speak no TLS or leave in the middle", async () => {
  await using wire = await serveWire({ tls });
  for (const sent of [bytes("no TLS at all"), new Uint8Array()]) {
    using client = await wire.connect();
    await client.send(sslRequest);
    equal(await client.byte(), "S");
    await client.send(sent);
    if (sent.length > 0) await client.rest();
  }
  using client = await upgraded(await wire.connect());
  await client.send(start);

  equal(shown((await client.until("Z")).at(-1)!), "Z I");
});

Deno.test("servePostgres() with requireTls refuses those without", async () => {
  await using wire = await serveWire({ tls, requireTls: true });

  deepEqual(await farewell(wire, start), [
    "E FATAL 28000 connections from a network must use TLS here",
  ]);
  using client = await upgraded(await wire.connect());
  await client.send(start);
  equal(shown((await client.until("Z")).at(-1)!), "Z I");
});

const scramEngine = async () =>
  new EngineDouble({ postgres: { verifier: await scramVerifier("s3cret") } });
const who = { user: "postgres", password: "s3cret" };
const plus = "SCRAM-SHA-256-PLUS";
const gs2 = "p=tls-server-end-point,,";
const endPoint = endPointOf(testCert)!;
const bindings: [
  what: string,
  cheats: Parameters<typeof scramSignIn>[2],
  end: RegExp,
][] = [
  ["binds", { mechanism: plus, gs2, endPoint }, /^in$/],
  ["does not bind", {}, /^in$/],
  ["binds to another certificate", {
    mechanism: plus,
    gs2,
    endPoint: endPoint.map((b) => b ^ 1),
  }, /^FATAL 28000 SCRAM channel binding check failed/],
  [
    "binds to nothing",
    { mechanism: plus, gs2 },
    /^FATAL 28000 SCRAM channel binding check failed/,
  ],
  ["binds to another thing", {
    mechanism: plus,
    gs2: "p=tls-unique,,",
    endPoint,
  }, /unsupported SCRAM channel-binding type "tls-unique"/],
  [
    "chooses PLUS without binding",
    { mechanism: plus },
    /malformed SCRAM message/,
  ],
  [
    "was told that we cannot",
    { gs2: "y,," },
    /^FATAL 28000 SCRAM channel binding negotiation error/,
  ],
  ["binds without PLUS", { gs2, endPoint }, /malformed SCRAM message/],
  ["changes the flag at the end", {
    mechanism: plus,
    gs2,
    endPoint,
    binding: () => "biws",
  }, /^FATAL 28000 SCRAM channel binding check failed/],
];

for (const [what, cheats, end] of bindings) {
  Deno.test(`servePostgres() over TLS answers a SCRAM client that ${what}`, async () => {
    await using wire = await serveWire({
      tls,
      method: "scram-sha-256",
      engine: await scramEngine(),
    });
    using client = await upgraded(await wire.connect());
    const outcome = await scramSignIn(client, who, cheats);

    match(outcome.end, end);
    deepEqual(outcome.offered, [plus, "SCRAM-SHA-256"]);
    equal(outcome.serverKnows, outcome.end === "in");
  });
}

Deno.test("servePostgres() without TLS takes a client at its word that it could bind", async () => {
  await using wire = await serveWire({
    tls,
    method: "scram-sha-256",
    engine: await scramEngine(),
  });
  using client = await wire.connect();

  equal((await scramSignIn(client, who, { gs2: "y,," })).end, "in");
});

Deno.test("servePostgres() refuses an unknown database only after authentication", async () => {
  await using wire = await serveWire({
    method: "scram-sha-256",
    engine: await scramEngine(),
  });
  const nowhere = { user: "postgres", database: "nowhere" };
  using client = await wire.connect();
  await client.send(startup(nowhere));
  equal((await client.next())?.type, "R");

  await using trusting = await serveWire();
  const messages = await farewell(trusting, startup(nowhere));
  deepEqual(messages, [
    "R",
    'E FATAL 3D000 database "nowhere" does not exist',
  ]);
});

Deno.test("servePostgres() stops the statement of a cancel request, and no other", async () => {
  await using wire = await serveWire();
  using one = await wire.connect();
  using other = await wire.connect();
  const [processId, secret] = await keysOf(one);
  const [otherId] = await keysOf(other);
  await one.send(send.query("wait"));
  await other.send(send.query("wait"));
  const [first, second] = wire.engine.sessions;
  await until(() => first!.lasts.length + second!.lasts.length === 2);

  const wrong = secret.map((byte, i) => i === 3 ? byte ^ 1 : byte);
  const requests = [
    bytes(16, 80_877_102, processId, wrong),
    bytes(16, 80_877_102, otherId, secret),
    bytes(12, 80_877_102, processId),
    bytes(20, 80_877_102, processId, secret, 0),
    bytes(16, 80_877_102, 0, secret),
  ];
  for (const request of requests) deepEqual(await farewell(wire, request), []);
  equal(first!.cancels + second!.cancels, 0);

  deepEqual(
    await farewell(wire, bytes(16, 80_877_102, processId, secret)),
    [],
  );
  equal(first!.cancels, 1);
  equal(second!.cancels, 0);
  deepEqual((await one.until("Z")).map(shown), [
    "E ERROR 57014 canceling statement due to user request",
    "Z I",
  ]);
  second!.cancel();
});

Deno.test("servePostgres() has no room for more than its limit, and says so", async () => {
  await using wire = await serveWire({ maxConnections: 2 });
  using _one = await wire.ready();
  using two = await wire.ready();

  deepEqual(await farewell(wire, start), [
    "E FATAL 53300 sorry, too many clients already",
  ]);
  await two.send(send.terminate);
  equal(await two.next(), undefined);
  using three = await wire.ready();
  deepEqual(await three.ask(send.query("")), ["I", "Z I"]);
});

Deno.test("servePostgres() lets go of the oldest that say nothing, but not of clients", async () => {
  await using wire = await serveWire({ maxHalfOpen: 3 });
  using client = await wire.ready();
  const silent: WireClient[] = [];
  for (let i = 0; i < 8; i++) silent.push(await wire.connect());
  using other = await wire.ready();

  for (const old of silent.slice(0, 5)) equal((await old.rest()).length, 0);
  deepEqual(await other.ask(send.query("")), ["I", "Z I"]);
  deepEqual(await client.ask(send.query("")), ["I", "Z I"]);
  match(wire.metrics.text(), /heliosdb_postgres_connections 2\n/);
  for (const one of silent) one[Symbol.dispose]();
});

Deno.test("servePostgres() ends those who take too long to say who they are", async () => {
  const clock = manualClock();
  await using wire = await serveWire({
    clock,
    authTimeoutMs: 40,
    method: "scram-sha-256",
    engine: await scramEngine(),
  });
  using silent = await wire.connect();
  using slow = await wire.connect();
  await slow.send(start);
  equal((await slow.next())?.type, "R");
  clock.advance(41);

  deepEqual((await slow.rest()).map(shown), [
    "E FATAL 57014 canceling authentication due to timeout",
  ]);
  deepEqual(await silent.rest(), []);
});

Deno.test("servePostgres() ends idle sessions, but none with a transaction", async () => {
  const clock = manualClock();
  await using wire = await serveWire({
    clock,
    authTimeoutMs: 40,
    idleTimeoutMs: 5000,
  });
  const timeout =
    "E FATAL 57P05 terminating connection due to idle-session timeout";
  using busy = await wire.ready();
  using idle = await wire.ready();
  using inTransaction = await wire.ready();
  await inTransaction.ask(send.query("begin"));
  await busy.send(send.query("wait"));
  await until(() => wire.engine.sessions[0]!.lasts.length === 1);

  // Idleness is counted from the next look at all connections, 10 ms later at most.
  clock.advance(5011);
  deepEqual((await idle.rest()).map(shown), [timeout]);
  wire.engine.sessions[0]!.cancel();
  equal((await busy.until("Z")).length, 2);
  deepEqual(await inTransaction.ask(send.query("commit")), ["C COMMIT", "Z I"]);
});

Deno.test("servePostgres() ends a session that the engine terminates", async () => {
  await using wire = await serveWire();
  using client = await wire.ready();
  const { events } = wire.engine.sessions[0]!.options;
  const { SqlError } = await import("../../../lib/sql/error.ts");
  events.terminated(
    new SqlError(
      "57P01",
      "terminating connection due to administrator command",
    ),
  );

  deepEqual((await client.rest()).map(shown), [
    "E FATAL 57P01 terminating connection due to administrator command",
  ]);
});

Deno.test("PostgresServer.shutdown() tells idle clients, and stops statements in the end", async () => {
  const wire = await serveWire();
  using idle = await wire.ready();
  using busy = await wire.ready();
  await busy.send(send.query("wait"));
  await until(() => wire.engine.sessions[1]!.lasts.length === 1);
  await wire.server.shutdown(20);
  const gone =
    "E FATAL 57P01 terminating connection due to administrator command";

  deepEqual((await idle.rest()).map(shown), [gone]);
  deepEqual((await busy.rest()).map(shown), [
    "E ERROR 57014 canceling statement due to user request",
    "Z I",
    gone,
  ]);
  ok(wire.engine.sessions.every(({ closed }) => closed));
  await rejects(wire.connect());
});

Deno.test("servePostgres() frees the session of a client that is gone", async () => {
  await using wire = await serveWire();
  const clients = [await wire.ready(), await wire.ready(), await wire.ready()];
  await clients[1]!.send(send.query("copy in"), frame("d", "1\t"));
  equal((await clients[1]!.next())?.type, "G");
  await clients[2]!.send(bytes("Q", 100, "half a message"));
  for (const client of clients) client[Symbol.dispose]();
  await until(() => wire.engine.sessions.every(({ closed }) => closed));

  equal(wire.engine.sessions[1]!.copyFailure, "connection lost");
});

Deno.test("servePostgres() counts what happens", async () => {
  await using wire = await serveWire();
  using client = await wire.ready();
  await client.ask(send.query("select 1; select 2"));
  await farewell(wire, startup({ user: "nobody" }));
  const text = wire.metrics.text();

  match(text, /heliosdb_postgres_queries_total 2\n/);
  match(text, /heliosdb_postgres_refused_total\{sqlstate="28000"\} 1\n/);
});

Deno.test("servePostgres() also listens on a Unix socket, under the same authentication", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using wire = await serveWire({
      tls,
      requireTls: true,
      socketFolder: folder,
      method: "scram-sha-256",
      engine: await scramEngine(),
    });
    const path = wire.server.socketPath!;
    equal(path, `${folder}/.s.PGSQL.${wire.port}`);
    equal((await Deno.lstat(path)).mode! & 0o777, 0o700);
    const connect = async () =>
      new WireClient(await Deno.connect({ transport: "unix", path }));
    using client = await connect();
    using wrong = await connect();
    using secure = await connect();
    await secure.send(sslRequest);

    equal(await secure.byte(), "N");
    equal((await scramSignIn(client, who)).end, "in");
    match(
      (await scramSignIn(wrong, { ...who, password: "x" })).end,
      /28P01/,
    );
    equal(wire.engine.sessions[0]!.options.remote.address, null);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
