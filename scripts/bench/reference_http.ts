/**
 * A bare `Deno.serve` that answers one JSON value.
 *
 * @module
 */

import { serveJobs } from "./jobs.ts";

/** What it answers. */
export interface ServeJob {
  readonly value: unknown;
}

function serve({ value }: ServeJob): Promise<number> {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.json(value),
  );
  server.unref();
  return Promise.resolve(server.addr.port);
}

await serveJobs(serve);
