/**
 * ALTER … SET SCHEMA.
 *
 * @module
 */

import type { AlterObjectSchemaStmt, Node } from "@pgsql/types";
import type { Relation, Schema } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { rangeLabel } from "./context.ts";
import { findFunction, functionLabel, inputTypes } from "./find_function.ts";
import {
  checkMayCreate,
  findSchema,
  isTemporary,
  lookUpRelation,
  requireOpenSchema,
  requireOwner,
  requireRelationOwner,
} from "./lookup.ts";
import { qualifiedName } from "./nodes.ts";
import {
  bothRenamers,
  qualifiedRenamer,
  relationMover,
  renameReferences,
} from "./rename_references.ts";
import { ownedSequences } from "./owned_sequences.ts";
import { checkFree } from "./sequence.ts";
import { checkTypeFree, findNamedType } from "./type_names.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param statement ALTER … SET SCHEMA.
 * @returns Command tag.
 */
export function setSchema(
  work: Work,
  statement: AlterObjectSchemaStmt,
): string {
  const { objectType = "OBJECT_TABLE", object, newschema = "" } = statement;
  const word = objectType.replace("OBJECT_", "").replace(
    "MATVIEW",
    "MATERIALIZED VIEW",
  );
  const tag = `ALTER ${word}`;
  switch (objectType) {
    case "OBJECT_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_SEQUENCE":
      moveNamed(work, statement);
      return tag;
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
      moveFunction(work, object, word, targetSchema(work, newschema));
      return tag;
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      moveType(work, object, targetSchema(work, newschema));
      return tag;
    default:
      throw notSupported(`${tag} SET SCHEMA`);
  }
}

function targetSchema(work: Work, name: string): Schema {
  const schema = findSchema(work, name);
  checkMayCreate(work, schema, name);
  return schema;
}

function checkMove(work: Work, from: Schema | undefined, to: Schema): void {
  if (from !== undefined && (isTemporary(from) || isTemporary(to))) {
    throw new SqlError(
      "0A000",
      "cannot move objects into or out of temporary schemas",
    );
  }
  if (to.name === "pg_catalog" && !work.system) {
    throw new SqlError("42501", "permission denied for schema pg_catalog");
  }
}

function moveNamed(
  work: Work,
  { relation: range = {}, newschema = "", missing_ok: missingOk }:
    AlterObjectSchemaStmt,
): void {
  const relation = lookUpRelation(work, range);
  if (relation === undefined) {
    const message = `relation "${rangeLabel(range)}" does not exist`;
    if (!missingOk) throw new SqlError("42P01", message);
    work.notice("00000", `${message}, skipping`);
    return;
  }
  requireRelationOwner(work, relation);
  const { ownedBy } = relation.sequence ?? {};
  if (ownedBy !== undefined) {
    throw new SqlError(
      "0A000",
      "cannot move an owned sequence into another schema",
      {
        detail: `Sequence "${relation.name}" is linked to table "${
          work.relation(ownedBy.table).name
        }".`,
      },
    );
  }
  const schema = targetSchema(work, newschema);
  checkMove(work, work.catalog.schema(relation.schema), schema);
  if (schema.oid === relation.schema) return;
  moveRelation(work, relation, schema);
  for (const sequence of ownedSequences(work, relation.oid)) {
    moveRelation(work, sequence, schema);
  }
}

function checkFreeIn(work: Work, schema: Schema, name: string): void {
  try {
    checkFree(work, schema.oid, name);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError(
      "42P07",
      `relation "${name}" already exists in schema "${schema.name}"`,
    );
  }
}

function moveRelation(work: Work, relation: Relation, schema: Schema): void {
  checkFreeIn(work, schema, relation.name);
  if (relation.rowType !== 0) checkTypeFree(work, schema.oid, relation.name);
  for (const { name } of relation.indexes) checkFreeIn(work, schema, name);
  const from = work.catalog.schema(relation.schema)?.name ?? "";
  const finish = renameReferences(
    work,
    bothRenamers(
      relationMover(relation.oid, schema.name),
      qualifiedRenamer(
        { schema: from, name: relation.name },
        { schema: schema.name, name: relation.name },
        { types: relation.rowType !== 0, functions: false },
      ),
    ),
  );
  const { mysql: _, ...view } = relation.view ?? {};
  work.putRelation({
    ...relation,
    schema: schema.oid,
    indexes: relation.indexes.map((each) => ({ ...each, schema: schema.oid })),
    // What a MySQL client wrote names tables of the old schema without it.
    ...(relation.view === undefined
      ? {}
      : { view: view as typeof relation.view }),
  });
  finish();
}

function moveFunction(
  work: Work,
  object: Node | undefined,
  word: string,
  schema: Schema,
): void {
  if (object === undefined || !("ObjectWithArgs" in object)) return;
  const lower = word.toLowerCase() as "function";
  const found = findFunction(work, object.ObjectWithArgs, lower);
  requireOpenSchema(work, found.schema, `${lower} ${found.name}`);
  requireOwner(work, found.owner, `${lower} ${found.name}`);
  checkMove(work, work.catalog.schema(found.schema), schema);
  if (schema.oid === found.schema) return;
  const types = String(inputTypes(found));
  const taken = work.catalog.functionsNamed(schema.oid, found.name).some((
    each,
  ) => String(inputTypes(each)) === types);
  if (taken) {
    throw new SqlError(
      "42723",
      `${
        functionLabel(work, object.ObjectWithArgs, lower)
      } already exists in schema "${schema.name}"`,
    );
  }
  const finish = renameReferences(
    work,
    qualifiedRenamer(
      {
        schema: work.catalog.schema(found.schema)?.name ?? "",
        name: found.name,
      },
      { schema: schema.name, name: found.name },
      { types: false, functions: true },
    ),
  );
  work.put("function", { ...found, schema: schema.oid });
  finish();
}

function moveType(
  work: Work,
  object: Node | undefined,
  schema: Schema,
): void {
  const type = findNamedType(work, qualifiedName(object));
  const user = work.catalog.userType(type.oid);
  const row = [...work.catalog.objects("relation").values()]
    .find(({ rowType }) => rowType === type.oid);
  if (row !== undefined && row.kind !== "c") {
    throw new SqlError("42809", `${type.name} is a table's row type`, {
      hint: "Use ALTER TABLE instead.",
    });
  }
  requireOpenSchema(work, type.schema, `type ${type.name}`);
  requireOwner(work, row?.owner ?? user?.owner ?? 0, `type ${type.name}`);
  checkMove(work, work.catalog.schema(type.schema), schema);
  if (schema.oid === type.schema) return;
  checkTypeFree(work, schema.oid, type.name);
  const finish = renameReferences(
    work,
    qualifiedRenamer(
      { schema: work.catalog.schema(type.schema)?.name ?? "", name: type.name },
      { schema: schema.name, name: type.name },
      { types: true, functions: false },
    ),
  );
  if (user !== undefined) work.put("type", { ...user, schema: schema.oid });
  if (row !== undefined) work.putRelation({ ...row, schema: schema.oid });
  finish();
}
