/**
 * Reads MODIFY, CHANGE and ALTER of a column (MySQL manual, 15.1.9).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of parse nodes

import type { ColumnDef, Node, RangeVar } from "@pgsql/types";
import { defaultCollation } from "./collation.ts";
import {
  columnNode,
  type ColumnRead,
  defaultValue,
  rangeCheck,
} from "./column_definition.ts";
import { columnComment } from "./create_table.ts";
import { notSupportedYet } from "./error.ts";
import { call, text } from "./nodes.ts";
import { numberColumn } from "./number_column.ts";
import type { Parser } from "./parser.ts";
import { addKey, dropRangeChecks } from "./alter_keys.ts";
import { alter } from "./alter_table.ts";

/** What MODIFY and CHANGE make of a column. */
export function changed(relation: RangeVar, read: ColumnRead): Node[] {
  const table = relation.relname ?? "";
  const { name, type } = read;
  if (read.generated !== undefined) {
    throw notSupportedYet("MODIFY of a generated column");
  }
  const node = columnNode(read, { table, collation: defaultCollation });
  const definition: ColumnDef = {
    typeName: type.typeName,
    ...(node.fdwoptions === undefined ? {} : { fdwoptions: node.fdwoptions }),
    raw_default: call(
      "assign",
      {
        ColumnRef: { fields: [{ String: { sval: name } }] },
      },
      {
        TypeCast: {
          arg: { A_Const: { isnull: true } },
          typeName: type.typeName,
        },
      },
      text(type.mysql),
      text(name),
    ),
  };
  const usesDefault = !read.autoIncrement && read.generated === undefined;
  const isNull = read.defaultNode !== undefined &&
    "A_Const" in read.defaultNode && read.defaultNode.A_Const.isnull;
  return [
    ...dropRangeChecks(relation, table, name),
    ...(read.autoIncrement ? [] : [
      alter(relation, {
        subtype: "AT_DropIdentity",
        name,
        behavior: "DROP_RESTRICT",
        missing_ok: true,
      }),
    ]),
    ...(usesDefault
      ? [
        alter(relation, {
          subtype: "AT_ColumnDefault",
          name,
          behavior: "DROP_RESTRICT",
        }),
      ]
      : []),
    alter(relation, {
      subtype: "AT_AlterColumnType",
      name,
      def: { ColumnDef: definition },
      behavior: "DROP_RESTRICT",
    }),
    ...(usesDefault && read.defaultNode !== undefined && !isNull
      ? [
        alter(relation, {
          subtype: "AT_ColumnDefault",
          name,
          def: read.defaultNode,
          behavior: "DROP_RESTRICT",
        }),
      ]
      : []),
    ...(read.notNull || read.autoIncrement
      ? [
        alter(relation, {
          subtype: "AT_SetNotNull",
          name,
          behavior: "DROP_RESTRICT",
        }),
      ]
      : read.nullable || !read.primary
      ? [
        alter(relation, {
          subtype: "AT_DropNotNull",
          name,
          behavior: "DROP_RESTRICT",
        }),
      ]
      : []),
    ...(type.check === undefined ? [] : [alter(relation, {
      subtype: "AT_AddConstraint",
      def: { Constraint: rangeCheck(read, table) },
      behavior: "DROP_RESTRICT",
    })]),
    ...(read.primary
      ? [addKey(relation, { kind: "primary", parts: [{ column: name }] })]
      : []),
    ...(read.unique
      ? [addKey(relation, { kind: "unique", name, parts: [{ column: name }] })]
      : []),
    ...(read.autoIncrement
      ? [
        alter(relation, {
          subtype: "AT_AddIdentity",
          name,
          def: {
            Constraint: { contype: "CONSTR_IDENTITY", generated_when: "d" },
          },
          behavior: "DROP_RESTRICT",
          missing_ok: true,
        }),
        numberColumn(relation, name, undefined),
      ]
      : []),
    ...(read.comment === undefined
      ? []
      : [columnComment(relation, name, read.comment)]),
  ];
}

/** After ALTER [COLUMN]. */
export function altered(p: Parser, relation: RangeVar): Node[] {
  if (p.is("index", "check", "constraint") && p.peek(2).kind === "word") {
    p.take();
    p.name();
    p.take();
    p.accept("enforced");
    return [];
  }
  p.accept("column");
  const name = p.name();
  if (p.accept("drop", "default")) {
    return [
      alter(relation, {
        subtype: "AT_ColumnDefault",
        name,
        behavior: "DROP_RESTRICT",
      }),
    ];
  }
  p.expect("set");
  if (p.acceptOne("visible", "invisible") !== undefined) return [];
  p.expect("default");
  const def = defaultValue(p, { family: "text" });
  return [
    alter(relation, {
      subtype: "AT_ColumnDefault",
      name,
      def,
      behavior: "DROP_RESTRICT",
    }),
  ];
}

/** RENAME COLUMN. */
export const renameColumn = (
  relation: RangeVar,
  subname: string,
  newname: string,
): Node => ({
  RenameStmt: {
    renameType: "OBJECT_COLUMN",
    relationType: "OBJECT_TABLE",
    relation,
    subname,
    newname,
    behavior: "DROP_RESTRICT",
  },
});
