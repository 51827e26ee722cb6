/**
 * Reads transactions and savepoints (MySQL manual, 15.3).
 *
 * @module
 */

import type { Node, TransactionStmtKind } from "@pgsql/types";
import type { MysqlStatement } from "./dialect.ts";
import { notSupportedYet } from "./error.ts";
import type { Parser } from "./parser.ts";
import { statement } from "./parse.ts";

const make = (kind: TransactionStmtKind, more: object = {}): Node => ({
  TransactionStmt: { kind, ...more },
});

/** At a statement; nothing when it is another one. */
export function transactionStatement(p: Parser): MysqlStatement | undefined {
  const node = read(p);
  return node === undefined ? undefined : {
    ...statement(p, [node], { verb: verbOf(node), returns: "nothing" }),
  };
}

function verbOf(node: Node): string {
  if (!("TransactionStmt" in node)) return "set";
  switch (node.TransactionStmt.kind) {
    case "TRANS_STMT_BEGIN":
    case "TRANS_STMT_START":
      return "begin";
    case "TRANS_STMT_COMMIT":
      return "commit";
    case "TRANS_STMT_ROLLBACK":
      return "rollback";
    default:
      return "savepoint";
  }
}

function read(p: Parser): Node | undefined {
  if (p.are("start", "transaction")) {
    p.at += 2;
    return make("TRANS_STMT_START", { options: modes(p) });
  }
  if (p.accept("begin")) {
    p.accept("work");
    return make("TRANS_STMT_BEGIN");
  }
  if (p.is("commit", "rollback")) {
    const commit = p.take().word === "commit";
    p.accept("work");
    if (!commit && p.accept("to")) {
      p.accept("savepoint");
      return make("TRANS_STMT_ROLLBACK_TO", { savepoint_name: p.name() });
    }
    let chain = false;
    if (p.accept("and")) {
      chain = !p.accept("no");
      p.expect("chain");
    }
    if (p.accept("no")) p.expect("release");
    else if (p.accept("release")) throw notSupportedYet("RELEASE");
    return make(
      commit ? "TRANS_STMT_COMMIT" : "TRANS_STMT_ROLLBACK",
      chain ? { chain } : {},
    );
  }
  if (p.accept("savepoint")) {
    return make("TRANS_STMT_SAVEPOINT", { savepoint_name: p.name() });
  }
  if (p.accept("release", "savepoint")) {
    return make("TRANS_STMT_RELEASE", { savepoint_name: p.name() });
  }
  return undefined;
}

const option = (defname: string, value: string | boolean): Node => ({
  DefElem: {
    defname,
    defaction: "DEFELEM_UNSPEC",
    arg: typeof value === "string"
      ? { A_Const: { sval: { sval: value } } }
      : { A_Const: { ival: value ? { ival: 1 } : {} } },
  },
});

function modes(p: Parser): Node[] {
  const options: Node[] = [];
  for (;;) {
    if (p.accept("with", "consistent", "snapshot")) {
      options.push(option("transaction_isolation", "repeatable read"));
    } else if (p.accept("read", "only")) {
      options.push(option("transaction_read_only", true));
    } else if (p.accept("read", "write")) {
      options.push(option("transaction_read_only", false));
    } else return options;
    if (!p.accept(",")) return options;
  }
}
