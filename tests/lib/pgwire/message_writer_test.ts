import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { MessageReader } from "../../../lib/pgwire/message_reader.ts";
import { MessageWriter } from "../../../lib/pgwire/message_writer.ts";

Deno.test("MessageWriter.countedInteger() writes every integer as String() does", () => {
  const writer = new MessageWriter();
  const check = (value: number) => {
    writer.swap(undefined);
    writer.countedInteger(value);
    const reader = new MessageReader(writer.written.slice());
    const length = reader.int32();
    equal(new TextDecoder().decode(reader.rest()), String(value));
    equal(length, String(value).length);
  };
  for (let power = 1; power <= 1_000_000_000; power *= 10) {
    for (const value of [power - 1, power, power + 1]) {
      check(value);
      check(0 - value);
    }
  }
  check(2_147_483_647);
  fc.assert(
    fc.property(
      fc.integer({ min: -2_147_483_647, max: 2_147_483_647 }),
      check,
    ),
  );
});

Deno.test("MessageWriter.int64() writes numbers and bigints alike", () => {
  const writer = new MessageWriter();
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      writer.swap(undefined);
      writer.int64(value);
      writer.int64(BigInt(value));
      const { written } = writer;

      deepEqual(written.slice(0, 8), written.slice(8));
      equal(new DataView(written.slice().buffer).getBigInt64(0), BigInt(value));
    }),
  );
});

Deno.test("MessageWriter grows, and keeps what was written", () => {
  const writer = new MessageWriter();
  for (let i = 0; i < 500; i++) {
    writer.begin(0x44);
    writer.text(`value ${i}`);
    writer.finish();
  }
  const reader = new MessageReader(writer.written.slice());
  for (let i = 0; i < 500; i++) {
    equal(reader.byte(), 0x44);
    equal(reader.int32(), 4 + `value ${i}`.length + 1);
    equal(reader.text(), `value ${i}`);
  }
  reader.finish();
});

Deno.test("MessageWriter.shrink() lets go of a large buffer, but of nothing that waits", () => {
  const writer = new MessageWriter();
  writer.raw(new Uint8Array(100_000));
  writer.shrink();
  equal(writer.length, 100_000);
  writer.swap(writer.swap(undefined));
  writer.shrink();

  ok(writer.written.buffer.byteLength < 10_000);
});

Deno.test("MessageWriter.forget() takes a message back", () => {
  const writer = new MessageWriter();
  writer.begin(0x31);
  writer.finish();
  writer.begin(0x44);
  writer.text("half of it");
  writer.forget();

  equal(writer.length, 5);
});

Deno.test("MessageWriter.swap() goes on in the buffer that it is given", () => {
  const writer = new MessageWriter();
  writer.byte(1);
  const first = writer.swap(undefined);
  writer.byte(2);
  writer.swap(first);
  writer.byte(3);

  deepEqual([...writer.written], [3]);
  equal(writer.written.buffer, first.bytes.buffer);
});
