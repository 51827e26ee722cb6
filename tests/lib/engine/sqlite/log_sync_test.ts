import { deepEqual, equal } from "node:assert/strict";
import { systemClock } from "../../../../lib/base/clock.ts";
import { newCounters } from "../../../../lib/engine/sqlite/counters.ts";
import { LogSync } from "../../../../lib/engine/sqlite/log_sync.ts";
import { manualClock } from "../../../support/manual_clock.ts";
import { HandLog, settled } from "./hand_log.ts";

/** Everything that happens, in order. */
function fixture(following = () => 0) {
  const file = new HandLog();
  file.held = true;
  const happened: string[] = [];
  const counters = newCounters();
  const log = new LogSync({
    file,
    clock: systemClock,
    counters,
    following,
    instantSyncMs: 0,
    broken: () => happened.push("broken"),
  });
  const told = (name: string) => (failure?: Error) =>
    void happened.push(failure === undefined ? name : `${name}: failed`);
  return { file, happened, counters, log, told };
}

Deno.test("LogSync.committed() tells nobody before the sync that began after the commit", async () => {
  const { file, happened, counters, log, told } = fixture();
  log.committed(told("a"));
  log.committed(told("b"));
  log.committed(told("c"));
  await settled();
  deepEqual(happened, []);
  await file.end();
  deepEqual(happened, ["a"]);
  equal(file.begun, 2);
  await file.end();
  deepEqual(happened, ["a", "b", "c"]);
  equal(file.begun, 2);
  equal(counters.syncs, 2);
});

Deno.test("LogSync.committed() tells everybody of a failure, and syncs no more", async () => {
  const { file, happened, counters, log, told } = fixture();
  log.committed(told("a"));
  log.committed(told("b"));
  log.after(told("c"));
  await file.end(new Error("EIO"));
  deepEqual(happened, ["broken", "a: failed", "b: failed", "c: failed"]);
  log.committed(told("d"));
  log.committedNow(told("e"));
  log.after(told("f"));
  deepEqual(happened.slice(4), ["d: failed", "e: failed", "f: failed"]);
  deepEqual([file.begun, file.now, counters.syncs], [1, 0, 0]);
  equal((log.failure as { sqlState?: string } | undefined)?.sqlState, "58030");
});

Deno.test("LogSync.committed() waits for those who are about to commit", async () => {
  let following = 2;
  const { file, happened, log, told } = fixture(() => following);
  log.committed(told("a"));
  equal(file.busy, false);
  following = 1;
  log.committed(told("b"));
  equal(file.busy, true);
  await file.end();
  deepEqual(happened, ["a", "b"]);
  log.close();
});

Deno.test("LogSync.committed() does not wait for fewer than have committed", () => {
  const { file, log, told } = fixture(() => 31);
  log.committed(told("a"), 31);
  equal(file.busy, true);
  log.close();
});

Deno.test("LogSync.committed() does not wait for ever for those who are about to commit", async () => {
  const { file, happened, log, told } = fixture(() => 1000);
  log.committed(told("a"));
  await file.asked();
  await file.end();
  deepEqual(happened, ["a"]);
});

Deno.test("LogSync.committedNow() has synced when it returns", () => {
  const { file, happened, log, told } = fixture();
  log.committedNow(told("a"));
  deepEqual(happened, ["a"]);
  deepEqual([file.begun, file.now], [0, 1]);
});

Deno.test("LogSync.instant is false while syncs take longer on the average, or one is under way", async () => {
  const clock = manualClock();
  const file = new HandLog();
  const log = new LogSync({
    file,
    clock,
    counters: newCounters(),
    following: () => 0,
    instantSyncMs: 0.3,
    broken: () => {},
  });
  equal(log.instant, true);
  file.held = true;
  log.committed(() => {});
  equal(log.instant, false);
  clock.advance(20);
  await file.end();
  equal(log.instant, false);
  for (let i = 0; i < 20; i++) log.committedNow(() => {});
  equal(log.instant, true);
});

Deno.test("LogSync.after() waits for earlier commits only", async () => {
  const { file, happened, log, told } = fixture();
  log.after(told("none before"));
  deepEqual(happened, ["none before"]);
  log.committed(told("a"));
  log.after(told("after a"));
  log.committed(told("b"));
  log.after(told("after b"));
  await file.end();
  deepEqual(happened.slice(1), ["a", "after a"]);
  await file.end();
  deepEqual(happened.slice(3), ["b", "after b"]);
});

Deno.test("LogSync.drain() resolves when everybody was told", async () => {
  const { file, happened, log, told } = fixture(() => 1000);
  log.committed(told("a"));
  const drained = log.drain().then(() => happened.push("drained"));
  equal(file.busy, true);
  log.committed(told("b"));
  await file.end();
  await file.end();
  await drained;
  deepEqual(happened, ["a", "b", "drained"]);
  log.close();
});
