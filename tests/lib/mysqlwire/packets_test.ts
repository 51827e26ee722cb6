import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { FatalError } from "../../../lib/mysqlwire/failure.ts";
import { PacketReader } from "../../../lib/mysqlwire/packet_reader.ts";
import { PacketWriter } from "../../../lib/mysqlwire/packet_writer.ts";
import { Packets } from "../../../lib/mysqlwire/packets.ts";
import { bytes, number, packet } from "../../support/mysql_wire.ts";

function packetsOf(messageLimit = 64 * 1024 * 1024, trusted = true) {
  const sequence = { next: 0 };
  const packets = new Packets({ messageLimit, sequence });
  packets.trusted = trusted;
  return { packets, sequence };
}

const errno = (number: number) => (error: unknown) =>
  error instanceof FatalError && error.errno === number;

Deno.test("Packets.next() gives messages whole, however they arrive", () => {
  const sent = bytes(packet(0, "one"), packet(1), packet(2, "three"));
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    (pieces) => {
      const { packets } = packetsOf();
      const texts: string[] = [];
      let at = 0;
      for (let i = 0; at < sent.length; i++) {
        const size = pieces[i % pieces.length]!;
        packets.feed(sent.subarray(at, at + size));
        at += size;
        while (packets.next()) texts.push(packets.message.restText());
      }
      deepEqual(texts, ["one", "", "three"]);
    },
  ));
});

Deno.test("Packets.next() refuses another number than the next", () => {
  for (const wrong of [1, 2, 255]) {
    const { packets } = packetsOf();
    packets.feed(packet(wrong, "x"));
    throws(() => packets.next(), errno(1156));
  }
});

Deno.test("Packets.next() counts packets from 255 on to 0", () => {
  const { packets, sequence } = packetsOf();
  sequence.next = 255;
  packets.feed(bytes(packet(255, "a"), packet(0, "b")));

  ok(packets.next());
  ok(packets.next());
  equal(packets.message.restText(), "b");
});

Deno.test("Packets.next() joins what is split at 16 MiB, and PacketWriter splits it so", () => {
  for (const length of [0xff_fffe, 0xff_ffff, 0xff_ffff + 5, 2 * 0xff_ffff]) {
    const writer = new PacketWriter({ next: 0 });
    const body = new Uint8Array(length);
    for (let i = 0; i < length; i += 4093) body[i] = i % 251;
    body[length - 1] = 77;
    writer.begin();
    writer.raw(body);
    writer.finish();
    writer.begin();
    writer.byte(9);
    writer.finish();
    const parts = Math.floor(length / 0xff_ffff) + 1;
    equal(writer.length, length + parts * 4 + 5);

    const { packets, sequence } = packetsOf();
    packets.feed(writer.written);
    ok(packets.next());
    const { message } = packets;
    equal(message.left, length);
    const got = message.rest();
    ok(got.every((byte, i) => byte === body[i]), `length ${length}`);
    equal(sequence.next, parts);
    ok(packets.next());
    equal(message.byte(), 9);
  }
});

Deno.test("Packets.next() refuses a message beyond the limit as soon as its length is known", () => {
  const { packets } = packetsOf(1000);
  packets.feed(packet(0, new Uint8Array(1000)));
  ok(packets.next());
  packets.feed(bytes(number(1001, 3), 1));
  throws(() => packets.next(), errno(1153));
});

Deno.test("Packets.next() counts all parts of a message against the limit", () => {
  const { packets } = packetsOf(0xff_ffff + 10);
  packets.feed(bytes(number(0xff_ffff, 3), 0));
  packets.feed(new Uint8Array(0xff_ffff));
  ok(!packets.next());
  packets.feed(bytes(number(11, 3), 1));
  throws(() => packets.next(), errno(1153));
});

Deno.test("Packets.next() takes little from those who have not signed in", () => {
  const { packets } = packetsOf(64 * 1024 * 1024, false);
  packets.feed(bytes(number(65_536, 3), 0));
  throws(() => packets.next(), errno(1153));
});

Deno.test("Packets keeps no more than has arrived", () => {
  const { packets } = packetsOf();
  packets.feed(bytes(number(0xff_ffff, 3), 0, new Uint8Array(100)));
  ok(!packets.next());
  ok(packets.room().length < 70_000);
});

Deno.test("PacketReader.length() reads what PacketWriter.count() writes", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.nat(300),
      fc.integer({ min: 65_000, max: 66_000 }),
      fc.integer({ min: 16_777_000, max: 16_778_000 }),
      fc.maxSafeNat(),
    ),
    (value) => {
      const writer = new PacketWriter({ next: 0 });
      writer.begin();
      writer.count(value);
      writer.finish();
      const reader = new PacketReader(writer.written.slice(4));
      equal(reader.length(), value);
      equal(reader.left, 0);
    },
  ));
});

Deno.test("PacketReader.countedText() reads what PacketWriter.countedText() writes", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.nat(70_000).map((length) => "é".repeat(length)),
    ).filter((text) => !text.includes("\0")),
    (text) => {
      const writer = new PacketWriter({ next: 0 });
      writer.begin();
      writer.countedText(text);
      writer.finish();
      equal(new PacketReader(writer.written.slice(4)).countedText(), text);
    },
  ));
});

Deno.test("PacketReader refuses lengths that the message does not hold", () => {
  const wrong: [string, Uint8Array<ArrayBuffer>][] = [
    ["nothing", bytes()],
    ["NULL", bytes(0xfb)],
    ["no length", bytes(0xff, 1, 2, 3)],
    ["too short", bytes(5, "abc")],
    ["cut length of two bytes", bytes(0xfc, 1)],
    ["cut length of three bytes", bytes(0xfd, 1, 1)],
    ["cut length of eight bytes", bytes(0xfe, 1, 1, 1)],
    ["two bytes", bytes(0xfc, 0xff, 0xff, "abc")],
    ["three bytes", bytes(0xfd, 0xff, 0xff, 0xff, "abc")],
    ["eight bytes", bytes(0xfe, new Uint8Array(8).fill(0xff), "abc")],
    ["beyond safe", bytes(0xfe, 0, 0, 0, 0, 0, 0, 0x20, 0, "abc")],
  ];
  for (const [what, body] of wrong) {
    throws(() => new PacketReader(body).countedText(), errno(1835), what);
  }
  throws(() => new PacketReader(bytes("abc")).text(), errno(1835));
  throws(() => new PacketReader(bytes(1)).uint16(), errno(1835));
  throws(() => new PacketReader(bytes(1, 2, 3)).uint32(), errno(1835));
});
