/**
 * Sign-ins a second, against the machine's limit of Argon2; and how `GET /auth/v1/user` fares while
 * sign-ins take every core.
 *
 * @module
 */

import type { SignedUp } from "./accounts.ts";
import type { Bench } from "./bench.ts";
import type { LoadJob, LoadResult, ProbeJob, SignInJob } from "./load_job.ts";
import type { Argon2Job } from "./reference_argon2.ts";
import type { ServeJob } from "./reference_http.ts";
import { comparedRow, type Row } from "./report.ts";
import { alternate } from "./rounds.ts";
import type { Server } from "./server.ts";
import type { SideProcess } from "./side_process.ts";
import { percentile } from "./statistics.ts";

/** A server, and users who can sign in there. */
export interface SignInSubject {
  readonly server: Server;
  readonly users: readonly SignedUp[];
}

const clients = 32;
const probesPerSecond = 100;
const graceMs = 20_000;
const permits = navigator.hardwareConcurrency;

/**
 * Measures the rate of sign-ins.
 *
 * @param bench Processes.
 * @param subject Server and users.
 * @returns The line of the table.
 */
export async function measureSignIn(
  bench: Bench,
  subject: SignInSubject,
): Promise<Row> {
  await using load = bench.load();
  await using argon2 = bench.argon2();
  const compared = await alternate({
    ...bench.pace,
    reference: (seconds) => hashes(argon2, seconds),
    ours: async (seconds) =>
      (await runLoad(load, signIns(subject, seconds))).rate,
  });
  return comparedRow(compared, {
    what: `sign-in, ${clients} clients ÷ Argon2 alone, ${permits} at once`,
    unit: "/s",
    target: { bound: "at least", value: 0.85 },
  });
}

/**
 * Measures how long `GET /auth/v1/user` takes while sign-ins take every core, and, to tell the
 * machine's part of that from ours, the same for a bare server beside bare Argon2.
 *
 * @param bench Processes.
 * @param subject Server and users.
 * @returns The lines of the table.
 */
export async function measureResponsiveness(
  bench: Bench,
  subject: SignInSubject,
): Promise<Row[]> {
  await using load = bench.load();
  await using prober = bench.load();
  await using argon2 = bench.argon2();
  await using bareHttp = bench.bareHttp();
  const { server, users } = subject;
  const [user] = users;
  if (user === undefined) throw new RangeError("Cannot measure without a user");
  const bare = await bareHttp.ask<ServeJob, number>(
    { value: user.user },
    graceMs,
  );

  const p99 = async (port: number, seconds: number) => {
    const { latencies } = await runLoad<ProbeJob>(prober, {
      kind: "probe",
      port,
      path: "/auth/v1/user",
      token: user.accessToken,
      perSecond: probesPerSecond,
      seconds,
    });
    return percentile(latencies, 0.99);
  };
  /** Begins a little before and ends a little after what it disturbs. */
  const beside = async (
    noise: Promise<unknown>,
    port: number,
    seconds: number,
  ) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const result = await p99(port, seconds);
    await noise;
    return result;
  };

  const ours = await alternate({
    ...bench.pace,
    reference: (seconds) => p99(server.port, seconds),
    ours: (seconds) =>
      beside(
        runLoad(load, signIns(subject, seconds + 0.6)),
        server.port,
        seconds,
      ),
  });
  const machine = await alternate({
    ...bench.pace,
    rounds: Math.ceil(bench.pace.rounds / 2),
    reference: (seconds) => p99(bare, seconds),
    ours: (seconds) => beside(hashes(argon2, seconds + 0.6), bare, seconds),
  });
  return [
    comparedRow(ours, {
      what: "p99 of GET /user while sign-ins saturate ÷ unloaded",
      unit: "ms",
      digits: 2,
      target: { bound: "at most", value: 5, acceptable: 10 },
    }),
    comparedRow(machine, {
      what: "the same of a bare Deno.serve beside bare Argon2",
      unit: "ms",
      digits: 2,
    }),
  ];
}

function signIns({ server, users }: SignInSubject, seconds: number): SignInJob {
  return {
    kind: "sign-in",
    port: server.port,
    seconds,
    clients,
    accounts: users.map(({ account }) => account),
  };
}

function hashes(argon2: SideProcess, seconds: number): Promise<number> {
  return argon2.ask<Argon2Job, number>(
    { seconds, permits },
    seconds * 1000 + graceMs,
  );
}

/**
 * @param load The load process.
 * @param job What it shall do.
 * @returns What came of it.
 */
export function runLoad<Job extends LoadJob>(
  load: SideProcess,
  job: Job,
): Promise<LoadResult> {
  return load.ask<Job, LoadResult>(job, job.seconds * 1000 + graceMs);
}
