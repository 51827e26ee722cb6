import { deepEqual, equal } from "node:assert/strict";
import type { Log } from "../../../../lib/base/log.ts";
import { EngineError } from "../../../../lib/engine/engine.ts";
import { WriteHealth } from "../../../../lib/engine/sqlite/write_health.ts";

const full = new EngineError("53100", "Cannot run statement: the disk is full");

/** A log that remembers the events it was given. */
function rememberingLog(): { log: Log; events: string[] } {
  const events: string[] = [];
  const note = (event: string) => void events.push(event);
  return { log: { debug: note, info: note, warn: note, error: note }, events };
}

Deno.test("WriteHealth.writable is false from a refusal of the disk to the next success", () => {
  const { log, events } = rememberingLog();
  const health = new WriteHealth({
    attempt: () => Promise.resolve(),
    log,
    retryMs: 60_000,
  });
  equal(health.writable, true);
  health.failed(new EngineError("23505", "Cannot write row"));
  equal(health.writable, true, "the disk has nothing to do with it");
  health.failed(full);
  health.failed(full);
  equal(health.writable, false);
  health.failed(new EngineError("23505", "Cannot write row"));
  equal(health.writable, false);
  health.succeeded();
  health.succeeded();
  equal(health.writable, true);
  deepEqual(events, ["writes_fail", "writes_succeed_again"]);
  health.close();
});

Deno.test("WriteHealth tries again until the disk takes something", async () => {
  const { log } = rememberingLog();
  const done = Promise.withResolvers<void>();
  let attempts = 0;
  const health = new WriteHealth({
    log,
    retryMs: 1,
    attempt() {
      if (++attempts < 3) {
        health.failed(full);
        return Promise.reject(full);
      }
      health.succeeded();
      done.resolve();
      return Promise.resolve();
    },
  });
  health.failed(full);
  // The attempts do not keep a program alive.
  const alive = setInterval(() => {}, 1000);
  await done.promise;
  clearInterval(alive);
  equal(health.writable, true);
  equal(attempts, 3);
});

Deno.test("WriteHealth.close() ends the attempts", () => {
  const { log } = rememberingLog();
  const health = new WriteHealth({
    attempt: () => Promise.reject(new Error("unused")),
    log,
    retryMs: 1,
  });
  health.failed(full);
  health.close();
  health.failed(full);
  equal(health.writable, false);
});
