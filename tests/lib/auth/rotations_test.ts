import { equal } from "node:assert/strict";
import { Rotations } from "../../../lib/auth/rotations.ts";
import { manualClock } from "../../support/manual_clock.ts";

/** Rotations whose pauses move the clock, and what happens during each. */
function rotations(during: (pause: number) => void = () => {}) {
  const clock = manualClock();
  let pauses = 0;
  const made = new Rotations<string>({
    clock,
    pause(ms) {
      clock.advance(ms);
      during(++pauses);
      return Promise.resolve();
    },
  });
  return { clock, rotations: made, pauses: () => pauses };
}

Deno.test("overlapped() is true for a request that came before the rotation settled", async () => {
  const { clock, rotations: r } = rotations();
  const early = clock.monotonic();
  clock.advance(5);
  r.begin("h");
  equal(r.overlapped("h", clock.monotonic()), true);
  await r.settle("h", "session");
  equal(r.overlapped("h", early), true);
  clock.advance(1);
  equal(r.overlapped("h", clock.monotonic()), false);
});

Deno.test("settle() waits as long as the token keeps coming, but not for ever", async () => {
  let left = 5;
  const few = rotations((): void => {
    if (left-- > 0) few.rotations.presented("h");
  });
  few.rotations.begin("h");
  await few.rotations.settle("h", "session");
  equal(few.pauses(), 6);

  const endless = rotations((): void => {
    endless.rotations.presented("h");
  });
  endless.rotations.begin("h");
  await endless.rotations.settle("h", "session");
  equal(endless.pauses(), 250);
});

Deno.test("overlapped() is false for a rotation nobody remembers", () => {
  equal(rotations().rotations.overlapped("h", 0), false);
});

Deno.test("overlapped() is false after a rotation that failed", () => {
  const { rotations: r } = rotations();
  r.begin("h");
  r.failed("h");
  equal(r.overlapped("h", 0), false);
});

Deno.test("recentAnswer() gives the answer from the commit to the end of the interval", async () => {
  const { clock, rotations: r } = rotations(() => {
    equal(r.recentAnswer("h", 10_000), "session");
  });
  r.begin("h");
  equal(r.recentAnswer("h", 10_000), undefined);
  await r.settle("h", "session");
  clock.advance(10_000);
  equal(r.recentAnswer("h", 10_000), "session");
  clock.advance(1);
  equal(r.recentAnswer("h", 10_000), undefined);
});

Deno.test("settle() forgets rotations of more than a minute ago", async () => {
  const { clock, rotations: r } = rotations();
  for (const hash of ["old", "new"]) {
    r.begin(hash);
    await r.settle(hash, hash);
    clock.advance(61_000);
  }
  equal(r.recentAnswer("old", Infinity), undefined);
  equal(r.recentAnswer("new", Infinity), "new");
});
