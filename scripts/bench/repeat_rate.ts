/**
 * One request over and over, by `wrk` where it is installed, by a client of our own elsewhere.
 *
 * @module
 */

import type { Bench } from "./bench.ts";
import type { RepeatedRequest, RepeatJob } from "./load_job.ts";
import { runLoad } from "./measure_sign_in.ts";
import type { SideProcess } from "./side_process.ts";
import { hasWrk, runWrk } from "./wrk.ts";

/** Where and how often. */
export interface Repetition {
  readonly port: number;
  readonly seconds: number;
}

/** Sends one request over and over. */
export class Repeater implements AsyncDisposable {
  /** What sends, for the table. */
  readonly client: string;
  readonly #bench: Bench;
  readonly #clients: number;
  readonly #load: SideProcess | undefined;

  private constructor(
    bench: Bench,
    clients: number,
    load: SideProcess | undefined,
  ) {
    this.#bench = bench;
    this.#clients = clients;
    this.#load = load;
    this.client = load === undefined ? "wrk" : "own client";
  }

  /**
   * @param bench Processes.
   * @param clients Connections that are open at once.
   * @returns What sends.
   */
  static async start(bench: Bench, clients: number): Promise<Repeater> {
    return new Repeater(
      bench,
      clients,
      await hasWrk() ? undefined : bench.load(),
    );
  }

  /**
   * @param request What is sent.
   * @param repetition Where, how long.
   * @returns Answers a second.
   */
  async rate(
    request: RepeatedRequest,
    { port, seconds }: Repetition,
  ): Promise<number> {
    if (this.#load === undefined) {
      return await runWrk({
        port,
        seconds,
        connections: this.#clients,
        request,
        folder: this.#bench.folder,
      });
    }
    const { rate } = await runLoad<RepeatJob>(this.#load, {
      kind: "repeat",
      port,
      seconds,
      clients: this.#clients,
      request,
    });
    return rate;
  }

  /** Ends the client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#load?.[Symbol.asyncDispose]();
  }
}
