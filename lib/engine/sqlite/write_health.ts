/**
 * Remembers whether the disk took the last write.
 *
 * Whoever is told that a server cannot write sends it nothing to write, so that it would never learn
 * that the disk has room again. Until then it tries by itself, a page at a time.
 *
 * @module
 */

import type { Log } from "../../base/log.ts";
import { EngineError } from "../engine.ts";
import { isWriteRefusal } from "./errors.ts";

/** Settings of {@linkcode WriteHealth}. */
export interface WriteHealthOptions {
  /** Writes something small; what came of it is noted as that of any other write. */
  readonly attempt: () => Promise<unknown>;
  /** Is told when writes begin to fail and when they succeed again. */
  readonly log: Log;
  /** Time between two attempts. */
  readonly retryMs: number;
}

/** See the top of the file. */
export class WriteHealth {
  readonly #options: WriteHealthOptions;
  #writable = true;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param options What to try, and how often.
   */
  constructor(options: WriteHealthOptions) {
    this.#options = options;
  }

  /** Whether the disk took the last write. */
  get writable(): boolean {
    return this.#writable;
  }

  /** Takes note of a write that is on the disk. */
  succeeded(): void {
    if (this.#writable) return;
    this.#writable = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#options.log.info("writes_succeed_again");
  }

  /**
   * Takes note of a failure.
   *
   * @param error What the writer's caller is told; only a refusal of the disk counts.
   */
  failed(error: unknown): void {
    if (!isWriteRefusal(error)) return;
    if (this.#writable && error instanceof EngineError) {
      this.#options.log.error("writes_fail", { sqlState: error.sqlState });
    }
    this.#writable = false;
    this.#tryLater();
  }

  /** Tries no more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #tryLater(): void {
    if (this.#closed || this.#timer !== undefined) return;
    const { attempt, retryMs } = this.#options;
    this.#timer = setTimeout(async () => {
      this.#timer = undefined;
      try {
        await attempt();
      } catch {
        // Noted already.
      }
      if (!this.#writable) this.#tryLater();
    }, retryMs);
    this.#timer.unref();
  }
}
