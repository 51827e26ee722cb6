/**
 * ALTER TABLE: ADD, DROP, ALTER and VALIDATE CONSTRAINT.
 *
 * @module
 */

import type { AlterTableCmd, Constraint as ConstraintNode } from "@pgsql/types";
import type { Constraint, Index, Relation } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { makeCheck } from "./check_constraint.ts";
import { checkConstraintName } from "./constraint_names.ts";
import { constraintWord } from "./create_table.ts";
import { dropObjects } from "./drop_objects.ts";
import { makeForeignKey } from "./foreign_key.ts";
import { addKey, checkOnlyPrimary, withKey } from "./key_constraint.ts";
import { createIndexStorage, replaceTableTexts } from "./sqlite_schema.ts";
import {
  verifyCheck,
  verifyForeignKey,
  verifyNotNull,
  verifyUnique,
} from "./verify_rows.ts";
import type { Work } from "./work.ts";

/**
 * ADD CONSTRAINT.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function addConstraint(
  work: Work,
  relation: Relation,
  { def }: AlterTableCmd,
): Promise<void> {
  if (def === undefined || !("Constraint" in def)) return;
  await addConstraintNode(work, relation, def.Constraint);
}

/**
 * Adds a constraint, after a look at the rows.
 *
 * @param work Statement.
 * @param relation Table.
 * @param node Constraint as it was written.
 * @param column Name of the column it was written behind.
 */
export async function addConstraintNode(
  work: Work,
  relation: Relation,
  node: ConstraintNode,
  column?: string,
): Promise<void> {
  switch (node.contype) {
    case "CONSTR_CHECK": {
      const constraint = makeCheck(work, relation, node);
      if (constraint.validated) await verifyCheck(work, relation, constraint);
      await append(work, relation, constraint);
      return;
    }
    case "CONSTR_FOREIGN": {
      const constraint = makeForeignKey(work, relation, node, column);
      const changed = {
        ...relation,
        constraints: [...relation.constraints, constraint],
      };
      work.putRelation(changed);
      if (constraint.validated) {
        await verifyForeignKey(work, changed, constraint);
      }
      await replaceTableTexts(work, [changed]);
      return;
    }
    case "CONSTR_PRIMARY":
    case "CONSTR_UNIQUE":
      await addKeyNode(work, relation, node, column);
      return;
    default:
      throw notSupported(constraintWord(node));
  }
}

async function append(
  work: Work,
  relation: Relation,
  constraint: Constraint,
): Promise<void> {
  await replaceTableTexts(work, [
    work.putRelation({
      ...relation,
      constraints: [...relation.constraints, constraint],
    }),
  ]);
}

async function addKeyNode(
  work: Work,
  relation: Relation,
  node: ConstraintNode,
  column: string | undefined,
): Promise<void> {
  const using = node.indexname;
  const added = using === undefined
    ? addKey(work, relation, node, column)
    : useIndex(work, relation, node, using);
  for (const each of added.relation.columns) {
    const before = relation.columns.find(({ number }) =>
      number === each.number
    );
    if (each.notNull && !before?.notNull) {
      await verifyNotNull(work, relation, each);
    }
  }
  if (using === undefined) await verifyUnique(work, relation, added.index);
  work.putRelation(added.relation);
  if (using === undefined) {
    await createIndexStorage(work, added.relation, added.index);
  }
  if (added.index.primary) await replaceTableTexts(work, [added.relation]);
}

/** `ADD CONSTRAINT … UNIQUE USING INDEX …`. */
function useIndex(
  work: Work,
  relation: Relation,
  node: ConstraintNode,
  name: string,
) {
  const primary = node.contype === "CONSTR_PRIMARY";
  if (node.deferrable) throw notSupported("DEFERRABLE UNIQUE");
  if (primary) checkOnlyPrimary(relation);
  const found = work.catalog.indexNamed(relation.schema, name);
  if (found === undefined) {
    throw new SqlError("42704", `index "${name}" does not exist`);
  }
  if (found.table.oid !== relation.oid) {
    throw new SqlError(
      "55000",
      `index "${name}" does not belong to table "${relation.name}"`,
    );
  }
  const { index } = found;
  if (relation.constraints.some((each) => each.index === index.oid)) {
    throw new SqlError(
      "55000",
      `index "${name}" is already associated with a constraint`,
    );
  }
  checkUsable(index, primary);
  const wanted = node.conname ?? name;
  checkConstraintName(relation, wanted);
  if (wanted !== name) {
    work.notice(
      "00000",
      `ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index "${name}" to "${wanted}"`,
    );
  }
  return withKey(work, relation, { ...index, primary }, wanted);
}

function checkUsable(index: Index, primary: boolean): void {
  const detail =
    "Cannot create a primary key or unique constraint using such an index.";
  if (!index.unique) {
    throw new SqlError("42809", `"${index.name}" is not a unique index`, {
      detail,
    });
  }
  if (index.keys.some(({ column }) => column === 0)) {
    throw new SqlError(
      "42809",
      `index "${index.name}" contains expressions`,
      { detail },
    );
  }
  if (index.predicate !== undefined) {
    throw new SqlError("42809", `"${index.name}" is a partial index`, {
      detail,
    });
  }
  if (index.keys.some(({ descending }) => descending)) {
    throw new SqlError(
      "42809",
      `index "${index.name}" column number ${
        index.keys.findIndex(({ descending }) => descending) + 1
      } does not have default sorting behavior`,
      { detail },
    );
  }
  if (primary && index.nullsNotDistinct) {
    throw new SqlError(
      "42P16",
      "primary keys cannot use NULLS NOT DISTINCT indexes",
    );
  }
}

function findConstraint(relation: Relation, name: string): Constraint {
  const found = relation.constraints.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new SqlError(
    "42704",
    `constraint "${name}" of relation "${relation.name}" does not exist`,
  );
}

/**
 * DROP CONSTRAINT.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function dropConstraint(
  work: Work,
  relation: Relation,
  { name = "", behavior, missing_ok: ifExists = false }: AlterTableCmd,
): Promise<void> {
  const found = relation.constraints.find((each) =>
    each.name === name ||
    // To MySQL every primary key has that name.
    (work.env.dialect === "mysql" && name === "PRIMARY" && each.kind === "p")
  );
  if (found === undefined) {
    const message =
      `constraint "${name}" of relation "${relation.name}" does not exist`;
    if (!ifExists) throw new SqlError("42704", message);
    work.notice("00000", `${message}, skipping`);
    return;
  }
  await dropObjects(work, [{
    kind: "constraint",
    oid: relation.oid,
    sub: found.oid,
  }], { behavior });
}

/**
 * ALTER CONSTRAINT: whether a foreign key may wait for the end of the transaction.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function alterConstraint(
  work: Work,
  relation: Relation,
  { def }: AlterTableCmd,
): Promise<void> {
  const node = constraintOf(def);
  const found = findConstraint(relation, node.conname ?? "");
  if (found.kind !== "f") {
    throw new SqlError(
      "42809",
      `constraint "${found.name}" of relation "${relation.name}" is not a foreign key constraint`,
    );
  }
  const changed: Constraint = {
    ...found,
    deferrable: node.deferrable ?? false,
    initiallyDeferred: node.initdeferred ?? false,
  };
  await replaceTableTexts(work, [
    work.putRelation(replaceConstraint(relation, changed)),
  ]);
}

function constraintOf(def: AlterTableCmd["def"]): ConstraintNode {
  if (def === undefined) return {};
  if ("Constraint" in def) return def.Constraint;
  return (Object.values(def)[0] ?? {}) as ConstraintNode;
}

function replaceConstraint(
  relation: Relation,
  constraint: Constraint,
): Relation {
  return {
    ...relation,
    constraints: relation.constraints.map((each) =>
      each.oid === constraint.oid ? constraint : each
    ),
  };
}

/**
 * VALIDATE CONSTRAINT.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function validateConstraint(
  work: Work,
  relation: Relation,
  { name = "" }: AlterTableCmd,
): Promise<void> {
  const found = findConstraint(relation, name);
  if (found.kind !== "f" && found.kind !== "c") {
    throw new SqlError(
      "42809",
      `constraint "${name}" of relation "${relation.name}" is not a foreign key or check constraint`,
    );
  }
  if (found.validated) return;
  if (found.kind === "c") await verifyCheck(work, relation, found);
  else await verifyForeignKey(work, relation, found);
  work.putRelation(replaceConstraint(relation, { ...found, validated: true }));
}
