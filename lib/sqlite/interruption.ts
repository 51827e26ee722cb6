/**
 * Stops a statement that runs on another thread when its time is up or its caller has gone.
 *
 * @module
 */

import type { Database } from "./database.ts";
import { resultCode, SqliteError } from "./error.ts";

/** When to stop a statement. */
export interface Limits {
  /** Stops it when it fires. */
  readonly signal?: AbortSignal | undefined;
  /** Stops it after so many milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/**
 * @param limits When to stop a statement.
 * @param signal What stops it as well.
 * @returns Both together.
 */
export function alsoStoppedBy(limits: Limits, signal: AbortSignal): Limits {
  return {
    ...limits,
    signal: limits.signal === undefined
      ? signal
      : AbortSignal.any([limits.signal, signal]),
  };
}

/** Why a statement was stopped. */
export type InterruptReason = "timeout" | "cancelled";

/** A statement that one of its limits stopped. */
export class InterruptedError extends SqliteError {
  override name = "InterruptedError";

  /**
   * @param reason Which limit it was.
   */
  constructor(readonly reason: InterruptReason) {
    super(resultCode.interrupt, `interrupted: ${reason}`);
  }
}

/** A watch over one statement. */
export interface Interruption {
  /** Throws if a limit was reached. */
  check(): void;
  /** Puts the limit that was reached, if one was, in the place of `error`. */
  explain(error: unknown): unknown;
  /** Resolves when a limit was reached. */
  readonly reached: Promise<void>;
  /** Stops the statement now, as if its signal had fired. */
  cancel(): void;
  /** Ends the watch. */
  stop(): void;
}

/** An interrupt that arrives before the step has begun is lost, so it is repeated. */
const repeatMs = 5;

/**
 * Starts to watch.
 *
 * @param database Connection whose statement is to be stopped.
 * @param limits When.
 * @returns The watch; end it.
 * @throws {InterruptedError} When the signal has fired already.
 */
export function interruptOn(
  database: Database,
  { signal, timeoutMs }: Limits,
): Interruption {
  if (signal?.aborted) throw new InterruptedError("cancelled");
  let reached: InterruptReason | undefined;
  const waiting = Promise.withResolvers<void>();
  let repeat: ReturnType<typeof setInterval> | undefined;

  function interrupt(reason: InterruptReason): void {
    reached ??= reason;
    waiting.resolve();
    database.interrupt();
    repeat ??= setInterval(() => database.interrupt(), repeatMs);
  }
  const onAbort = () => interrupt("cancelled");
  const timer = timeoutMs === undefined
    ? undefined
    : setTimeout(() => interrupt("timeout"), timeoutMs);
  signal?.addEventListener("abort", onAbort, { once: true });

  return {
    reached: waiting.promise,
    cancel: () => interrupt("cancelled"),
    check() {
      if (reached !== undefined) throw new InterruptedError(reached);
    },
    explain(error) {
      return reached !== undefined && error instanceof SqliteError &&
          error.code === resultCode.interrupt
        ? new InterruptedError(reached)
        : error;
    },
    stop() {
      clearTimeout(timer);
      clearInterval(repeat);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
