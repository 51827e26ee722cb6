/**
 * The machine's limit of Argon2: as many checks at once as there are cores, and nothing else.
 *
 * @module
 */

import { hash, verify } from "@node-rs/argon2";
import { serveJobs } from "./jobs.ts";

/** How long, and how many checks at once. */
export interface Argon2Job {
  readonly seconds: number;
  readonly permits: number;
}

/** Argon2id with the server's default cost; 2 is Argon2id in the package's const enum. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const password = crypto.randomUUID();
const stored = await hash(password, cost);

async function run({ seconds, permits }: Argon2Job): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  await Promise.all(Array.from({ length: permits }, async () => {
    for (;;) {
      if (!await verify(stored, password)) {
        throw new Error("Cannot measure: a check failed");
      }
      if (performance.now() > end) return;
      count += 1;
    }
  }));
  return count / seconds;
}

await serveJobs(run);
