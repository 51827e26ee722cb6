/**
 * When statements of plans are stopped, and what they are told then.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import { SqlError } from "../../sql/error.ts";
import type { Limits } from "../../sqlite/interruption.ts";
import type { RunContext } from "./plan_runner.ts";

/** What `setTimeout` can count. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * @param context Limits of a statement.
 * @returns The same for whoever stops it.
 */
export function planLimits({ signal, timeoutMs }: RunContext): Limits {
  return timeoutMs === 0
    ? { signal }
    : { signal, timeoutMs: Math.min(timeoutMs, longestTimeoutMs) };
}

/** @returns What a transaction is told that waited longer than `lock_timeout`. */
export function lockTimeout(): SqlError {
  return new SqlError("55P03", "canceling statement due to lock timeout");
}

/**
 * @param context Limits of a statement that begins now.
 * @param clock Source of the time.
 * @returns Tells what is left of them.
 */
export function limitsFrom(
  { signal, timeoutMs }: RunContext,
  clock: Clock,
): () => Limits {
  if (timeoutMs === 0) return () => ({ signal });
  const end = clock.monotonic() + Math.min(timeoutMs, longestTimeoutMs);
  return () => ({ signal, timeoutMs: Math.max(0, end - clock.monotonic()) });
}
