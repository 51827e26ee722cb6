import { deepEqual, equal } from "node:assert/strict";
import type { ByteStream } from "../../../lib/base/byte_stream.ts";
import { createTurnAway } from "../../../lib/http/turn_away.ts";

/** A client that takes what it is sent, or not, and never closes. */
class StubbornStream implements ByteStream {
  sent = "";
  closed = false;
  readonly #end = Promise.withResolvers<never>();

  constructor(readonly takes: boolean) {
    this.#end.promise.catch(() => {});
  }

  read(): Promise<number | null> {
    return this.#end.promise;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (!this.takes) return this.#end.promise;
    this.sent += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#end.reject(new Error("closed"));
  }
}

const bytes = () => new TextEncoder().encode("no room");

Deno.test("createTurnAway() lets go of a client that neither reads nor closes", async () => {
  const turnAway = createTurnAway({ deadlineMs: 5 });
  for (const takes of [true, false]) {
    const stream = new StubbornStream(takes);

    await turnAway(stream, bytes);

    equal(stream.sent, takes ? "no room" : "");
    equal(stream.closed, true);
  }
});

Deno.test("createTurnAway() keeps no more than a few at the same time", async () => {
  const turnAway = createTurnAway({ atOnce: 2, deadlineMs: 5 });
  const streams = [1, 2, 3].map(() => new StubbornStream(true));

  const ends = streams.map((stream) => turnAway(stream, bytes));
  deepEqual(streams.map(({ closed }) => closed), [true, false, false]);
  await Promise.all(ends);

  deepEqual(streams.slice(1).map(({ sent }) => sent), ["no room", "no room"]);
});
