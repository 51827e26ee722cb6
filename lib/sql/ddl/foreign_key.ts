/**
 * FOREIGN KEY constraints.
 *
 * @module
 */

import type { Constraint as ConstraintNode } from "@pgsql/types";
import { baseTypeOf, typeLabel } from "../analyze/type_facts.ts";
import type { Column, Constraint, Relation } from "../catalog/catalog.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { hasColumnPrivilege, permissionDenied } from "../catalog/privileges.ts";
import { notSupported, SqlError } from "../error.ts";
import { builtins } from "../functions/builtins.ts";
import { oid } from "../types/type.ts";
import {
  checkConstraintName,
  chooseConstraintName,
  columnNumbers,
} from "./constraint_names.ts";
import { findRelation } from "./lookup.ts";
import { strings } from "./nodes.ts";
import type { Work } from "./work.ts";

type Foreign = NonNullable<Constraint["foreign"]>;

function missing(name: string): SqlError {
  return new SqlError(
    "42703",
    `column "${name}" referenced in foreign key constraint does not exist`,
  );
}

/**
 * @param work Statement; its catalog holds the table, for keys that refer to the table itself.
 * @param relation The table with all its columns and keys.
 * @param node Constraint as it was written.
 * @param column Name of the column it was written behind.
 * @returns The constraint.
 * @throws {SqlError} 42P01, 42809, 42703, 42830, 42804, 42501, 42P16, 42710.
 */
export function makeForeignKey(
  work: Work,
  relation: Relation,
  node: ConstraintNode,
  column?: string,
): Constraint {
  const found = findRelation(work, node.pktable ?? {});
  const target = found.oid === relation.oid ? relation : found;
  if (target.kind !== "r") {
    throw new SqlError(
      "42809",
      `referenced relation "${target.name}" is not a table`,
    );
  }
  if (
    target.schema === fixedOid.pgCatalog ||
    target.schema === fixedOid.informationSchema
  ) {
    throw new SqlError(
      "42501",
      `permission denied: "${target.name}" is a system catalog`,
    );
  }
  if (relation.persistence === "p" && target.persistence === "t") {
    throw new SqlError(
      "42P16",
      "constraints on permanent tables may reference only permanent tables",
    );
  }
  if (relation.persistence === "t" && target.persistence === "p") {
    throw new SqlError(
      "42P16",
      "constraints on temporary tables may reference only temporary tables",
    );
  }
  if (node.conname !== undefined) checkConstraintName(relation, node.conname);
  const names = column === undefined ? strings(node.fk_attrs) : [column];
  const columns = columnNumbers(relation, names, missing);
  const referenced = referencedColumns(target, node);
  if (columns.length !== referenced.length) {
    throw new SqlError(
      "42830",
      "number of referencing and referenced columns for foreign key disagree",
    );
  }
  if ((node.fk_del_set_cols ?? []).length > 0) {
    throw notSupported("ON DELETE SET NULL (columns)");
  }
  checkRight(work, target, referenced);
  const name = node.conname ??
    chooseConstraintName(work, relation, names, "fkey", false);
  const get = (table: Relation, number: number) =>
    table.columns.find((each) => each.number === number) as Column;
  columns.forEach((number, i) =>
    checkKeyTypes(
      work,
      name,
      get(relation, number),
      get(target, referenced[i] as number),
    )
  );
  checkGenerated(relation, node, columns);
  return {
    oid: work.newOid(),
    name,
    kind: "f",
    columns,
    deferrable: node.deferrable ?? false,
    initiallyDeferred: node.initdeferred ?? false,
    validated: !node.skip_validation,
    foreign: {
      table: target.oid,
      columns: referenced,
      onUpdate: (node.fk_upd_action || "a") as Foreign["onUpdate"],
      onDelete: (node.fk_del_action || "a") as Foreign["onDelete"],
      match: matchType(node),
    },
  };
}

function matchType({ fk_matchtype: match }: ConstraintNode): "s" | "f" {
  if (match === "p") {
    throw new SqlError("0A000", "MATCH PARTIAL not yet implemented");
  }
  return match === "f" ? "f" : "s";
}

function referencedColumns(target: Relation, node: ConstraintNode): number[] {
  const names = strings(node.pk_attrs);
  if (names.length === 0) {
    const primary = target.constraints.find(({ kind }) => kind === "p");
    if (primary !== undefined) return [...primary.columns];
    throw new SqlError(
      "42704",
      `there is no primary key for referenced table "${target.name}"`,
    );
  }
  const columns = columnNumbers(target, names, missing);
  const isKey = target.indexes.some(({ unique, keys, predicate }) =>
    unique && predicate === undefined && keys.length === columns.length &&
    new Set(columns).size === columns.length &&
    keys.every(({ column }) => columns.includes(column))
  );
  if (!isKey) {
    throw new SqlError(
      "42830",
      `there is no unique constraint matching given keys for referenced table "${target.name}"`,
    );
  }
  return columns;
}

function checkRight(
  work: Work,
  target: Relation,
  columns: readonly number[],
): void {
  if (work.system) return;
  const allowed = columns.every((column) =>
    hasColumnPrivilege(work.catalog, work.role, target, column, "x")
  );
  if (!allowed) throw permissionDenied(`table ${target.name}`);
}

/** Types that are compared by their datums, whichever of them a column has. */
const families: readonly (readonly number[])[] = [
  [oid.int2, oid.int4, oid.int8],
  [oid.text, oid.varchar],
  [oid.float4, oid.float8],
  [oid.oid, oid.regclass, oid.regtype, oid.regproc],
];

/**
 * @param work Statement.
 * @param constraint Name of a foreign key.
 * @param from Referencing column.
 * @param to Referenced column.
 * @throws {SqlError} 42804 when values of the two cannot be equal, 0A000 when only PostgreSQL could tell.
 */
export function checkKeyTypes(
  work: Work,
  constraint: string,
  from: Column,
  to: Column,
): void {
  const one = baseTypeOf(work.env, from.type).type;
  const two = baseTypeOf(work.env, to.type).type;
  if (one === two) return;
  if (families.some((each) => each.includes(one) && each.includes(two))) return;
  const label = ({ type }: Column) => typeLabel(work.env, type);
  // PostgreSQL would compare the one as the other.
  if (builtins().castBetween(one, two)?.context === "implicit") {
    throw notSupported(
      `a foreign key from type ${label(from)} to type ${label(to)}`,
    );
  }
  throw new SqlError(
    "42804",
    `foreign key constraint "${constraint}" cannot be implemented`,
    {
      detail:
        `Key columns "${from.name}" and "${to.name}" are of incompatible types: ${
          label(from)
        } and ${label(to)}.`,
    },
  );
}

function checkGenerated(
  relation: Relation,
  { fk_upd_action: onUpdate, fk_del_action: onDelete }: ConstraintNode,
  columns: readonly number[],
): void {
  const generated = relation.columns.some(({ number, generated }) =>
    generated !== "" && columns.includes(number)
  );
  if (!generated) return;
  for (
    const [action, clause] of [[onUpdate, "ON UPDATE"], [
      onDelete,
      "ON DELETE",
    ]] as const
  ) {
    const refused = clause === "ON UPDATE" ? /^[ndc]$/ : /^[nd]$/;
    if (refused.test(action ?? "")) {
      throw new SqlError(
        "42601",
        `invalid ${clause} action for foreign key constraint containing generated column`,
      );
    }
  }
}
