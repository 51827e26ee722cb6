/**
 * Begins and ends of the process: signals, stray errors, the last resort when stopping hangs.
 *
 * @module
 */

import type { Log } from "../base/log.ts";

/** What a second signal ends the process with: 128 and the number of SIGINT. */
const interrupted = 130;

/**
 * Waits for SIGTERM or SIGINT. A second one ends the process at once.
 *
 * @param log Is told about the signals.
 * @returns Settles at the first signal.
 */
export function stopSignal(log: Log): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let signals = 0;
  const signalNames: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  for (const signal of signalNames) {
    Deno.addSignalListener(signal, () => {
      signals += 1;
      if (signals > 1) Deno.exit(interrupted);
      log.info("server.stopping", { signal });
      resolve();
    });
  }
  return promise;
}

/**
 * Keeps the server alive when an error escapes, for that would cut off everybody for the fault of one
 * request. Each is a bug; the log tells where.
 *
 * @param log Is told where the error came from; not its message, which may hold values.
 */
export function surviveStrayErrors(log: Log): void {
  function tell(
    event: PromiseRejectionEvent | ErrorEvent,
    error: unknown,
  ): void {
    event.preventDefault();
    const name = error instanceof Error ? error.name : typeof error;
    const at = error instanceof Error
      ? /^\s+at (.*)$/m.exec(error.stack ?? "")?.[1]
      : undefined;
    log.error("server.stray_error", { error: name, at });
  }
  globalThis.addEventListener(
    "unhandledrejection",
    (event) => tell(event, event.reason),
  );
  globalThis.addEventListener("error", (event) => tell(event, event.error));
}

/**
 * Ends the process if it has not ended by itself by then.
 *
 * @param ms How long stopping may take.
 * @param log Is told if it comes to that.
 */
export function endWithin(ms: number, log: Log): void {
  const timer = setTimeout(() => {
    log.error("server.stop_timeout", { ms });
    Deno.exit(1);
  }, ms);
  // Does not keep the process alive by itself.
  Deno.unrefTimer(timer);
}
