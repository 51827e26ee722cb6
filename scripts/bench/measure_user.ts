/**
 * `GET /auth/v1/user` a second, against a bare `Deno.serve` that answers the same JSON.
 *
 * @module
 */

import type { SignedUp } from "./accounts.ts";
import type { Bench } from "./bench.ts";
import type { ServeJob } from "./reference_http.ts";
import { Repeater } from "./repeat_rate.ts";
import { comparedRow, type Row } from "./report.ts";
import { alternate } from "./rounds.ts";
import type { Server } from "./server.ts";

const connections = 16;

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
  await using repeater = await Repeater.start(bench, connections);
  const bare = await bareHttp.ask<ServeJob, number>({ value: user.user }, 5000);
  const request = {
    method: "GET",
    path: "/auth/v1/user",
    token: user.accessToken,
  } as const;
  const compared = await alternate({
    ...bench.pace,
    reference: (seconds) => repeater.rate(request, { port: bare, seconds }),
    ours: (seconds) => repeater.rate(request, { port: server.port, seconds }),
  });
  return comparedRow(compared, {
    what:
      `GET /user, ${connections} clients (${repeater.client}) ÷ bare Deno.serve`,
    unit: "/s",
    target: { bound: "at least", value: 0.3 },
  });
}
