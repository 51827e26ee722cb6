import { deepEqual, equal, rejects } from "node:assert/strict";
import { HashQueue } from "../../../lib/auth/hash_queue.ts";
import { Problem } from "../../../lib/base/problem.ts";

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, wait: () => promise };
}

Deno.test("run() runs no more than its permits at once, first in first out", async () => {
  const queue = new HashQueue({ permits: 2, capacity: 10 });
  const gates = [gate(), gate(), gate(), gate()];
  const started: number[] = [];
  const jobs = gates.map((g, i) =>
    queue.run(() => {
      started.push(i);
      return g.wait();
    })
  );
  deepEqual(started, [0, 1]);
  gates[1]!.open();
  await jobs[1];
  deepEqual(started, [0, 1, 2]);
  for (const g of gates) g.open();
  await Promise.all(jobs);
  deepEqual(started, [0, 1, 2, 3]);
  deepEqual(queue.stats, { running: 0, waiting: 0, finished: 4, refused: 0 });
});

Deno.test("run() refuses with server_busy when too many wait", async () => {
  const queue = new HashQueue({ permits: 1, capacity: 1 });
  const g = gate();
  const jobs = [queue.run(g.wait), queue.run(g.wait)];
  await rejects(
    queue.run(g.wait),
    (e) =>
      e instanceof Problem && e.code === "server_busy" && e.retryAfter === 2,
  );
  equal(queue.stats.refused, 1);
  g.open();
  await Promise.all(jobs);
});

Deno.test("run() keeps the permit until the job has ended, also when it fails", async () => {
  const queue = new HashQueue({ permits: 1, capacity: 5 });
  await rejects(queue.run(() => Promise.reject(new Error("boom"))), /boom/);
  equal(queue.stats.running, 0);
  equal(await queue.run(() => Promise.resolve("next")), "next");
});

Deno.test("run() asks for admission when the turn has come, not before", async () => {
  const queue = new HashQueue({ permits: 1, capacity: 5 });
  const g = gate();
  const events: string[] = [];
  const first = queue.run(() =>
    g.wait().then(() => void events.push("first ended"))
  );
  const second = queue.run(
    () => Promise.resolve(events.push("second ran")),
    () => events.push("second admitted"),
  );
  g.open();
  await Promise.all([first, second]);
  deepEqual(events, ["first ended", "second admitted", "second ran"]);
});

Deno.test("run() does not run a job that is not admitted and frees its permit", async () => {
  const queue = new HashQueue({ permits: 1, capacity: 5 });
  let ran = false;
  await rejects(
    queue.run(() => Promise.resolve(ran = true), () => {
      throw new Error("refused");
    }),
    /refused/,
  );
  equal(ran, false);
  equal(queue.stats.running, 0);
});
