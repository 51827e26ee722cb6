import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Outbox } from "../../../lib/pgwire/outbox.ts";
import { ConnectionLost } from "../../../lib/pgwire/protocol_violation.ts";

/** A stream that takes what it is told to, when it is told to. */
function slowStream() {
  const taken: number[][] = [];
  const waiting: (() => void)[] = [];
  return {
    taken,
    waiting,
    write(bytes: Uint8Array, most = bytes.length) {
      const part = [...bytes.subarray(0, most)];
      return new Promise<number>((resolve) =>
        waiting.push(() => {
          taken.push(part);
          resolve(part.length);
        })
      );
    },
  };
}

const turn = () => new Promise((go) => setTimeout(go));

Deno.test("Outbox.flush() sends everything, also what is written meanwhile", async () => {
  const stream = slowStream();
  const outbox = new Outbox(stream);
  outbox.writer.byte(1);
  const first = outbox.flush();
  outbox.writer.byte(2);
  outbox.writer.byte(3);
  equal(outbox.flush(), first);
  ok(outbox.busy);
  stream.waiting.shift()!();
  await turn();
  stream.waiting.shift()!();
  await first;

  deepEqual(stream.taken, [[1], [2, 3]]);
  ok(!outbox.busy);
  await outbox.flush();
});

Deno.test("Outbox.flush() goes on when only a part was taken", async () => {
  const taken: number[] = [];
  const outbox = new Outbox({
    write(bytes) {
      taken.push(...bytes.subarray(0, 2));
      return Promise.resolve(Math.min(2, bytes.length));
    },
  });
  for (const byte of [1, 2, 3, 4, 5]) outbox.writer.byte(byte);
  await outbox.flush();

  deepEqual(taken, [1, 2, 3, 4, 5]);
});

Deno.test("Outbox.full() lets one piece go and holds back the second", async () => {
  const stream = slowStream();
  const outbox = new Outbox(stream);
  const piece = new Uint8Array(64 * 1024);
  equal(outbox.full(), undefined);
  outbox.writer.raw(piece);
  equal(outbox.full(), undefined);
  equal(outbox.writer.length, 0, "on its way");
  outbox.writer.raw(piece);
  const wait = outbox.full();

  ok(wait instanceof Promise);
  stream.waiting.shift()!();
  await turn();
  stream.waiting.shift()!();
  await wait;
  equal(outbox.writer.length, 0);
});

Deno.test("Outbox tells that the connection is lost", async () => {
  const outbox = new Outbox({
    write: () => Promise.reject(new Error("EPIPE")),
  });
  outbox.writer.byte(1);

  await rejects(outbox.flush(), ConnectionLost);
  outbox.writer.byte(1);
  await rejects(outbox.flush(), ConnectionLost);
});
