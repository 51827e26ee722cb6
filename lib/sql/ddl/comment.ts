/**
 * COMMENT ON.
 *
 * @module
 */

import type { CommentStmt, Node } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import { isSuperuser } from "../catalog/privileges.ts";
import { notSupported, SqlError } from "../error.ts";
import { findFunction } from "./find_function.ts";
import {
  findRelation,
  findRole,
  findSchema,
  lookUpIndex,
  requireOpenSchema,
  requireOwner,
  requireRelationOwner,
} from "./lookup.ts";
import { qualifiedName } from "./nodes.ts";
import { findNamedType } from "./type_names.ts";
import type { Work } from "./work.ts";

type Comment = string | undefined;

/**
 * @param work Statement.
 * @param statement COMMENT ON.
 * @returns Command tag.
 */
export function comment(work: Work, statement: CommentStmt): string {
  const { objtype, object } = statement;
  // An empty text is the same as none.
  const text = statement.comment === "" ? undefined : statement.comment;
  const parts = qualifiedName(object);
  switch (objtype) {
    case "OBJECT_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_SEQUENCE":
      onRelation(work, parts, objtype, text);
      break;
    case "OBJECT_INDEX":
      onIndex(work, parts, text);
      break;
    case "OBJECT_COLUMN":
      onColumn(work, parts, text);
      break;
    case "OBJECT_TABCONSTRAINT":
    case "OBJECT_POLICY":
      onPart(work, parts, objtype, text);
      break;
    case "OBJECT_DOMCONSTRAINT":
      throw notSupported("COMMENT ON a constraint of a domain");
    case "OBJECT_SCHEMA": {
      const schema = findSchema(work, parts[0] ?? "");
      requireOpenSchema(work, schema.oid, `schema ${schema.name}`);
      requireOwner(work, schema.owner, `schema ${schema.name}`);
      work.put("schema", { ...schema, comment: text });
      break;
    }
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      onType(work, parts, text);
      break;
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE":
      onFunction(
        work,
        object,
        objtype.replace("OBJECT_", "").toLowerCase(),
        text,
      );
      break;
    case "OBJECT_ROLE":
      onRole(work, parts[0] ?? "", text);
      break;
    case "OBJECT_DATABASE": {
      const { database } = work.catalog;
      if (parts[0] !== "postgres") {
        throw new SqlError("3D000", `database "${parts[0]}" does not exist`);
      }
      requireOwner(work, database.owner, "database postgres");
      work.put("database", { ...database, comment: text });
      break;
    }
    case "OBJECT_EXTENSION":
      onExtension(work, parts[0] ?? "", text);
      break;
    default:
      throw notSupported(
        `COMMENT ON ${
          (objtype ?? "").replace("OBJECT_", "").replaceAll("_", " ")
        }`,
      );
  }
  return "COMMENT";
}

function rangeOf(parts: readonly string[]) {
  const schemaname = parts.at(-2);
  return {
    relname: parts.at(-1) ?? "",
    ...(schemaname === undefined ? {} : { schemaname }),
  };
}

const kindWords: Readonly<
  Record<string, readonly [Relation["kind"], string]>
> = {
  "OBJECT_TABLE": ["r", "a table"],
  "OBJECT_VIEW": ["v", "a view"],
  "OBJECT_MATVIEW": ["m", "a materialized view"],
  "OBJECT_SEQUENCE": ["S", "a sequence"],
};

function onRelation(
  work: Work,
  parts: readonly string[],
  type: string,
  text: Comment,
): void {
  const relation = findRelation(work, rangeOf(parts));
  requireRelationOwner(work, relation);
  const [kind, article] = kindWords[type] ?? [];
  if (kind !== undefined && relation.kind !== kind) {
    throw new SqlError("42809", `"${relation.name}" is not ${article}`);
  }
  work.putRelation({ ...relation, comment: text });
}

function onIndex(work: Work, parts: readonly string[], text: Comment): void {
  const found = lookUpIndex(work, parts.at(-2), parts.at(-1) ?? "");
  if (found === undefined) {
    const relation = findRelation(work, rangeOf(parts));
    throw new SqlError("42809", `"${relation.name}" is not an index`);
  }
  requireRelationOwner(work, found.table);
  work.putRelation({
    ...found.table,
    indexes: found.table.indexes.map((each) =>
      each === found.index ? { ...each, comment: text } : each
    ),
  });
}

function onColumn(work: Work, parts: readonly string[], text: Comment): void {
  const relation = findRelation(work, rangeOf(parts.slice(0, -1)));
  requireRelationOwner(work, relation);
  const name = parts.at(-1) ?? "";
  if (!relation.columns.some((each) => each.name === name)) {
    throw new SqlError(
      "42703",
      `column "${name}" of relation "${relation.name}" does not exist`,
    );
  }
  work.putRelation({
    ...relation,
    columns: relation.columns.map((each) =>
      each.name === name ? { ...each, comment: text } : each
    ),
  });
}

function onPart(
  work: Work,
  parts: readonly string[],
  type: "OBJECT_TABCONSTRAINT" | "OBJECT_POLICY",
  text: Comment,
): void {
  const relation = findRelation(work, rangeOf(parts.slice(0, -1)));
  requireRelationOwner(work, relation);
  const name = parts.at(-1) ?? "";
  const isPolicy = type === "OBJECT_POLICY";
  const list: readonly { readonly name: string }[] = isPolicy
    ? relation.policies
    : relation.constraints;
  if (!list.some((each) => each.name === name)) {
    throw new SqlError(
      "42704",
      `${
        isPolicy ? "policy" : "constraint"
      } "${name}" for table "${relation.name}" does not exist`,
    );
  }
  const commented = <T extends { readonly name: string }>(each: T): T =>
    each.name === name ? { ...each, comment: text } : each;
  work.putRelation({
    ...relation,
    policies: isPolicy ? relation.policies.map(commented) : relation.policies,
    constraints: isPolicy
      ? relation.constraints
      : relation.constraints.map(commented),
  });
}

function onType(work: Work, parts: readonly string[], text: Comment): void {
  const type = findNamedType(work, parts);
  requireOpenSchema(work, type.schema, `type ${type.name}`);
  const user = work.catalog.userType(type.oid);
  if (user !== undefined) {
    requireOwner(work, user.owner, `type ${type.name}`);
    work.put("type", { ...user, comment: text });
    return;
  }
  for (const relation of work.catalog.objects("relation").values()) {
    if (relation.rowType !== type.oid) continue;
    requireOwner(work, relation.owner, `type ${type.name}`);
    work.putRelation({ ...relation, comment: text });
  }
}

function onFunction(
  work: Work,
  object: Node | undefined,
  word: string,
  text: Comment,
): void {
  if (object === undefined || !("ObjectWithArgs" in object)) return;
  const found = findFunction(work, object.ObjectWithArgs, word as "function");
  requireOpenSchema(work, found.schema, `function ${found.name}`);
  requireOwner(work, found.owner, `function ${found.name}`);
  work.put("function", { ...found, comment: text });
}

function onRole(work: Work, name: string, text: Comment): void {
  const role = findRole(work, name);
  const me = work.catalog.role(work.role);
  if (role.superuser && !isSuperuser(work.catalog, work.role)) {
    throw new SqlError("42501", "must be superuser");
  }
  if (!me?.superuser && !me?.createRole) {
    throw new SqlError("42501", "must have CREATEROLE privilege");
  }
  work.put("role", { ...role, comment: text });
}

function onExtension(work: Work, name: string, text: Comment): void {
  const { database } = work.catalog;
  if (!database.extensions.some((each) => each.name === name)) {
    throw new SqlError("42704", `extension "${name}" does not exist`);
  }
  requireOwner(work, database.owner, `extension ${name}`);
  work.put("database", {
    ...database,
    extensions: database.extensions.map((each) =>
      each.name === name ? { ...each, comment: text } : each
    ),
  });
}
