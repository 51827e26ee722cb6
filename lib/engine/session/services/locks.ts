/**
 * Advisory locks, notifications, numbers of transactions.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- services have the names that SQL functions ask by

import type { Datum } from "../../../sql/datum.ts";
import { SqlError } from "../../../sql/error.ts";
import { WouldBlock } from "../advisory_locks.ts";
import type { Services } from "../services.ts";
import type { SessionCore } from "../session_core.ts";

/** A key of one int8 is another than one of two int4. */
function keyOf([first, second]: readonly Datum[]): string {
  return second === undefined ? String(first) : `${first},${second}`;
}

/** Locks that one transaction may take, the same one again included. */
const mostTaken = 100_000;

/** How one variant takes its lock. */
interface Variant {
  readonly shared: boolean;
  readonly transaction: boolean;
  readonly wait: boolean;
}

function take(
  core: SessionCore,
  key: string,
  { shared, transaction, wait }: Variant,
): boolean {
  if (transaction && core.transactionLocks.length >= mostTaken) {
    throw new SqlError("53200", "out of shared memory", {
      detail: `The transaction has taken ${mostTaken} advisory locks.`,
    });
  }
  if (!core.instance.locks.take(key, core, shared)) {
    if (wait) throw new WouldBlock(key);
    return false;
  }
  if (transaction) core.transactionLocks.push([key, shared]);
  return true;
}

function number(core: SessionCore): number {
  return core.transactionNumber ??= core.instance.nextTransaction();
}

/** See the top of the file. */
export const lockServices: Services = {
  /** Flags `s` shared, `x` for the transaction, `t` only if it is free; then the key. */
  advisory_lock([flags, ...key], core) {
    const text = String(flags);
    const wait = !text.includes("t");
    const taken = take(core, keyOf(key), {
      shared: text.includes("s"),
      transaction: text.includes("x"),
      wait,
    });
    return wait ? "" : Number(taken);
  },
  advisory_unlock([flags, ...key], core) {
    const shared = String(flags).includes("s");
    if (core.instance.locks.free(keyOf(key), core, shared)) return 1;
    core.warn(
      "01000",
      `you don't own a lock of type ${shared ? "ShareLock" : "ExclusiveLock"}`,
    );
    return 0;
  },
  advisory_unlock_all(_, core) {
    core.instance.locks.freeAll(core);
    return "";
  },
  advisory_locks(_, core) {
    const rows = [...core.instance.locks.held()].map(
      ({ key, owner, shared }) => [
        key,
        (owner as SessionCore).processId,
        shared ? "ShareLock" : "ExclusiveLock",
      ],
    );
    return JSON.stringify(rows);
  },
  notify([channel, payload], core) {
    if (channel === null) {
      throw new SqlError("22023", "channel name cannot be empty");
    }
    core.notifications.notify({
      processId: core.processId,
      channel: String(channel),
      payload: payload === null ? "" : String(payload),
    });
    return "";
  },
  listening_channels: (_, core) =>
    JSON.stringify([...core.notifications.channels].map((name) => [name])),
  transaction_number: (_, core) => number(core),
  transaction_number_if_assigned: (_, core) => core.transactionNumber ?? null,
};
