/**
 * What every measurement works with: processes to start, a folder, how long to measure. Whatever was
 * started through it ends with it, and the folder goes.
 *
 * @module
 */

import { Server, type ServerOptions } from "./server.ts";
import { SideProcess } from "./side_process.ts";

/** How long one half of a round is, and how many rounds there are. */
export interface Pace {
  readonly seconds: number;
  readonly rounds: number;
}

/** Starts processes and ends them. */
export class Bench implements AsyncDisposable {
  /** A folder of its own on the disk that is measured. */
  readonly folder: string;
  /** How long to measure. */
  readonly pace: Pace;
  readonly #stack = new AsyncDisposableStack();

  /**
   * @param folder An empty folder; it is removed in the end.
   * @param pace How long to measure.
   */
  constructor(folder: string, pace: Pace) {
    this.folder = folder;
    this.pace = pace;
    this.#stack.defer(() => Deno.remove(folder, { recursive: true }));
  }

  /**
   * @param options How to start it.
   * @returns A server that is ready.
   */
  async server(options: ServerOptions): Promise<Server> {
    return this.#stack.use(await Server.start(options));
  }

  /** @returns A process that plays clients. */
  load(): SideProcess {
    return this.#side("load.ts", ["--allow-net=127.0.0.1"]);
  }

  /** @returns A process that plays realtime subscribers. */
  realtime(): SideProcess {
    return this.#side("realtime_client.ts", ["--allow-net=127.0.0.1"]);
  }

  /** @returns A process that does nothing but Argon2. */
  argon2(): SideProcess {
    return this.#side("reference_argon2.ts", [
      "--allow-ffi",
      "--allow-read",
      "--allow-env",
    ]);
  }

  /** @returns A process with a bare `Deno.serve`. */
  bareHttp(): SideProcess {
    return this.#side("reference_http.ts", ["--allow-net=127.0.0.1"]);
  }

  /** @returns A process that writes durable rows. */
  bareSqlite(): SideProcess {
    return this.#side("reference_sqlite.ts", [
      "--allow-ffi",
      "--allow-read",
      "--allow-env",
    ]);
  }

  /** @returns A process that runs prepared queries. */
  bareQueries(): SideProcess {
    return this.#side("reference_queries.ts", [
      "--allow-ffi",
      "--allow-read",
      "--allow-env",
    ]);
  }

  /** Ends everything, last started first. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  #side(script: string, permissions: readonly string[]): SideProcess {
    return this.#stack.use(new SideProcess({ script, permissions }));
  }
}
