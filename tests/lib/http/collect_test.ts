import { deepEqual, equal, rejects } from "node:assert/strict";
import { BodyBudget } from "../../../lib/http/body_budget.ts";
import type { IncomingBody } from "../../../lib/http/call.ts";
import { collect } from "../../../lib/http/collect.ts";

/** A body of the given pieces, each in the place of the one before. */
function bodyOf(pieces: readonly number[], budget?: BodyBudget): IncomingBody {
  const room = new Uint8Array(Math.max(0, ...pieces));
  return {
    ...(budget === undefined ? {} : { budget }),
    async *[Symbol.asyncIterator]() {
      for (const [i, length] of pieces.entries()) {
        await Promise.resolve();
        yield room.fill(i, 0, length).subarray(0, length);
      }
    },
  };
}

const announced = 0;

Deno.test("collect() keeps pieces whose memory is used again", async () => {
  const bytes = await collect(bodyOf([2, 20_000, 1]), {
    announced,
    limit: 1e6,
  });

  equal(bytes?.length, 20_003);
  deepEqual([0, 1, 2, 20_001, 20_002].map((at) => bytes?.[at]), [
    ...[0, 0, 1, 1, 2],
  ]);
});

Deno.test("collect() gives up beyond the limit", async () => {
  const pieces = [60, 40];

  equal(
    (await collect(bodyOf(pieces), { announced, limit: 100 }))?.length,
    100,
  );
  equal(await collect(bodyOf(pieces), { announced, limit: 99 }), undefined);
});

Deno.test("collect() sets nothing aside for what is only announced", async () => {
  const budget = new BodyBudget(16_384);

  const bytes = await collect(bodyOf([5], budget), {
    announced: 1e6,
    limit: 1e6,
  });

  equal(bytes?.length, 5);
});

Deno.test("collect() refuses when all bodies together take too much", async () => {
  const budget = new BodyBudget(16_384);
  const first = bodyOf([1, 1], budget)[Symbol.asyncIterator]();
  const held: IncomingBody = { budget, [Symbol.asyncIterator]: () => first };

  const reading = collect(held, { announced, limit: 1e6 });
  const second = collect(bodyOf([1, 20_000], budget), {
    announced,
    limit: 1e6,
  });

  await rejects(second, { code: "server_busy", retryAfter: 1 });
  equal((await reading)?.length, 2);
});

Deno.test("collect() gives its share back however it ends", async () => {
  const budget = new BodyBudget(20_000);
  const broken: IncomingBody = {
    budget,
    async *[Symbol.asyncIterator]() {
      yield await Promise.resolve(new Uint8Array(10));
      throw new Error("broken");
    },
  };

  await rejects(collect(broken, { announced, limit: 1e6 }));
  await collect(bodyOf([10, 20_000], budget), { announced, limit: 50 });
  await collect(bodyOf([10], budget), { announced, limit: 1e6 });

  equal(budget.take(20_000), true);
});
