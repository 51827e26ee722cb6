/**
 * Reads queries: SELECT, VALUES, TABLE, parentheses, UNION and WITH around them
 * (MySQL manual, 15.2.13–15.2.20).
 *
 * @module
 */

import type { Node, SelectStmt, WithClause } from "@pgsql/types";
import { valueOf } from "./expression.ts";
import { column, selectStmt, star, target } from "./nodes.ts";
import { markGroups } from "./loose_groups.ts";
import { orderBy } from "./order_by.ts";
import type { Parser } from "./parser.ts";
import {
  limitClause,
  lockingClause,
  selectCore,
  useAliases,
} from "./select.ts";
import { tableName } from "./table_name.ts";

/** Whether a query begins here. */
export function startsQuery(p: Parser): boolean {
  let ahead = 0;
  while (p.peek(ahead).word === "(" && p.peek(ahead).kind === "operator") {
    ahead++;
  }
  const { kind, word } = p.peek(ahead);
  if (kind !== "word") return false;
  if (word === "values") return p.peek(ahead + 1).word === "row";
  return word === "select" || word === "with" ||
    (word === "table" && ahead === 0);
}

/**
 * @param p Parser, before a query.
 * @returns SelectStmt.
 */
export function query(p: Parser): Node {
  return p.nested(() => {
    p.queries++;
    const withClause = p.is("with") ? commonTables(p) : undefined;
    const body = unions(p);
    const tail = {
      ...sorting(p, body),
      ...limitClause(p),
      ...lockingClause(p),
      ...(withClause === undefined ? {} : { withClause }),
    };
    const node = merged(body, tail);
    if ("SelectStmt" in node) markGroups(p, node.SelectStmt);
    p.queries--;
    return node;
  });
}

/** ORDER BY after all; of a single SELECT its aliases may stand in expressions. */
function sorting(p: Parser, body: SelectStmt): Partial<SelectStmt> {
  if (!p.accept("order", "by")) return {};
  const keys = orderBy(p);
  return { sortClause: keys.map((key) => useAliases(key, body)) };
}

/** Puts ORDER BY, LIMIT and so on where they belong. */
function merged(body: SelectStmt, tail: Partial<SelectStmt>): Node {
  if (Object.keys(tail).length === 0) return { SelectStmt: body };
  const taken = Object.keys(tail).some((key) =>
    key in body && body[key as keyof SelectStmt] !== undefined &&
    key !== "limitOption"
  );
  if (!taken) {
    return { SelectStmt: { ...body, ...tail } };
  }
  // `(SELECT … LIMIT 1) LIMIT 2`
  return selectStmt({
    targetList: [target(star())],
    fromClause: [{
      RangeSubselect: {
        subquery: { SelectStmt: body },
        alias: { aliasname: "inner" },
      },
    }],
    ...tail,
  });
}

/** `WITH [RECURSIVE] a AS (…), …`. */
export function commonTables(p: Parser): WithClause {
  p.expect("with");
  const recursive = p.accept("recursive");
  const ctes = p.list((): Node => {
    const ctename = p.name();
    const names = p.is("(")
      ? p.parenthesized(() => p.list(() => p.anyName()))
      : [];
    p.expect("as");
    const ctequery = p.parenthesized(() => query(p));
    return {
      CommonTableExpr: {
        ctename,
        ctequery,
        ctematerialized: "CTEMaterializeDefault",
        ...(names.length === 0
          ? {}
          : { aliascolnames: names.map((sval) => ({ String: { sval } })) }),
      },
    };
  });
  return { ctes, recursive };
}

const setOperators = {
  union: "SETOP_UNION",
  intersect: "SETOP_INTERSECT",
  except: "SETOP_EXCEPT",
} as const;

/** UNION and EXCEPT from left to right, INTERSECT before them. */
function unions(p: Parser): SelectStmt {
  let left = intersections(p);
  for (;;) {
    const word = p.acceptOne("union", "except");
    if (word === undefined) return left;
    left = combined(p, word as "union", left, () => intersections(p));
  }
}

function intersections(p: Parser): SelectStmt {
  let left = single(p);
  while (p.accept("intersect")) {
    left = combined(p, "intersect", left, () => single(p));
  }
  return left;
}

function combined(
  p: Parser,
  word: keyof typeof setOperators,
  left: SelectStmt,
  read: () => SelectStmt,
): SelectStmt {
  const all = p.acceptOne("all", "distinct") === "all";
  const right = read();
  return {
    op: setOperators[word],
    all,
    larg: left,
    rarg: right,
    limitOption: "LIMIT_OPTION_DEFAULT",
  };
}

function single(p: Parser): SelectStmt {
  if (p.accept("(")) {
    const inner = query(p) as { SelectStmt: SelectStmt };
    p.expect(")");
    return inner.SelectStmt;
  }
  if (p.accept("table")) {
    const relation = tableName(p);
    return (selectStmt({
      targetList: [target(star())],
      fromClause: [relation],
    }) as { SelectStmt: SelectStmt }).SelectStmt;
  }
  if (p.accept("values")) return rows(p);
  return markGroups(p, selectCore(p));
}

/** `VALUES ROW(1, 2), ROW(3, 4)`: columns are `column_0`, …. */
function rows(p: Parser): SelectStmt {
  const lists = p.list(() => {
    p.expect("row");
    return p.parenthesized(() => p.list(() => valueOf(p)));
  });
  const width = lists[0]?.length ?? 0;
  const names = Array.from({ length: width }, (_, i) => `column_${i}`);
  const inner = selectStmt({
    valuesLists: lists.map((items) => ({ List: { items } })),
  });
  return (selectStmt({
    targetList: names.map((name) => target(column(name), name)),
    fromClause: [{
      RangeSubselect: {
        subquery: inner,
        alias: {
          aliasname: "values",
          colnames: names.map((sval) => ({ String: { sval } })),
        },
      },
    }],
  }) as { SelectStmt: SelectStmt }).SelectStmt;
}
