/**
 * The load process: plays clients against a server on the loopback address.
 *
 * @module
 */

import { closedLoop, type LoopResult } from "./closed_loop.ts";
import { requestBytes } from "./http_client.ts";
import { serveJobs } from "./jobs.ts";
import type {
  LoadJob,
  LoadResult,
  ProbeJob,
  RefreshJob,
  RepeatJob,
  SignInJob,
} from "./load_job.ts";
import { runProbe } from "./probe.ts";
import { TokenChain } from "./token_chain.ts";

function runLoad(job: LoadJob): Promise<LoadResult> {
  switch (job.kind) {
    case "sign-in":
      return signIn(job);
    case "refresh":
      return refresh(job);
    case "repeat":
      return repeat(job);
    case "probe":
      return probe(job);
  }
}

async function signIn(job: SignInJob): Promise<LoadResult> {
  const { accounts, clients } = job;
  const requests = accounts.map((body) =>
    requestBytes({ method: "POST", path: "/auth/v1/token", body })
  );
  const turns = new Uint32Array(clients);
  const own = Math.floor(accounts.length / clients);
  return toResult(
    await closedLoop({
      ...job,
      next(client) {
        const turn = turns[client] = (turns[client] ?? 0) + 1;
        return requests[client * own + turn % own] as Uint8Array;
      },
    }),
  );
}

async function refresh(job: RefreshJob): Promise<LoadResult> {
  const chains = job.tokens.map((token) => new TokenChain(token));
  const result = await closedLoop({
    ...job,
    clients: chains.length,
    next: (client) => (chains[client] as TokenChain).request,
    check: ({ body }, client) => chains[client]?.follow(body),
  });
  return toResult(result, chains.map(({ token }) => token));
}

async function repeat(job: RepeatJob): Promise<LoadResult> {
  const { path, turns = 1, ...parts } = job.request;
  const requests = Array.from(
    { length: turns },
    (_, i) =>
      requestBytes({ ...parts, path: path.replaceAll("{n}", String(i + 1)) }),
  );
  let turn = 0;
  return toResult(
    await closedLoop({
      ...job,
      next: () => requests[turn++ % turns] as Uint8Array,
    }),
  );
}

async function probe(job: ProbeJob): Promise<LoadResult> {
  const request = requestBytes({ method: "GET", ...job });
  const latencies = await runProbe({ ...job, request });
  return toResult({ rate: job.perSecond, latencies });
}

function toResult(
  { rate, latencies }: LoopResult,
  tokens: readonly string[] = [],
): LoadResult {
  return { rate, latencies: [...latencies], tokens };
}

await serveJobs<LoadJob>(runLoad);
