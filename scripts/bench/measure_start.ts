/**
 * How long a start takes, how much memory an idle server holds, how large the executable is.
 *
 * @module
 */

import { signUp } from "./accounts.ts";
import type { Bench } from "./bench.ts";
import { root } from "./paths.ts";
import { figureRow, type Row } from "./report.ts";
import type { Server, ServerOptions, StartCommand } from "./server.ts";
import { spreadOf } from "./statistics.ts";

const starts = 7;
const target = { bound: "at most", value: 300 } as const;

/**
 * Measures starts in memory.
 *
 * @param bench Processes.
 * @param command How the server is started.
 * @returns The lines of the table.
 */
export async function measureStart(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  const ready: number[] = [];
  const resident: number[] = [];
  const options = { command, flags: ["--memory"] };
  await startOnce(bench, options); // fills the caches of compiled code
  for (let i = 0; i < starts; i++) {
    const { readyMs, residentMib } = await startOnce(bench, options);
    ready.push(readyMs);
    resident.push(residentMib);
  }
  return [
    figureRow(spreadOf(ready), {
      what: `ready after start, in memory, ${starts} starts`,
      unit: "ms",
      target,
    }),
    figureRow(spreadOf(resident), {
      what: "resident memory, idle after a few requests",
      unit: "MiB",
      target: { bound: "at most", value: 110 },
    }),
  ];
}

/**
 * Measures memory after everything else.
 *
 * @param server A server that has worked.
 * @returns The line of the table.
 */
export async function measureMemory(server: Server): Promise<Row> {
  return figureRow(spreadOf([await server.residentMib()]), {
    what: "resident memory after all of these loads",
    unit: "MiB",
  });
}

/**
 * Measures the executable, if it was built.
 *
 * @param bench Processes.
 * @returns The lines of the table.
 */
export async function measureExecutable(bench: Bench): Promise<Row[]> {
  const program = `${root}dist/heliosdb-nano`;
  const info = await Deno.stat(program).catch(() => undefined);
  if (info === undefined) return [];

  const options = {
    command: { program, args: ["start"] },
    flags: ["--memory"],
    env: { XDG_CACHE_HOME: `${bench.folder}/cache` },
  };
  const first = await startOnce(bench, options);
  const ready: number[] = [];
  for (let i = 0; i < starts; i++) {
    ready.push((await startOnce(bench, options)).readyMs);
  }
  return [
    figureRow(spreadOf([info.size / 2 ** 20]), {
      what: "size of the executable",
      unit: "MiB",
    }),
    figureRow(spreadOf([first.readyMs]), {
      what: "ready after the executable's first start",
      unit: "ms",
    }),
    figureRow(spreadOf(ready), {
      what: `ready after its later starts, ${starts} starts`,
      unit: "ms",
      target,
    }),
  ];
}

async function startOnce(
  bench: Bench,
  options: ServerOptions,
): Promise<{ readyMs: number; residentMib: number }> {
  await using server = await bench.server(options);
  await signUp(server.port, 3);
  return { readyMs: server.readyMs, residentMib: await server.residentMib() };
}
