import { equal, ok } from "node:assert/strict";
import { Turns } from "../../../lib/base/turns.ts";

Deno.test("Turns.next() lets a connection go on while its turn lasts", () => {
  const turns = new Turns(() => 0);

  for (let i = 0; i < 1000; i += 1) equal(turns.next(), undefined);
});

Deno.test("Turns.next() lets the event loop have a look when a turn has lasted long enough", async () => {
  let now = 0;
  const turns = new Turns(() => now);
  equal(turns.next(), undefined);
  now = 100;

  const next = turns.next();

  ok(next instanceof Promise);
  await next;
  equal(turns.next(), undefined);
});

Deno.test("Turns.next() lets those who wait go on in their order, a few at a time", async () => {
  let now = 0;
  const turns = new Turns(() => now);
  turns.next();
  now = 100;
  const order: number[] = [];
  const waits = Array.from(
    { length: 20 },
    (_, i) => turns.next()?.then(() => order.push(i)),
  );

  await waits[0];
  ok(order.length < 20);
  // Whoever comes later does not overtake.
  ok(turns.next() instanceof Promise);
  await Promise.all(waits);

  equal(order.join(), [...order.keys()].join());
});
