/**
 * One client that asks at fixed moments, so that a slow answer does not hide the ones that would
 * have been slow after it ("coordinated omission").
 *
 * @module
 */

import { requireOk } from "./closed_loop.ts";
import { HttpClient } from "./http_client.ts";

/** What is asked, and when. */
export interface Probe {
  readonly port: number;
  readonly request: Uint8Array;
  readonly perSecond: number;
  readonly seconds: number;
}

/**
 * Asks on one connection. A request whose moment comes while the one before is unanswered counts
 * from that moment. One whose moment finds the connection free counts from when it is sent: what a
 * timer of ours is late is not the server's doing.
 *
 * @param probe What is asked, and when.
 * @returns Milliseconds each answer took.
 */
export async function runProbe(
  { port, request, perSecond, seconds }: Probe,
): Promise<Float64Array> {
  using connection = await HttpClient.connect(port);
  const latencies = new Float64Array(Math.floor(perSecond * seconds));
  const start = performance.now();
  let freeAt = start;
  for (let i = 0; i < latencies.length; i++) {
    const due = start + i * 1000 / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const from = freeAt > due ? due : performance.now();
    requireOk(await connection.exchange(request));
    freeAt = performance.now();
    latencies[i] = freeAt - from;
  }
  return latencies;
}
