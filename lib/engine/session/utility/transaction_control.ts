/**
 * BEGIN, COMMIT, ROLLBACK, savepoints.
 *
 * @module
 */

import type { Node, TransactionStmt } from "@pgsql/types";
import { SqlError } from "../../../sql/error.ts";
import type { SessionCore } from "../session_core.ts";
import type {
  Isolation,
  TransactionModes,
} from "../transaction_participant.ts";
import { constantText, elements, onlyInBlock } from "./nodes.ts";
import type { Utility, UtilityCall, UtilityResult } from "./utility.ts";

/**
 * @param options `transaction_isolation` and its companions.
 * @returns The modes they name.
 */
export function readModes(
  options: readonly Node[] | undefined,
): Partial<TransactionModes> {
  const modes: Partial<TransactionModes> = {};
  for (const { defname, arg } of elements(options)) {
    const text = constantText(arg) ?? "";
    if (defname === "transaction_isolation") {
      modes.isolation = text as Isolation;
    } else if (defname === "transaction_read_only") {
      modes.readOnly = text !== "0" && text !== "off";
    } else if (defname === "transaction_deferrable") {
      modes.deferrable = text !== "0" && text !== "off";
    }
  }
  return modes;
}

function statementOf(node: Node): TransactionStmt {
  return (node as { TransactionStmt: TransactionStmt }).TransactionStmt;
}

const noTransaction = "there is no transaction in progress";

function begin(
  core: SessionCore,
  { kind, options }: TransactionStmt,
): UtilityResult {
  const { transaction } = core;
  if (transaction.explicit) {
    core.warn("25001", "there is already a transaction in progress");
  } else transaction.beginExplicit();
  const modes = readModes(options);
  if (modes.isolation !== undefined && transaction.ranQuery) {
    core.setConfig("transaction_isolation", modes.isolation, true);
  }
  transaction.setModes(modes);
  return { tag: kind === "TRANS_STMT_START" ? "START TRANSACTION" : "BEGIN" };
}

function end(
  core: SessionCore,
  { chain }: TransactionStmt,
  commit: boolean,
): UtilityResult | Promise<UtilityResult> {
  const { transaction } = core;
  const word = commit ? "COMMIT" : "ROLLBACK";
  if (!transaction.explicit) {
    if (chain === true) throw onlyInBlock(`${word} AND CHAIN`);
    core.warn("25P01", noTransaction);
  }
  const tag = transaction.failed ? "ROLLBACK" : word;
  const modes = { ...transaction.modes };
  const wait = commit ? transaction.commit() : transaction.rollback();
  const over = (): UtilityResult => {
    if (chain === true) transaction.beginExplicit(modes);
    return { tag };
  };
  return wait === undefined ? over() : wait.then(over);
}

function savepoint(
  core: SessionCore,
  { kind, savepoint_name: name = "" }: TransactionStmt,
): UtilityResult {
  const { transaction } = core;
  const [word, tag, action] = {
    TRANS_STMT_SAVEPOINT: ["SAVEPOINT", "SAVEPOINT", "savepoint"],
    TRANS_STMT_RELEASE: ["RELEASE SAVEPOINT", "RELEASE", "release"],
    TRANS_STMT_ROLLBACK_TO: ["ROLLBACK TO SAVEPOINT", "ROLLBACK", "rollbackTo"],
  }[kind as string] as [string, string, "savepoint" | "release" | "rollbackTo"];
  if (!transaction.explicit) throw onlyInBlock(word);
  transaction[action](name);
  return { tag };
}

function twoPhase(
  core: SessionCore,
  { kind, gid }: TransactionStmt,
): UtilityResult {
  if (kind === "TRANS_STMT_PREPARE") {
    if (!core.transaction.explicit) {
      core.warn("25P01", noTransaction);
      return { tag: "ROLLBACK" };
    }
    throw new SqlError("55000", "prepared transactions are disabled", {
      hint: "Set max_prepared_transactions to a nonzero value.",
    });
  }
  throw new SqlError(
    "42704",
    `prepared transaction with identifier "${gid ?? ""}" does not exist`,
  );
}

function run(
  { core, node }: UtilityCall,
): UtilityResult | Promise<UtilityResult> {
  const statement = statementOf(node);
  switch (statement.kind) {
    case "TRANS_STMT_BEGIN":
    case "TRANS_STMT_START":
      return begin(core, statement);
    case "TRANS_STMT_COMMIT":
      return end(core, statement, true);
    case "TRANS_STMT_ROLLBACK":
      return end(core, statement, false);
    case "TRANS_STMT_SAVEPOINT":
    case "TRANS_STMT_RELEASE":
    case "TRANS_STMT_ROLLBACK_TO":
      return savepoint(core, statement);
    default:
      return twoPhase(core, statement);
  }
}

/** See the top of the file. */
export const transactionControl: Utility = {
  name: "transaction",
  transactional: true,
  endsFailed: (node) =>
    ["TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK", "TRANS_STMT_ROLLBACK_TO"]
      .includes(statementOf(node).kind as string),
  run,
};
