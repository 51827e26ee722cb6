/**
 * A process beside the server: the load, or a reference. It stays up over all rounds, so that each
 * of them finds it warm, and does nothing between jobs.
 *
 * @module
 */

import { fromFileUrl } from "./paths.ts";
import { TextLineStream } from "./text_line_stream.ts";

/** What to run. */
export interface SideProcessOptions {
  /** File beside this one. */
  readonly script: string;
  /** Deno's flags for it, for example `--allow-net=127.0.0.1`. */
  readonly permissions: readonly string[];
}

/** Does one job after the other. */
export class SideProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #script: string;
  #ended: Promise<unknown> | undefined;

  /**
   * Starts it.
   *
   * @param options What to run.
   */
  constructor({ script, permissions }: SideProcessOptions) {
    this.#script = script;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        ...permissions,
        fromFileUrl(new URL(script, import.meta.url)),
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = this.#child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
  }

  /**
   * Has a job done.
   *
   * @param job What the script takes.
   * @param timeoutMs How long it may take.
   * @returns What the script gave.
   */
  async ask<Job, Result>(job: Job, timeoutMs: number): Promise<Result> {
    const line = new TextEncoder().encode(`${JSON.stringify(job)}\n`);
    await this.#input.write(line);
    const timer = setTimeout(() => this.#kill(), timeoutMs);
    const { value, done } = await this.#lines.read();
    clearTimeout(timer);
    if (done) {
      throw new Error(`Cannot run ${this.#script}: it ended or took too long`);
    }
    return JSON.parse(value) as Result;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#ended ??= this.#end());
  }

  async #end(): Promise<void> {
    const timer = setTimeout(() => this.#kill(), 2000);
    await this.#input.close().catch(() => {});
    await this.#child.status;
    clearTimeout(timer);
    await this.#lines.cancel().catch(() => {});
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}
