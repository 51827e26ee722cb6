/**
 * ALTER … RENAME.
 *
 * @module
 */

import type { ObjectType, RenameStmt } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { withColumn } from "./alter_column.ts";
import { checkColumnName } from "./columns.ts";
import { checkConstraintName } from "./constraint_names.ts";
import { rangeLabel } from "./context.ts";
import { lookUpIndex, lookUpRelation, requireRelationOwner } from "./lookup.ts";
import {
  bothRenamers,
  columnRenamer,
  qualifiedRenamer,
  relationRenamer,
  renameReferences,
} from "./rename_references.ts";
import { checkFree } from "./sequence.ts";
import { columnIndex } from "../analyze/column_index.ts";
import { withQuery } from "./stored_query.ts";
import { checkTypeFree } from "./type_names.ts";
import {
  renameDomainConstraint,
  renameFunction,
  renameNamedType,
  renameRole,
  renameSchema,
} from "./rename_object.ts";
import type { Work } from "./work.ts";

const words: ReadonlyMap<ObjectType, string> = new Map([
  ["OBJECT_TABLE", "TABLE"],
  ["OBJECT_VIEW", "VIEW"],
  ["OBJECT_MATVIEW", "MATERIALIZED VIEW"],
  ["OBJECT_SEQUENCE", "SEQUENCE"],
  ["OBJECT_INDEX", "INDEX"],
  ["OBJECT_TYPE", "TYPE"],
  ["OBJECT_DOMAIN", "DOMAIN"],
  ["OBJECT_FUNCTION", "FUNCTION"],
  ["OBJECT_PROCEDURE", "PROCEDURE"],
  ["OBJECT_ROUTINE", "ROUTINE"],
  ["OBJECT_SCHEMA", "SCHEMA"],
  ["OBJECT_ROLE", "ROLE"],
  ["OBJECT_POLICY", "POLICY"],
  ["OBJECT_TABCONSTRAINT", "TABLE"],
  ["OBJECT_DOMCONSTRAINT", "DOMAIN"],
  ["OBJECT_ATTRIBUTE", "TYPE"],
]);

const tagOf = (type: ObjectType | undefined) =>
  `ALTER ${words.get(type ?? "OBJECT_TABLE") ?? "TABLE"}`;

/**
 * @param work Statement.
 * @param statement RENAME.
 * @returns Command tag.
 */
export function rename(work: Work, statement: RenameStmt): string {
  const { renameType = "OBJECT_TABLE", newname = "", subname = "" } = statement;
  switch (renameType) {
    case "OBJECT_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_SEQUENCE":
    case "OBJECT_INDEX":
      return renameRelation(work, statement, renameType);
    case "OBJECT_COLUMN":
    case "OBJECT_ATTRIBUTE":
      return renameColumn(work, statement);
    case "OBJECT_TABCONSTRAINT":
      return renameConstraint(work, statement);
    case "OBJECT_DOMCONSTRAINT":
      renameDomainConstraint(work, statement);
      return "ALTER DOMAIN";
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      renameNamedType(work, statement.object, newname);
      return tagOf(renameType);
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
      renameFunction(work, statement);
      return tagOf(renameType);
    case "OBJECT_SCHEMA":
      renameSchema(work, subname, newname);
      return "ALTER SCHEMA";
    case "OBJECT_ROLE":
      renameRole(work, subname, newname);
      return "ALTER ROLE";
    case "OBJECT_POLICY":
      renamePolicy(work, statement);
      return "ALTER POLICY";
    default:
      throw notSupported(
        `renaming a ${
          renameType.replace("OBJECT_", "").replaceAll("_", " ").toLowerCase()
        }`,
      );
  }
}

/** Finds the relation of a RENAME, or tells that it is not there when that is allowed. */
function relationOf(
  work: Work,
  { relation: range = {}, missing_ok: missingOk }: RenameStmt,
): Relation | undefined {
  const found = lookUpRelation(work, range);
  if (found !== undefined) {
    requireRelationOwner(work, found);
    return found;
  }
  const message = `relation "${rangeLabel(range)}" does not exist`;
  if (!missingOk) throw new SqlError("42P01", message);
  work.notice("00000", `${message}, skipping`);
  return undefined;
}

const kinds: ReadonlyMap<ObjectType, readonly [Relation["kind"], string]> =
  new Map([
    ["OBJECT_VIEW", ["v", "a view"]],
    ["OBJECT_MATVIEW", ["m", "a materialized view"]],
    ["OBJECT_SEQUENCE", ["S", "a sequence"]],
  ]);

function renameRelation(
  work: Work,
  statement: RenameStmt,
  type: ObjectType,
): string {
  const { relation: range = {}, newname = "" } = statement;
  const index = lookUpIndex(work, range.schemaname, range.relname ?? "");
  // ALTER TABLE may rename an index, too.
  if (index !== undefined && lookUpRelation(work, range) === undefined) {
    requireRelationOwner(work, index.table);
    renameIndex(work, index.table, index.index.oid, newname);
    return tagOf(type);
  }
  const found = relationOf(work, statement);
  if (found === undefined) return tagOf(type);
  const [kind, article] = kinds.get(type) ?? [found.kind, ""];
  if (found.kind !== kind) {
    throw new SqlError("42809", `"${found.name}" is not ${article}`);
  }
  checkFree(work, found.schema, newname);
  if (found.rowType !== 0) checkTypeFree(work, found.schema, newname);
  const schema = work.catalog.schema(found.schema)?.name ?? "";
  const finish = renameReferences(
    work,
    bothRenamers(
      relationRenamer(found.oid, newname),
      qualifiedRenamer(
        { schema, name: found.name },
        { schema, name: newname },
        {
          types: true,
          functions: false,
        },
      ),
    ),
  );
  work.putRelation(renamedKeys({ ...found, name: newname }, found.name));
  finish();
  return tagOf(type);
}

/** Keys that MySQL's clients made are named after their table (`table.key`), and go with it. */
function renamedKeys(table: Relation, before: string): Relation {
  const prefix = `${before}.`;
  const own = <T extends { readonly name: string }>(each: T): T =>
    each.name.startsWith(prefix)
      ? { ...each, name: `${table.name}.${each.name.slice(prefix.length)}` }
      : each;
  return {
    ...table,
    indexes: table.indexes.map(own),
    constraints: table.constraints.map(own),
  };
}

function renameIndex(
  work: Work,
  table: Relation,
  index: number,
  name: string,
): void {
  checkFree(work, table.schema, name);
  work.putRelation({
    ...table,
    indexes: table.indexes.map((each) =>
      each.oid === index ? { ...each, name } : each
    ),
    constraints: table.constraints.map((each) =>
      each.index === index ? { ...each, name } : each
    ),
  });
}

function renameColumn(work: Work, statement: RenameStmt): string {
  const { subname = "", newname = "" } = statement;
  const tag = tagOf(
    statement.renameType === "OBJECT_ATTRIBUTE"
      ? "OBJECT_TYPE"
      : statement.relationType,
  );
  const relation = relationOf(work, statement);
  if (relation === undefined) return tag;
  if (relation.kind === "S") {
    throw new SqlError(
      "42809",
      `cannot rename columns of relation "${relation.name}"`,
      { detail: "This operation is not supported for sequences." },
    );
  }
  const column =
    relation.columns[columnIndex(relation.columns, subname, work.env)];
  if (column === undefined) {
    throw new SqlError("42703", `column "${subname}" does not exist`);
  }
  checkColumnName(newname);
  if (relation.columns.some(({ name }) => name === newname)) {
    throw new SqlError(
      "42701",
      `column "${newname}" of relation "${relation.name}" already exists`,
    );
  }
  const finish = renameReferences(
    work,
    columnRenamer(relation.oid, column.number, column.name, newname),
  );
  const renamed = withColumn(
    renamedChecks(work.relation(relation.oid), column.name, newname),
    { ...column, name: newname },
  );
  work.putRelation(
    renamedOutput(renamed, relation.columns.indexOf(column), newname),
  );
  finish();
  return tag;
}

/** The check of a MySQL type's range is found by the column's name (`table.column.range`). */
function renamedChecks(table: Relation, old: string, name: string): Relation {
  const names = new Map(
    ["range", "list"].map((kind) => [
      `${table.name}.${old}.${kind}`,
      `${table.name}.${name}.${kind}`,
    ]),
  );
  return {
    ...table,
    constraints: table.constraints.map((each) => ({
      ...each,
      name: names.get(each.name) ?? each.name,
    })),
  };
}

/** The query of a view gives its columns their names. */
function renamedOutput(
  relation: Relation,
  index: number,
  name: string,
): Relation {
  const query = relation.view?.node;
  if (query === undefined || !("SelectStmt" in query)) return relation;
  const copy = structuredClone(query);
  let select = copy.SelectStmt;
  while (select.larg !== undefined) select = select.larg;
  const target = select.targetList?.[index];
  if (target !== undefined && "ResTarget" in target) {
    target.ResTarget.name = name;
  }
  return withQuery(relation, copy);
}

function renameConstraint(work: Work, statement: RenameStmt): string {
  const { subname = "", newname = "" } = statement;
  const relation = relationOf(work, statement);
  if (relation === undefined) return "ALTER TABLE";
  const found = relation.constraints.find(({ name }) => name === subname);
  if (found === undefined) {
    throw new SqlError(
      "42704",
      `constraint "${subname}" for table "${relation.name}" does not exist`,
    );
  }
  checkConstraintName(relation, newname);
  if (found.index !== undefined) {
    renameIndex(work, relation, found.index, newname);
    return "ALTER TABLE";
  }
  work.putRelation({
    ...relation,
    constraints: relation.constraints.map((each) =>
      each.oid === found.oid ? { ...each, name: newname } : each
    ),
  });
  return "ALTER TABLE";
}

function renamePolicy(work: Work, statement: RenameStmt): void {
  const { subname = "", newname = "" } = statement;
  const relation = relationOf(work, statement);
  if (relation === undefined) return;
  if (!relation.policies.some(({ name }) => name === subname)) {
    throw new SqlError(
      "42704",
      `policy "${subname}" for table "${relation.name}" does not exist`,
    );
  }
  if (relation.policies.some(({ name }) => name === newname)) {
    throw new SqlError(
      "42710",
      `policy "${newname}" for table "${relation.name}" already exists`,
    );
  }
  work.putRelation({
    ...relation,
    policies: relation.policies.map((each) =>
      each.name === subname ? { ...each, name: newname } : each
    ),
  });
}
