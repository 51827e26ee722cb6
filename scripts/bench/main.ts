/**
 * `deno task bench`: how fast the server is, as ratios to references measured in the same run.
 *
 * Absolute numbers say more about the machine than about the program; each reference is what this
 * machine could do at best, measured in turn with ours. A missed target is reported, not hidden, and
 * is no failure of the benchmark: the exit code is 1 only when something could not be measured.
 *
 * Words after it choose what to measure: `deno task bench postgresql refresh`.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { signUp } from "./accounts.ts";
import { Bench } from "./bench.ts";
import { makeFolder } from "./folder.ts";
import { hasMariadb } from "../mariadb_server.ts";
import { hasPostgresql } from "../postgresql_server.ts";
import { Lite } from "./lite.ts";
import { measureBesideLite } from "./measure_beside_lite.ts";
import { measureMysql } from "./measure_mysql.ts";
import { measurePostgresql } from "./measure_postgresql.ts";
import { measureRealtime } from "./measure_realtime.ts";
import { measureRefresh } from "./measure_refresh.ts";
import { measureRest } from "./measure_rest.ts";
import { measureResponsiveness, measureSignIn } from "./measure_sign_in.ts";
import {
  measureExecutable,
  measureMemory,
  measureStart,
} from "./measure_start.ts";
import { measureUser } from "./measure_user.ts";
import { type Row, table } from "./report.ts";
import { type StartCommand, startTask } from "./server.ts";

const pace = { seconds: 3, rounds: 4 };
const accounts = 64;
/** Scale of pgbench. */
const scale = 10;
const refreshing = 32;

/** Subjects for which one server serves. */
const authSubjects = [
  "user",
  "refresh",
  "sign-in",
  "responsiveness",
  "memory",
] as const;

const subjects = [
  "start",
  "executable",
  "realtime",
  ...authSubjects,
  "rest",
  "lite",
  "postgresql",
  "mysql",
] as const;

type Subject = typeof subjects[number];

/** @returns What to measure; a name for each that stands after the command, everything without. */
function chosen(names: readonly string[]): ReadonlySet<Subject> {
  const unknown = names.find((name) => !subjects.includes(name as Subject));
  if (unknown !== undefined) {
    throw new Error(
      `Cannot measure "${unknown}": choose among ${subjects.join(", ")}`,
    );
  }
  return new Set(names.length === 0 ? subjects : names as Subject[]);
}

async function measure(
  bench: Bench,
  wanted: ReadonlySet<Subject>,
): Promise<Row[]> {
  const command = await startTask();
  const rows: Row[] = [];
  const step = async (
    subject: Subject,
    measured: () => Promise<Row | Row[]>,
  ) => {
    if (!wanted.has(subject)) return;
    console.error(`measuring ${subject} …`);
    rows.push(...[await measured()].flat());
  };

  await step("start", () => measureStart(bench, command));
  await step("executable", () => measureExecutable(bench));
  await step("realtime", () => measureRealtime(bench, command));
  if (authSubjects.some((subject) => wanted.has(subject))) {
    await measureAuth(bench, command, step);
  }
  await step("rest", () => measureRest(bench, command));
  await step("lite", () => measureLite(bench, command));
  if (await hasPostgresql()) {
    await step("postgresql", () => measureBesidePostgresql(bench, command));
  } else {
    console.error(
      "PostgreSQL 15 is not on this machine, so that nothing is compared with it.",
    );
  }
  if (hasMariadb()) {
    await step("mysql", () => measureMysql(bench, command));
  } else {
    console.error(
      "MariaDB is not on this machine, so that nothing is compared with it.",
    );
  }
  return rows;
}

async function measureLite(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  const rows = await measureBesideLite(bench, command);
  if (rows.length === 0) {
    console.error(
      `${Lite.title} cannot be installed, so that nothing is compared with it.`,
    );
  }
  return rows;
}

/** On one server that does it all. */
async function measureAuth(
  bench: Bench,
  command: StartCommand,
  step: (
    subject: Subject,
    measured: () => Promise<Row | Row[]>,
  ) => Promise<void>,
): Promise<void> {
  const server = await bench.server({
    command,
    flags: ["--data-dir", `${bench.folder}/data`],
  });
  const users = await signUp(server.port, accounts);
  const [user] = users;
  if (user === undefined) throw new RangeError("Cannot measure without a user");
  await step("user", () => measureUser(bench, server, user));
  await step(
    "refresh",
    () => measureRefresh(bench, server, users.slice(0, refreshing)),
  );
  await step("sign-in", () => measureSignIn(bench, { server, users }));
  await step(
    "responsiveness",
    () => measureResponsiveness(bench, { server, users }),
  );
  await step("memory", () => measureMemory(server));
}

/** With servers of its own. */
async function measureBesidePostgresql(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  const server = await bench.server({
    command,
    flags: ["--data-dir", `${bench.folder}/pgbench`, "--auth", "trust"],
  });
  const idle = await bench.server({
    command,
    flags: ["--memory", "--auth", "trust"],
  });
  return await measurePostgresql(bench, { server, idle, scale });
}

const bench = new Bench(await makeFolder(), pace);
const stop = async () => {
  await bench[Symbol.asyncDispose]();
  Deno.exit(130);
};
Deno.addSignalListener("SIGINT", stop);
Deno.addSignalListener("SIGTERM", stop);

const startedAt = performance.now();
try {
  const rows = await measure(bench, chosen(Deno.args));
  console.log(table(rows));
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `\n${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ` +
      `${pace.rounds} rounds of ${pace.seconds} + ${pace.seconds} s in turn, ` +
      `${seconds.toFixed(0)} s in all`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exitCode = 1;
} finally {
  await bench[Symbol.asyncDispose]();
  Deno.removeSignalListener("SIGINT", stop);
  Deno.removeSignalListener("SIGTERM", stop);
}
