/**
 * Reads CREATE TABLE (MySQL manual, 15.1.20).
 *
 * Keys become indexes of their own, named `table.key`: names of indexes are the schema's in PostgreSQL and the
 * table's in MySQL.
 *
 * @module
 */

import type { Constraint, Node, RangeVar, SelectStmt } from "@pgsql/types";
import {
  columnDefinition,
  columnNode,
  type ColumnRead,
} from "./column_definition.ts";
import { withIndex } from "./alter_keys.ts";
import { added, placed } from "./alter_table.ts";
import { changed } from "./change_column.ts";
import { MysqlError, notSupportedYet } from "./error.ts";
import { rangeVar, string } from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { query, startsQuery } from "./query.ts";
import { indexNode, type KeyRead, readConstraint } from "./table_constraint.ts";
import { tableParts } from "./table_name.ts";
import { type TableOptions, tableOptions } from "./table_options.ts";

/** After CREATE [TEMPORARY] TABLE. */
export function createTable(p: Parser, temporary: boolean): Node[] {
  const ifNotExists = p.accept("if", "not", "exists");
  const parts = tableParts(p);
  const table = parts.at(-1) as string;
  const relation: RangeVar = {
    ...rangeVar(parts),
    relpersistence: temporary ? "t" : "p",
  };
  if (p.accept("like")) return [like(relation, tableParts(p), ifNotExists)];
  if (p.are("(", "like")) {
    p.take();
    p.take();
    const source = tableParts(p);
    p.expect(")");
    return [like(relation, source, ifNotExists)];
  }
  const columns: ColumnRead[] = [];
  const keys: KeyRead[] = [];
  if (p.is("(") && !startsQuery(p)) {
    p.parenthesized(() =>
      p.list(() => {
        const key = readConstraint(p);
        if (key === undefined) columns.push(columnDefinition(p));
        else keys.push(key);
      })
    );
  }
  const options = tableOptions(p);
  p.acceptOne("ignore", "replace");
  p.accept("as");
  if (startsQuery(p)) {
    const select = query(p);
    const made = asSelect(relation, select, ifNotExists);
    if (columns.length === 0 && keys.length === 0) {
      return [made, ...comments(relation, [], options)];
    }
    if (ifNotExists) {
      throw notSupportedYet(
        "CREATE TABLE IF NOT EXISTS with columns and SELECT",
      );
    }
    return [
      made,
      ...definedAfter(relation, select, { columns, keys }),
      ...comments(relation, columns, options),
    ];
  }
  if (columns.length === 0) throw p.error();
  return definition(
    p,
    table,
    relation,
    columns,
    keys,
    options,
    ifNotExists,
  );
}

function definition(
  p: Parser,
  table: string,
  relation: RangeVar,
  columns: readonly ColumnRead[],
  keys: readonly KeyRead[],
  options: TableOptions,
  ifNotExists: boolean,
): Node[] {
  checkNames(columns, keys);
  const primary =
    keys.find(({ kind }) => kind === "primary")?.parts.flatMap(({ column }) =>
      column ?? []
    ) ??
      columns.filter((each) => each.primary).map(({ name }) => name);
  const isPrimary = (name: string) =>
    primary.some((each) => each.toLowerCase() === name.toLowerCase());
  const elements: Node[] = columns.map((each): Node => ({
    ColumnDef: columnNode(
      isPrimary(each.name) ? { ...each, primary: true } : each,
      {
        table,
        collation: options.collation,
        start: options.autoIncrement,
      },
    ),
  }));
  const constraint = (made: Constraint) => elements.push({ Constraint: made });
  if (primary.length > 0) {
    constraint({
      contype: "CONSTR_PRIMARY",
      conname: `${table}.PRIMARY`,
      keys: primary.map((name) => string(exact(name, columns))),
    });
  }
  const indexes: Node[] = [];
  const taken = new Set<string>();
  for (const each of columns) {
    if (each.unique) {
      indexes.push(
        indexNode(
          relation,
          { kind: "unique", name: each.name, parts: [{ column: each.name }] },
          taken,
          ifNotExists,
        ),
      );
    }
  }
  let foreign = 0;
  for (const key of keys) {
    switch (key.kind) {
      case "primary":
        break;
      case "foreign": {
        const conname = key.name ?? `${table}_ibfk_${++foreign}`;
        const made: Constraint = { ...key.constraint, conname };
        if (p.checksForeignKeys) constraint(made);
        else p.postponed.push(addConstraint(relation, made));
        // As in InnoDB a foreign key has an index.
        if (!isIndexed(key, keys, primary)) {
          indexes.push(
            indexNode(
              relation,
              { kind: "index", name: conname, parts: key.parts },
              taken,
              ifNotExists,
            ),
          );
        }
        break;
      }
      case "check":
        constraint({
          ...key.constraint,
          ...(key.name === undefined ? {} : { conname: key.name }),
        });
        break;
      default:
        indexes.push(indexNode(relation, key, taken, ifNotExists));
    }
  }
  return [
    {
      CreateStmt: {
        relation,
        tableElts: elements,
        oncommit: "ONCOMMIT_NOOP",
        if_not_exists: ifNotExists,
      },
    },
    ...indexes,
    ...comments(relation, columns, options),
  ];
}

const addConstraint = (relation: RangeVar, made: Constraint): Node => ({
  AlterTableStmt: {
    relation,
    objtype: "OBJECT_TABLE",
    cmds: [{
      AlterTableCmd: {
        subtype: "AT_AddConstraint",
        def: { Constraint: made },
        behavior: "DROP_RESTRICT",
      },
    }],
  },
});

/** Whether another key begins with the columns of a foreign key. */
function isIndexed(
  { parts }: KeyRead,
  keys: readonly KeyRead[],
  primary: readonly string[],
): boolean {
  const wanted = parts.map(({ column }) => column?.toLowerCase());
  const others = keys.filter(({ kind }) =>
    kind === "unique" || kind === "index"
  )
    .map((key) => key.parts.map(({ column }) => column?.toLowerCase()));
  return [...others, primary.map((name) => name.toLowerCase())].some((names) =>
    wanted.every((name, at) => names[at] === name)
  );
}

/** Each column once, and keys of columns that are there. */
function checkNames(
  columns: readonly ColumnRead[],
  keys: readonly KeyRead[],
): void {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name.toLowerCase())) {
      throw new MysqlError(1060, "42S21", `Duplicate column name '${name}'`);
    }
    names.add(name.toLowerCase());
  }
  for (const { column } of keys.flatMap(({ parts }) => parts)) {
    if (column !== undefined && !names.has(column.toLowerCase())) {
      throw new MysqlError(
        1072,
        "42000",
        `Key column '${column}' doesn't exist in table`,
      );
    }
  }
}

/** Columns are named in any case. */
const exact = (name: string, columns: readonly ColumnRead[]) =>
  columns.find((each) => each.name.toLowerCase() === name.toLowerCase())
    ?.name ?? name;

function comments(
  relation: RangeVar,
  columns: readonly ColumnRead[],
  options: TableOptions,
): Node[] {
  return [
    ...(options.comment === undefined
      ? []
      : [tableComment(relation, options.comment)]),
    ...columns.flatMap(({ name, comment }) =>
      comment === undefined ? [] : [columnComment(relation, name, comment)]
    ),
  ];
}

const namesOf = ({ schemaname, relname = "" }: RangeVar) =>
  [...(schemaname === undefined ? [] : [schemaname]), relname].map(string);

/** COMMENT ON TABLE. */
export const tableComment = (relation: RangeVar, comment: string): Node => ({
  CommentStmt: {
    objtype: "OBJECT_TABLE",
    object: { List: { items: namesOf(relation) } },
    ...(comment === "" ? {} : { comment }),
  },
});

/** COMMENT ON COLUMN. */
export const columnComment = (
  relation: RangeVar,
  name: string,
  comment: string,
): Node => ({
  CommentStmt: {
    objtype: "OBJECT_COLUMN",
    object: { List: { items: [...namesOf(relation), string(name)] } },
    ...(comment === "" ? {} : { comment }),
  },
});

/** CREATE TABLE … LIKE. */
export function like(
  relation: RangeVar,
  source: readonly string[],
  ifNotExists: boolean,
): Node {
  return {
    CreateStmt: {
      relation,
      tableElts: [{
        TableLikeClause: { relation: rangeVar(source), options: 0x7fffffff },
      }],
      oncommit: "ONCOMMIT_NOOP",
      if_not_exists: ifNotExists,
    },
  };
}

/**
 * What is left to do when the query has made the table: its columns get the definitions that name them,
 * the others come before them (MySQL manual, 15.1.20.4).
 */
function definedAfter(
  relation: RangeVar,
  select: Node,
  { columns, keys }: {
    readonly columns: readonly ColumnRead[];
    readonly keys: readonly KeyRead[];
  },
): Node[] {
  const names = namesOfQuery("SelectStmt" in select ? select.SelectStmt : {});
  const isThere = ({ name }: ColumnRead) => names.has(name.toLowerCase());
  const more = columns.filter((each) => !isThere(each));
  return [
    ...columns.filter(isThere).flatMap((each) => changed(relation, each)),
    ...more.flatMap((each, at) => [
      ...added(relation, each),
      placed(relation, each.name, more[at - 1]?.name),
    ]),
    ...keys.flatMap((key) => withIndex(relation, key)),
  ];
}

/** Names of a query's columns, in small letters. */
function namesOfQuery({ larg, targetList = [] }: SelectStmt): Set<string> {
  if (larg !== undefined) return namesOfQuery(larg);
  return new Set(targetList.map((item) => {
    const name = "ResTarget" in item ? item.ResTarget.name : undefined;
    if (name === undefined) {
      throw notSupportedYet("CREATE TABLE with columns and SELECT *");
    }
    return name.toLowerCase();
  }));
}

const asSelect = (
  relation: RangeVar,
  select: Node,
  ifNotExists: boolean,
): Node => ({
  CreateTableAsStmt: {
    query: select,
    into: { rel: relation, onCommit: "ONCOMMIT_NOOP" },
    objtype: "OBJECT_TABLE",
    if_not_exists: ifNotExists,
  },
});
