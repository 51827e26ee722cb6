/**
 * Reads texts: cuts them into statements and sends each to its reader.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { grant } from "./access.ts";
import { alterTable } from "./alter_table.ts";
import {
  alterDatabase,
  alterView,
  create,
  drop,
  rename,
} from "./definitions.ts";
import type {
  MysqlStatement,
  ParseOptions,
  QueryStatement,
  Returns,
} from "./dialect.ts";
import { MysqlError, notSupportedYet } from "./error.ts";
import { valueOf } from "./expression.ts";
import { insert } from "./insert.ts";
import { remove, truncate, update } from "./modify.ts";
import { selectStmt, target } from "./nodes.ts";
import { intoVariables } from "./select.ts";
import { Parser } from "./parser.ts";
import { query, startsQuery } from "./query.ts";
import { sessionStatement } from "./session_statements.ts";
import { setStatement } from "./set_statement.ts";
import { show } from "./show.ts";
import { describe } from "./show_tables.ts";
import { tokenize } from "./tokens.ts";
import { alterUser } from "./users.ts";
import { transactionStatement } from "./transaction_statements.ts";

/**
 * Reads a text; each statement when it is asked for.
 *
 * @param text Statements, with `;` between them.
 * @param options Session.
 * @returns The statements.
 * @throws {MysqlError} 1064 and others, when the one with the mistake is asked for; 1065 for an empty text.
 */
export function* parseMysql(
  text: string,
  options: ParseOptions,
): Generator<MysqlStatement, void> {
  const tokens = tokenize(text, {
    ansiQuotes: options.sqlMode.has("ANSI_QUOTES"),
    noBackslashEscapes: options.sqlMode.has("NO_BACKSLASH_ESCAPES"),
  });
  const p = new Parser(text, tokens, options);
  let count = 0;
  for (;;) {
    while (p.accept(";"));
    if (p.token.kind === "end") break;
    if (count > 0 && !options.multi) throw p.error();
    count++;
    p.renew();
    const statement = readStatement(p);
    if (!p.over) throw p.error();
    const keepsInto = statement.kind === "query" &&
      statement.into !== undefined;
    if (p.into !== undefined && !keepsInto) throw p.error();
    yield statement;
  }
  if (count === 0) throw new MysqlError(1065, "42000", "Query was empty");
}

function readStatement(p: Parser): MysqlStatement {
  if (startsQuery(p)) return select(p);
  const { token } = p;
  if (token.kind !== "word") throw p.error();
  switch (token.word) {
    case "with":
      return select(p);
    case "insert":
    case "replace": {
      const { nodes, ignore, several, updates } = insert(p);
      return {
        ...statement(p, nodes, { verb: token.word, returns: "count", ignore }),
        several,
        updates,
      };
    }
    case "update": {
      const { node, ignore } = update(p);
      return statement(p, [node], { verb: "update", returns: "count", ignore });
    }
    case "delete": {
      const { node, ignore } = remove(p);
      return statement(p, [node], { verb: "delete", returns: "count", ignore });
    }
    case "truncate":
      return definition(p, "truncate", [truncate(p)]);
    case "create":
      return definition(p, "create", create(p));
    case "drop":
      if (p.peek().word === "prepare") return sessionStatement(p);
      return definition(p, "drop", drop(p));
    case "rename":
      return definition(p, "rename", rename(p));
    case "alter":
      return definition(p, "alter", alter(p));
    case "grant":
    case "revoke":
      return definition(p, token.word, grant(p));
    case "do": {
      p.take();
      const values = p.list(() => valueOf(p));
      return {
        ...statement(p, [
          selectStmt({ targetList: values.map((each) => target(each)) }),
        ], {
          verb: "do",
          returns: "nothing",
        }),
        discards: true,
      };
    }
    case "set":
      return transactionStatement(p) ?? setStatement(p);
    case "show":
      return show(p);
    case "describe":
    case "desc":
    case "explain":
      return explain(p);
    case "call":
      return call(p);
  }
  return transactionStatement(p) ?? sessionStatement(p);
}

function select(p: Parser): QueryStatement {
  const node = query(p);
  if (p.is("insert", "update", "delete")) {
    throw notSupportedYet("WITH before a modification");
  }
  if (p.is("into")) {
    p.queries = 1;
    intoVariables(p);
  }
  if (p.into !== undefined) {
    const into = p.into;
    return {
      ...statement(p, [node], { verb: "select", returns: "nothing" }),
      into,
    };
  }
  const done = statement(p, [node], { verb: "select", returns: "rows" });
  return p.calculates ? { ...done, foundRows: countOf(node) } : done;
}

/** How many rows a query has without its LIMIT. */
function countOf(node: Node): Node {
  const { limitCount: _, limitOffset: __, sortClause: ___, ...rest } =
    (node as { SelectStmt: Record<string, unknown> }).SelectStmt;
  return selectStmt({
    targetList: [target({
      FuncCall: {
        funcname: [{ String: { sval: "pg_catalog" } }, {
          String: { sval: "count" },
        }],
        agg_star: true,
        funcformat: "COERCE_EXPLICIT_CALL",
      },
    })],
    fromClause: [{
      RangeSubselect: {
        subquery: {
          SelectStmt: { ...rest, limitOption: "LIMIT_OPTION_DEFAULT" },
        } as Node,
        alias: { aliasname: "found" },
      },
    }],
  });
}

/** Makes a statement for the engine. */
export function statement(
  p: Parser,
  nodes: readonly Node[],
  { verb, returns, ignore = false, commits = false }: {
    readonly verb: string;
    readonly returns: Returns;
    readonly ignore?: boolean;
    readonly commits?: boolean;
  },
): QueryStatement {
  return {
    kind: "query",
    nodes,
    answer: returns === "count" && nodes.length > 1 ? -1 : 0,
    params: p.params,
    returns,
    verb,
    commits,
    discards: false,
    ignore,
    several: undefined,
    updates: false,
    volatile: p.volatile,
    postponed: p.postponed,
  };
}

function definition(
  p: Parser,
  verb: string,
  nodes: readonly Node[],
): MysqlStatement {
  if (nodes.length === 0) return { kind: "ok", verb };
  return statement(p, nodes, { verb, returns: "nothing", commits: true });
}

function alter(p: Parser): Node[] {
  p.expect("alter");
  if (p.acceptOne("database", "schema") !== undefined) return alterDatabase(p);
  if (p.accept("user")) return alterUser(p);
  if (p.is("view", "algorithm", "definer", "sql")) return alterView(p);
  if (p.is("procedure", "function", "event")) {
    throw notSupportedYet(`ALTER ${p.token.value.toUpperCase()}`);
  }
  return alterTable(p);
}

/** EXPLAIN of a statement, or DESCRIBE of a table. */
function explain(p: Parser): MysqlStatement {
  const mark = p.at;
  p.take();
  p.accept("extended");
  const analyze = p.accept("analyze");
  let format = "traditional";
  if (p.accept("format")) {
    p.expect("=");
    format = p.anyName().toLowerCase();
  }
  if (startsQuery(p) || p.is("with", "insert", "replace", "update", "delete")) {
    const of = readStatement(p);
    if (of.kind !== "query") throw p.error();
    return { kind: "explain", format: analyze ? "tree" : format, of };
  }
  p.at = mark;
  p.take();
  return describe(p);
}

function call(p: Parser): MysqlStatement {
  p.expect("call");
  const parts = p.qualifiedName();
  const args = p.is("(")
    ? p.parenthesized(() => p.is(")") ? [] : p.list(() => valueOf(p)))
    : [];
  return statement(p, [{
    CallStmt: {
      funccall: {
        funcname: parts.map((sval) => ({ String: { sval } })),
        args,
        funcformat: "COERCE_EXPLICIT_CALL",
      },
    },
  }], { verb: "call", returns: "nothing" });
}
