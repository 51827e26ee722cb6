/**
 * REASSIGN OWNED and DROP OWNED: everything that a role has, at once.
 *
 * @module
 */

import type { DropOwnedStmt, ReassignOwnedStmt } from "@pgsql/types";
import { danglingPrivileges, revokePrivileges } from "../../catalog/acl.ts";
import {
  type Acl,
  type AclItem,
  fixedOid,
  type Relation,
  type Role,
} from "../../catalog/catalog.ts";
import { predefinedRoles } from "../../catalog/predefined_roles.ts";
import { isOwner } from "../../catalog/privileges.ts";
import { SqlError } from "../../error.ts";
import type { Address } from "../address.ts";
import { dropObjects } from "../drop_objects.ts";
import { given, giveRelation } from "../owner.ts";
import type { Work } from "../work.ts";
import { roleOf, roleSpecs } from "./role_name.ts";

const fixed = new Set(predefinedRoles.map(({ oid }) => oid));

/** The roles of a statement, which the caller must be a member of. */
function rolesOf(
  work: Work,
  specs: DropOwnedStmt["roles"],
  { denied, pinned }: {
    readonly denied: string;
    readonly pinned: (name: string) => string;
  },
): Role[] {
  const roles = roleSpecs(specs).map((spec) => roleOf(work, spec));
  for (const { oid } of roles) {
    if (!isOwner(work.catalog, work.role, oid)) {
      throw new SqlError("42501", denied);
    }
  }
  for (const { oid, name } of roles) {
    if (fixed.has(oid) || oid < fixedOid.firstUser) {
      throw new SqlError("2BP01", pinned(name));
    }
  }
  return roles;
}

/**
 * @param work Statement.
 * @param statement REASSIGN OWNED.
 * @returns Command tag.
 * @throws {SqlError} 42501, 42704, 2BP01.
 */
export function reassignOwned(
  work: Work,
  statement: ReassignOwnedStmt,
): string {
  const denied = "permission denied to reassign objects";
  const roles = rolesOf(work, statement.roles, {
    denied,
    pinned: (name) =>
      `cannot reassign ownership of objects owned by role ${name} because they are required by the database system`,
  });
  const { oid: owner } = roleOf(work, statement.newrole ?? {});
  if (!isOwner(work.catalog, work.role, owner)) {
    throw new SqlError("42501", denied);
  }
  const old = new Set(roles.map(({ oid }) => oid));
  for (const schema of work.catalog.objects("schema").values()) {
    if (old.has(schema.owner)) work.put("schema", given(schema, owner));
  }
  for (const each of work.catalog.objects("function").values()) {
    if (old.has(each.owner)) work.put("function", given(each, owner));
  }
  for (const type of work.catalog.objects("type").values()) {
    if (old.has(type.owner)) work.put("type", given(type, owner));
  }
  for (const { oid } of work.catalog.objects("relation").values()) {
    const relation = work.relation(oid);
    // Sequences of columns go with their table.
    if (old.has(relation.owner)) giveRelation(work, relation, owner);
  }
  const { database } = work.catalog;
  if (old.has(database.owner)) work.put("database", given(database, owner));
  return "REASSIGN OWNED";
}

/**
 * @param work Statement.
 * @param statement DROP OWNED.
 * @returns Command tag.
 * @throws {SqlError} 42501, 42704, 2BP01.
 */
export async function dropOwned(
  work: Work,
  { roles: specs, behavior }: DropOwnedStmt,
): Promise<string> {
  const roles = rolesOf(work, specs, {
    denied: "permission denied to drop objects",
    pinned: (name) =>
      `cannot drop objects owned by role ${name} because they are required by the database system`,
  });
  const gone = new Set(roles.map(({ oid }) => oid));
  if (work.env.dialect === "mysql") {
    // REVOKE ALL PRIVILEGES, GRANT OPTION: what it owns stays, and so does the policy that is for it.
    for (const role of gone) revokeAll(work, role, true);
    revokeDefaults(work, gone);
    return "REVOKE";
  }
  for (const role of gone) revokeAll(work, role);
  dropDefaults(work, gone);
  const owned = ownedBy(work, gone);
  if (owned.length > 0) await dropObjects(work, owned, { behavior });
  return "DROP OWNED";
}

/** What goes as a whole; parts of tables go with them. */
function ownedBy(work: Work, roles: ReadonlySet<number>): Address[] {
  const { catalog } = work;
  const found: Address[] = [];
  for (const { oid, owner } of catalog.objects("schema").values()) {
    if (roles.has(owner)) found.push({ kind: "schema", oid });
  }
  for (const relation of catalog.objects("relation").values()) {
    if (!roles.has(relation.owner) || isPart(relation)) continue;
    found.push(
      relation.kind === "c"
        ? { kind: "type", oid: relation.rowType }
        : { kind: "relation", oid: relation.oid },
    );
  }
  for (const { oid, owner } of catalog.objects("type").values()) {
    if (roles.has(owner)) found.push({ kind: "type", oid });
  }
  for (const { oid, owner } of catalog.objects("function").values()) {
    if (roles.has(owner)) found.push({ kind: "function", oid });
  }
  return found;
}

/** Whether it is the sequence of a column. */
function isPart({ sequence }: Relation): boolean {
  return sequence?.ownedBy !== undefined;
}

/** @returns The list without rights of the role, and without those that it alone let others have. */
function without<List extends Acl>(
  acl: List,
  role: number,
  owner: number,
): List | readonly AclItem[] {
  if (acl === null || owner === role) return acl;
  if (acl.every(({ grantee }) => grantee !== role)) return acl;
  let items: readonly AclItem[] = acl.filter(({ grantee }) => grantee !== role);
  for (;;) {
    const dangling = danglingPrivileges(items, owner);
    if (dangling.length === 0) return items;
    for (const each of dangling) items = revokePrivileges(items, each);
  }
}

/**
 * Takes every right from a role that is about to go, and the policies that were for it alone.
 *
 * @param work Statement.
 * @param role Role.
 */
export function dropRights(work: Work, role: number): void {
  revokeAll(work, role);
  dropDefaults(work, new Set([role]));
}

/** Takes a role out of every list of rights and, unless they are kept, out of every policy. */
function revokeAll(work: Work, role: number, keepsPolicies = false): void {
  for (const schema of work.catalog.objects("schema").values()) {
    const acl = without(schema.acl, role, schema.owner);
    if (acl !== schema.acl) work.put("schema", { ...schema, acl });
  }
  for (const each of work.catalog.objects("function").values()) {
    const acl = without(each.acl, role, each.owner);
    if (acl !== each.acl) work.put("function", { ...each, acl });
  }
  for (const type of work.catalog.objects("type").values()) {
    const acl = without(type.acl, role, type.owner);
    if (acl !== type.acl) work.put("type", { ...type, acl });
  }
  for (const relation of work.catalog.objects("relation").values()) {
    const { owner } = relation;
    const acl = without(relation.acl, role, owner);
    const columns = relation.columns.map((column) => {
      const acl = without(column.acl, role, owner);
      return acl === column.acl
        ? column
        : { ...column, acl: acl?.length === 0 ? null : acl };
    });
    const policies = relation.policies.flatMap((policy) => {
      if (keepsPolicies || !policy.roles.includes(role)) return [policy];
      const roles = policy.roles.filter((each) => each !== role);
      // One that was for this role alone goes with it.
      return roles.length === 0 ? [] : [{ ...policy, roles }];
    });
    const changed = acl !== relation.acl ||
      columns.some((column, i) => column !== relation.columns[i]) ||
      policies.length < relation.policies.length ||
      policies.some((policy, i) => policy !== relation.policies[i]);
    if (changed) work.putRelation({ ...relation, acl, columns, policies });
  }
  const { database } = work.catalog;
  const acl = without(database.acl, role, database.owner);
  if (acl !== database.acl) work.put("database", { ...database, acl });
}

/** Default privileges that others granted the roles. */
function revokeDefaults(work: Work, roles: ReadonlySet<number>): void {
  const { database } = work.catalog;
  const defaultAcls = database.defaultAcls.map((each) => ({
    ...each,
    acl: each.acl.filter(({ grantee }) => !roles.has(grantee)),
  }));
  work.put("database", { ...database, defaultAcls });
}

/** Default privileges of the roles, and those of others that they are granted. */
function dropDefaults(work: Work, roles: ReadonlySet<number>): void {
  const { database } = work.catalog;
  const defaultAcls = database.defaultAcls.flatMap((each) => {
    if (roles.has(each.role)) return [];
    const acl = each.acl.filter(({ grantee }) => !roles.has(grantee));
    if (acl.length === each.acl.length) return [each];
    return acl.length === 0 && each.schema !== 0 ? [] : [{ ...each, acl }];
  });
  work.put("database", { ...database, defaultAcls });
}
