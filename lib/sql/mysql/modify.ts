/**
 * Reads UPDATE and DELETE, of one table and of several (MySQL manual, 15.2.17 and 15.2.2).
 *
 * ORDER BY and LIMIT choose rows by `ctid` first. An UPDATE of a join has no target yet: which columns are
 * whose is not known here, so the tree keeps the qualifier of a column as its indirection and all tables
 * in FROM, and `resolve/update_tables.ts` makes PostgreSQL's statement of it.
 *
 * @module
 */

import type { DeleteStmt, Node, RangeVar, UpdateStmt } from "@pgsql/types";
import { MysqlError } from "./error.ts";
import { conditionOf } from "./expression.ts";
import { fromClause } from "./from.ts";
import { assignments } from "./insert.ts";
import {
  type JoinedRows,
  joinedRows,
  nameOf,
  tablesOf,
  updateParts,
} from "./joined_rows.ts";
import {
  column,
  type Lenient,
  rangeVar,
  selectStmt,
  string,
  target,
} from "./nodes.ts";
import { orderBy } from "./order_by.ts";
import type { Parser } from "./parser.ts";
import { limitClause } from "./select.ts";
import { tableParts } from "./table_name.ts";

/** At UPDATE. */
export function update(
  p: Parser,
): { readonly node: Node; readonly ignore: boolean } {
  p.expect("update");
  p.accept("low_priority");
  const ignore = p.accept("ignore");
  const from = fromClause(p);
  p.expect("set");
  const list = assignments(p);
  const where = p.accept("where") ? conditionOf(p) : undefined;
  const leniency = p.leniency(ignore);
  const [item] = from;
  const first = item !== undefined && "RangeVar" in item && from.length === 1
    ? item.RangeVar
    : undefined;
  if (first === undefined) {
    if (p.is("order", "limit")) {
      throw new MysqlError(
        1221,
        "HY000",
        `Incorrect usage of UPDATE and ${p.is("order") ? "ORDER BY" : "LIMIT"}`,
      );
    }
    return { ignore, node: updateOfJoin(from, list, { where, leniency }) };
  }
  const other = list.find(({ table }) =>
    table !== undefined && table !== nameOf(first)
  );
  if (other !== undefined) {
    throw new MysqlError(
      1054,
      "42S22",
      `Unknown column '${other.table ?? ""}.${other.name}' in 'field list'`,
    );
  }
  const targetList = list.map(({ name, node }) => target(node, name));
  const stmt: Lenient<UpdateStmt> = {
    ...(leniency === undefined ? {} : { leniency }),
    ...updateParts(place(p, from, first, where), targetList),
  };
  return { ignore, node: { UpdateStmt: stmt } };
}

/** Which tables change is known when their columns are (`resolve/update_tables.ts`). */
function updateOfJoin(
  fromClause: Node[],
  list: ReturnType<typeof assignments>,
  { where, leniency }: {
    where: Node | undefined;
    leniency: Lenient<UpdateStmt>["leniency"];
  },
): Node {
  const stmt: Lenient<UpdateStmt> = {
    ...(leniency === undefined ? {} : { leniency }),
    targetList: list.map(({ name, table, node }): Node => ({
      ResTarget: {
        name,
        ...(table === undefined ? {} : { indirection: [string(table)] }),
        val: node,
      },
    })),
    fromClause,
    ...(where === undefined ? {} : { whereClause: where }),
  };
  return { UpdateStmt: stmt };
}

/** At DELETE. */
export function remove(
  p: Parser,
): { readonly node: Node; readonly ignore: boolean } {
  p.expect("delete");
  while (p.acceptOne("low_priority", "quick") !== undefined);
  const ignore = p.accept("ignore");
  if (p.accept("from")) {
    const mark = p.at;
    const names = p.list(() => starred(p));
    if (p.accept("using")) {
      const from = fromClause(p);
      return { ignore, node: several(p, names, from) };
    }
    p.at = mark;
    const from = fromClause(p);
    const [table] = from.flatMap(tablesOf);
    if (table === undefined || from.length > 1) throw p.error();
    const where = p.accept("where") ? conditionOf(p) : undefined;
    return { ignore, node: deletion(place(p, from, table, where), ignore) };
  }
  const names = p.list(() => starred(p));
  p.expect("from");
  return { ignore, node: several(p, names, fromClause(p)) };
}

/** `t`, `t.*`, `d.t.*`. */
function starred(p: Parser): string {
  let name = p.name();
  while (p.accept(".")) {
    if (p.accept("*")) break;
    name = p.anyName();
  }
  return name;
}

function several(
  p: Parser,
  names: readonly string[],
  from: readonly Node[],
): Node {
  const where = p.accept("where") ? conditionOf(p) : undefined;
  const tables = from.flatMap(tablesOf);
  const choices = names.map((name) => {
    const table = tables.find((each) => nameOf(each) === name);
    if (table === undefined) {
      throw new MysqlError(
        1109,
        "42S02",
        `Unknown table '${name}' in MULTI DELETE`,
      );
    }
    return place(p, from, table, where);
  });
  const last = choices.pop();
  if (last === undefined) throw p.error();
  const { DeleteStmt } = deletion(last) as { DeleteStmt: object };
  if (choices.length === 0) return { DeleteStmt };
  return {
    DeleteStmt: {
      ...DeleteStmt,
      withClause: {
        ctes: choices.map((choice, at) => ({
          CommonTableExpr: {
            ctename: `deleted_${at}`,
            ctequery: deletion(choice),
            ctematerialized: "CTEMaterializeDefault" as const,
          },
        })),
      },
    },
  };
}

function deletion(
  { relation, others, where }: JoinedRows,
  ignore = false,
): Node {
  const stmt: Lenient<DeleteStmt> = {
    ...(ignore ? { leniency: "ignore" } : {}),
    relation,
    ...(others.length === 0 ? {} : { usingClause: [...others] }),
    ...(where === undefined ? {} : { whereClause: where }),
  };
  return { DeleteStmt: stmt };
}

/** How PostgreSQL finds the rows; ORDER BY and LIMIT come after WHERE. */
function place(
  p: Parser,
  from: readonly Node[],
  table: RangeVar,
  where: Node | undefined,
): JoinedRows {
  const sortClause = p.accept("order", "by") ? orderBy(p) : undefined;
  const limit = limitClause(p);
  if (limit.limitOffset !== undefined) throw p.error();
  if (sortClause === undefined && limit.limitCount === undefined) {
    return joinedRows(from, table, where);
  }
  if (from.length > 1 || !("RangeVar" in (from[0] as object))) {
    throw p.error();
  }
  const chosen = selectStmt({
    targetList: [target(column("ctid"))],
    fromClause: [{ RangeVar: table }],
    ...(where === undefined ? {} : { whereClause: where }),
    ...(sortClause === undefined ? {} : { sortClause }),
    ...limit,
  });
  return {
    relation: table,
    others: [],
    where: {
      SubLink: {
        subLinkType: "ANY_SUBLINK",
        testexpr: column(nameOf(table), "ctid"),
        subselect: chosen,
      },
    },
  };
}

/** At TRUNCATE. */
export function truncate(p: Parser): Node {
  p.expect("truncate");
  p.accept("table");
  return {
    TruncateStmt: {
      relations: [{ RangeVar: rangeVar(tableParts(p)) }],
      restart_seqs: true,
      behavior: "DROP_RESTRICT",
    },
  };
}
