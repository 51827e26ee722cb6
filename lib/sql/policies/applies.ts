/**
 * Whom row policies are for, and who is above them.
 *
 * @module
 */

import type { Catalog, Policy, Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import type { Scope } from "../analyze/scope.ts";

/** PUBLIC, in lists of roles. */
const everybody = 0;

/**
 * @param role A role.
 * @param of Another.
 * @param catalog Where they are.
 * @returns Whether the first has the rights of the second: it is the same, a superuser, or a member that inherits.
 */
export function hasRightsOf(
  role: number,
  of: number,
  catalog: Catalog,
): boolean {
  if (role === of) return true;
  if (catalog.role(role)?.superuser) return true;
  const seen = new Set<number>([role]);
  const waiting = [role];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const found = catalog.role(next);
    // A role that does not inherit has its memberships by SET ROLE only.
    if (found === undefined || !found.inherit) continue;
    for (const { role: group } of found.memberOf) {
      if (group === of) return true;
      if (!seen.has(group)) {
        seen.add(group);
        waiting.push(group);
      }
    }
  }
  return false;
}

/**
 * @param policy A policy.
 * @param role Role that queries.
 * @param catalog Where roles are.
 * @returns Whether the policy is for the role.
 */
export function policyApplies(
  policy: Policy,
  role: number,
  catalog: Catalog,
): boolean {
  return policy.roles.some((each) =>
    each === everybody || hasRightsOf(role, each, catalog)
  );
}

/**
 * @param relation Table.
 * @param scope Where; its role is the one that queries.
 * @returns Whether policies limit what the role may do with it.
 * @throws {SqlError} 42501 when they do and `row_security` is off.
 */
export function isRowSecured(relation: Relation, scope: Scope): boolean {
  const { env } = scope;
  if (relation.kind !== "r" || !relation.rowSecurity) return false;
  const role = env.catalog.role(env.role);
  if (role?.superuser || role?.bypassRls) return false;
  const owns = hasRightsOf(env.role, relation.owner, env.catalog);
  if (owns && !relation.forceRowSecurity) return false;
  if (!env.rowSecurity) {
    throw new SqlError(
      "42501",
      `query would be affected by row-level security policy for table "${relation.name}"`,
      owns
        ? {
          hint:
            "To disable the policy for the table's owner, use ALTER TABLE NO FORCE ROW LEVEL SECURITY.",
        }
        : {},
    );
  }
  return true;
}
