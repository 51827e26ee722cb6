/**
 * Waits on behalf of a statement, which can be stopped meanwhile.
 *
 * @module
 */

import { SqlError } from "../../sql/error.ts";
import type { SessionCore } from "./session_core.ts";

function stopped(): SqlError {
  return new SqlError("57014", "canceling statement due to user request");
}

/**
 * Waits for something, unless the statement is stopped before.
 *
 * @param core Session.
 * @param begin Begins to wait; gives what ends it.
 */
async function waiting(
  core: SessionCore,
  begin: (
    resolve: () => void,
    reject: (error: Error) => void,
  ) => () => void,
): Promise<void> {
  const signal = core.watch.signal;
  if (signal.aborted) throw stopped();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(stopped());
  signal.addEventListener("abort", stop, { once: true });
  const end = begin(resolve, reject);
  try {
    await promise;
  } finally {
    end();
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Waits until an advisory lock may be free.
 *
 * @param core Session.
 * @param key Lock.
 * @throws {SqlError} 55P03 after `lock_timeout`, 57014.
 */
export function waitForLock(core: SessionCore, key: string): Promise<void> {
  return waiting(core, (resolve, reject) => {
    const { promise, stop } = core.instance.locks.changed(key);
    promise.then(resolve);
    const limit = Number(core.settings.get("lock_timeout"));
    const timer = limit === 0 ? undefined : setTimeout(() =>
      reject(
        new SqlError("55P03", "canceling statement due to lock timeout"),
      ), limit);
    return () => {
      clearTimeout(timer);
      stop();
    };
  });
}

const longestTimer = 2 ** 31 - 1;

/**
 * Does nothing for a while.
 *
 * @param core Session.
 * @param ms How long.
 * @throws {SqlError} 57014 when it is stopped.
 */
export function sleep(core: SessionCore, ms: number): Promise<void> {
  return waiting(core, (resolve) => {
    const timer = setTimeout(resolve, Math.min(Math.max(ms, 0), longestTimer));
    return () => clearTimeout(timer);
  });
}
