/**
 * Properties of a transaction that SET TRANSACTION changes, and what PostgreSQL does not allow of that.
 *
 * @module
 */

import { SqlError } from "../../sql/error.ts";
import type { Isolation } from "./transaction_participant.ts";
import type { Transaction } from "./transaction.ts";

/** Settings that are the transaction's own. */
export const transactionSettings: ReadonlySet<string> = new Set([
  "transaction_isolation",
  "transaction_read_only",
  "transaction_deferrable",
]);

/** @returns What a statement is told in a failed transaction. */
export function inFailedTransaction(): SqlError {
  return new SqlError(
    "25P02",
    "current transaction is aborted, commands ignored until end of transaction block",
  );
}

/**
 * @param transaction The transaction.
 * @param name Setting of the transaction.
 * @param value Its text.
 */
export function setTransactionMode(
  transaction: Transaction,
  name: string,
  value: string,
): void {
  switch (name) {
    case "transaction_isolation": {
      const isolation = value.toLowerCase() as Isolation;
      if (isolation === transaction.modes.isolation) return;
      if (transaction.ranQuery) {
        throw new SqlError(
          "25001",
          "SET TRANSACTION ISOLATION LEVEL must be called before any query",
        );
      }
      if (transaction.depth > 0) {
        throw new SqlError(
          "25001",
          "SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction",
        );
      }
      transaction.setModes({ isolation });
      return;
    }
    case "transaction_read_only": {
      const readOnly = value === "on" || value === "true" || value === "1";
      if (!readOnly && transaction.modes.readOnly) {
        if (transaction.depth > 0) {
          throw new SqlError(
            "25001",
            "cannot set transaction read-write mode inside a read-only transaction",
          );
        }
        if (transaction.ranQuery) {
          throw new SqlError(
            "25001",
            "transaction read-write mode must be set before any query",
          );
        }
      }
      transaction.setModes({ readOnly });
      return;
    }
    default:
      transaction.setModes({ deferrable: value === "on" });
  }
}
