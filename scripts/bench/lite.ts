/**
 * `@supabase/lite`, the nearest other server: installed from npm, on Node, with SQLite in a file.
 *
 * @module
 */

import { residentMib } from "./resident.ts";

const version = "0.10.0";
const packages = [`@supabase/lite@${version}`, "node@24"];
const startTimeoutMs = 30_000;
const stopTimeoutMs = 5_000;
const pollMs = 20;

/** A running server. */
export class Lite implements AsyncDisposable {
  /** What it calls itself. */
  static readonly title = `@supabase/lite ${version}`;
  /** Where it listens on the loopback address. */
  readonly port: number;
  /** What clients must send in `apikey`. */
  readonly key: string;
  readonly #child: Deno.ChildProcess;

  private constructor(child: Deno.ChildProcess, port: number, key: string) {
    this.#child = child;
    this.port = port;
    this.key = key;
  }

  /**
   * Installs it.
   *
   * @param folder An empty folder.
   * @returns Whether it is there now: without a registry or npm there is none.
   */
  static async install(folder: string): Promise<boolean> {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/package.json`, '{"private":true}\n');
    try {
      const { success } = await new Deno.Command("npm", {
        args: ["install", "--no-audit", "--no-fund", ...packages],
        cwd: folder,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).output();
      return success;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /**
   * Starts it with tables.
   *
   * @param folder Where it was installed.
   * @param sql Makes the tables.
   * @returns The server.
   */
  static async start(folder: string, sql: string): Promise<Lite> {
    const project = `${folder}/project`;
    const node = `${folder}/node_modules/node/bin/node`;
    const args = [`${folder}/node_modules/.bin/lite`, "--no-telemetry"];
    const run = async (...more: string[]) => {
      const { success } = await new Deno.Command(node, {
        args: [...args, ...more],
        cwd: project,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).output();
      if (!success) throw new Error(`Cannot run lite ${more.join(" ")}`);
    };
    await Deno.mkdir(`${project}/supabase/migrations`, { recursive: true });
    await run("init");
    await Deno.writeTextFile(
      `${project}/supabase/migrations/20260101000000_tables.sql`,
      sql,
    );
    const port = freePort();
    const settings = `${project}/supabase/config.toml`;
    await Deno.writeTextFile(
      settings,
      (await Deno.readTextFile(settings))
        .replace(/^port = \d+$/m, `port = ${port}`)
        .replace(
          /^jwt_secret = .*$/m,
          `jwt_secret = "${crypto.randomUUID()}"`,
        ),
    );
    await run("migration", "up");
    const child = new Deno.Command(node, {
      args: [...args, "start", "--host", "127.0.0.1", "--no-admin"],
      cwd: project,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const key = /^SUPABASE_PUBLISHABLE_KEY=(.+)$/m.exec(
      await Deno.readTextFile(`${project}/.env`),
    )?.[1] ?? "";
    const lite = new Lite(child, port, key);
    try {
      await lite.#untilReady();
    } catch (error) {
      await lite[Symbol.asyncDispose]();
      throw error;
    }
    return lite;
  }

  /** Memory that is resident now, in MiB. */
  async residentMib(): Promise<number> {
    return await residentMib(this.#child.pid);
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill("SIGTERM");
    const timer = setTimeout(() => this.#kill("SIGKILL"), stopTimeoutMs);
    await this.#child.status;
    clearTimeout(timer);
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended already.
    }
  }

  async #untilReady(): Promise<void> {
    const deadline = performance.now() + startTimeoutMs;
    for (;;) {
      const answers = await fetch(`http://127.0.0.1:${this.port}/`).then(
        async (answer) => {
          await answer.body?.cancel();
          return true;
        },
        () => false,
      );
      if (answers) return;
      if (performance.now() > deadline) {
        throw new Error("Cannot start lite: it did not become ready");
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}

/** It takes a fixed port only; this one was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
