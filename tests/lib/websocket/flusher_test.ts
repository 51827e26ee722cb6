import { deepEqual, equal } from "node:assert/strict";
import { Flusher } from "../../../lib/websocket/flusher.ts";

Deno.test("Flusher flushes at once, each socket once, however often it is added", async () => {
  const flushed: string[] = [];
  const flusher = new Flusher(() => 0);
  const socket = (name: string) => ({ flush: () => void flushed.push(name) });
  const [first, second] = [socket("first"), socket("second")];

  for (const each of [first, second, first, first]) flusher.add(each);
  deepEqual(flushed, []);
  await Promise.resolve();

  deepEqual(flushed, ["first", "second"]);
});

Deno.test("Flusher leaves sockets alone after a round that took long", async () => {
  let now = 0;
  let rounds = 0;
  const flusher = new Flusher(() => now);
  const again = Promise.withResolvers<void>();
  const socket = {
    flush() {
      now += 2;
      rounds += 1;
      if (rounds === 2) again.resolve();
    },
  };
  flusher.add(socket);
  await Promise.resolve();
  equal(rounds, 1);

  flusher.add(socket);
  await Promise.resolve();

  equal(rounds, 1);
  await again.promise;
  equal(rounds, 2);
});
