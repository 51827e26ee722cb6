/**
 * Reads INSERT and REPLACE (MySQL manual, 15.2.7 and 15.2.12).
 *
 * ON DUPLICATE KEY UPDATE is ON CONFLICT DO UPDATE without the name of an index: any index may conflict.
 * REPLACE is the same with no list, which stands for all columns.
 *
 * @module
 */

import type { InsertStmt, Node, OnConflictClause } from "@pgsql/types";
import { expression, valueOf } from "./expression.ts";
import {
  asValue,
  column,
  type Lenient,
  rangeVar,
  selectStmt as select,
  target,
} from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { query, startsQuery } from "./query.ts";
import { replaceColumns } from "./replace_columns.ts";
import { insertedFrom } from "./source_columns.ts";
import { tableParts } from "./table_name.ts";

/** SQLite binds 32766 values at once; defaults and counters of each row are among them. */
const mostValues = 24_000;
const mostRows = 1000;

/** An INSERT, and whether errors of its data are warnings. */
export interface InsertRead {
  /** Several when the values are too many for one. */
  readonly nodes: readonly Node[];
  readonly ignore: boolean;
  /** Whether there may be several rows. */
  readonly several: "rows" | "query" | undefined;
  /** Whether there is ON DUPLICATE KEY UPDATE. */
  readonly updates: boolean;
}

/** At INSERT or REPLACE. */
export function insert(p: Parser): InsertRead {
  const replaces = p.take().word === "replace";
  p.acceptOne("low_priority", "delayed", "high_priority");
  const ignore = !replaces && p.accept("ignore");
  p.accept("into");
  const parts = tableParts(p);
  const table = parts.at(-1) as string;
  const source = rows(p, parts);
  const fresh = newRowAlias(p, source.columns);
  const duplicate = !replaces && p.accept("on", "duplicate", "key", "update")
    ? assignments(p).map(({ name, node }) =>
      target(inConflict(node, table, fresh, source.select), name)
    )
    : undefined;
  const onConflictClause: OnConflictClause | undefined = replaces
    ? { action: "ONCONFLICT_UPDATE" }
    : duplicate !== undefined
    ? { action: "ONCONFLICT_UPDATE", targetList: duplicate }
    : ignore
    ? { action: "ONCONFLICT_NOTHING" }
    : undefined;
  const leniency = p.leniency(ignore);
  const stmt: Lenient<InsertStmt> = {
    ...(leniency === undefined ? {} : { leniency }),
    relation: rangeVar(parts),
    override: "OVERRIDING_NOT_SET",
    ...(source.columns === undefined ? {} : {
      cols: source.columns.map((name): Node => ({ ResTarget: { name } })),
    }),
    ...(source.select === undefined ? {} : { selectStmt: source.select }),
    ...(onConflictClause === undefined ? {} : { onConflictClause }),
  };
  const written = valueLists(source.select);
  const how = {
    ignore,
    several: source.select === undefined || written?.length === 1
      ? undefined
      : written === undefined
      ? "query" as const
      : "rows" as const,
    updates: duplicate !== undefined,
  };
  // Parameters are numbered over all of a statement, so one that has any stays whole.
  const lists = p.params > 0 ? undefined : written;
  const width = lists?.[0] !== undefined && "List" in lists[0]
    ? lists[0].List.items?.length ?? 1
    : 1;
  const size = Math.min(
    mostRows,
    Math.max(1, Math.floor(mostValues / (width + 1))),
  );
  if (lists === undefined || lists.length <= size) {
    return { nodes: [{ InsertStmt: stmt }], ...how };
  }
  const nodes: Node[] = [];
  for (let at = 0; at < lists.length; at += size) {
    const selectStmt = select({ valuesLists: lists.slice(at, at + size) });
    nodes.push({ InsertStmt: { ...stmt, selectStmt } });
  }
  return { nodes, ...how };
}

/** Rows that are written out. */
function valueLists(node: Node | undefined): Node[] | undefined {
  return node !== undefined && "SelectStmt" in node
    ? node.SelectStmt.valuesLists
    : undefined;
}

interface Source {
  readonly columns: readonly string[] | undefined;
  readonly select: Node | undefined;
}

function rows(p: Parser, table: readonly string[]): Source {
  if (p.accept("set")) {
    p.inserted = table;
    const list = assignments(p);
    p.inserted = undefined;
    return {
      columns: list.map(({ name }) => name),
      select: values([list.map(({ node }) => node)]),
    };
  }
  let columns: string[] | undefined;
  if (p.is("(") && !startsQuery(p)) {
    columns = p.parenthesized(() => p.is(")") ? [] : p.list(() => columnOf(p)));
  }
  if (p.is("values", "value") && !(p.is("values") && p.peek().word === "row")) {
    p.take();
    p.inserted = table;
    const lists = p.list(() =>
      p.parenthesized(() => p.is(")") ? [] : p.list(() => valueOf(p)))
    );
    p.inserted = undefined;
    if (lists.every((list) => list.length === 0)) {
      return { columns: undefined, select: undefined };
    }
    return {
      columns: columns?.length === 0 ? undefined : columns,
      select: values(lists),
    };
  }
  if (!startsQuery(p)) throw p.error();
  return { columns, select: query(p) };
}

/** `c`, `t.c`, `d.t.c`. */
function columnOf(p: Parser): string {
  let name = p.name();
  while (p.accept(".")) name = p.anyName();
  return name;
}

const values = (lists: readonly Node[][]): Node =>
  select({ valuesLists: lists.map((items) => ({ List: { items } })) });

/** `c = value, …`. */
export function assignments(
  p: Parser,
): { name: string; table: string | undefined; node: Node }[] {
  return p.list(() => {
    const parts = [p.name()];
    while (p.accept(".")) parts.push(p.anyName());
    if (p.acceptOne("=", ":=") === undefined) throw p.error();
    return {
      name: parts.at(-1) as string,
      table: parts.at(-2),
      node: asValue(expression(p)),
    };
  });
}

/** `AS new`, `AS new(a, b)`: the row that was to be inserted. */
interface NewRow {
  readonly name: string;
  /** Column that a name of the alias's list stands for. */
  readonly columns: ReadonlyMap<string, string>;
}

function newRowAlias(
  p: Parser,
  columns: readonly string[] | undefined,
): NewRow | undefined {
  if (!p.accept("as")) return undefined;
  const name = p.name();
  const names = p.is("(") ? p.parenthesized(() => p.list(() => p.name())) : [];
  return {
    name,
    columns: new Map(names.map((each, at) => [each, columns?.[at] ?? each])),
  };
}

/** A name alone is the row that is there; the alias is the one that was to come. */
function inConflict(
  node: Node,
  table: string,
  fresh: NewRow | undefined,
  select: Node | undefined,
): Node {
  return replaceColumns(node, (parts) => {
    const [first, second] = parts;
    if (parts.length === 1) {
      const renamed = fresh?.columns.get(first as string);
      return renamed === undefined
        ? column(table, first as string)
        : column("excluded", renamed);
    }
    if (parts.length === 2 && first === fresh?.name) {
      return column(
        "excluded",
        fresh?.columns.get(second as string) ?? second as string,
      );
    }
    return first === table || first === "excluded"
      ? undefined
      : insertedFrom(select, parts.slice(-2));
  });
}
