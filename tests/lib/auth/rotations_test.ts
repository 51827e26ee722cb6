import { equal } from "node:assert/strict";
import { Rotations } from "../../../lib/auth/rotations.ts";
import { manualClock } from "../../support/manual_clock.ts";

Deno.test("overlapped() is true for a request that arrived before the commit", () => {
  const clock = manualClock();
  const rotations = new Rotations<string>(clock);
  const early = clock.monotonic();
  clock.advance(5);
  rotations.begin("h");
  equal(rotations.overlapped("h", clock.monotonic()), true);
  clock.advance(5);
  rotations.committed("h");
  equal(rotations.overlapped("h", early), true);
  clock.advance(1);
  equal(rotations.overlapped("h", clock.monotonic()), false);
});

Deno.test("overlapped() is false for a rotation nobody remembers", () => {
  equal(new Rotations<string>(manualClock()).overlapped("h", 0), false);
});

Deno.test("overlapped() is false after a rotation that failed", () => {
  const rotations = new Rotations<string>(manualClock());
  rotations.begin("h");
  rotations.failed("h");
  equal(rotations.overlapped("h", 0), false);
});

Deno.test("recentAnswer() gives the answer within the interval and not after", () => {
  const clock = manualClock();
  const rotations = new Rotations<string>(clock);
  rotations.begin("h");
  rotations.committed("h");
  rotations.answered("h", "session");
  clock.advance(10_000);
  equal(rotations.recentAnswer("h", 10_000), "session");
  clock.advance(1);
  equal(rotations.recentAnswer("h", 10_000), undefined);
});

Deno.test("committed() forgets rotations of more than a minute ago", () => {
  const clock = manualClock();
  const rotations = new Rotations<string>(clock);
  for (const hash of ["old", "new"]) {
    rotations.begin(hash);
    rotations.committed(hash);
    rotations.answered(hash, hash);
    clock.advance(61_000);
  }
  equal(rotations.recentAnswer("old", Infinity), undefined);
  equal(rotations.recentAnswer("new", Infinity), "new");
});
