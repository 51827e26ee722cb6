/**
 * Starts the real program as a process of its own, on a free port.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { startFlags } from "../../scripts/compile/start_flags.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** How to start it. */
export interface ProgramOptions {
  /**
   * Flags after `start`.
   *
   * @default {["--memory"]}
   */
  args?: string[];
  /** Environment beside the one of the tests. */
  env?: Record<string, string>;
  /**
   * HTTP port.
   *
   * @default {"auto"}
   */
  port?: number | "auto";
}

/** The program, running. */
export interface Program extends AsyncDisposable {
  /** For example `http://127.0.0.1:40123`. */
  readonly base: string;
  readonly port: number;
  /** Port of the PostgreSQL listener. */
  readonly pgPort: number;
  /** Port of the MySQL listener. */
  readonly mysqlPort: number;
  readonly pid: number;
  /** Its end. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** Everything that it has written so far, both streams. */
  output(): string;
  /** Sends a signal; nothing happens when it has ended. */
  kill(signal: Deno.Signal): void;
}

/** A run that came to an end by itself. */
export interface ProgramRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function command(
  args: string[],
  env: Record<string, string>,
): Promise<Deno.Command> {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...await startFlags(root), "main.ts", ...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/**
 * Runs the program to its end.
 *
 * @param args Command line.
 * @param env Environment beside the one of the tests.
 * @returns What came of it.
 */
export async function runProgram(
  args: string[],
  env: Record<string, string> = {},
): Promise<ProgramRun> {
  const { code, stdout, stderr } = await (await command(args, env)).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/**
 * Starts the server and waits until it says that it is ready.
 *
 * @param options Flags and environment.
 * @returns The program; disposing of it stops it.
 */
export async function startProgram(
  { args = ["--memory"], env = {}, port: wanted = "auto" }: ProgramOptions = {},
): Promise<Program> {
  const child = (await command(
    [
      "start",
      "--http-port",
      String(wanted),
      "--port",
      "auto",
      ...(args.includes("--mysql-listen")
        ? []
        : ["--mysql-listen", "127.0.0.1:auto"]),
      ...args,
    ],
    env,
  )).spawn();
  let output = "";
  const { promise: port, resolve, reject } = Promise.withResolvers<number>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      output += piece;
      const ready = /server\.ready .*httpPort=(\d+)/.exec(output);
      if (ready !== null) resolve(Number(ready[1]));
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  reading.then(
    () => reject(new Error(`The program ended:\n${output}`)),
    reject,
  );
  const ended = Promise.all([child.status, reading]).then(([status]) => status);
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  const number = await port;
  const pgPort = Number(/server\.ready .*postgresPort=(\d+)/.exec(output)?.[1]);
  return {
    base: `http://127.0.0.1:${number}`,
    port: number,
    pgPort,
    mysqlPort: Number(/server\.ready .*mysqlPort=(\d+)/.exec(output)?.[1]),
    pid: child.pid,
    ended,
    output: () => output,
    kill,
    async [Symbol.asyncDispose]() {
      kill("SIGTERM");
      await ended;
    },
  };
}
