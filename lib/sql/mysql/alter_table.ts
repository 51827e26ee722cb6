/**
 * Reads ALTER TABLE (MySQL manual, 15.1.9). Each alteration is a statement of its own; together they are one
 * transaction.
 *
 * @module
 */

import type { AlterTableCmd, ColumnDef, Node, RangeVar } from "@pgsql/types";
import { defaultCollation, readCharset, readCollation } from "./collation.ts";
import {
  columnDefinition,
  columnNode,
  type ColumnRead,
} from "./column_definition.ts";
import { columnComment, tableComment } from "./create_table.ts";
import { readOption, type TableOptions } from "./table_options.ts";
import { notSupportedYet } from "./error.ts";
import { rangeVar, string } from "./nodes.ts";
import { numberColumn } from "./number_column.ts";
import type { Parser } from "./parser.ts";
import { indexName, readConstraint } from "./table_constraint.ts";
import { schemaOf, tableParts } from "./table_name.ts";
import {
  addKey,
  dropConstraint,
  dropIndex,
  dropRangeChecks,
  withIndex,
} from "./alter_keys.ts";
import { altered, changed, renameColumn } from "./change_column.ts";

/** After ALTER. */
export function alterTable(p: Parser): Node[] {
  p.acceptOne("online", "ignore");
  p.expect("table");
  const relation = rangeVar(tableParts(p)) as RangeVar;
  if (p.over) return [];
  return p.list(() => alteration(p, relation)).flat();
}

const dropping = { behavior: "DROP_RESTRICT", missing_ok: true } as const;

/** ALTER TABLE with commands. */
export const alter = (
  relation: RangeVar,
  ...commands: AlterTableCmd[]
): Node => ({
  AlterTableStmt: {
    relation,
    objtype: "OBJECT_TABLE",
    cmds: commands.map((AlterTableCmd): Node => ({ AlterTableCmd })),
  },
});

function alteration(p: Parser, relation: RangeVar): Node[] {
  if (p.accept("add")) return addition(p, relation);
  if (p.accept("drop")) return removal(p, relation);
  if (p.accept("modify")) {
    p.accept("column");
    const read = columnDefinition(p);
    return [...changed(relation, read), ...position(p, relation, read.name)];
  }
  if (p.accept("change")) {
    p.accept("column");
    const old = p.name();
    const read = columnDefinition(p);
    const rename = old === read.name
      ? []
      : [renameColumn(relation, old, read.name)];
    return [
      ...rename,
      ...changed(relation, read),
      ...position(p, relation, read.name),
    ];
  }
  if (p.accept("alter")) return altered(p, relation);
  if (p.accept("rename")) return renaming(p, relation);
  if (p.accept("convert", "to")) {
    if (!p.accept("charset")) p.expect("character", "set");
    readCharset(p);
    if (p.accept("collate")) readCollation(p);
    return [];
  }
  if (
    p.accept("disable", "keys") || p.accept("enable", "keys") ||
    p.accept("force")
  ) return [];
  if (p.accept("algorithm") || p.accept("lock")) {
    p.accept("=");
    p.take();
    return [];
  }
  if (p.accept("order", "by")) {
    p.list(() => {
      p.qualifiedName();
      p.acceptOne("asc", "desc");
    });
    return [];
  }
  const options: TableOptions = {
    collation: defaultCollation,
    comment: undefined,
    autoIncrement: undefined,
  };
  if (!readOption(p, options)) throw p.error();
  while (readOption(p, options));
  return [
    ...(options.comment === undefined
      ? []
      : [tableComment(relation, options.comment)]),
    ...(options.autoIncrement === undefined
      ? []
      : [numberColumn(relation, undefined, options.autoIncrement)]),
  ];
}

/** FIRST, AFTER column. */
function position(p: Parser, relation: RangeVar, name: string): Node[] {
  if (p.accept("first")) return [placed(relation, name)];
  return p.accept("after") ? [placed(relation, name, p.name())] : [];
}

/**
 * Puts a column where it belongs (`lib/sql/ddl/column_place.ts`).
 *
 * @param relation Table.
 * @param name The column.
 * @param before The column before it; nothing when it is the first.
 */
export const placed = (
  relation: RangeVar,
  name: string,
  before?: string,
): Node =>
  alter(relation, {
    subtype: "AT_AlterColumnGenericOptions",
    name,
    def: {
      List: {
        items: [{
          DefElem: {
            defname: before === undefined ? "mysql_first" : "mysql_after",
            arg: string(before ?? ""),
            defaction: "DEFELEM_UNSPEC",
          },
        }],
      },
    },
    behavior: "DROP_RESTRICT",
  });

function addition(p: Parser, relation: RangeVar): Node[] {
  const key = readConstraint(p);
  if (key !== undefined) return withIndex(relation, key);
  p.accept("column");
  if (p.accept("if", "not", "exists")) {
    throw notSupportedYet("ADD COLUMN IF NOT EXISTS");
  }
  const reads = p.is("(")
    ? p.parenthesized(() => p.list(() => columnDefinition(p)))
    : [columnDefinition(p)];
  const places = reads.length > 1
    ? []
    : position(p, relation, reads[0]?.name ?? "");
  return [...reads.flatMap((read) => added(relation, read)), ...places];
}

/** ADD COLUMN. */
export function added(relation: RangeVar, read: ColumnRead): Node[] {
  const table = relation.relname ?? "";
  const node = columnNode(read, { table, collation: defaultCollation });
  const filled = withImplicitDefault(node, read);
  return [
    alter(relation, {
      subtype: "AT_AddColumn",
      def: { ColumnDef: filled },
      behavior: "DROP_RESTRICT",
    }),
    // The rows that are there have it; those that come must say what they have.
    ...(filled === node ? [] : [
      alter(relation, {
        subtype: "AT_ColumnDefault",
        name: read.name,
        behavior: "DROP_RESTRICT",
      }),
    ]),
    ...(read.primary
      ? [addKey(relation, { kind: "primary", parts: [{ column: read.name }] })]
      : []),
    ...(read.unique
      ? [
        addKey(relation, {
          kind: "unique",
          name: read.name,
          parts: [{ column: read.name }],
        }),
      ]
      : []),
    ...(read.comment === undefined
      ? []
      : [columnComment(relation, read.name, read.comment)]),
  ];
}

const implicit: Readonly<
  Record<ColumnRead["type"]["family"], string | undefined>
> = {
  number: "0",
  text: "",
  bytes: "",
  time: undefined,
  json: undefined,
};

/** Rows that are there get MySQL's implicit default in a column that is NOT NULL. */
function withImplicitDefault(node: ColumnDef, read: ColumnRead): ColumnDef {
  const given = implicit[read.type.family];
  if (
    !read.notNull || read.defaultNode !== undefined || read.autoIncrement ||
    read.generated !== undefined || given === undefined
  ) {
    return node;
  }
  const first = read.type.mysql.startsWith("enum(")
    ? /^enum\('((?:[^']|'')*)'/.exec(read.type.mysql)?.[1]?.replaceAll(
      "''",
      "'",
    )
    : undefined;
  return {
    ...node,
    constraints: [...(node.constraints ?? []), {
      Constraint: {
        contype: "CONSTR_DEFAULT",
        raw_expr: { A_Const: { sval: { sval: first ?? given } } },
      },
    }],
  };
}

function removal(p: Parser, relation: RangeVar): Node[] {
  const table = relation.relname ?? "";
  if (p.accept("primary", "key")) {
    return [dropConstraint(relation, "PRIMARY")];
  }
  if (p.acceptOne("index", "key") !== undefined) {
    return [dropIndex(relation, p.name())];
  }
  if (
    p.accept("foreign", "key") || p.accept("constraint") || p.accept("check")
  ) {
    return [dropConstraint(relation, p.name())];
  }
  p.accept("column");
  const missing = p.accept("if", "exists");
  const name = p.name();
  p.acceptOne("restrict", "cascade");
  return [
    ...dropRangeChecks(relation, table, name),
    alter(relation, {
      subtype: "AT_DropColumn",
      name,
      ...dropping,
      missing_ok: missing,
    }),
  ];
}

/** Renames a table, and moves it when its new name is in another database. */
export function renameTable(relation: RangeVar, to: readonly string[]): Node[] {
  const name = to.at(-1) as string;
  const schema = to.length > 1 ? to[0] as string : undefined;
  const moves = schema !== undefined &&
    schema !== (relation.schemaname ?? schema);
  return [
    ...(moves
      ? [{
        AlterObjectSchemaStmt: {
          objectType: "OBJECT_TABLE" as const,
          relation,
          newschema: schemaOf(schema),
        },
      }]
      : []),
    ...(name === relation.relname ? [] : [{
      RenameStmt: {
        renameType: "OBJECT_TABLE" as const,
        relation: moves ? { ...relation, schemaname: schema } : relation,
        newname: name,
        behavior: "DROP_RESTRICT" as const,
      },
    }]),
  ];
}

function renaming(p: Parser, relation: RangeVar): Node[] {
  if (p.accept("column")) {
    const old = p.name();
    p.expect("to");
    return [renameColumn(relation, old, p.name())];
  }
  if (p.acceptOne("index", "key") !== undefined) {
    const old = p.name();
    p.expect("to");
    const table = relation.relname ?? "";
    return [{
      RenameStmt: {
        renameType: "OBJECT_INDEX",
        relation: { ...relation, relname: indexName(table, old) },
        newname: indexName(table, p.name()),
        behavior: "DROP_RESTRICT",
      },
    }];
  }
  p.acceptOne("to", "as", "=");
  return renameTable(relation, tableParts(p));
}
