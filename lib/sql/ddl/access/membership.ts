/**
 * GRANT role TO role, REVOKE role FROM role.
 *
 * @module
 */

import type { GrantRoleStmt } from "@pgsql/types";
import { isSuperuser, memberRolesOf } from "../../catalog/privileges.ts";
import { SqlError } from "../../error.ts";
import { findRole } from "../lookup.ts";
import { defElems } from "../nodes.ts";
import type { Work } from "../work.ts";
import { roleOf, roleSpecs } from "./role_name.ts";

/**
 * @param work Statement.
 * @param group Role that is granted.
 * @param member Role that gets it.
 * @param admin Whether it may grant it on.
 */
export function addMember(
  work: Work,
  group: number,
  member: number,
  admin: boolean,
): void {
  const role = work.catalog.role(member);
  if (role === undefined) return;
  const present = role.memberOf.find((each) => each.role === group);
  work.put("role", {
    ...role,
    memberOf: [
      ...role.memberOf.filter((each) => each.role !== group),
      { role: group, admin: admin || (present?.admin ?? false) },
    ],
  });
}

/**
 * @param work Statement.
 * @param group Role that is to be granted.
 * @throws {SqlError} 42501 when the role that asks may not.
 */
export function checkMayGrant(work: Work, group: number): void {
  const { catalog, role } = work;
  if (work.system || isSuperuser(catalog, role)) return;
  const target = catalog.role(group);
  if (target?.superuser) {
    throw new SqlError("42501", "must be superuser to alter superusers");
  }
  const admin = [...memberRolesOf(catalog, role)].some((each) =>
    catalog.role(each)?.memberOf.some((one) => one.role === group && one.admin)
  );
  if (catalog.role(role)?.createRole || admin) return;
  throw new SqlError(
    "42501",
    `must have admin option on role "${target?.name}"`,
  );
}

/**
 * @param work Statement.
 * @param statement GRANT or REVOKE of roles.
 * @returns Command tag.
 */
export function grantRole(work: Work, statement: GrantRoleStmt): string {
  const adminOption = defElems(statement.opt).some(({ defname }) =>
    defname === "admin"
  );
  for (const node of statement.granted_roles ?? []) {
    if (!("AccessPriv" in node)) continue;
    const group = findRole(work, node.AccessPriv.priv_name ?? "");
    checkMayGrant(work, group.oid);
    for (const spec of roleSpecs(statement.grantee_roles)) {
      const member = roleOf(work, spec);
      if (statement.is_grant) {
        if (memberRolesOf(work.catalog, group.oid).has(member.oid)) {
          throw new SqlError(
            "0LP01",
            `role "${group.name}" is a member of role "${member.name}"`,
          );
        }
        const present = member.memberOf.find(({ role }) => role === group.oid);
        if (present !== undefined && (present.admin || !adminOption)) {
          work.notice(
            "00000",
            `role "${member.name}" is already a member of role "${group.name}"`,
          );
          continue;
        }
        addMember(work, group.oid, member.oid, adminOption);
        continue;
      }
      if (!member.memberOf.some(({ role }) => role === group.oid)) {
        work.notice(
          "01000",
          `role "${member.name}" is not a member of role "${group.name}"`,
          {},
          "WARNING",
        );
        continue;
      }
      work.put("role", {
        ...member,
        memberOf: member.memberOf.flatMap((each) =>
          each.role !== group.oid
            ? [each]
            : adminOption
            ? [{ ...each, admin: false }]
            : []
        ),
      });
    }
  }
  return statement.is_grant ? "GRANT ROLE" : "REVOKE ROLE";
}
