import { deepEqual, equal, match, ok } from "node:assert/strict";
import {
  capability,
  command,
  status,
} from "../../../lib/mysqlwire/protocol.ts";
import {
  type Answer,
  bytes,
  errorOf,
  type MysqlWireClient,
  number,
  packet,
  password,
  serveMysqlWire,
  type TestMysql,
  usual,
} from "../../support/mysql_wire.ts";
import { testCert, testKey } from "../../support/test_certificate.ts";
import { mysqlProof } from "../../../lib/base/mysql_password.ts";

const tls = { cert: testCert, key: testKey };

/** Status bits of OK, or of OK that stands for EOF; no number in it is longer than a byte. */
function statusOf({ body }: Answer): number {
  return body[3]! | body[4]! << 8;
}

/** Affected rows and insert id of OK. */
function countsOf({ body }: Answer): [number, number] {
  return [body[1]!, body[2]!];
}

async function query(client: MysqlWireClient, sql: string): Promise<Answer[]> {
  return await client.ask(command.query, sql);
}

/** What the server says to bytes after the greeting, up to its end. */
async function farewell(
  wire: TestMysql,
  ...sent: Uint8Array[]
): Promise<string[]> {
  using client = await wire.connect();
  await client.send(...sent);
  return (await client.rest()).map((each) => errorOf(each) ?? "other");
}

const head = (capabilities = usual) =>
  bytes(
    number(capabilities >>> 0, 4),
    number(1 << 24, 4),
    255,
    new Uint8Array(23),
  );

Deno.test("serveMysql() greets with what it can do, and nothing that it must not", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.connect();
  const can = (bit: number) => (client.serverCapabilities & bit) !== 0;

  equal(client.plugin, "caching_sha2_password");
  ok(can(capability.protocol41) && can(capability.deprecateEof));
  ok(can(capability.pluginAuth) && can(capability.secureConnection));
  ok(!can(capability.localFiles), "never asks for files");
  ok(!can(capability.compress));
  ok(!can(capability.ssl), "no certificate");
});

Deno.test("serveMysql() offers TLS with a certificate", async () => {
  await using wire = await serveMysqlWire({ tls });
  using client = await wire.connect();

  ok((client.serverCapabilities & capability.ssl) !== 0);
  equal(await client.signIn({ tls: true }), "ok");
  equal(await client.first("select repeat('x', 50)"), "x".repeat(50));
});

Deno.test("serveMysql() gives TLS what came in one piece with the request for it", async () => {
  await using wire = await serveMysqlWire({ tls });
  await using relay = relayTogether(wire.server.port);
  const stream = await Deno.connect({
    hostname: "127.0.0.1",
    port: relay.port,
  });
  const { MysqlWireClient } = await import("../../support/mysql_wire.ts");
  using client = new MysqlWireClient(stream);
  await client.readGreeting();

  equal(await client.signIn({ tls: true }), "ok");
  equal(relay.first, 36 + 5, "more than the request came at once");
});

/** Passes bytes on, but holds the first 36 of the client back until more have come. */
function relayTogether(port: number) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let first = 0;
  const streams: Deno.Conn[] = [];
  const work = (async () => {
    const client = await listener.accept();
    const server = await Deno.connect({ hostname: "127.0.0.1", port });
    streams.push(client, server);
    const down = server.readable.pipeTo(client.writable);
    const up = (async () => {
      const buffer = new Uint8Array(65_536);
      let held = 0;
      while (held < 36 + 5) {
        const count = await client.read(buffer.subarray(held));
        if (count === null) return;
        held += count;
      }
      first = 36 + 5;
      await server.write(buffer.subarray(0, held));
      await client.readable.pipeTo(server.writable);
    })();
    await Promise.allSettled([down, up]);
  })().catch(() => {});
  return {
    port: (listener.addr as Deno.NetAddr).port,
    get first() {
      return first;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const stream of streams) {
        try {
          stream.close();
        } catch {
          // Closed by its pipe.
        }
      }
      await work;
    },
  };
}

Deno.test("serveMysql() refuses connections without TLS where they must use it", async () => {
  await using wire = await serveMysqlWire({ tls, requireTls: true });
  using plain = await wire.connect();
  using secure = await wire.connect();

  match(await plain.signIn(), /^3159 /);
  equal(await secure.signIn({ tls: true }), "ok");
});

Deno.test("serveMysql() answers queries, transactions and errors", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();

  deepEqual(
    countsOf(
      (await query(
        client,
        "create table t (id int auto_increment primary key, v varchar(9))",
      ))[0]!,
    ),
    [0, 0],
  );
  deepEqual(
    countsOf(
      (await query(client, "insert into t (v) values ('a'), ('b')"))[0]!,
    ),
    [2, 1],
  );
  equal(await client.first("select group_concat(v order by id) from t"), "a,b");
  match(await client.first("selec"), /^1064 #42000/);
  match(await client.first("select * from nope"), /^1146 #42S02/);
  match(await client.first("insert into t values (1, 'x')"), /^1062 #23000/);
  const [begun] = await query(client, "begin");
  equal(statusOf(begun!) & status.inTransaction, status.inTransaction);
  equal(await client.first("insert into t (v) values ('c')"), "ok");
  match(await client.first("insert into t values (1, 'x')"), /^1062/);
  equal(
    await client.first("select count(*) from t"),
    "3",
    "the statement alone was taken back",
  );
  const [ended] = await query(client, "rollback");
  equal(statusOf(ended!) & status.inTransaction, 0);
  equal(await client.first("select count(*) from t"), "2");
});

Deno.test("serveMysql() keeps a transaction open with autocommit = 0", async () => {
  await using wire = await serveMysqlWire();
  using writer = await wire.ready();
  using reader = await wire.ready();
  await writer.first("create table t (v int)");
  const [off] = await query(writer, "set autocommit = 0");
  equal(statusOf(off!) & status.autocommit, 0);
  await writer.first("insert into t values (1)");
  equal(await reader.first("select count(*) from t"), "0");
  await writer.first("commit");
  equal(await reader.first("select count(*) from t"), "1");
  await writer.first("insert into t values (2)");
  await writer.first("create table u (v int)");
  equal(await reader.first("select count(*) from t"), "2", "DDL commits");
  await writer.first("insert into t values (3)");
  const [on] = await query(writer, "set autocommit = 1");
  equal(
    statusOf(on!) & (status.autocommit | status.inTransaction),
    status.autocommit,
  );
  equal(await reader.first("select count(*) from t"), "3");
});

Deno.test("serveMysql() runs several statements of a text only if that was agreed on", async () => {
  await using wire = await serveMysqlWire();
  using one = await wire.ready();
  using several = await wire.ready({
    capabilities: capability.multiStatements,
  });

  match(await one.first("select 1; select 2"), /^1064/);
  const first = await query(several, "set @a = 5; select @a; selec");
  equal(statusOf(first[0]!) & status.moreResults, status.moreResults);
  const second = await several.answers();
  equal(statusOf(second.at(-1)!) & status.moreResults, status.moreResults);
  match(errorOf((await several.answers())[0]!)!, /^1064/);
  equal(await several.first("select 7"), "7");
  // COM_SET_OPTION changes it.
  several.sequence = 0;
  await several.say(command.setOption, 1, 0);
  equal((await several.read())?.body[0], 0xfe);
  match(await several.first("select 1; select 2"), /^1064/);
});

Deno.test("serveMysql() ends rows with EOF for clients that do not know better", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.connect();
  client.sequence = 1;
  const old = usual & ~capability.deprecateEof;
  await client.say(
    head(old),
    "root\0",
    20,
    mysqlProof("mysql_native_password", password, client.scramble),
    "mysql_native_password\0",
  );
  equal((await client.read())?.body[0], 0);
  client.sequence = 0;
  await client.say(command.query, "select 1");
  const bodies = [];
  for (let i = 0; i < 5; i++) bodies.push((await client.read())!.body);

  deepEqual([...bodies[2]!].slice(0, 1), [0xfe]);
  equal(bodies[2]!.length, 5);
  equal(bodies[4]!.length, 5);
});

Deno.test("serveMysql() answers the small commands", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready({ capabilities: capability.sessionTrack });
  const ask = async (...parts: (string | number | Uint8Array)[]) =>
    (await client.ask(...parts))[0]!;

  equal((await ask(command.ping)).body[0], 0);
  match(errorOf(await ask(command.initDb, "nowhere"))!, /^1049 #42000/);
  equal((await ask(command.initDb, "information_schema")).body[0], 0);
  equal(await client.first("select database()"), "information_schema");
  const used = await ask(command.initDb, "postgres");
  ok(new TextDecoder().decode(used.body).endsWith("postgres"), "told of it");
  client.sequence = 0;
  await client.say(command.statistics);
  match(new TextDecoder().decode((await client.read())!.body), /^Uptime: \d+ /);
  ok((await client.ask(command.processInfo)).length > 2);
  for (const unknown of [0, 5, 6, 7, 8, 11, 13, 15, 18, 29, 30, 200, 255]) {
    match(errorOf(await ask(unknown))!, /^1047 #08S01/);
  }
  await client.first("create table t (a int, b varchar(3))");
  equal((await client.ask(command.fieldList, "t\0")).length, 3);
  match(errorOf(await ask(command.fieldList, "nope\0"))!, /^1146/);
  client.sequence = 0;
  await client.say(command.quit);
  equal(await client.read(), undefined);
});

Deno.test("COM_RESET_CONNECTION forgets transaction, variables and statements", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  await client.first("create table t (v int)");
  await client.first("begin");
  await client.first("insert into t values (1)");
  await client.first("set @a = 1");
  const [prepared] = await client.ask(command.stmtPrepare, "select 1");
  equal(prepared!.body[0], 0);
  equal((await client.read())!.body[0], 3, "its column");
  equal((await client.ask(command.resetConnection))[0]!.body[0], 0);

  equal(await client.first("select count(*) from t"), "0");
  equal(await client.first("select @a"), "NULL");
  match(
    errorOf(
      (await client.ask(command.stmtExecute, number(1, 4), 0, number(1, 4)))[
        0
      ]!,
    )!,
    /^1243/,
  );
});

Deno.test("KILL ends a statement or a connection, one's own or anybody's for a superuser", async () => {
  await using wire = await serveMysqlWire();
  using first = await wire.ready();
  using second = await wire.ready();
  const asleep = query(second, "select sleep(60)");
  while (
    !(await rowsOf(first, "show full processlist")).includes("select sleep(60)")
  );
  equal(await first.first(`kill query ${second.connectionId}`), "ok");
  await asleep;
  equal(await second.first("select 1"), "1");
  equal(await first.first(`kill ${second.connectionId}`), "ok");
  match(errorOf((await second.read())!)!, /^1927 /);
  equal(await second.read(), undefined);
  match(await first.first("kill 1"), /^1094 /);
});

/** All bytes of an answer as text. */
async function rowsOf(client: MysqlWireClient, sql: string): Promise<string> {
  return (await query(client, sql)).map(({ body }) =>
    new TextDecoder().decode(body)
  ).join("\n");
}

Deno.test("KILL and SHOW PROCESSLIST show others nothing of a superuser's connections", async () => {
  await using wire = await serveMysqlWire();
  using root = await wire.ready();
  await root.first("create user ada identified by 'pw'");
  using ada = await wire.ready({ user: "ada", password: "pw" });

  equal((await query(ada, "show processlist")).length, 1 + 8 + 1 + 1);
  match(await ada.first(`kill ${root.connectionId}`), /^1095 /);
  ok((await query(root, "show processlist")).length > 1 + 8 + 1 + 1);
});

const malformed: [string, Uint8Array, RegExp][] = [
  ["nothing but a head", packet(1), /^1043/],
  [
    "a client of before 4.1",
    packet(1, number(1, 2), number(99, 3), "root\0"),
    /^1043/,
  ],
  [
    "no protocol 4.1",
    packet(1, head(usual & ~capability.protocol41), "root\0", 0, "x\0"),
    /^1043/,
  ],
  ["another number", packet(0, head(), "root\0", 0), /^1156/],
  ["a name without an end", packet(1, head(), "root"), /^1835/],
  [
    "an answer that is not all there",
    packet(1, head(), "root\0", 20, "short"),
    /^1835/,
  ],
  [
    "TLS that was not offered",
    packet(1, head(usual | capability.ssl)),
    /^1043/,
  ],
  [
    "attributes longer than the message",
    packet(
      1,
      head(usual | capability.connectAttrs),
      "root\0",
      0,
      "x\0",
      200,
      "a",
    ),
    /^1835/,
  ],
  [
    "an attribute without a value",
    packet(
      1,
      head(usual | capability.connectAttrs),
      "root\0",
      0,
      "x\0",
      2,
      1,
      "a",
    ),
    /^1835/,
  ],
  [
    "a length of nothing",
    packet(1, head(usual | capability.pluginAuthLenenc), "root\0", 0xfb),
    /^1835/,
  ],
  [
    "a length that is none",
    packet(1, head(usual | capability.pluginAuthLenenc), "root\0", 0xff),
    /^1835/,
  ],
  [
    "a length beyond all",
    packet(
      1,
      head(usual | capability.pluginAuthLenenc),
      "root\0",
      0xfe,
      new Uint8Array(8).fill(255),
    ),
    /^1835/,
  ],
  ["a message too long for a stranger", bytes(number(0x10000, 3), 1), /^1153/],
];

Deno.test("serveMysql() refuses what is no handshake, and serves the others", async (t) => {
  await using wire = await serveMysqlWire();
  using other = await wire.ready();
  for (const [what, sent, says] of malformed) {
    await t.step(what, async () => {
      const [said, ...more] = await farewell(wire, sent);
      match(said ?? "", says);
      deepEqual(more, []);
    });
  }
  equal(await other.first("select 1"), "1");
});

Deno.test("serveMysql() ends a connection whose packets are out of order or too large", async () => {
  await using wire = await serveMysqlWire({ messageLimit: 1000 });
  for (
    const [sent, says] of [
      [packet(1, command.ping), /^1156/],
      [bytes(number(1001, 3), 0), /^1153/],
    ] as const
  ) {
    using client = await wire.ready();
    await client.send(sent);
    match(errorOf((await client.read())!)!, says);
    equal(await client.read(), undefined);
  }
  using client = await wire.ready();
  equal(await client.first(`select length('${"x".repeat(900)}')`), "900");
});

Deno.test("serveMysql() ends those who take too long to sign in", async () => {
  let now = 0;
  const clock = { now: () => now, monotonic: () => now };
  await using wire = await serveMysqlWire({ authTimeoutMs: 100, clock });
  using silent = await wire.connect();
  now = 101;

  equal(await silent.read(), undefined);
});

Deno.test("serveMysql() ends idle sessions, but none inside a transaction", async () => {
  let now = 0;
  const clock = { now: () => now, monotonic: () => now };
  await using wire = await serveMysqlWire({
    authTimeoutMs: 100,
    idleTimeoutMs: 1000,
    clock,
  });
  using idle = await wire.ready();
  using inside = await wire.ready();
  await inside.first("begin");
  // Idleness is counted from the next look at all connections, 25 ms later at most.
  now = 1026;

  match(errorOf((await idle.read())!)!, /^4031 /);
  equal(await inside.first("select 1"), "1");
});

Deno.test("serveMysql() takes no more sessions than it may", async () => {
  await using wire = await serveMysqlWire({ maxConnections: 1 });
  using _first = await wire.ready();
  await wire.connect().then(
    () => {
      throw new Error("let in");
    },
    (error: Error) => match(error.message, /^1040 Too many connections/),
  );
});

Deno.test("serveMysql() drains: idle sessions are told, the others finish", async () => {
  const wire = await serveMysqlWire();
  using idle = await wire.ready();
  using busy = await wire.ready();
  await busy.ask(command.ping);
  const closing = wire[Symbol.asyncDispose]();

  match(errorOf((await idle.read())!)!, /^1053 /);
  match(errorOf((await busy.read())!)!, /^1053 /);
  await closing;
});
