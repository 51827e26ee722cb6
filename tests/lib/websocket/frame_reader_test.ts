import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import {
  FrameError,
  FrameReader,
} from "../../../lib/websocket/frame_reader.ts";

/** One frame of a client. */
function frame(
  opcode: number,
  payload: Uint8Array | string,
  { final = true, masked = true, form }: {
    final?: boolean;
    masked?: boolean;
    form?: 7 | 16 | 64;
  } = {},
): Uint8Array {
  const bytes = typeof payload === "string"
    ? new TextEncoder().encode(payload)
    : payload;
  const { length } = bytes;
  const chosen = form ?? (length < 126 ? 7 : length < 65_536 ? 16 : 64);
  const head = [opcode | (final ? 0x80 : 0)];
  const mark = masked ? 0x80 : 0;
  if (chosen === 7) head.push(mark | length);
  else if (chosen === 16) head.push(mark | 126, length >> 8, length & 255);
  else {
    head.push(mark | 127, 0, 0, 0, 0);
    for (const shift of [24, 16, 8, 0]) head.push(length >>> shift & 255);
  }
  const mask = [1, 2, 3, 200];
  if (masked) head.push(...mask);
  return new Uint8Array([
    ...head,
    ...bytes.map((byte, i) => masked ? byte ^ mask[i % 4]! : byte),
  ]);
}

/** Everything that was read, in order. */
function read(
  chunks: readonly Uint8Array[],
  maxBytes = 100_000,
): unknown[] {
  const seen: unknown[] = [];
  const reader = new FrameReader(() => maxBytes, {
    message: (message) => seen.push(message),
    ping: (payload) => seen.push(["ping", [...payload]]),
    pong: () => seen.push(["pong"]),
    close: (code) => seen.push(["close", code]),
  });
  // Chunks are unmasked in place.
  for (const chunk of chunks) reader.feed(chunk.slice());
  return seen;
}

function all(...frames: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(frames.flatMap((each) => [...each]));
}

Deno.test("FrameReader reads messages, fragments and control frames between them", () => {
  const bytes = all(
    frame(1, "hello"),
    frame(1, "grüß", { final: false }),
    frame(9, "are you there"),
    frame(0, "", { final: false }),
    frame(0, " dich"),
    frame(2, new Uint8Array([0, 255])),
    frame(1, "x".repeat(200)),
    frame(1, "y".repeat(70_000)),
    frame(10, ""),
    frame(8, new Uint8Array([0x03, 0xe8, 0x62, 0x79, 0x65])),
    frame(1, "nobody reads this"),
  );
  const wanted = [
    "hello",
    ["ping", [...new TextEncoder().encode("are you there")]],
    "grüß dich",
    new Uint8Array([0, 255]),
    "x".repeat(200),
    "y".repeat(70_000),
    ["pong"],
    ["close", 1000],
  ];

  deepEqual(read([bytes]), wanted);
  deepEqual(read(Array.from(bytes, (byte) => new Uint8Array([byte]))), wanted);
});

Deno.test("FrameReader refuses what RFC 6455 does not allow", async (t) => {
  const cases: [string, Uint8Array, number][] = [
    ["a frame without a mask", frame(1, "a", { masked: false }), 1002],
    ["a reserved bit", frame(0x41, "a"), 1002],
    ["a reserved opcode", frame(3, "a"), 1002],
    ["a continuation of nothing", frame(0, "a"), 1002],
    [
      "a message within another",
      all(frame(1, "a", { final: false }), frame(1, "b")),
      1002,
    ],
    ["a ping in pieces", frame(9, "a", { final: false }), 1002],
    ["a long ping", frame(9, "a".repeat(126)), 1002],
    ["a length that could be shorter", frame(1, "a", { form: 16 }), 1002],
    ["a length that could be much shorter", frame(1, "a", { form: 64 }), 1002],
    ["a close code of one byte", frame(8, "a"), 1002],
    [
      "a close code that is not sent",
      frame(8, new Uint8Array([0x03, 0xed])),
      1002,
    ],
    [
      "a close code that means nothing",
      frame(8, new Uint8Array([0x0b, 0xb7])),
      1002,
    ],
    ["text that is no UTF-8", frame(1, new Uint8Array([0xc3, 0x28])), 1007],
    [
      "a reason that is no UTF-8",
      frame(8, new Uint8Array([0x03, 0xe8, 0xff])),
      1007,
    ],
    ["a message that is too long", frame(1, "a".repeat(2000)), 1009],
    [
      "fragments that are too long together",
      all(
        frame(1, "a".repeat(600), { final: false }),
        frame(0, "a".repeat(600)),
      ),
      1009,
    ],
    [
      "a length beyond all reason",
      new Uint8Array([0x81, 0xff, 0xff, 255, 255, 255, 255, 255, 255, 255]),
      1009,
    ],
  ];
  for (const [name, bytes, code] of cases) {
    await t.step(name, () => {
      throws(
        () => read([bytes], 1000),
        (error) => error instanceof FrameError && error.code === code,
      );
    });
  }
});

Deno.test("FrameReader refuses a message by its announced length, before it has come", () => {
  throws(
    () => read([frame(1, "a".repeat(2000)).subarray(0, 4)], 1000),
    FrameError,
  );
});

Deno.test("FrameReader reads mutated frames the same however they are cut, or refuses them", () => {
  const valid = all(
    frame(1, '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"1"}'),
    frame(1, "frag", { final: false }),
    frame(9, "p"),
    frame(0, "ment"),
    frame(2, "b".repeat(300)),
    frame(8, new Uint8Array([0x03, 0xe8])),
  );
  const outcome = (chunks: readonly Uint8Array[]): unknown => {
    try {
      return read(chunks, 1000);
    } catch (error) {
      ok(error instanceof FrameError, String(error));
      return error.code;
    }
  };
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.nat(valid.length - 1), fc.nat(255)),
        { minLength: 1, maxLength: 4 },
      ),
      fc.nat(valid.length - 1),
      (changes, cut) => {
        const bytes = valid.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const whole = outcome([bytes]);
        if (typeof whole === "number") refused += 1;
        deepEqual(
          outcome([bytes.subarray(0, cut), bytes.subarray(cut)]),
          whole,
        );
      },
    ),
    { numRuns: 3000, seed: 6455 },
  );
  ok(refused > 100);
  equal(outcome([valid]) instanceof Array, true);
});
