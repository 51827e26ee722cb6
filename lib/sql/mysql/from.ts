/**
 * Reads FROM: tables, joins, derived tables (MySQL manual, 15.2.13.2).
 *
 * @module
 */

import type { JoinExpr, Node } from "@pgsql/types";
import { MysqlError, notSupportedYet } from "./error.ts";
import { conditionOf } from "./expression.ts";
import { informationTable } from "./information_schema.ts";
import { rangeVar, string } from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { query, startsQuery } from "./query.ts";
import { tableParts } from "./table_name.ts";

/** After FROM. */
export function fromClause(p: Parser): Node[] {
  return p.list(() => tableReference(p));
}

/** A table with all that is joined to it. */
export function tableReference(p: Parser): Node {
  return p.nested(() => {
    let left = tableFactor(p);
    for (;;) {
      const next = joined(p, left);
      if (next === undefined) return left;
      left = next;
    }
  });
}

function joined(p: Parser, left: Node): Node | undefined {
  if (p.accept("natural")) {
    const side = p.acceptOne("left", "right", "inner");
    if (side === "left" || side === "right") p.accept("outer");
    p.expect("join");
    return join({
      jointype: joinTypes[side ?? "inner"] ?? "JOIN_INNER",
      isNatural: true,
      larg: left,
      rarg: tableFactor(p),
    });
  }
  const side = p.is("left", "right") ? p.take().word : undefined;
  if (side !== undefined) {
    p.accept("outer");
    p.expect("join");
    const right = rightSide(p);
    return join({
      jointype: joinTypes[side] ?? "JOIN_LEFT",
      larg: left,
      rarg: right,
      ...needed(p),
    });
  }
  if (p.accept("straight_join")) {
    const right = tableFactor(p);
    return join({
      jointype: "JOIN_INNER",
      larg: left,
      rarg: right,
      ...maybeOn(p),
    });
  }
  const crossed = p.acceptOne("cross", "inner");
  if (crossed !== undefined) p.expect("join");
  else if (!p.accept("join")) return undefined;
  const right = rightSide(p);
  return join({
    jointype: "JOIN_INNER",
    larg: left,
    rarg: right,
    ...maybeOn(p),
  });
}

/** `a JOIN b JOIN c ON … ON …`: the inner pair comes first. */
function rightSide(p: Parser): Node {
  let right = tableFactor(p);
  while (p.is("join", "inner", "left", "right", "cross") && waitsForOn(p)) {
    const next = joined(p, right);
    if (next === undefined) break;
    right = next;
  }
  return right;
}

/** Whether the next join has its ON before that of the one outside. */
function waitsForOn(p: Parser): boolean {
  // Two ON in a row after the next tables: count joins and conditions up to the end of this level.
  let depth = 0;
  let joins = 0;
  let conditions = 0;
  for (let ahead = 0;; ahead++) {
    const { kind, word } = p.peek(ahead);
    if (kind === "end") return false;
    if (word === "(" && kind === "operator") depth++;
    if (word === ")" && kind === "operator") depth--;
    if (depth < 0 || ahead > 200) return false;
    if (depth > 0) continue;
    if (kind === "word" && word === "join") {
      if (conditions > 0) return false;
      joins++;
    }
    if (kind === "word" && (word === "on" || word === "using")) {
      conditions++;
      if (conditions > joins) return true;
    }
    if (
      kind === "word" &&
      ["where", "group", "order", "limit", "set", "having", "union"].includes(
        word,
      )
    ) return false;
  }
}

const joinTypes: Readonly<Record<string, JoinExpr["jointype"]>> = {
  left: "JOIN_LEFT",
  right: "JOIN_RIGHT",
  inner: "JOIN_INNER",
};

const join = (parts: JoinExpr): Node => ({ JoinExpr: parts });

function needed(p: Parser): Partial<JoinExpr> {
  const found = maybeOn(p);
  if (Object.keys(found).length === 0) throw p.error();
  return found;
}

function maybeOn(p: Parser): Partial<JoinExpr> {
  if (p.accept("on")) return { quals: conditionOf(p) };
  if (p.accept("using")) {
    return {
      usingClause: p.parenthesized(() => p.list(() => string(p.anyName()))),
    };
  }
  return {};
}

/** `AS name`, `name`. */
function alias(p: Parser): string | undefined {
  if (p.accept("as")) {
    return p.token.kind === "string" ? p.string() : p.anyName();
  }
  return p.isName() ? p.name() : undefined;
}

function tableFactor(p: Parser): Node {
  const lateral = p.accept("lateral");
  if (p.is("(")) {
    if (startsQuery(p)) {
      p.take();
      const subquery = query(p);
      p.expect(")");
      const name = alias(p);
      if (name === undefined) {
        throw new MysqlError(
          1248,
          "42000",
          "Every derived table must have its own alias",
        );
      }
      const colnames = p.is("(")
        ? p.parenthesized(() => p.list(() => string(p.anyName())))
        : undefined;
      return {
        RangeSubselect: {
          lateral,
          subquery,
          alias: {
            aliasname: name,
            ...(colnames === undefined ? {} : { colnames }),
          },
        },
      };
    }
    p.take();
    const inner = fromClause(p);
    p.expect(")");
    return inner.reduce((larg, rarg) =>
      join({ jointype: "JOIN_INNER", larg, rarg })
    );
  }
  if (p.are("json_table", "(")) throw notSupportedYet("JSON_TABLE");
  const { token } = p;
  const parts = tableParts(p);
  if (p.is("partition")) {
    throw new MysqlError(
      1747,
      "HY000",
      "PARTITION () clause on non partitioned table",
    );
  }
  const name = alias(p);
  indexHints(p);
  return informationTable(p, parts, name) ??
    {
      RangeVar: {
        ...rangeVar(parts, name),
        // A name with its database is whole.
        ...(p.origin === undefined || parts.length > 1
          ? {}
          : { location: token.at - p.origin }),
      },
    };
}

/** USE INDEX (…), FORCE INDEX …: SQLite chooses by itself. */
function indexHints(p: Parser): void {
  while (
    p.is("use", "force", "ignore") && ["index", "key"].includes(p.peek().word)
  ) {
    p.take();
    p.take();
    if (p.accept("for") && !p.accept("join")) {
      if (p.acceptOne("order", "group") === undefined) throw p.error();
      p.expect("by");
    }
    p.parenthesized(() => {
      while (!p.is(")")) {
        p.anyName();
        if (!p.accept(",")) break;
      }
    });
    if (p.is(",") && ["use", "force", "ignore"].includes(p.peek().word)) {
      p.take();
    }
  }
}
