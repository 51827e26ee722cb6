/**
 * Reads UPDATE and DELETE, of one table and of several (MySQL manual, 15.2.17 and 15.2.2).
 *
 * ORDER BY and LIMIT choose rows by `ctid` first. Of a join, the tables besides the one that is changed go to
 * PostgreSQL's FROM or USING; where an outer join or USING makes that impossible, the whole join goes
 * there and `ctid` leads back to the row.
 *
 * @module
 */

import type {
  DeleteStmt,
  JoinExpr,
  Node,
  RangeVar,
  UpdateStmt,
} from "@pgsql/types";
import { MysqlError, notSupportedYet } from "./error.ts";
import { conditionOf } from "./expression.ts";
import { fromClause } from "./from.ts";
import { assignments } from "./insert.ts";
import {
  column,
  type Lenient,
  logic,
  operator,
  rangeVar,
  selectStmt,
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
  const named = list.find(({ table }) => table !== undefined)?.table;
  const tables = from.flatMap(tablesOf);
  const changed = named === undefined
    ? tables[0]
    : tables.find((each) => nameOf(each) === named);
  if (changed === undefined) {
    throw new MysqlError(
      1109,
      "42S02",
      `Unknown table '${named ?? ""}' in field list`,
    );
  }
  const other = list.find(({ table }) =>
    table !== undefined && table !== nameOf(changed)
  );
  if (other !== undefined) {
    throw notSupportedYet("UPDATE of several tables at once");
  }
  const targetList = list.map(({ name, node }) => target(node, name));
  const choice = place(p, from, changed, where);
  const leniency = p.leniency(ignore);
  const stmt: Lenient<UpdateStmt> = {
    ...(leniency === undefined ? {} : { leniency }),
    relation: choice.relation,
    targetList,
    ...(choice.others.length === 0 ? {} : { fromClause: choice.others }),
    ...(choice.where === undefined ? {} : { whereClause: choice.where }),
  };
  return { ignore, node: { UpdateStmt: stmt } };
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
  { relation, others, where }: Choice,
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

interface Choice {
  readonly relation: RangeVar;
  readonly others: Node[];
  readonly where: Node | undefined;
}

/** How PostgreSQL finds the rows. */
function place(
  p: Parser,
  from: readonly Node[],
  table: RangeVar,
  where: Node | undefined,
): Choice {
  const sortClause = p.accept("order", "by") ? orderBy(p) : undefined;
  const limit = limitClause(p);
  if (limit.limitOffset !== undefined) throw p.error();
  const name = nameOf(table);
  if (sortClause !== undefined || limit.limitCount !== undefined) {
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
      where: isIn(column(name, "ctid"), chosen),
    };
  }
  const flat = flatten(from);
  if (flat !== undefined) {
    const conditions = [
      ...flat.conditions,
      ...(where === undefined ? [] : [where]),
    ];
    return {
      relation: table,
      others: flat.items.filter((item) =>
        !("RangeVar" in item) || item.RangeVar !== table
      ),
      where: conditions.length === 0
        ? undefined
        : conditions.length === 1
        ? conditions[0]
        : logic("AND_EXPR", ...conditions),
    };
  }
  // The whole join finds rows of the table; the table itself goes by another name.
  const hidden = "changed row";
  const back = operator("=", column(hidden, "ctid"), column(name, "ctid"));
  return {
    relation: { ...rangeVar(partsOf(table), hidden) },
    others: [...from],
    where: where === undefined ? back : logic("AND_EXPR", back, where),
  };
}

const isIn = (left: Node, subselect: Node): Node => ({
  SubLink: { subLinkType: "ANY_SUBLINK", testexpr: left, subselect },
});

const partsOf = ({ schemaname, relname = "" }: RangeVar) =>
  schemaname === undefined ? [relname] : [schemaname, relname];

const nameOf = ({ alias, relname }: RangeVar) =>
  alias?.aliasname ?? relname ?? "";

/** Tables of a FROM list, those of joins too. */
function tablesOf(item: Node): RangeVar[] {
  if ("RangeVar" in item) return [item.RangeVar];
  if ("JoinExpr" in item) {
    const { larg, rarg } = item.JoinExpr;
    return [...tablesOf(larg as Node), ...tablesOf(rarg as Node)];
  }
  return [];
}

/** Inner joins as a list of tables and conditions; nothing when there are other joins. */
function flatten(
  from: readonly Node[],
): { items: Node[]; conditions: Node[] } | undefined {
  const items: Node[] = [];
  const conditions: Node[] = [];
  for (const each of from) {
    if (!("JoinExpr" in each)) {
      items.push(each);
      continue;
    }
    const { jointype, larg, rarg, quals, usingClause, isNatural }: JoinExpr =
      each.JoinExpr;
    if (jointype !== "JOIN_INNER" || usingClause !== undefined || isNatural) {
      return undefined;
    }
    const inner = flatten([larg as Node, rarg as Node]);
    if (inner === undefined) return undefined;
    items.push(...inner.items);
    conditions.push(
      ...inner.conditions,
      ...(quals === undefined ? [] : [quals]),
    );
  }
  return { items, conditions };
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
