import { equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import {
  Frames,
  type Stage,
  startupLimit,
} from "../../../lib/pgwire/frames.ts";
import { FatalError } from "../../../lib/pgwire/protocol_violation.ts";
import { bytes, frame, send, startup } from "../../support/postgres_wire.ts";

function ready(messageLimit = 1024 * 1024, stage: Stage = "ready"): Frames {
  const frames = new Frames({ messageLimit });
  frames.stage = stage;
  return frames;
}

/** Everything that has arrived whole, as `type:body`. */
function drain(frames: Frames): string[] {
  const found: string[] = [];
  for (let type = frames.next(); type !== 0; type = frames.next()) {
    const body = new TextDecoder("latin1").decode(frames.message.rest());
    found.push(`${String.fromCharCode(type)}:${body}`);
  }
  return found;
}

Deno.test("Frames finds every message however the bytes are cut", () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 9000 }), { maxLength: 9 });
  const cuts = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1 });
  fc.assert(
    fc.property(bodies, cuts, (all, lengths) => {
      const stream = bytes(...all.map((body) => frame("Q", body)));
      const frames = ready();
      const found: string[] = [];
      let next = 0;
      for (let at = 0; at < stream.length;) {
        const length = lengths[next++ % lengths.length]!;
        frames.feed(stream.subarray(at, at + length));
        found.push(...drain(frames));
        at += length;
      }
      equal(
        found.join(),
        all.map((body) => `Q:${new TextDecoder("latin1").decode(body)}`).join(),
      );
      equal(frames.waiting, 0);
    }),
    { numRuns: 60 },
  );
});

Deno.test("Frames finds messages that come byte by byte", () => {
  const frames = ready();
  const found: string[] = [];
  for (const byte of bytes(send.query("select 1"), send.sync, send.flush)) {
    frames.feed(new Uint8Array([byte]));
    found.push(...drain(frames));
  }

  equal(found.join(), "Q:select 1\0,S:,H:");
});

Deno.test("Frames.peek() tells only of a message that is whole", () => {
  const frames = ready();
  frames.feed(bytes(send.query("x"), send.sync.subarray(0, 4)));
  frames.next();

  equal(frames.peek(), 0);
  frames.feed(send.sync.subarray(4));
  equal(frames.peek(), 0x53);
  equal(frames.next(), 0x53);
});

Deno.test("Frames takes the start-up message, which has no type", () => {
  const frames = ready(1000, "startup");
  frames.feed(startup({ user: "bob" }));

  equal(frames.next(), 1);
  equal(frames.message.int32(), 3 << 16);
  equal(frames.message.text(), "user");
});

const violations: [
  stage: Stage,
  what: string,
  sent: Uint8Array,
  says: RegExp,
][] = [
  ["startup", "a short length", bytes(7), /length of startup packet/],
  [
    "startup",
    "a long length",
    bytes(startupLimit + 1),
    /length of startup packet/,
  ],
  ["startup", "a negative length", bytes(-1), /length of startup packet/],
  ["startup", "an HTTP request", bytes("GET / HTTP/1.1\r\n"), /startup packet/],
  ["auth", "a query", send.query("select 1"), /expected password response/],
  ["auth", "a type alone", bytes("Q"), /expected password response/],
  ["auth", "a long password", bytes("p", 65_536), /password packet size/],
  ["ready", "an unknown type", bytes("!"), /invalid frontend message type 33/],
  ["ready", "NUL", bytes("\0"), /invalid frontend message type 0/],
  ["ready", "a message of the server", bytes("Z"), /message type 90/],
  ["ready", "a length below four", bytes("Q", 3), /invalid message length/],
  ["ready", "a negative length", bytes("Q", -5), /invalid message length/],
  ["ready", "a length beyond the limit", bytes("Q", 1001), /message length/],
  ["ready", "a long name", bytes("D", 10_001), /invalid message length/],
];

for (const [stage, what, sent, says] of violations) {
  Deno.test(`Frames refuses ${what} (${stage})`, () => {
    const frames = ready(1000, stage);
    frames.feed(sent);

    throws(
      () => frames.next(),
      (error) =>
        error instanceof FatalError && error.sqlState === "08P01" &&
        says.test(error.message),
    );
  });
}

Deno.test("Frames keeps no more than what has arrived, whatever a length promises", () => {
  const frames = ready(512 * 1024 * 1024);
  frames.feed(bytes("Q", 500 * 1024 * 1024, "select"));

  equal(frames.next(), 0);
  ok(frames.room().buffer.byteLength <= 64 * 1024);
});

Deno.test("Frames.shrink() lets go of what a large message took", () => {
  const frames = ready();
  frames.feed(send.query("x".repeat(500_000)));
  drain(frames);

  ok(frames.large);
  frames.shrink();
  ok(!frames.large);
  frames.feed(send.query("select 1"));
  equal(drain(frames).join(), "Q:select 1\0");
});
