/**
 * ALTER … RENAME of what is no relation: types, functions, schemas, roles.
 *
 * @module
 */

import type { Node, RenameStmt } from "@pgsql/types";
import { fixedOid } from "../catalog/catalog.ts";
import {
  hasPrivilege,
  isSuperuser,
  permissionDenied,
} from "../catalog/privileges.ts";
import { notSupported, SqlError } from "../error.ts";
import { findFunction, inputTypes } from "./find_function.ts";
import {
  findRole,
  findSchema,
  requireOpenSchema,
  requireOwner,
} from "./lookup.ts";
import { qualifiedName } from "./nodes.ts";
import {
  qualifiedRenamer,
  renameReferences,
  schemaRenamer,
} from "./rename_references.ts";
import { checkTypeFree, findNamedType } from "./type_names.ts";
import type { Work } from "./work.ts";

/**
 * ALTER DOMAIN … RENAME CONSTRAINT.
 *
 * @param work Statement.
 * @param statement The statement.
 */
export function renameDomainConstraint(
  work: Work,
  statement: RenameStmt,
): void {
  const { subname = "", newname = "" } = statement;
  const type = findNamedType(work, qualifiedName(statement.object));
  const user = work.catalog.userType(type.oid);
  if (user?.domain === undefined) {
    throw new SqlError("42809", `${type.name} is not a domain`);
  }
  requireOwner(work, user.owner, `type ${user.name}`);
  const { checks } = user.domain;
  if (!checks.some(({ name }) => name === subname)) {
    throw new SqlError(
      "42704",
      `constraint "${subname}" for domain ${user.name} does not exist`,
    );
  }
  if (checks.some(({ name }) => name === newname)) {
    throw new SqlError(
      "42710",
      `constraint "${newname}" for domain ${user.name} already exists`,
    );
  }
  work.put("type", {
    ...user,
    domain: {
      ...user.domain,
      checks: checks.map((each) =>
        each.name === subname ? { ...each, name: newname } : each
      ),
    },
  });
}

/**
 * ALTER TYPE … RENAME TO.
 *
 * @param work Statement.
 * @param object Name of the type.
 * @param name Name that it gets.
 */
export function renameNamedType(
  work: Work,
  object: Node | undefined,
  name: string,
): void {
  const type = findNamedType(work, qualifiedName(object));
  const row = [...work.catalog.objects("relation").values()]
    .find(({ rowType }) => rowType === type.oid);
  if (row !== undefined && row.kind !== "c") {
    throw new SqlError("42809", `${type.name} is a table's row type`, {
      hint: "Use ALTER TABLE instead.",
    });
  }
  requireOpenSchema(work, type.schema, `type ${type.name}`);
  const user = work.catalog.userType(type.oid);
  requireOwner(work, row?.owner ?? user?.owner ?? 0, `type ${type.name}`);
  checkTypeFree(work, type.schema, name);
  const schema = work.catalog.schema(type.schema)?.name ?? "";
  const finish = renameReferences(
    work,
    qualifiedRenamer({ schema, name: type.name }, { schema, name }, {
      types: true,
      functions: false,
    }),
  );
  if (user !== undefined) work.put("type", { ...user, name });
  if (row !== undefined) work.putRelation({ ...row, name });
  finish();
}

/**
 * ALTER FUNCTION … RENAME TO.
 *
 * @param work Statement.
 * @param statement The statement.
 */
export function renameFunction(work: Work, statement: RenameStmt): void {
  const { object, newname = "", renameType = "" } = statement;
  if (object === undefined || !("ObjectWithArgs" in object)) return;
  const word = renameType.replace("OBJECT_", "").toLowerCase();
  const found = findFunction(work, object.ObjectWithArgs, word as "function");
  requireOpenSchema(work, found.schema, `function ${found.name}`);
  requireOwner(work, found.owner, `function ${found.name}`);
  const types = inputTypes(found);
  const taken = work.catalog.functionsNamed(found.schema, newname).some((
    each,
  ) => String(inputTypes(each)) === String(types));
  if (taken) {
    throw new SqlError(
      "42723",
      `function ${newname}(${
        types.map((each) => work.catalog.type(each)?.name).join(", ")
      }) already exists in schema "${work.catalog.schema(found.schema)?.name}"`,
    );
  }
  const schema = work.catalog.schema(found.schema)?.name ?? "";
  const finish = renameReferences(
    work,
    qualifiedRenamer({ schema, name: found.name }, { schema, name: newname }, {
      types: false,
      functions: true,
    }),
  );
  work.put("function", { ...found, name: newname });
  finish();
}

/**
 * @param name Name for a schema.
 * @throws {SqlError} 42939 when PostgreSQL keeps it for itself.
 */
export function checkSchemaName(name: string): void {
  if (!name.startsWith("pg_")) return;
  throw new SqlError("42939", `unacceptable schema name "${name}"`, {
    detail: 'The prefix "pg_" is reserved for system schemas.',
  });
}

/**
 * ALTER SCHEMA … RENAME TO.
 *
 * @param work Statement.
 * @param old Name that it has.
 * @param name Name that it gets.
 */
export function renameSchema(work: Work, old: string, name: string): void {
  const schema = findSchema(work, old);
  if (work.catalog.schemaNamed(name) !== undefined) {
    throw new SqlError("42P06", `schema "${name}" already exists`);
  }
  requireOpenSchema(work, schema.oid, `schema ${old}`);
  requireOwner(work, schema.owner, `schema ${old}`);
  const { database } = work.catalog;
  const mayCreate = hasPrivilege(work.catalog, work.role, {
    kind: "database",
    owner: database.owner,
    acl: database.acl,
  }, "C");
  if (!mayCreate) throw permissionDenied("database postgres");
  checkSchemaName(name);
  const finish = renameReferences(work, schemaRenamer(schema.oid, old, name));
  work.put("schema", { ...schema, name });
  finish();
}

/** Roles that the program itself relies on. */
const fixedRoles: ReadonlySet<number> = new Set([
  fixedOid.postgres,
  fixedOid.anon,
  fixedOid.authenticated,
  fixedOid.serviceRole,
]);

/**
 * ALTER ROLE … RENAME TO.
 *
 * @param work Statement.
 * @param old Name that it has.
 * @param name Name that it gets.
 */
export function renameRole(work: Work, old: string, name: string): void {
  const role = findRole(work, old);
  if (role.oid === work.context.sessionUser) {
    throw new SqlError("0A000", "session user cannot be renamed");
  }
  if (role.oid === work.role) {
    throw new SqlError("0A000", "current user cannot be renamed");
  }
  if (role.name.startsWith("pg_")) {
    throw new SqlError("42939", `role name "${old}" is reserved`, {
      detail: 'Role names starting with "pg_" are reserved.',
    });
  }
  if (name.startsWith("pg_")) {
    throw new SqlError("42939", `role name "${name}" is reserved`, {
      detail: 'Role names starting with "pg_" are reserved.',
    });
  }
  if (work.catalog.roleNamed(name) !== undefined) {
    throw new SqlError("42710", `role "${name}" already exists`);
  }
  const isSuper = isSuperuser(work.catalog, work.role);
  if (role.superuser && !isSuper) {
    throw new SqlError("42501", "must be superuser to rename superusers");
  }
  if (!isSuper && !work.catalog.role(work.role)?.createRole) {
    throw new SqlError("42501", "permission denied to rename role");
  }
  if (fixedRoles.has(role.oid)) throw notSupported(`renaming role "${old}"`);
  // An md5 verifier is made of the name, too.
  const isMd5 = role.password?.startsWith("md5") ?? false;
  if (isMd5) {
    work.notice("00000", "MD5 password cleared because of role rename");
  }
  work.put("role", {
    ...role,
    name,
    password: isMd5 ? null : role.password,
  });
}
