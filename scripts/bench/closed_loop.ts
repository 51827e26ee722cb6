/**
 * Clients that send the next request as soon as they have the answer to the last.
 *
 * @module
 */

import { type Answer, HttpClient } from "./http_client.ts";

/** What the clients do. */
export interface ClosedLoop {
  readonly port: number;
  readonly clients: number;
  readonly seconds: number;
  /**
   * @param client Number of the client, from 0.
   * @returns Its next request.
   */
  next(client: number): Uint8Array;
  /**
   * @param answer What came, with status 200 or 201.
   * @param client Number of the client.
   */
  check?(answer: Answer, client: number): void;
}

/** What came of it. */
export interface LoopResult {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds each answer took. */
  readonly latencies: Float64Array;
}

/** Latencies kept; far more than a few seconds bring. */
const capacity = 1_000_000;

/**
 * Runs the clients for a while.
 *
 * @param loop What they do.
 * @returns Rate and latencies.
 * @throws {Error} When an answer is not what it must be: a rate of refusals says nothing.
 */
export async function closedLoop(loop: ClosedLoop): Promise<LoopResult> {
  const latencies = new Float64Array(capacity);
  let count = 0;
  using clients = new DisposableStack();
  const connections: HttpClient[] = [];
  for (let i = 0; i < loop.clients; i++) {
    connections.push(clients.use(await HttpClient.connect(loop.port)));
  }

  const start = performance.now();
  const end = start + loop.seconds * 1000;
  await Promise.all(connections.map(async (connection, client) => {
    for (;;) {
      const request = loop.next(client);
      const sentAt = performance.now();
      const answer = await connection.exchange(request);
      const now = performance.now();
      requireOk(answer);
      loop.check?.(answer, client);
      if (now > end) return;
      if (count < capacity) latencies[count++] = now - sentAt;
    }
  }));
  return { rate: count / loop.seconds, latencies: latencies.slice(0, count) };
}

/**
 * @param answer What came.
 * @throws {Error} When its status is neither 200 nor 201.
 */
export function requireOk({ status, body }: Answer): void {
  if (status === 200 || status === 201) return;
  const code = /"(?:error|code)":"(\w+)"/.exec(body.toString("latin1"))?.[1] ??
    "no code";
  throw new Error(`Cannot measure: an answer was ${status} (${code})`);
}
