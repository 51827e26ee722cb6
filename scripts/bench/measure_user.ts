/**
 * `GET /auth/v1/user` a second, against a bare `Deno.serve` that answers the same JSON.
 *
 * @module
 */

import type { SignedUp } from "./accounts.ts";
import type { Bench } from "./bench.ts";
import { runLoad } from "./measure_sign_in.ts";
import type { ServeJob } from "./reference_http.ts";
import { comparedRow, type Row } from "./report.ts";
import { alternate } from "./rounds.ts";
import type { Server } from "./server.ts";
import { hasWrk, runWrk } from "./wrk.ts";

const connections = 16;
const path = "/auth/v1/user";

/**
 * Measures the rate.
 *
 * @param bench Processes.
 * @param server A server.
 * @param user A user of it.
 * @returns The line of the table.
 */
export async function measureUser(
  bench: Bench,
  server: Server,
  user: SignedUp,
): Promise<Row> {
  await using bareHttp = bench.bareHttp();
  await using load = bench.load();
  const bare = await bareHttp.ask<ServeJob, number>({ value: user.user }, 5000);
  const withWrk = await hasWrk();
  const token = user.accessToken;

  const rate = async (port: number, seconds: number) => {
    if (withWrk) {
      return await runWrk({
        url: `http://127.0.0.1:${port}${path}`,
        seconds,
        connections,
        token,
      });
    }
    const result = await runLoad(load, {
      kind: "get",
      port,
      path,
      token,
      clients: connections,
      seconds,
    });
    return result.rate;
  };

  const compared = await alternate({
    ...bench.pace,
    reference: (seconds) => rate(bare, seconds),
    ours: (seconds) => rate(server.port, seconds),
  });
  const client = withWrk ? "wrk" : "own client: apt-get install wrk";
  return comparedRow(compared, {
    what: `GET /user, ${connections} clients (${client}) ÷ bare Deno.serve`,
    unit: "/s",
    target: { bound: "at least", value: 0.3 },
  });
}
