/**
 * `OWNER TO`, of everything.
 *
 * @module
 */

import type { AlterOwnerStmt, Node, RoleSpec } from "@pgsql/types";
import { reassignAcl } from "../catalog/acl.ts";
import type { Acl, Relation, Role } from "../catalog/catalog.ts";
import {
  hasPrivilege,
  isSuperuser,
  memberRolesOf,
  permissionDenied,
} from "../catalog/privileges.ts";
import { notSupported, SqlError } from "../error.ts";
import { findFunction } from "./find_function.ts";
import {
  findSchema,
  isClosed,
  requireOpenSchema,
  requireOwner,
  requireRelationOwner,
} from "./lookup.ts";
import { qualifiedName } from "./nodes.ts";
import { roleOf } from "./access/role_name.ts";
import { ownedSequences } from "./owned_sequences.ts";
import { findNamedType } from "./type_names.ts";
import type { Work } from "./work.ts";

/** Checks that the role may give something to another. */
function checkNewOwner(work: Work, owner: Role, schema?: number): void {
  if (isSuperuser(work.catalog, work.role)) return;
  if (!memberRolesOf(work.catalog, work.role).has(owner.oid)) {
    throw new SqlError("42501", `must be member of role "${owner.name}"`);
  }
  const found = schema === undefined ? undefined : work.catalog.schema(schema);
  if (found === undefined) return;
  const mayCreate = hasPrivilege(work.catalog, owner.oid, {
    kind: "schema",
    owner: found.owner,
    acl: found.acl,
  }, "C");
  if (!mayCreate) throw permissionDenied(`schema ${found.name}`);
}

/**
 * @param object Something with an owner.
 * @param owner Oid of the new one.
 * @returns It, handed on together with the rights that the old owner had and gave.
 */
export function given<T extends { readonly owner: number; readonly acl: Acl }>(
  object: T,
  owner: number,
): T {
  return {
    ...object,
    owner,
    acl: reassignAcl(object.acl, object.owner, owner),
  };
}

/**
 * @param work Statement.
 * @param relation Relation; its owner asks.
 * @param spec Who gets it.
 */
export function changeRelationOwner(
  work: Work,
  relation: Relation,
  spec: RoleSpec | undefined,
): void {
  const owner = roleOf(work, spec ?? {});
  if (owner.oid === relation.owner) return;
  checkNewOwner(work, owner, relation.schema);
  const { ownedBy } = relation.sequence ?? {};
  if (ownedBy !== undefined) {
    const table = work.relation(ownedBy.table);
    if (table.owner !== owner.oid) {
      throw new SqlError(
        "0A000",
        `cannot change owner of sequence "${relation.name}"`,
        {
          detail:
            `Sequence "${relation.name}" is linked to table "${table.name}".`,
        },
      );
    }
  }
  giveRelation(work, relation, owner.oid);
}

/**
 * Hands a relation and its sequences to a role.
 *
 * @param work Statement.
 * @param relation Relation.
 * @param owner Oid of the role.
 */
export function giveRelation(
  work: Work,
  relation: Relation,
  owner: number,
): void {
  const changed = given(relation, owner);
  work.putRelation({
    ...changed,
    columns: relation.columns.map((column) =>
      column.acl === null ? column : {
        ...column,
        acl: reassignAcl(column.acl, relation.owner, owner),
      }
    ),
  });
  for (const sequence of ownedSequences(work, relation.oid)) {
    work.putRelation(given(sequence, owner));
  }
}

/**
 * ALTER … OWNER TO for what is not a relation.
 *
 * @param work Statement.
 * @param statement The statement.
 * @returns Command tag.
 */
export function alterOwner(work: Work, statement: AlterOwnerStmt): string {
  const { objectType, object, newowner } = statement;
  switch (objectType) {
    case "OBJECT_SCHEMA": {
      const schema = findSchema(work, qualifiedName(object).at(-1) ?? "");
      requireOpenSchema(work, schema.oid, `schema ${schema.name}`);
      requireOwner(work, schema.owner, `schema ${schema.name}`);
      const owner = roleOf(work, newowner ?? {});
      checkNewOwner(work, owner);
      work.put("schema", given(schema, owner.oid));
      return "ALTER SCHEMA";
    }
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE":
      return functionOwner(work, object, objectType, newowner);
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      typeOwner(work, object, newowner);
      return objectType === "OBJECT_TYPE" ? "ALTER TYPE" : "ALTER DOMAIN";
    case "OBJECT_DATABASE": {
      const { database } = work.catalog;
      requireOwner(work, database.owner, "database");
      work.put("database", given(database, roleOf(work, newowner ?? {}).oid));
      return "ALTER DATABASE";
    }
    default:
      throw notSupported(
        `ALTER ${
          (objectType ?? "").replace("OBJECT_", "").replaceAll("_", " ")
        } OWNER`,
      );
  }
}

function functionOwner(
  work: Work,
  object: Node | undefined,
  type:
    | "OBJECT_FUNCTION"
    | "OBJECT_PROCEDURE"
    | "OBJECT_ROUTINE"
    | "OBJECT_AGGREGATE",
  newowner: RoleSpec | undefined,
): string {
  const word = type.replace("OBJECT_", "");
  if (object === undefined || !("ObjectWithArgs" in object)) {
    throw new TypeError("Function without name");
  }
  const found = findFunction(
    work,
    object.ObjectWithArgs,
    word.toLowerCase() as "function",
  );
  requireOpenSchema(work, found.schema, `function ${found.name}`);
  requireOwner(work, found.owner, `function ${found.name}`);
  const owner = roleOf(work, newowner ?? {});
  checkNewOwner(work, owner, found.schema);
  work.put("function", given(found, owner.oid));
  return `ALTER ${word}`;
}

function typeOwner(
  work: Work,
  object: Node | undefined,
  newowner: RoleSpec | undefined,
): void {
  const type = findNamedType(work, qualifiedName(object));
  const owner = roleOf(work, newowner ?? {});
  const user = work.catalog.userType(type.oid);
  if (user !== undefined && !isClosed(work, user.schema)) {
    requireOwner(work, user.owner, `type ${user.name}`);
    checkNewOwner(work, owner, user.schema);
    work.put("type", given(user, owner.oid));
    return;
  }
  for (const relation of work.catalog.objects("relation").values()) {
    if (relation.rowType !== type.oid) continue;
    if (relation.kind !== "c") {
      throw new SqlError("42809", `${type.name} is a table's row type`, {
        hint: "Use ALTER TABLE instead.",
      });
    }
    requireRelationOwner(work, relation);
    checkNewOwner(work, owner, relation.schema);
    work.putRelation(given(relation, owner.oid));
    return;
  }
  throw new SqlError("42501", `must be owner of type ${type.name}`);
}
