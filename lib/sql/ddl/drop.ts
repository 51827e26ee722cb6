/**
 * DROP of relations, types, functions, schemas, policies and extensions.
 *
 * @module
 */

import type { DropStmt, Node, ObjectType } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { isOwner } from "../catalog/privileges.ts";
import { notSupported, SqlError } from "../error.ts";
import { type Address, describe, describeRelation } from "./address.ts";
import { dropObjects } from "./drop_objects.ts";
import {
  findFunction,
  lookUpFunction,
  missingLabel,
  type RoutineWord,
} from "./find_function.ts";
import {
  findSchema,
  isClosed,
  lookUpIndex,
  lookUpRelation,
  requireOpenSchema,
  requireOwner,
  requireRelationOwner,
} from "./lookup.ts";
import { qualifiedName } from "./nodes.ts";
import { isIdentity } from "./sequence.ts";
import { isBuiltIn, lookUpType } from "./type_names.ts";
import type { Work } from "./work.ts";

/** A kind of relation as DROP names it. */
interface RelationKind {
  readonly word: string;
  readonly kind: Relation["kind"] | "i";
  readonly article: string;
}

const relationKinds: ReadonlyMap<ObjectType, RelationKind> = new Map<
  ObjectType,
  RelationKind
>([
  ["OBJECT_TABLE", { word: "table", kind: "r", article: "a" }],
  ["OBJECT_VIEW", { word: "view", kind: "v", article: "a" }],
  ["OBJECT_MATVIEW", { word: "materialized view", kind: "m", article: "a" }],
  ["OBJECT_SEQUENCE", { word: "sequence", kind: "S", article: "a" }],
  ["OBJECT_INDEX", { word: "index", kind: "i", article: "an" }],
]);

const hints: Partial<Record<Relation["kind"] | "i", string>> = {
  r: "Use DROP TABLE to remove a table.",
  v: "Use DROP VIEW to remove a view.",
  m: "Use DROP MATERIALIZED VIEW to remove a materialized view.",
  S: "Use DROP SEQUENCE to remove a sequence.",
  i: "Use DROP INDEX to remove an index.",
  c: "Use DROP TYPE to remove a type.",
};

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
  if (kind !== undefined) return findRelation(work, object, kind, missingOk);
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

/** Reports what is not there: an error, or a notice when it may be missing. */
function absent(
  work: Work,
  sqlState: string,
  message: string,
  missingOk: boolean,
): undefined {
  if (!missingOk) throw new SqlError(sqlState, message);
  work.notice("00000", `${message}, skipping`);
}

/** A schema that is not there makes its objects missing, too. */
function isSchemaMissing(
  work: Work,
  schema: string | undefined,
  missingOk: boolean,
): boolean {
  if (
    schema === undefined || schema === "pg_temp" ||
    work.catalog.schemaNamed(schema) !== undefined
  ) return false;
  absent(work, "3F000", `schema "${schema}" does not exist`, missingOk);
  return true;
}

function findRelation(
  work: Work,
  object: Node,
  { word, kind, article }: RelationKind,
  missingOk: boolean,
): Address | undefined {
  const parts = qualifiedName(object);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (isSchemaMissing(work, schema, missingOk)) return undefined;
  const range = { relname: name, ...(schema && { schemaname: schema }) };
  const relation = lookUpRelation(work, range);
  const index = lookUpIndex(work, schema, name);
  const actual = relation?.kind ?? (index === undefined ? undefined : "i");
  if (actual === undefined) {
    return absent(
      work,
      kind === "i" ? "42704" : "42P01",
      `${word} "${parts.join(".")}" does not exist`,
      missingOk,
    );
  }
  if (actual !== kind) {
    throw new SqlError("42809", `"${name}" is not ${article} ${word}`, {
      hint: hints[actual],
    });
  }
  if (index !== undefined && kind === "i") return checkedIndex(work, index);
  if (relation === undefined) return undefined;
  const inOwnSchema = isOwner(
    work.catalog,
    work.role,
    work.catalog.schema(relation.schema)?.owner ?? 0,
  ) && !isClosed(work, relation.schema) && !relation.system;
  if (!inOwnSchema) requireRelationOwner(work, relation);
  if (relation.kind === "S" && isIdentity(work, relation)) {
    const { table = 0, column = 0 } = relation.sequence?.ownedBy ?? {};
    throw required(
      work,
      { kind: "relation", oid: relation.oid },
      { kind: "column", oid: table, sub: column },
    );
  }
  return { kind: "relation", oid: relation.oid };
}

function checkedIndex(
  work: Work,
  { table, index }: NonNullable<ReturnType<typeof lookUpIndex>>,
): Address {
  if (table.system || table.schema === fixedOid.auth) {
    requireRelationOwner(work, table);
  }
  requireOwner(work, table.owner, `index ${index.name}`);
  const address: Address = { kind: "index", oid: table.oid, sub: index.oid };
  const constraint = table.constraints.find((each) => each.index === index.oid);
  if (constraint !== undefined) {
    throw required(work, address, {
      kind: "constraint",
      oid: table.oid,
      sub: constraint.oid,
    });
  }
  return address;
}

function required(work: Work, what: Address, by: Address): SqlError {
  return new SqlError(
    "2BP01",
    `cannot drop ${describe(work, what)} because ${
      describe(work, by)
    } requires it`,
    { hint: `You can drop ${describe(work, by)} instead.` },
  );
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
