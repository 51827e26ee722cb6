/**
 * Adds and drops keys and constraints of tables.
 *
 * @module
 */

import type { Node, RangeVar } from "@pgsql/types";
import { rangeCheckName } from "./column_definition.ts";
import { indexName, indexNode, type KeyRead } from "./table_constraint.ts";
import { alter } from "./alter_table.ts";

/** A key, and the index that a foreign key has in InnoDB. */
export function withIndex(relation: RangeVar, key: KeyRead): Node[] {
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

/** DROP CONSTRAINT. */
export const dropConstraint = (
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
export const dropRangeChecks = (
  relation: RangeVar,
  table: string,
  name: string,
): Node[] =>
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
