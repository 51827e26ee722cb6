/**
 * A write-ahead log whose syncs end when the test says so.
 *
 * @module
 */

import type { LogFile } from "../../../../lib/engine/sqlite/log_file.ts";
import { nextTurn } from "../../../../lib/engine/sqlite/pace.ts";

/** See the top of the file. */
export class HandLog implements LogFile {
  /** Whether syncs wait for {@linkcode HandLog.end}; they succeed at once until then. */
  held = false;
  /** Syncs that were asked for while it is held. */
  begun = 0;
  /** Syncs on the caller's thread. */
  now = 0;
  #under: PromiseWithResolvers<void> | undefined;
  #wanted: (() => void) | undefined;

  /** Whether a sync is under way. */
  get busy(): boolean {
    return this.#under !== undefined;
  }

  sync(): Promise<void> {
    if (!this.held) return Promise.resolve();
    if (this.busy) throw new Error("Cannot sync: a sync is under way");
    this.begun++;
    this.#under = Promise.withResolvers();
    this.#wanted?.();
    return this.#under.promise;
  }

  syncNow(): void {
    this.now++;
  }

  close(): void {}

  /** Resolves when a sync is under way. */
  async asked(): Promise<void> {
    if (this.busy) return;
    await new Promise<void>((resolve) => this.#wanted = resolve);
  }

  /**
   * Ends the sync under way, or the next one, and lets everybody do what follows from it.
   *
   * @param error What it fails with, if it fails.
   */
  async end(error?: Error): Promise<void> {
    await this.asked();
    const under = this.#under;
    this.#under = undefined;
    if (error === undefined) under?.resolve();
    else under?.reject(error);
    await settled();
  }
}

/** Resolves when everybody who is ready has gone on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}
