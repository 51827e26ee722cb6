/**
 * Reads ALTER TABLE (MySQL manual, 15.1.9). Each alteration is a statement of its own; together they are one
 * transaction. FIRST and AFTER are read and have no effect: columns keep the order in which they came.
 *
 * @module
 */

import type { AlterTableCmd, ColumnDef, Node, RangeVar } from "@pgsql/types";
import { defaultCollation, readCharset, readCollation } from "./collation.ts";
import {
  columnDefinition,
  columnNode,
  type ColumnRead,
  defaultValue,
  rangeCheck,
  rangeCheckName,
} from "./column_definition.ts";
import {
  columnComment,
  readOption,
  tableComment,
  type TableOptions,
} from "./create_table.ts";
import { notSupportedYet } from "./error.ts";
import { call, rangeVar } from "./nodes.ts";
import { numberColumn } from "./number_column.ts";
import type { Parser } from "./parser.ts";
import {
  indexName,
  indexNode,
  type KeyRead,
  readConstraint,
} from "./table_constraint.ts";
import { schemaOf, tableParts } from "./table_name.ts";

/** After ALTER. */
export function alterTable(p: Parser): Node[] {
  p.acceptOne("online", "ignore");
  p.expect("table");
  const relation = rangeVar(tableParts(p)) as RangeVar;
  if (p.over) return [];
  return p.list(() => alteration(p, relation)).flat();
}

const dropping = { behavior: "DROP_RESTRICT", missing_ok: true } as const;

const alter = (relation: RangeVar, ...commands: AlterTableCmd[]): Node => ({
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
    position(p);
    return changed(relation, read);
  }
  if (p.accept("change")) {
    p.accept("column");
    const old = p.name();
    const read = columnDefinition(p);
    position(p);
    const rename = old === read.name
      ? []
      : [renameColumn(relation, old, read.name)];
    return [...rename, ...changed(relation, read)];
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
function position(p: Parser): void {
  if (!p.accept("first") && p.accept("after")) p.name();
}

function addition(p: Parser, relation: RangeVar): Node[] {
  const table = relation.relname ?? "";
  const key = readConstraint(p);
  if (key !== undefined) return withIndex(relation, key);
  p.accept("column");
  if (p.accept("if", "not", "exists")) {
    throw notSupportedYet("ADD COLUMN IF NOT EXISTS");
  }
  const reads = p.is("(")
    ? p.parenthesized(() => p.list(() => columnDefinition(p)))
    : [columnDefinition(p)];
  position(p);
  return reads.flatMap((read) => [
    alter(relation, {
      subtype: "AT_AddColumn",
      def: {
        ColumnDef: withImplicitDefault(
          columnNode(read, { table, collation: defaultCollation }),
          read,
        ),
      },
      behavior: "DROP_RESTRICT",
    }),
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
  ]);
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

/** A key, and the index that a foreign key has in InnoDB. */
function withIndex(relation: RangeVar, key: KeyRead): Node[] {
  const added = addKey(relation, key);
  if (key.kind !== "foreign" || key.name === undefined) return [added];
  const index: KeyRead = { kind: "index", name: key.name, parts: key.parts };
  return [added, indexNode(relation, index, new Set(), true)];
}

/** PRIMARY KEY, KEY, FOREIGN KEY, CHECK. */
export function addKey(relation: RangeVar, key: KeyRead): Node {
  const table = relation.relname ?? "";
  switch (key.kind) {
    case "primary":
      return alter(relation, {
        subtype: "AT_AddConstraint",
        def: {
          Constraint: {
            contype: "CONSTR_PRIMARY",
            conname: `${table}.PRIMARY`,
            keys: key.parts.map(({ column }) => ({
              String: { sval: column ?? "" },
            })),
          },
        },
        behavior: "DROP_RESTRICT",
      });
    case "foreign":
    case "check":
      return alter(relation, {
        subtype: "AT_AddConstraint",
        def: {
          Constraint: {
            ...key.constraint,
            ...(key.name === undefined ? {} : { conname: key.name }),
          },
        },
        behavior: "DROP_RESTRICT",
      });
    default:
      return indexNode(relation, key, new Set(), false);
  }
}

const dropConstraint = (
  relation: RangeVar,
  name: string,
  missing = false,
): Node =>
  alter(relation, {
    subtype: "AT_DropConstraint",
    name,
    behavior: "DROP_RESTRICT",
    missing_ok: missing,
  });

/** The checks that keep a column's range or list, whichever it has. */
const dropRangeChecks = (relation: RangeVar, table: string, name: string) =>
  (["range", "list"] as const).map((kind) =>
    dropConstraint(relation, rangeCheckName(table, name, kind), true)
  );

/** DROP INDEX of a table's key. */
export const dropIndex = (relation: RangeVar, name: string): Node => ({
  DropStmt: {
    objects: [{
      List: {
        items: [
          ...(relation.schemaname === undefined ? [] : [relation.schemaname]),
          indexName(relation.relname ?? "", name),
        ].map((sval) => ({ String: { sval } })),
      },
    }],
    removeType: "OBJECT_INDEX",
    behavior: "DROP_RESTRICT",
  },
});

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
      behavior: "DROP_CASCADE",
      missing_ok: missing,
    }),
  ];
}

function changed(relation: RangeVar, read: ColumnRead): Node[] {
  const table = relation.relname ?? "";
  const { name, type } = read;
  const node = columnNode(read, { table, collation: defaultCollation });
  const definition: ColumnDef = {
    typeName: type.typeName,
    ...(node.fdwoptions === undefined ? {} : { fdwoptions: node.fdwoptions }),
    raw_default: call("assign", {
      ColumnRef: { fields: [{ String: { sval: name } }] },
    }, {
      TypeCast: { arg: { A_Const: { isnull: true } }, typeName: type.typeName },
    }),
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

function altered(p: Parser, relation: RangeVar): Node[] {
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

const renameColumn = (
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
