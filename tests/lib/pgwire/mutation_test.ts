/**
 * Thousands of frames that a client might send after a fault of memory or of character. The server must
 * answer or hang up, keep little, and serve the others as if nothing had happened.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { scramVerifier } from "../../../lib/base/scram.ts";
import { EngineDouble } from "../../support/engine_double.ts";
import {
  bytes,
  frame,
  gssRequest,
  send,
  serveWire,
  sslRequest,
  startup,
  type TestWire,
} from "../../support/postgres_wire.ts";

const start = startup({ user: "postgres", database: "x" });
const extended = [
  send.parse("s", "echo int4,text,bytea", [23]),
  send.describe("S", "s"),
  send.bind("p", "s", ["12", null, "\\x00"], {
    formats: [0, 1, 0],
    results: [1],
  }),
  send.describe("P", "p"),
  send.execute("p", 1),
  send.close("P", "p"),
  send.close("S", "s"),
  send.flush,
  send.sync,
];

/** Sessions as clients send them. */
const captures: Uint8Array<ArrayBuffer>[] = [
  bytes(sslRequest),
  bytes(gssRequest),
  bytes(16, 80_877_102, 1, 2),
  bytes(start, send.query("select 1; rows 5"), send.terminate),
  bytes(start, ...extended, send.terminate),
  bytes(
    start,
    send.query("copy in"),
    frame("d", "1\ta\n"),
    frame("c"),
    send.query("copy in"),
    frame("f", "no\0"),
  ),
];

const sasl = bytes(
  start,
  frame("p", "SCRAM-SHA-256\0", 32, "n,,n=,r=abcdefghijklmnopqrstuvwx"),
  frame("p", `c=biws,r=abc,p=${"A".repeat(43)}=`),
);

/** One way to spoil bytes. */
type Mutation = (original: Uint8Array) => Uint8Array;

const position = fc.nat({ max: 400 });
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  // A changed byte, a changed length, a cut, a repetition, an insertion.
  fc.tuple(position, fc.nat(255)).map(([at, value]) => (original: Uint8Array) =>
    original.map((byte, i) => i === at % original.length ? value : byte)
  ),
  fc.tuple(
    position,
    fc.constantFrom(
      0,
      3,
      4,
      5,
      -1,
      0x7fff_ffff,
      -0x8000_0000,
      10_001,
      67_108_865,
    ),
  ).map(([at, value]) => (original: Uint8Array) => {
    const place = at % Math.max(1, original.length - 4);
    return bytes(
      original.subarray(0, place),
      value,
      original.subarray(place + 4),
    );
  }),
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
async function exchange(wire: TestWire, sent: Uint8Array): Promise<void> {
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
  wire: TestWire,
  originals: readonly Uint8Array[],
  { runs, batch }: { runs: number; batch: number },
): Promise<void> {
  using bystander = await wire.ready();
  let done = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(
          fc.constantFrom(...originals),
          fc.array(mutation, { minLength: 1, maxLength: 3 }),
        ),
        { minLength: batch, maxLength: batch },
      ),
      async (attempts) => {
        await Promise.all(attempts.map(([original, mutations]) => {
          const spoiled = mutations.reduce(
            (text, mutate) => text.length === 0 ? text : mutate(text),
            original,
          );
          return exchange(wire, spoiled);
        }));
        done += attempts.length;
        deepEqual(await bystander.ask(send.query("")), ["I", "Z I"]);
      },
    ),
    { numRuns: runs, endOnFailure: true },
  );
  equal(done, runs * batch);
}

Deno.test("servePostgres() takes thousands of spoiled sessions, and the others never notice", async () => {
  await using wire = await serveWire({ messageLimit: 1024 * 1024 });
  await checkSpoiled(wire, captures, { runs: 10, batch: 50 });
  const before = Deno.memoryUsage();
  await checkSpoiled(wire, captures, { runs: 100, batch: 30 });
  const after = Deno.memoryUsage();

  const grown = after.heapUsed + after.external -
    before.heapUsed - before.external;
  ok(grown < 64 * 1024 * 1024, `memory grew by ${grown} bytes`);
  equal(wire.server.socketPath, undefined);
});

Deno.test("servePostgres() takes thousands of spoiled sign-ins, and lets nobody in", async () => {
  const engine = new EngineDouble({
    postgres: { verifier: await scramVerifier("s3cret") },
  });
  await using wire = await serveWire({ method: "scram-sha-256", engine });
  await using trusting = await serveWire({
    engine: new EngineDouble({ postgres: {} }),
  });
  using bystander = await trusting.ready();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(mutation, { minLength: 1, maxLength: 3 }), {
        minLength: 30,
        maxLength: 30,
      }),
      async (attempts) => {
        await Promise.all(attempts.map((mutations) =>
          exchange(
            wire,
            mutations.reduce(
              (text, mutate) => text.length === 0 ? text : mutate(text),
              sasl as Uint8Array,
            ),
          )
        ));
        deepEqual(await bystander.ask(send.query("")), ["I", "Z I"]);
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );

  equal(engine.sessions.length, 0);
});
