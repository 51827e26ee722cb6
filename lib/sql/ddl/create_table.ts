/**
 * CREATE TABLE.
 *
 * @module
 */

import type {
  ColumnDef,
  Constraint as ConstraintNode,
  CreateStmt,
  RangeVar,
} from "@pgsql/types";
import type { Column, Relation, Schema } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { makeCheck } from "./check_constraint.ts";
import { chooseColumnStorage, chooseStorage } from "./choose_name.ts";
import { type ColumnPlan, planColumn } from "./columns.ts";
import { makeForeignKey } from "./foreign_key.ts";
import { addKey } from "./key_constraint.ts";
import { creationSchema, findSchema, temporarySchema } from "./lookup.ts";
import { newAcl } from "./new_acl.ts";
import { fillColumn } from "./column_value.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { isRelationName } from "./choose_name.ts";
import { checkFree } from "./sequence.ts";
import { createStorage } from "./sqlite_schema.ts";
import { expandLike, finishLike, type LikeResult } from "./table_like.ts";
import { checkTypeFree } from "./type_names.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param range Name of the table.
 * @returns Its schema.
 */
export function tableSchema(work: Work, range: RangeVar): Schema {
  const name = range.relname ?? "";
  if (range.relpersistence === "t") {
    if (
      range.schemaname !== undefined && range.schemaname !== "pg_temp" &&
      range.schemaname !== work.context.temporarySchema
    ) {
      findSchema(work, range.schemaname);
      throw new SqlError(
        "42P16",
        "cannot create temporary relation in non-temporary schema",
      );
    }
    return temporarySchema(work);
  }
  if (range.schemaname === "pg_temp") return temporarySchema(work);
  return creationSchema(work, range.schemaname, name);
}

/**
 * Makes the picture of a table without columns. Nothing is in the catalog yet.
 *
 * @param work Statement.
 * @param name Its name.
 * @param schema Its schema.
 * @param kind Table or materialized view.
 * @returns The relation.
 */
export function bareTable(
  work: Work,
  name: string,
  schema: Schema,
  kind: "r" | "m" = "r",
): Relation {
  const number = work.newOid();
  const rowType = work.newOid();
  work.newOid(); // Its arrays: see `arrayOfRow`.
  const plain = schema.oid === fixedOid.public || schema.oid === fixedOid.auth;
  return {
    oid: number,
    name,
    schema: schema.oid,
    kind,
    owner: work.role,
    persistence: schema.name.startsWith("pg_temp_") ? "t" : "p",
    columns: [],
    constraints: [],
    indexes: [],
    policies: [],
    rowSecurity: false,
    forceRowSecurity: false,
    acl: work.system ? null : newAcl(work, "r", work.role, schema.oid),
    storage: chooseStorage(
      work.catalog,
      plain ? name : `${schema.name}.${name}`,
      number,
    ),
    rowType,
    system: work.system,
  };
}

/**
 * @param columns Columns of a new table; SQLite has no tables without any.
 * @returns What stands in for them.
 */
export function placeholder(
  columns: readonly Column[],
): Pick<Relation, "dropped"> {
  return columns.length > 0
    ? {}
    : { dropped: [{ number: 1, storage: "........pg.dropped.1........" }] };
}

function refuse(statement: CreateStmt): void {
  const { inhRelations, partspec, partbound, ofTypename } = statement;
  if (partbound !== undefined) throw notSupported("PARTITION OF");
  if ((inhRelations ?? []).length > 0) throw notSupported("INHERITS");
  if (partspec !== undefined) throw notSupported("PARTITION BY");
  if (ofTypename !== undefined) throw notSupported("OF type");
  const { accessMethod, tablespacename } = statement;
  if (accessMethod !== undefined && accessMethod !== "heap") {
    throw new SqlError(
      "42704",
      `access method "${accessMethod}" does not exist`,
    );
  }
  if (tablespacename !== undefined && tablespacename !== "pg_default") {
    throw new SqlError(
      "42704",
      `tablespace "${tablespacename}" does not exist`,
    );
  }
  switch (statement.oncommit) {
    case "ONCOMMIT_DELETE_ROWS":
    case "ONCOMMIT_DROP":
      if (statement.relation?.relpersistence !== "t") {
        throw new SqlError(
          "42P16",
          "ON COMMIT can only be used on temporary tables",
        );
      }
      throw notSupported(
        statement.oncommit === "ONCOMMIT_DROP"
          ? "ON COMMIT DROP"
          : "ON COMMIT DELETE ROWS",
      );
  }
}

/** A constraint and the column it was written behind. */
interface Written {
  readonly node: ConstraintNode;
  readonly column?: string | undefined;
}

/**
 * @param work Statement.
 * @param statement CREATE TABLE.
 * @returns Command tag.
 */
export async function createTable(
  work: Work,
  statement: CreateStmt,
): Promise<string> {
  refuse(statement);
  const { relation: range = {}, if_not_exists: ifNotExists } = statement;
  const name = range.relname ?? "";
  const schema = tableSchema(work, range);
  if (ifNotExists && isRelationName(work.catalog, schema.oid, name)) {
    work.notice("42P07", `relation "${name}" already exists, skipping`);
    return "CREATE TABLE";
  }
  checkFree(work, schema.oid, name);
  checkTypeFree(work, schema.oid, name, true);

  const plans: ColumnPlan[] = [];
  const written: Written[] = [];
  const likes: LikeResult[] = [];
  const add = (definition: ColumnDef) => {
    const { colname = "" } = definition;
    checkNewColumn(plans, colname);
    const number = plans.length + 1;
    const plan = planColumn(work, name, definition, {
      number,
      storage: chooseColumnStorage(
        plans.map(({ column }) => column.storage),
        colname,
        number,
      ),
    });
    plans.push(plan);
    for (const node of plan.constraints) {
      written.push({ node, column: colname });
    }
  };
  for (const element of statement.tableElts ?? []) {
    if ("ColumnDef" in element) {
      add(element.ColumnDef);
    } else if ("Constraint" in element) {
      written.push({ node: element.Constraint });
    } else if ("TableLikeClause" in element) {
      const like = expandLike(work, element.TableLikeClause, {
        table: name,
        first: plans.length + 1,
        taken: plans.map(({ column }) => column.storage),
      });
      for (const plan of like.plans) {
        checkNewColumn(plans, plan.column.name);
        plans.push(plan);
      }
      likes.push(like);
    }
  }

  const columns = plans.map(({ column }) => column);
  let relation: Relation = {
    ...bareTable(work, name, schema),
    columns,
    ...placeholder(columns),
  };
  work.putRelation(relation);
  for (const plan of plans) {
    relation = await addColumnValues(work, relation, plan);
  }
  relation = addConstraints(work, relation, written);
  relation = work.putRelation(relation);
  for (const like of likes) {
    relation = work.putRelation(await finishLike(work, relation, like));
  }
  await createStorage(work, relation);
  return "CREATE TABLE";
}

function checkNewColumn(plans: readonly ColumnPlan[], name: string): void {
  if (plans.some(({ column }) => column.name === name)) {
    throw new SqlError("42701", `column "${name}" specified more than once`);
  }
}

/**
 * Resolves the default or generation expression of a column and makes its sequence.
 *
 * @param work Statement.
 * @param relation The table with the column; in the catalog.
 * @param plan The column.
 * @returns The table.
 */
export async function addColumnValues(
  work: Work,
  relation: Relation,
  plan: ColumnPlan,
): Promise<Relation> {
  const column = await fillColumn(work, relation, plan);
  return column === plan.column ? relation : work.putRelation({
    ...relation,
    columns: relation.columns.map((each) =>
      each.number === column.number ? column : each
    ),
  });
}

/** Keys come before the foreign keys that may refer to them. */
const rank = (node: ConstraintNode) =>
  node.contype === "CONSTR_FOREIGN"
    ? 2
    : node.contype === "CONSTR_CHECK"
    ? 0
    : 1;

function addConstraints(
  work: Work,
  before: Relation,
  written: readonly Written[],
): Relation {
  let relation = before;
  const ordered = written.toSorted((a, b) => rank(a.node) - rank(b.node));
  for (const { node, column } of ordered) {
    switch (node.contype) {
      case "CONSTR_CHECK":
        relation = {
          ...relation,
          constraints: [
            ...relation.constraints,
            makeCheck(work, relation, { ...node, skip_validation: false }),
          ],
        };
        break;
      case "CONSTR_PRIMARY":
      case "CONSTR_UNIQUE":
        ({ relation } = addKey(work, relation, node, column));
        break;
      case "CONSTR_FOREIGN":
        relation = {
          ...relation,
          constraints: [
            ...relation.constraints,
            makeForeignKey(
              work,
              relation,
              { ...node, skip_validation: false },
              column,
            ),
          ],
        };
        break;
      default:
        throw notSupported(constraintWord(node));
    }
  }
  return relation;
}

/**
 * @param node Constraint of a kind that is refused.
 * @returns Its name.
 */
export function constraintWord(node: ConstraintNode): string {
  switch (node.contype) {
    case "CONSTR_EXCLUSION":
      return "EXCLUDE constraint";
    case "CONSTR_NOTNULL":
      return "a named NOT NULL constraint";
    default:
      return "such a constraint";
  }
}
