/**
 * Advisory locks (manual, 9.27.10), notifications and numbers of transactions.
 *
 * @module
 */

import { type Definition, fn, rows } from "../define.ts";
import { askRows, stable, volatile } from "./ask.ts";

/** Name without `pg_` and flags of the service: shared, for the transaction, only if free. */
const variants: readonly (readonly [string, string])[] = [
  ["advisory_lock", ""],
  ["advisory_lock_shared", "s"],
  ["advisory_xact_lock", "x"],
  ["advisory_xact_lock_shared", "xs"],
  ["try_advisory_lock", "t"],
  ["try_advisory_lock_shared", "ts"],
  ["try_advisory_xact_lock", "tx"],
  ["try_advisory_xact_lock_shared", "txs"],
];

const advisory = variants.flatMap(([name, flags]) => {
  const returns = flags.includes("t") ? "bool" : "void";
  return ["int8", "int4, int4"].map((args) =>
    fn(`pg_${name}(${args}) ${returns}`, volatile("advisory_lock", [flags]))
  );
});

const unlock = [["", ""], ["_shared", "s"]].flatMap(([suffix, flags = ""]) =>
  ["int8", "int4, int4"].map((args) =>
    fn(
      `pg_advisory_unlock${suffix}(${args}) bool`,
      volatile("advisory_unlock", [flags]),
    )
  )
);

/** See the top of the file. */
export const lockFunctions: readonly Definition[] = [
  ...advisory,
  ...unlock,
  fn("pg_advisory_unlock_all() void", volatile("advisory_unlock_all")),
  fn("pg_notify(text, text) void", { ...volatile("notify"), strict: false }),
  rows("pg_listening_channels() text", askRows("listening_channels")),
  fn("pg_notification_queue_usage() float8", {
    call: () => 0,
    volatility: "v",
  }),
  fn("txid_current() int8", stable("transaction_number")),
  fn("pg_current_xact_id() xid8", stable("transaction_number")),
  fn(
    "txid_current_if_assigned() int8",
    stable("transaction_number_if_assigned"),
  ),
  fn(
    "pg_current_xact_id_if_assigned() xid8",
    stable("transaction_number_if_assigned"),
  ),
];
