/**
 * DROP of relations, types, functions, schemas, policies and extensions.
 *
 * @module
 */

import type { DropStmt, Node, ObjectType } from "@pgsql/types";
import { fixedOid } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { type Address, describeRelation } from "./address.ts";
import { dropObjects } from "./drop_objects.ts";
import {
  findFunction,
  lookUpFunction,
  missingLabel,
  type RoutineWord,
} from "./find_function.ts";
import {
  findSchema,
  lookUpRelation,
  requireOpenSchema,
  requireOwner,
  requireRelationOwner,
} from "./lookup.ts";
import { qualifiedName } from "./nodes.ts";
import { isBuiltIn, lookUpType } from "./type_names.ts";
import {
  absent,
  findDroppedRelation,
  isSchemaMissing,
  relationKinds,
} from "./drop_target.ts";
import type { Work } from "./work.ts";

const tags: ReadonlyMap<ObjectType, string> = new Map<ObjectType, string>([
  ["OBJECT_TABLE", "DROP TABLE"],
  ["OBJECT_VIEW", "DROP VIEW"],
  ["OBJECT_MATVIEW", "DROP MATERIALIZED VIEW"],
  ["OBJECT_SEQUENCE", "DROP SEQUENCE"],
  ["OBJECT_INDEX", "DROP INDEX"],
  ["OBJECT_TYPE", "DROP TYPE"],
  ["OBJECT_DOMAIN", "DROP DOMAIN"],
  ["OBJECT_FUNCTION", "DROP FUNCTION"],
  ["OBJECT_PROCEDURE", "DROP PROCEDURE"],
  ["OBJECT_ROUTINE", "DROP ROUTINE"],
  ["OBJECT_AGGREGATE", "DROP AGGREGATE"],
  ["OBJECT_SCHEMA", "DROP SCHEMA"],
  ["OBJECT_POLICY", "DROP POLICY"],
  ["OBJECT_EXTENSION", "DROP EXTENSION"],
  ["OBJECT_TRIGGER", "DROP TRIGGER"],
  ["OBJECT_RULE", "DROP RULE"],
]);

/**
 * @param work Statement.
 * @param statement DROP.
 * @returns Command tag.
 */
export async function drop(work: Work, statement: DropStmt): Promise<string> {
  const { removeType = "OBJECT_TABLE", behavior } = statement;
  const tag = tags.get(removeType);
  if (tag === undefined) {
    throw notSupported(
      `DROP ${removeType.replace("OBJECT_", "").replaceAll("_", " ")}`,
    );
  }
  const addresses = (statement.objects ?? []).flatMap((object) => {
    const found = find(work, object, removeType, statement.missing_ok ?? false);
    return found === undefined ? [] : [found];
  });
  if (addresses.length > 0) await dropObjects(work, addresses, { behavior });
  return tag;
}

function find(
  work: Work,
  object: Node,
  type: ObjectType,
  missingOk: boolean,
): Address | undefined {
  const kind = relationKinds.get(type);
  if (kind !== undefined) {
    return findDroppedRelation(work, object, kind, missingOk);
  }
  switch (type) {
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return findType(work, object, type, missingOk);
    case "OBJECT_FUNCTION":
      return findRoutine(work, object, "function", missingOk);
    case "OBJECT_PROCEDURE":
      return findRoutine(work, object, "procedure", missingOk);
    case "OBJECT_ROUTINE":
      return findRoutine(work, object, "routine", missingOk);
    case "OBJECT_AGGREGATE":
      return findRoutine(work, object, "aggregate", missingOk);
    case "OBJECT_SCHEMA":
      return findDroppedSchema(work, object, missingOk);
    case "OBJECT_EXTENSION":
      return findExtension(work, object, missingOk);
    default:
      return findOnTable(work, object, type, missingOk);
  }
}

function findType(
  work: Work,
  object: Node,
  objectType: ObjectType,
  missingOk: boolean,
): Address | undefined {
  const parts = qualifiedName(object);
  if (isSchemaMissing(work, parts.at(-2), missingOk)) return undefined;
  const type = lookUpType(work, parts);
  if (type === undefined) {
    return absent(
      work,
      "42704",
      `type "${parts.join(".")}" does not exist`,
      missingOk,
    );
  }
  if (objectType === "OBJECT_DOMAIN" && type.kind !== "d") {
    throw new SqlError("42809", `"${parts.join(".")}" is not a domain`);
  }
  if (isBuiltIn(type)) {
    throw new SqlError(
      "2BP01",
      `cannot drop type ${type.name} because it is required by the database system`,
    );
  }
  const row = [...work.catalog.objects("relation").values()]
    .find(({ rowType }) => rowType === type.oid);
  if (row !== undefined && row.kind !== "c") {
    throw new SqlError(
      "2BP01",
      `cannot drop type ${type.name} because ${
        describeRelation(work, row)
      } requires it`,
      { hint: `You can drop ${describeRelation(work, row)} instead.` },
    );
  }
  requireOpenSchema(work, type.schema, `type ${type.name}`);
  requireOwner(
    work,
    row?.owner ?? work.catalog.userType(type.oid)?.owner ?? 0,
    `type ${type.name}`,
  );
  return { kind: "type", oid: type.oid };
}

function findRoutine(
  work: Work,
  object: Node,
  word: RoutineWord,
  missingOk: boolean,
): Address | undefined {
  if (!("ObjectWithArgs" in object)) return undefined;
  const name = object.ObjectWithArgs;
  const parts = qualifiedName(object);
  if (isSchemaMissing(work, parts.at(-2), missingOk)) return undefined;
  const found = missingOk
    ? lookUpFunction(work, name, word)
    : findFunction(work, name, word);
  if (found === undefined) {
    return absent(
      work,
      "42883",
      `${missingLabel(name, word)} does not exist`,
      true,
    );
  }
  requireOpenSchema(work, found.schema, `${word} ${found.name}`);
  requireOwner(
    work,
    found.owner,
    `${found.kind === "p" ? "procedure" : "function"} ${found.name}`,
  );
  return { kind: "function", oid: found.oid };
}

function findDroppedSchema(
  work: Work,
  object: Node,
  missingOk: boolean,
): Address | undefined {
  const name = qualifiedName(object).at(-1) ?? "";
  if (isSchemaMissing(work, name, missingOk)) return undefined;
  const schema = findSchema(work, name);
  if (schema.oid === fixedOid.pgCatalog) {
    throw new SqlError(
      "2BP01",
      `cannot drop schema ${name} because it is required by the database system`,
    );
  }
  requireOpenSchema(work, schema.oid, `schema ${name}`);
  requireOwner(work, schema.owner, `schema ${name}`);
  return { kind: "schema", oid: schema.oid };
}

function findExtension(
  work: Work,
  object: Node,
  missingOk: boolean,
): Address | undefined {
  const name = qualifiedName(object).at(-1) ?? "";
  const { extensions, owner } = work.catalog.database;
  const found = extensions.find((each) => each.name === name);
  if (found === undefined) {
    return absent(
      work,
      "42704",
      `extension "${name}" does not exist`,
      missingOk,
    );
  }
  requireOwner(work, owner, `extension ${name}`);
  return { kind: "extension", oid: found.oid };
}

/** Policies, and the triggers and rules that nobody can have made. */
function findOnTable(
  work: Work,
  object: Node,
  type: ObjectType,
  missingOk: boolean,
): Address | undefined {
  const parts = qualifiedName(object);
  const name = parts.at(-1) ?? "";
  const table = parts.at(-2) ?? "";
  const schema = parts.at(-3);
  if (isSchemaMissing(work, schema, missingOk)) return undefined;
  const relation = lookUpRelation(work, {
    relname: table,
    ...(schema && { schemaname: schema }),
  });
  if (relation === undefined) {
    return absent(
      work,
      "42P01",
      `relation "${
        [...(schema ? [schema] : []), table].join(".")
      }" does not exist`,
      missingOk,
    );
  }
  requireRelationOwner(work, relation);
  const policy = type === "OBJECT_POLICY"
    ? relation.policies.find((each) => each.name === name)
    : undefined;
  if (policy !== undefined) {
    return { kind: "policy", oid: relation.oid, sub: policy.oid };
  }
  const word = type === "OBJECT_POLICY"
    ? "policy"
    : type === "OBJECT_RULE"
    ? "rule"
    : "trigger";
  const place = word === "rule" || missingOk ? "relation" : "table";
  return absent(
    work,
    "42704",
    `${word} "${name}" for ${place} "${relation.name}" does not exist`,
    missingOk,
  );
}
