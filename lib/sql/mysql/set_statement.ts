/**
 * Reads SET (MySQL manual, 15.7.6): variables of the session and of the user, NAMES, TRANSACTION.
 *
 * @module
 */

import { readCharset, readCollation } from "./collation.ts";
import type { Assignment, MysqlStatement } from "./dialect.ts";
import { valueOf } from "./expression.ts";
import { statement } from "./parse.ts";
import type { Parser } from "./parser.ts";
import { setPassword, setRole } from "./users.ts";
import { splitSystemName } from "./variables_in_text.ts";

/** At SET. */
export function setStatement(p: Parser): MysqlStatement {
  p.expect("set");
  if (p.accept("password")) {
    return statement(p, setPassword(p), {
      verb: "set",
      returns: "nothing",
      commits: true,
    });
  }
  const isDefault = p.accept("default", "role");
  if (isDefault || p.accept("role")) {
    const nodes = setRole(p, isDefault);
    return nodes.length === 0 ? { kind: "ok", verb: "set" } : {
      ...statement(p, nodes, { verb: "set", returns: "nothing" }),
      discards: true,
    };
  }
  const assignments: Assignment[] = [];
  do {
    assignments.push(...assignment(p));
  } while (p.accept(","));
  return { kind: "set", assignments, params: p.params };
}

function assignment(p: Parser): Assignment[] {
  if (p.accept("names")) return [names(p)];
  if (p.accept("charset") || p.accept("character", "set")) return [names(p)];
  const scope = scopeOf(p);
  if (p.accept("transaction")) return transaction(p, scope ?? "next");
  if (p.token.kind === "variable") {
    const name = p.take().value;
    if (p.acceptOne("=", ":=") === undefined) throw p.error();
    return [{ to: "user", name, value: valueOf(p) }];
  }
  if (p.token.kind === "system") {
    const found = splitSystemName(p.take().value);
    return [system(p, found.name, found.scope ?? "session")];
  }
  let name = p.anyName().toLowerCase();
  if (p.accept(".")) name += `.${p.anyName().toLowerCase()}`;
  return [system(p, name, scope ?? "session")];
}

function scopeOf(p: Parser): "session" | "global" | undefined {
  switch (p.acceptOne("session", "local", "global", "persist")) {
    case "session":
    case "local":
      return "session";
    case "global":
    case "persist":
      return "global";
    default:
      return undefined;
  }
}

function system(
  p: Parser,
  name: string,
  scope: "session" | "global",
): Assignment {
  if (p.acceptOne("=", ":=") === undefined) throw p.error();
  if (p.accept("default")) {
    return { to: "system", scope, name, value: "default" };
  }
  const { token } = p;
  const next = p.peek();
  const alone = next.kind === "end" || next.word === "," || next.word === ";";
  // `ON`, `utf8mb4`, `STRICT_TRANS_TABLES` are words, not names of columns.
  if (
    alone && (token.kind === "word" || token.kind === "name") &&
    !["null", "true", "false"].includes(token.word)
  ) {
    p.take();
    return { to: "system", scope, name, value: { word: token.value } };
  }
  return { to: "system", scope, name, value: { expression: valueOf(p) } };
}

function names(p: Parser): Assignment {
  if (p.accept("default")) return { to: "names", charset: "utf8mb4" };
  const charset = readCharset(p);
  const collation = p.accept("collate") ? readCollation(p) : undefined;
  return { to: "names", charset, collation };
}

function transaction(
  p: Parser,
  scope: "session" | "global" | "next",
): Assignment[] {
  return p.list((): Assignment => {
    if (p.accept("isolation", "level")) {
      const level = p.accept("read")
        ? p.acceptOne("committed", "uncommitted")
        : p.accept("repeatable", "read")
        ? "repeatable-read"
        : p.accept("serializable")
        ? "serializable"
        : undefined;
      if (level === undefined) throw p.error();
      const word = level === "committed" || level === "uncommitted"
        ? `read-${level}`
        : level;
      return {
        to: "system",
        scope,
        name: "transaction_isolation",
        value: { word },
      };
    }
    p.expect("read");
    const only = p.acceptOne("only", "write");
    if (only === undefined) throw p.error();
    return {
      to: "system",
      scope,
      name: "transaction_read_only",
      value: { word: only === "only" ? "1" : "0" },
    };
  });
}
