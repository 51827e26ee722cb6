/**
 * Statements about who may do what: roles, GRANT and REVOKE, default privileges, row policies.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Work } from "../work.ts";
import { alterDefaultPrivileges } from "./default_privileges.ts";
import { grant } from "./grant.ts";
import { grantRole } from "./membership.ts";
import { dropOwned, reassignOwned } from "./owned.ts";
import { alterPolicy, createPolicy, renamePolicy } from "./policy.ts";
import { alterRole, alterRoleSet, createRole, renameRole } from "./role.ts";
import { dropRoles } from "./drop_role.ts";

/**
 * @param work Statement.
 * @param node Parse tree.
 * @returns Command tag; `undefined` when it is another statement.
 */
export async function runAccessStatement(
  work: Work,
  node: Node,
): Promise<string | undefined> {
  if ("CreateRoleStmt" in node) {
    return await createRole(work, node.CreateRoleStmt);
  }
  if ("AlterRoleStmt" in node) return await alterRole(work, node.AlterRoleStmt);
  if ("AlterRoleSetStmt" in node) {
    return alterRoleSet(work, node.AlterRoleSetStmt);
  }
  if ("DropRoleStmt" in node) return dropRoles(work, node.DropRoleStmt);
  if ("GrantRoleStmt" in node) return grantRole(work, node.GrantRoleStmt);
  if ("GrantStmt" in node) return grant(work, node.GrantStmt);
  if ("AlterDefaultPrivilegesStmt" in node) {
    return alterDefaultPrivileges(work, node.AlterDefaultPrivilegesStmt);
  }
  if ("CreatePolicyStmt" in node) {
    return createPolicy(work, node.CreatePolicyStmt);
  }
  if ("AlterPolicyStmt" in node) return alterPolicy(work, node.AlterPolicyStmt);
  if ("RenameStmt" in node) {
    switch (node.RenameStmt.renameType) {
      case "OBJECT_ROLE":
        return renameRole(work, node.RenameStmt);
      case "OBJECT_POLICY":
        return renamePolicy(work, node.RenameStmt);
    }
  }
  if ("DropOwnedStmt" in node) return await dropOwned(work, node.DropOwnedStmt);
  if ("ReassignOwnedStmt" in node) {
    return reassignOwned(work, node.ReassignOwnedStmt);
  }
  return undefined;
}
