/**
 * Queries of views as they are stored: everything named in full, `*` written out, each column with its
 * name, so that later changes of the tables change nothing in them.
 *
 * @module
 */

import type { Node, ResTarget, SelectStmt } from "@pgsql/types";
import { analyzeQuery } from "../compile.ts";
import type { Column, Relation } from "../catalog/catalog.ts";
import { storedNames } from "../catalog/dependencies.ts";
import { type NameEntry, walkNames } from "../catalog/name_walk.ts";
import { notSupported, SqlError } from "../error.ts";
import { oid } from "../types/type.ts";
import { deparse } from "./expression_text.ts";
import { strings, walkTree } from "./nodes.ts";
import { qualify } from "./qualify.ts";
import type { Work } from "./work.ts";

/** A query that can be stored, and its columns. */
export interface StoredQuery {
  readonly node: Node;
  readonly text: string;
  readonly columns: readonly Column[];
}

/**
 * @param work Statement.
 * @param query Query as it was written.
 * @param names Names for its columns, if some were given.
 * @param tooMany Error for more names than columns.
 * @returns The query.
 * @throws {SqlError} 42701, 42601, 0A000 and whatever the query throws.
 */
export function storeQuery(
  work: Work,
  query: Node,
  names: readonly string[],
  tooMany: string,
): StoredQuery {
  checkStorable(query);
  const tree = analyzeQuery(query, work.env, work.context.text);
  if (tree.kind !== "select" && tree.kind !== "set") {
    throw notSupported("a view of such a statement");
  }
  if (names.length > tree.targets.length) {
    throw new SqlError("42601", tooMany);
  }
  const columns = tree.targets.map(({ name, expr }, i) =>
    plainColumn(i + 1, names[i] ?? name, {
      type: expr.type === oid.unknown ? oid.text : expr.type,
      typmod: expr.typmod,
    })
  );
  checkDistinct(columns);
  const node = qualify(work, query);
  writeStarsOut(work, node);
  if ("SelectStmt" in node) nameColumns(node.SelectStmt, columns);
  return { node, text: viewText(node), columns };
}

/**
 * @param node Stored query.
 * @returns PostgreSQL text.
 */
export function viewText(node: Node): string {
  return deparse(node);
}

/**
 * @param number Column number.
 * @param name Its name.
 * @param typed Its type.
 * @returns A column without anything else.
 */
export function plainColumn(
  number: number,
  name: string,
  { type, typmod }: Pick<Column, "type" | "typmod">,
): Column {
  return {
    number,
    name,
    storage: name,
    type,
    // That of MySQL's numbers without a sign is known to its dialect alone.
    typmod: type === oid.int8 ? -1 : typmod,
    notNull: false,
    generated: "",
    identity: "",
    acl: null,
  };
}

function checkDistinct(columns: readonly Column[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw new SqlError("42701", `column "${name}" specified more than once`);
    }
    seen.add(name);
  }
}

function checkStorable(query: Node): void {
  if ("SelectStmt" in query && query.SelectStmt.intoClause !== undefined) {
    throw new SqlError("0A000", "views must not contain SELECT INTO");
  }
  walkTree({ query }, (kind) => {
    if (kind === "ParamRef") {
      throw new SqlError("42P02", "there is no parameter $1");
    }
    if (/^(Insert|Update|Delete|Merge)Stmt$/.test(kind)) {
      throw new SqlError(
        "0A000",
        "views must not contain data-modifying statements in WITH",
      );
    }
  });
}

/** Gives the columns of a query their names, so that they keep them when a table's change. */
function nameColumns(select: SelectStmt, columns: readonly Column[]): void {
  if (select.larg !== undefined) {
    nameColumns(select.larg, columns);
    return;
  }
  const targets = resTargets(select);
  if (targets.length !== columns.length) return;
  targets.forEach((target, i) => {
    const name = columns[i]?.name ?? "";
    if (outputName(target) !== name) target.name = name;
  });
}

function resTargets(select: SelectStmt): ResTarget[] {
  return (select.targetList ?? []).flatMap((node) =>
    "ResTarget" in node ? [node.ResTarget] : []
  );
}

/** The name that a target has or, if it is a column, will get by itself. */
function outputName({ name, val }: ResTarget): string | undefined {
  if (name !== undefined) return name;
  return val !== undefined && "ColumnRef" in val
    ? strings(val.ColumnRef.fields).at(-1)
    : undefined;
}

/**
 * Keeps the names of a query's columns when the columns they come from get other ones.
 *
 * @param select A query at any level.
 * @param name Name of a column that is about to change.
 */
export function keepOutputName(select: SelectStmt, name: string): void {
  for (const target of resTargets(select)) {
    if (target.name === undefined && outputName(target) === name) {
      target.name = name;
    }
  }
}

function writeStarsOut(work: Work, node: Node): void {
  walkNames(node, storedNames(work.catalog), {
    query: (select, entries) => {
      select.targetList = (select.targetList ?? []).flatMap((target) =>
        starColumns(target, select, entries) ?? [target]
      );
      if (select.targetList.length === 0) delete select.targetList;
    },
  });
}

/** A column of `*`: qualified, or by its name alone if JOIN … USING merged it. */
interface StarColumn {
  readonly name: string;
  readonly alias?: string | undefined;
}

/**
 * @param target An item of a SELECT list.
 * @param select Its query.
 * @param entries What is in its FROM.
 * @returns The columns that it stands for; nothing when it is no `*`, or its columns are not known.
 */
export function starColumns(
  target: Node,
  select: SelectStmt,
  entries: readonly NameEntry[],
): Node[] | undefined {
  if (!("ResTarget" in target)) return undefined;
  const { val } = target.ResTarget;
  if (val === undefined || !("ColumnRef" in val)) return undefined;
  const fields = val.ColumnRef.fields ?? [];
  const last = fields.at(-1);
  if (last === undefined || !("A_Star" in last)) return undefined;
  let columns: StarColumn[] | undefined;
  if (fields.length === 1) {
    columns = [];
    const left = [...entries];
    for (const item of select.fromClause ?? []) {
      const some = columnsOf(item, left);
      if (some === undefined) return undefined;
      columns.push(...some);
    }
  } else {
    const alias = strings(fields).at(-2) ?? "";
    columns = entryColumns(entries.find((each) => each.alias === alias));
  }
  return columns?.map(({ name, alias }) => ({
    ResTarget: {
      val: {
        ColumnRef: {
          fields: [...(alias === undefined ? [] : [alias]), name].map(
            (sval) => ({ String: { sval } }),
          ),
        },
      },
    },
  }));
}

function entryColumns(entry: NameEntry | undefined): StarColumn[] | undefined {
  return entry?.names?.map((name) => ({ name, alias: entry.alias }));
}

/** Columns of an item of FROM; takes its entries off the front of the list. */
function columnsOf(item: Node, left: NameEntry[]): StarColumn[] | undefined {
  if (!("JoinExpr" in item)) return entryColumns(left.shift());
  const { larg, rarg, usingClause, isNatural, alias } = item.JoinExpr;
  if (larg === undefined || rarg === undefined || alias !== undefined) {
    return undefined;
  }
  const one = columnsOf(larg, left);
  const two = columnsOf(rarg, left);
  if (one === undefined || two === undefined) return undefined;
  const merged = isNatural
    ? one.map(({ name }) => name).filter((name) =>
      two.some((each) => each.name === name)
    )
    : strings(usingClause);
  const rest = (columns: StarColumn[]) =>
    columns.filter(({ name }) => !merged.includes(name));
  return [...merged.map((name) => ({ name })), ...rest(one), ...rest(two)];
}

/**
 * @param relation View.
 * @param node Its query, changed.
 * @returns The view with it.
 */
export function withQuery(relation: Relation, node: Node): Relation {
  if (relation.view === undefined) return relation;
  // What a MySQL client wrote has the old names.
  const { mysql: _, ...others } = relation.view;
  return {
    ...relation,
    view: { ...others, node, text: viewText(node) },
  };
}
