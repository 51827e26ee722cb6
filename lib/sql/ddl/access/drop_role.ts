/**
 * DROP ROLE.
 *
 * @module
 */

import type { DropRoleStmt } from "@pgsql/types";
import { type Acl, fixedOid, type Role } from "../../catalog/catalog.ts";
import { predefinedRoles } from "../../catalog/predefined_roles.ts";
import { SqlError } from "../../error.ts";
import { describeRelation, functionSignature } from "../address.ts";
import type { Work } from "../work.ts";
import { dropRights } from "./owned.ts";
import { checkMayChange } from "./role.ts";
import { roleSpecs } from "./role_name.ts";

const fixed = new Set(predefinedRoles.map(({ oid }) => oid));

function* holdings(work: Work, { oid }: Role): Iterable<string> {
  const granted = (acl: Acl) =>
    acl?.some(({ grantee, grantor }) => grantee === oid || grantor === oid) ??
      false;
  for (const schema of work.catalog.schemas()) {
    if (schema.owner === oid) yield `owner of schema ${schema.name}`;
    else if (granted(schema.acl)) yield `privileges for schema ${schema.name}`;
  }
  for (const relation of work.catalog.relations()) {
    const name = () => describeRelation(work, relation);
    if (relation.owner === oid) yield `owner of ${name()}`;
    else if (granted(relation.acl)) yield `privileges for ${name()}`;
    for (const column of relation.columns) {
      if (granted(column.acl)) {
        yield `privileges for column ${column.name} of ${name()}`;
      }
    }
    for (const policy of relation.policies) {
      if (policy.roles.includes(oid)) {
        yield `target of policy ${policy.name} on ${name()}`;
      }
    }
  }
  for (const each of work.catalog.functions()) {
    const name = () => `function ${functionSignature(work, each)}`;
    if (each.owner === oid) yield `owner of ${name()}`;
    else if (granted(each.acl)) yield `privileges for ${name()}`;
  }
  for (const type of work.catalog.objects("type").values()) {
    if (type.owner === oid) yield `owner of type ${type.name}`;
    else if (granted(type.acl)) yield `privileges for type ${type.name}`;
  }
  const { database } = work.catalog;
  if (granted(database.acl)) yield "privileges for database postgres";
  for (const each of database.defaultAcls) {
    if (each.role === oid || granted(each.acl)) {
      yield `privileges for default privileges on new objects belonging to role ${
        work.catalog.role(each.role)?.name
      }`;
    }
  }
}

/**
 * @param work Statement.
 * @param statement DROP ROLE.
 * @returns Command tag.
 */
export function dropRoles(work: Work, statement: DropRoleStmt): string {
  for (const spec of roleSpecs(statement.roles)) {
    const name = spec.rolename ?? "";
    if (spec.roletype !== "ROLESPEC_CSTRING") {
      throw new SqlError(
        "22023",
        "cannot use special role specifier in DROP ROLE",
      );
    }
    const role = work.catalog.roleNamed(name);
    if (role === undefined) {
      if (!statement.missing_ok) {
        throw new SqlError("42704", `role "${name}" does not exist`);
      }
      work.notice("00000", `role "${name}" does not exist, skipping`);
      continue;
    }
    checkMayChange(work, role, "drop role");
    if (role.oid === work.role) {
      throw new SqlError("55006", "current user cannot be dropped");
    }
    if (role.oid === work.context.sessionUser) {
      throw new SqlError("55006", "session user cannot be dropped");
    }
    if (fixed.has(role.oid) || role.oid < fixedOid.firstUser) {
      throw new SqlError(
        "2BP01",
        `cannot drop role ${name} because it is required by the database system`,
      );
    }
    // In MySQL a user's rights are no reason to keep it.
    if (work.env.dialect === "mysql") dropRights(work, role.oid);
    const held = [...holdings(work, role)];
    if (held.length > 0) {
      throw new SqlError(
        "2BP01",
        `role "${name}" cannot be dropped because some objects depend on it`,
        { detail: held.join("\n") },
      );
    }
    for (const other of work.catalog.roles()) {
      if (!other.memberOf.some(({ role: group }) => group === role.oid)) {
        continue;
      }
      work.put("role", {
        ...other,
        memberOf: other.memberOf.filter(({ role: group }) =>
          group !== role.oid
        ),
      });
    }
    work.drop("role", role.oid);
  }
  return "DROP ROLE";
}
