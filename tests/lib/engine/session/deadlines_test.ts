import { deepEqual, equal } from "node:assert/strict";
import { Deadlines } from "../../../../lib/engine/session/deadlines.ts";

function byHand() {
  let now = 0;
  const timers = new Set<{ at: number; look: () => void }>();
  const deadlines = new Deadlines({
    now: () => now,
    after(ms, look) {
      const timer = { at: now + ms, look };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  const advance = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      now = next.at;
      timers.delete(next);
      next.look();
    }
    now = end;
  };
  return { deadlines, timers, advance };
}

Deno.test("Deadlines.add() calls back when the time is over, in order", () => {
  const { deadlines, advance } = byHand();
  const over: string[] = [];
  deadlines.add(100, () => over.push("a"));
  deadlines.add(30, () => over.push("short"));
  advance(50);
  deadlines.add(100, () => over.push("b"));
  deepEqual(over, ["short"]);
  advance(49);
  deepEqual(over, ["short"]);
  advance(1);
  deepEqual(over, ["short", "a"]);
  advance(49);
  deepEqual(over, ["short", "a"]);
  advance(1);
  deepEqual(over, ["short", "a", "b"]);
});

Deno.test("Deadlines.add() does not call back when it was ended", () => {
  const { deadlines, advance } = byHand();
  const over: string[] = [];
  const first = deadlines.add(100, () => over.push("first"));
  advance(10);
  deadlines.add(100, () => over.push("second"));
  first.end();
  first.end();
  advance(99);
  deepEqual(over, []);
  advance(1);
  deepEqual(over, ["second"]);
});

Deno.test("Deadlines.add() needs one timer for many limits of one length, and none when all is over", () => {
  const { deadlines, timers, advance } = byHand();
  for (let i = 0; i < 1000; i++) deadlines.add(100, () => {}).end();
  equal(timers.size, 1);
  advance(100);
  equal(timers.size, 0);
  let again = 0;
  deadlines.add(100, () => {
    again++;
    deadlines.add(100, () => again++);
  });
  advance(100);
  equal(again, 1);
  equal(timers.size, 1);
  advance(100);
  equal(again, 2);
  equal(timers.size, 0);
});

Deno.test("Deadlines.close() forgets all", () => {
  const { deadlines, timers, advance } = byHand();
  deadlines.add(100, () => {
    throw new Error("was closed");
  });
  deadlines.add(7, () => {
    throw new Error("was closed");
  });
  deadlines.close();
  equal(timers.size, 0);
  advance(1000);
});
