/**
 * The program under test, started as a user starts it.
 *
 * @module
 */

import { root } from "./paths.ts";
import { residentMib } from "./resident.ts";

/** A command that starts the server; flags of `start` are added to it. */
export interface StartCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** How to start one. */
export interface ServerOptions {
  readonly command: StartCommand;
  /** Flags of `start`, for example `["--memory"]`. */
  readonly flags: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const readyLine =
  /server\.ready .*httpPort=(\d+) .*postgresPort=(\d+)(?: mysqlPort=(\d+))?/;

/** Where a server listens. */
interface Ports {
  readonly port: number;
  readonly postgresPort: number;
  /** `undefined` when it is off, as it is unless the flags say otherwise. */
  readonly mysqlPort: number | undefined;
}

const startTimeoutMs = 20_000;
const stopTimeoutMs = 12_000;
const pollMs = 1;

/**
 * @returns The `start` task of `deno.json`, by this Deno and without its dependencies.
 */
export async function startTask(): Promise<StartCommand> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  const task: string = tasks.start.command ?? tasks.start;
  const [deno, ...args] = task.split(" ");
  if (deno !== "deno") {
    throw new Error("Cannot read the start task of deno.json");
  }
  return { program: Deno.execPath(), args };
}

/** A running server. */
export class Server implements AsyncDisposable {
  /** Where it listens on the loopback address. */
  readonly port: number;
  /** Where its PostgreSQL listener is. */
  readonly postgresPort: number;
  /** Where its MySQL listener is, if it is on. */
  readonly mysqlPort: number | undefined;
  /** Signs its tokens. */
  readonly secret: string;
  /** From the start of the process to the first 200 of `GET /ready`. */
  readonly readyMs: number;
  readonly #child: Deno.ChildProcess;
  #ended: Promise<void> | undefined;

  private constructor(
    child: Deno.ChildProcess,
    { port, postgresPort, mysqlPort, secret, readyMs }: Ports & {
      secret: string;
      readyMs: number;
    },
  ) {
    this.#child = child;
    this.port = port;
    this.postgresPort = postgresPort;
    this.mysqlPort = mysqlPort;
    this.secret = secret;
    this.readyMs = readyMs;
  }

  /**
   * Starts a server on a free port and waits until it is ready.
   *
   * @param options How to start it.
   * @returns The server.
   */
  static async start(
    { command, flags, env = {} }: ServerOptions,
  ): Promise<Server> {
    const startedAt = performance.now();
    const secret = env["JWT_SECRET"] ?? crypto.randomUUID();
    const child = new Deno.Command(command.program, {
      args: [
        ...command.args,
        "--http-port",
        "auto",
        "--port",
        "auto",
        ...(flags.includes("--mysql-listen") ? [] : ["--mysql-listen", "off"]),
        ...flags,
      ],
      cwd: root,
      env: { ...env, JWT_SECRET: secret },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const timer = setTimeout(() => child.kill("SIGKILL"), startTimeoutMs);
    try {
      const ports = await readPorts(child);
      await untilReady(ports.port, startedAt + startTimeoutMs);
      return new Server(child, {
        ...ports,
        secret,
        readyMs: performance.now() - startedAt,
      });
    } catch (error) {
      kill(child, "SIGKILL");
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Memory that is resident now, in MiB. */
  async residentMib(): Promise<number> {
    return await residentMib(this.#child.pid);
  }

  /** Time that its threads have worked, in seconds. */
  async cpuSeconds(): Promise<number> {
    const { stdout } = await new Deno.Command("cat", {
      args: [`/proc/${this.#child.pid}/stat`],
      stderr: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    // After the name, which may hold blanks; fields 14 and 15 are user's and system's time in hundredths.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Ends it as an operator would. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#ended ??= this.#end());
  }

  async #end(): Promise<void> {
    kill(this.#child, "SIGTERM");
    const timer = setTimeout(() => kill(this.#child, "SIGKILL"), stopTimeoutMs);
    await this.#child.status;
    clearTimeout(timer);
  }
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already.
  }
}

/** Finds the ports in what the server says, and goes on reading so that it can go on saying. */
async function readPorts(child: Deno.ChildProcess): Promise<Ports> {
  let said = "";
  const found = Promise.withResolvers<Ports>();
  const listen = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      if (said.length > 65_536) continue;
      said += decoder.decode(chunk, { stream: true });
      const ready = readyLine.exec(said);
      if (ready !== null) {
        found.resolve({
          port: Number(ready[1]),
          postgresPort: Number(ready[2]),
          mysqlPort: ready[3] === undefined ? undefined : Number(ready[3]),
        });
      }
    }
  };
  Promise.all([listen(child.stdout), listen(child.stderr)]).finally(() =>
    found.reject(new Error(`Cannot start the server: it said\n${said}`))
  );
  return await found.promise;
}

async function untilReady(port: number, deadline: number): Promise<void> {
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/ready`).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.status === 200;
      },
      () => false,
    );
    if (ready) return;
    if (performance.now() > deadline) {
      throw new Error("Cannot start the server: it did not become ready");
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
