/**
 * `deno task bench`: how fast the server is, as ratios to references measured in the same run.
 *
 * Absolute numbers say more about the machine than about the program; each reference is what this
 * machine could do at best, measured in turn with ours. A missed target is reported, not hidden, and
 * is no failure of the benchmark: the exit code is 1 only when something could not be measured.
 * `deno task bench rest lite` measures only these parts.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { signUp } from "./accounts.ts";
import { Bench } from "./bench.ts";
import { makeFolder } from "./folder.ts";
import { hasPostgresql } from "../postgresql_server.ts";
import { Lite } from "./lite.ts";
import { measureBesideLite } from "./measure_beside_lite.ts";
import { measurePostgresql } from "./measure_postgresql.ts";
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

/** What is measured; `deno task bench NAME …` measures only what is named. */
const parts: Readonly<
  Record<string, (bench: Bench, command: StartCommand) => Promise<Row[]>>
> = {
  start: measureStart,
  executable: measureExecutable,
  auth: measureAuth,
  rest: measureRest,
  lite: measureLite,
  postgresql: measureBesidePostgresql,
};

async function measure(
  bench: Bench,
  names: readonly string[],
): Promise<Row[]> {
  const command = await startTask();
  const rows: Row[] = [];
  for (const name of names) {
    console.error(`measuring ${name} …`);
    rows.push(...await parts[name]!(bench, command));
  }
  return rows;
}

async function measureAuth(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  await using server = await bench.server({
    command,
    flags: ["--data-dir", `${bench.folder}/data`],
  });
  const users = await signUp(server.port, accounts);
  const [user] = users;
  if (user === undefined) throw new RangeError("Cannot measure without a user");
  return [
    await measureUser(bench, server, user),
    await measureRefresh(bench, server, users.slice(0, refreshing)),
    await measureSignIn(bench, { server, users }),
    ...await measureResponsiveness(bench, { server, users }),
    await measureMemory(server),
  ];
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

/** With servers of its own. */
async function measureBesidePostgresql(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  if (!await hasPostgresql()) {
    console.error(
      "PostgreSQL 15 is not on this machine, so that nothing is compared with it.",
    );
    return [];
  }
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

const names = Deno.args.length === 0 ? Object.keys(parts) : Deno.args;
const unknown = names.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  console.error(
    `Cannot measure "${unknown}": unknown, use some of ${
      Object.keys(parts).join(", ")
    }`,
  );
  Deno.exit(2);
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
  const rows = await measure(bench, names);
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
