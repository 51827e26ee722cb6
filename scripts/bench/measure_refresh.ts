/**
 * Refreshes a second in a data directory, against a bare loop of durable one-row transactions on the
 * same disk.
 *
 * @module
 */

import type { SignedUp } from "./accounts.ts";
import type { Bench } from "./bench.ts";
import { runLoad } from "./measure_sign_in.ts";
import type { DurableLoopJob } from "./reference_sqlite.ts";
import { comparedRow, type Row } from "./report.ts";
import { alternate } from "./rounds.ts";
import type { Server } from "./server.ts";

const graceMs = 20_000;

/**
 * Measures the rate; each user's session is refreshed by one client.
 *
 * @param bench Processes.
 * @param server A server whose data directory is in the folder of `bench`.
 * @param users Users whose refresh tokens are unused.
 * @returns The line of the table.
 */
export async function measureRefresh(
  bench: Bench,
  server: Server,
  users: readonly SignedUp[],
): Promise<Row> {
  await using load = bench.load();
  await using bareSqlite = bench.bareSqlite();
  const file = `${bench.folder}/bare.db`;
  await Deno.create(file).then((created) => created.close());

  let tokens = users.map(({ refreshToken }) => refreshToken);
  const compared = await alternate({
    ...bench.pace,
    reference: (seconds) =>
      bareSqlite.ask<DurableLoopJob, number>(
        { seconds, file },
        seconds * 1000 + graceMs,
      ),
    ours: async (seconds) => {
      const result = await runLoad(load, {
        kind: "refresh",
        port: server.port,
        seconds,
        tokens,
      });
      tokens = [...result.tokens];
      return result.rate;
    },
  });
  return comparedRow(compared, {
    what:
      `refresh, ${users.length} clients ÷ bare durable one-row transactions`,
    unit: "/s",
    target: { bound: "at least", value: 1 },
  });
}
