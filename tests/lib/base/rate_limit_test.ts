import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { RateLimit } from "../../../lib/base/rate_limit.ts";
import { manualClock } from "../../support/manual_clock.ts";

Deno.test("RateLimit() refuses a limit that is not a positive integer", () => {
  throws(
    () => new RateLimit({ limit: 0.5, windowMs: 1000, clock: manualClock() }),
    /limit must be an integer >= 1: received 0.5/,
  );
});

Deno.test("take() allows the limit and then refuses with a wait of whole seconds", () => {
  const limit = new RateLimit({
    limit: 3,
    windowMs: 60_000,
    clock: manualClock(),
  });
  deepEqual([1, 2, 3].map(() => limit.take("a")), [0, 0, 0]);
  const wait = limit.take("a");
  ok(Number.isInteger(wait) && wait >= 1 && wait <= 120, `wait ${wait}`);
});

Deno.test("take() allows again when the announced wait is over", () => {
  for (const elapsed of [0, 1, 15_000, 31_234, 59_999]) {
    for (const count of [1, 2, 7, 20]) {
      const clock = manualClock();
      clock.advance(elapsed);
      const limit = new RateLimit({ limit: count, windowMs: 60_000, clock });
      for (let i = 0; i < count; i++) equal(limit.take("a"), 0);
      clock.advance(limit.take("a") * 1000);
      equal(
        limit.take("a"),
        0,
        `limit ${count}, ${elapsed} ms into the window`,
      );
    }
  }
});

Deno.test("take() counts each key alone", () => {
  const limit = new RateLimit({
    limit: 1,
    windowMs: 60_000,
    clock: manualClock(),
  });
  equal(limit.take("a"), 0);
  equal(limit.take("b"), 0);
  ok(limit.take("a") > 0);
});

Deno.test("take() does not prolong the wait when a refused caller insists", () => {
  const clock = manualClock();
  const limit = new RateLimit({ limit: 1, windowMs: 10_000, clock });
  limit.take("a");
  const first = limit.take("a");
  for (let i = 0; i < 100; i++) limit.take("a");
  equal(limit.take("a"), first);
});

Deno.test("take() allows no more than twice the limit in any window, and the limit on average", () => {
  const clock = manualClock();
  const limit = new RateLimit({ limit: 10, windowMs: 10_000, clock });
  let allowed = 0;
  for (let ms = 0; ms < 100_000; ms += 50) {
    if (limit.take("a") === 0) allowed += 1;
    clock.advance(50);
  }
  ok(allowed >= 90 && allowed <= 120, `${allowed} in ten windows`);
});

Deno.test("giveBack() frees the place of an event that did not count", () => {
  const limit = new RateLimit({
    limit: 1,
    windowMs: 60_000,
    clock: manualClock(),
  });
  equal(limit.take("a"), 0);
  limit.giveBack("a");
  equal(limit.take("a"), 0);
});

Deno.test("wait() foretells take() and records nothing", () => {
  const limit = new RateLimit({
    limit: 1,
    windowMs: 60_000,
    clock: manualClock(),
  });
  for (let i = 0; i < 5; i++) equal(limit.wait("a"), 0);
  equal(limit.take("a"), 0);
  equal(limit.wait("a"), limit.take("a"));
});

Deno.test("wait() takes no place from those who are counted", () => {
  const limit = new RateLimit({
    limit: 1,
    windowMs: 60_000,
    clock: manualClock(),
    capacity: 2,
  });
  limit.take("a");
  for (let i = 0; i < 10; i++) limit.wait(`stranger ${i}`);
  ok(limit.wait("a") > 0);
});

Deno.test("take() forgets the key not seen for longest when there are too many", () => {
  const limit = new RateLimit({
    limit: 1,
    windowMs: 60_000,
    clock: manualClock(),
    capacity: 2,
  });
  for (const key of ["a", "b", "c"]) limit.take(key);
  equal(limit.take("a"), 0);
  ok(limit.take("c") > 0);
});
