/**
 * `/rest/v1` in a data directory: reads, embeds, inserts, a policy on many rows, memory.
 *
 * @module
 */

import { type SignedUp, signUp } from "./accounts.ts";
import type { Bench } from "./bench.ts";
import type { RepeatedRequest, RepeatJob } from "./load_job.ts";
import { measureEmbeds, measureRowByKey } from "./measure_rest_reads.ts";
import { runLoad } from "./measure_sign_in.ts";
import type { DurableLoopJob } from "./reference_sqlite.ts";
import { Repeater } from "./repeat_rate.ts";
import { comparedRow, figureRow, type Row } from "./report.ts";
import {
  entryCount,
  makeNotesTable,
  makeRestTables,
  pageRows,
} from "./rest_tables.ts";
import { alternate } from "./rounds.ts";
import type { Server, StartCommand } from "./server.ts";
import { serviceKey } from "./service_key.ts";
import { percentile, spreadOf } from "./statistics.ts";

/** A server with the tables of `rest_tables.ts`. */
export interface RestSubject {
  readonly server: Server;
  /** To whom rows belong. */
  readonly user: SignedUp;
}

const writers = 32;
const graceMs = 20_000;
/** Requests of each kind before memory is looked at. */
const fewRequests = 10;

/**
 * @param bench Processes.
 * @param command How the server is started.
 * @returns The lines of the table.
 */
export async function measureRest(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  const flags = ["--auth", "trust"];
  const idle = await measureIdle(
    await bench.server({ command, flags: ["--memory", ...flags] }),
  );
  await using server = await bench.server({
    command,
    flags: ["--data-dir", `${bench.folder}/rest`, ...flags],
  });
  const [user] = await signUp(server.port, 1);
  if (user === undefined) throw new RangeError("Cannot measure without a user");
  await makeRestTables(server, idOf(user));
  const subject = { server, user };
  return [
    await measureRowByKey(bench, subject),
    ...await measureEmbeds(bench, subject),
    await measureInserts(bench, subject),
    await measurePolicy(bench, subject),
    idle,
    figureRow(spreadOf([await server.residentMib()]), {
      what: "REST: resident memory after these loads",
      unit: "MiB",
    }),
  ];
}

/**
 * @param user Somebody who signed up.
 * @returns The id.
 */
export function idOf({ user }: SignedUp): string {
  return (user as { id: string }).id;
}

/**
 * @param owner Whose row it is.
 * @param token Who writes it.
 * @returns A request that inserts a row.
 */
export function insertOf(owner: string, token: string): RepeatedRequest {
  return {
    method: "POST",
    path: "/rest/v1/notes",
    token,
    headers: { Prefer: "return=minimal" },
    body: { owner, content: "one row" },
  };
}

async function measureInserts(
  bench: Bench,
  { server, user }: RestSubject,
): Promise<Row> {
  await using bareSqlite = bench.bareSqlite();
  await using repeater = await Repeater.start(bench, writers);
  const file = `${bench.folder}/bare-inserts.db`;
  await Deno.create(file).then((created) => created.close());
  const request = insertOf(idOf(user), user.accessToken);
  const compared = await alternate({
    ...bench.pace,
    reference: (seconds) =>
      bareSqlite.ask<DurableLoopJob, number>(
        { seconds, file },
        seconds * 1000 + graceMs,
      ),
    ours: (seconds) => repeater.rate(request, { port: server.port, seconds }),
  });
  return comparedRow(compared, {
    what:
      `REST: inserts, ${writers} clients ÷ bare durable one-row transactions`,
    unit: "/s",
    target: { bound: "at least", value: 1 },
  });
}

/** One client, so that what is timed is the request and no queue. */
async function measurePolicy(
  bench: Bench,
  { server, user }: RestSubject,
): Promise<Row> {
  await using load = bench.load();
  const page =
    `/rest/v1/entries?select=id,content&order=id&limit=${pageRows}&id=gt.{n}000`;
  const median = async (request: RepeatedRequest, seconds: number) => {
    const { latencies } = await runLoad<RepeatJob>(load, {
      kind: "repeat",
      port: server.port,
      seconds,
      clients: 1,
      request: { ...request, turns: 900 },
    });
    return percentile(latencies, 0.5);
  };
  const key = await serviceKey(server.secret);
  const compared = await alternate({
    ...bench.pace,
    reference: (seconds) =>
      median({
        method: "GET",
        path: `${page}&owner=eq.${idOf(user)}`,
        token: key,
      }, seconds),
    ours: (seconds) =>
      median(
        { method: "GET", path: page, token: user.accessToken },
        seconds,
      ),
  });
  return comparedRow(compared, {
    what:
      `REST: p50 of a page of ${entryCount} rows under an owner's policy ÷ with that filter and no policy`,
    unit: "ms",
    digits: 3,
    target: { bound: "at most", value: 1.5 },
  });
}

async function requireSuccess(answer: Response): Promise<void> {
  await answer.body?.cancel();
  if (!answer.ok) {
    throw new Error(`Cannot measure: an answer was ${answer.status}`);
  }
}

async function measureIdle(server: Server): Promise<Row> {
  const [user] = await signUp(server.port, 1);
  if (user === undefined) throw new RangeError("Cannot measure without a user");
  await makeNotesTable(server);
  const { path, headers, body } = insertOf(idOf(user), user.accessToken);
  const url = `http://127.0.0.1:${server.port}${path}`;
  const authorization = `Bearer ${user.accessToken}`;
  for (let i = 1; i <= fewRequests; i++) {
    await requireSuccess(
      await fetch(url, {
        method: "POST",
        headers: {
          authorization,
          "content-type": "application/json",
          ...headers,
        },
        body: JSON.stringify(body),
      }),
    );
    await requireSuccess(
      await fetch(`${url}?id=eq.${i}`, { headers: { authorization } }),
    );
  }
  const mib = await server.residentMib();
  await server[Symbol.asyncDispose]();
  return figureRow(spreadOf([mib]), {
    what:
      `REST: resident memory, idle after ${fewRequests} inserts and ${fewRequests} reads`,
    unit: "MiB",
  });
}
