/**
 * Thousands of packets that a client might send after a fault of memory or of character. The server must
 * answer or hang up, keep little, and serve the others as if nothing had happened.
 */
import { equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { capability, command } from "../../../lib/mysqlwire/protocol.ts";
import {
  bytes,
  number,
  packet,
  serveMysqlWire,
  type TestMysql,
  usual,
} from "../../support/mysql_wire.ts";

const head = (capabilities: number) =>
  bytes(
    number(capabilities >>> 0, 4),
    number(1 << 24, 4),
    255,
    new Uint8Array(23),
  );

const lenenc = usual | capability.pluginAuthLenenc | capability.connectAttrs |
  capability.connectWithDb | capability.multiStatements;

const hello = packet(
  1,
  head(lenenc),
  "root\0",
  0,
  "postgres\0",
  "mysql_native_password\0",
  12,
  4,
  "_os\0",
  6,
  "linux\0",
);

/** An execution of the statement below with one value of each kind. */
const values = bytes(
  // NULL bits of ten parameters, types follow.
  0,
  0,
  1,
  ...[1, 2, 3, 8, 4, 5, 253, 12, 11, 10].flatMap((type) => [type, 0]),
  7,
  number(300, 2),
  number(70_000, 4),
  number(5_000_000_000, 8),
  new Uint8Array(new Float32Array([1.5]).buffer),
  new Uint8Array(new Float64Array([2.25]).buffer),
  3,
  "abc",
  11,
  number(2020, 2),
  1,
  2,
  3,
  4,
  5,
  number(6, 4),
  8,
  0,
  number(1, 4),
  2,
  3,
  4,
  4,
  number(2021, 2),
  5,
  6,
);

const commands = [
  packet(0, command.query, "select 1; select 'é', null, 2.5 from (select 1) t"),
  packet(0, command.stmtPrepare, "select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"),
  packet(0, command.stmtExecute, number(1, 4), 0, number(1, 4), values),
  packet(0, command.stmtExecute, number(1, 4), 1, number(1, 4), values),
  packet(0, command.stmtFetch, number(1, 4), number(1, 4)),
  packet(0, command.stmtSendLongData, number(1, 4), number(0, 2), "abc"),
  packet(0, command.stmtReset, number(1, 4)),
  packet(0, command.stmtClose, number(1, 4)),
  packet(0, command.initDb, "postgres"),
  packet(0, command.fieldList, "t\0%"),
  packet(0, command.setOption, number(0, 2)),
  packet(0, command.ping),
  packet(0, command.resetConnection),
  packet(
    0,
    command.changeUser,
    "root\0",
    0,
    "postgres\0",
    number(255, 2),
    "mysql_native_password\0",
    0,
  ),
];

/** Sessions as clients send them. */
const captures: Uint8Array<ArrayBuffer>[] = [
  packet(1, head(lenenc | capability.ssl)),
  hello,
  bytes(hello, ...commands, packet(0, command.quit)),
  ...commands.map((each) => bytes(hello, commands[1]!, each)),
];

/** One way to spoil bytes. */
type Mutation = (original: Uint8Array) => Uint8Array;

const position = fc.nat({ max: 600 });
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // A changed byte, a length of another kind, a cut, a repetition, an insertion.
  fc.tuple(position, fc.nat(255)).map(([at, value]) => (original: Uint8Array) =>
    original.map((byte, i) => i === at % original.length ? value : byte)
  ),
  fc.tuple(
    position,
    fc.constantFrom(0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0x80, 0),
  ).map(([at, value]) => (original: Uint8Array) =>
    original.map((byte, i) => i === at % original.length ? value : byte)
  ),
  position.map((at) => (original: Uint8Array) =>
    original.subarray(0, at % original.length)
  ),
  fc.tuple(position, position).map(([from, to]) => (original: Uint8Array) =>
    bytes(
      original.subarray(0, to % original.length),
      original.subarray(from % original.length),
    )
  ),
  fc.tuple(position, fc.uint8Array({ maxLength: 40 })).map(
    ([at, extra]) => (original: Uint8Array) =>
      bytes(
        original.subarray(0, at % original.length),
        extra,
        original.subarray(at % original.length),
      ),
  ),
);

/** Sends, says that nothing more will come, and reads what there is. */
async function exchange(wire: TestMysql, sent: Uint8Array): Promise<void> {
  using client = await wire.connect();
  try {
    await client.send(sent);
    await client.stream.closeWrite();
  } catch {
    // It hung up before it had read everything.
  }
  await client.rest();
}

async function checkSpoiled(
  wire: TestMysql,
  { runs, batch }: { readonly runs: number; readonly batch: number },
): Promise<void> {
  using bystander = await wire.ready();
  let done = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(
          fc.constantFrom(...captures),
          fc.array(mutation, { minLength: 1, maxLength: 3 }),
        ),
        { minLength: batch, maxLength: batch },
      ),
      async (attempts) => {
        await Promise.all(attempts.map(([original, mutations]) =>
          exchange(
            wire,
            mutations.reduce(
              (text, mutate) => text.length === 0 ? text : mutate(text),
              original as Uint8Array,
            ),
          )
        ));
        done += attempts.length;
        equal(await bystander.first("select 1"), "1");
      },
    ),
    { numRuns: runs, endOnFailure: true },
  );
  equal(done, runs * batch);
}

Deno.test("serveMysql() takes thousands of spoiled sessions, and the others never notice", async () => {
  const faults: string[] = [];
  await using wire = await serveMysqlWire({
    trust: true,
    messageLimit: 1024 * 1024,
    log: {
      debug() {},
      info() {},
      warn() {},
      error: (event, fields) => void faults.push(`${event} ${fields?.at}`),
    },
  });
  await checkSpoiled(wire, { runs: 5, batch: 40 });
  const before = Deno.memoryUsage();
  await checkSpoiled(wire, { runs: 90, batch: 40 });
  const after = Deno.memoryUsage();

  const grown = after.heapUsed + after.external -
    before.heapUsed - before.external;
  ok(grown < 128 * 1024 * 1024, `memory grew by ${grown} bytes`);
  equal(faults.join("\n"), "", "no fault of the program");
});

Deno.test("serveMysql() takes thousands of spoiled sign-ins, and lets nobody in", async () => {
  await using wire = await serveMysqlWire();
  await checkSpoiled(wire, { runs: 25, batch: 40 });

  // Those of the bystander: the sessions hold statements, and none was run.
  match(wire.metrics.text(), /^heliosdb_mysql_queries_total 25$/m);
});
