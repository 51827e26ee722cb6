/**
 * Reads what a connection does by itself, and what is accepted and does nothing here
 * (MySQL manual, 15.3.6, 15.5, 15.7.8).
 *
 * @module
 */

import type { MysqlStatement } from "./dialect.ts";
import { notSupportedYet } from "./error.ts";
import { valueOf } from "./expression.ts";
import type { Parser } from "./parser.ts";
import { maintenance } from "./maintenance.ts";
import { tableParts } from "./table_name.ts";

const refused: ReadonlySet<string> = new Set([
  "handler",
  "install",
  "uninstall",
  "xa",
  "change",
  "reset",
  "start",
  "stop",
  "shutdown",
  "purge",
  "clone",
  "restart",
  "signal",
  "resignal",
  "get",
  "import",
  "binlog",
  "cache",
  "help",
]);

/** At any other statement. */
export function sessionStatement(p: Parser): MysqlStatement {
  const { token } = p;
  p.take();
  switch (token.word) {
    case "use":
      return { kind: "use", database: p.nameOrString() };
    case "kill": {
      const query = p.acceptOne("query", "connection") === "query";
      return { kind: "kill", query, id: valueOf(p) };
    }
    case "prepare": {
      const name = p.name().toLowerCase();
      p.expect("from");
      if (p.token.kind === "variable") {
        return { kind: "prepare", name, from: { variable: p.take().value } };
      }
      return { kind: "prepare", name, from: { text: p.string() } };
    }
    case "execute": {
      const name = p.name().toLowerCase();
      const using = p.accept("using") ? p.list(() => variable(p)) : [];
      return { kind: "execute", name, using };
    }
    case "deallocate":
    case "drop":
      p.expect("prepare");
      return { kind: "deallocate", name: p.name().toLowerCase() };
    case "lock":
      if (p.acceptOne("tables", "table") === undefined) throw p.error();
      p.list(() => lock(p));
      return { kind: "ok", verb: "lock" };
    case "unlock":
      if (p.acceptOne("tables", "table") === undefined) throw p.error();
      return { kind: "ok", verb: "unlock" };
    case "flush":
      p.acceptOne("local", "no_write_to_binlog");
      while (!p.over) p.take();
      return { kind: "ok", verb: "flush" };
    case "analyze":
    case "optimize":
    case "check":
    case "repair":
    case "checksum":
      return maintenance(p, token.word);
    case "load": {
      const what = p.acceptOne("data", "xml") ?? "data";
      p.acceptOne("low_priority", "concurrent");
      // A server that asks its clients for their files can ask for any.
      const local = p.accept("local") ? " LOCAL" : "";
      throw notSupportedYet(`LOAD ${what.toUpperCase()}${local} INFILE`);
    }
    default:
      if (refused.has(token.word)) {
        throw notSupportedYet(token.value.toUpperCase());
      }
      throw p.error(token);
  }
}

function variable(p: Parser): string {
  if (p.token.kind !== "variable") throw p.error();
  return p.take().value;
}

/** `t [AS a] READ [LOCAL] | [LOW_PRIORITY] WRITE`. */
function lock(p: Parser): void {
  tableParts(p);
  if (p.accept("as") || p.isName()) {
    if (!p.is("local")) p.anyName();
  }
  if (p.accept("read")) {
    p.accept("local");
    return;
  }
  p.accept("low_priority");
  p.expect("write");
}
