/**
 * Names of roles in statements.
 *
 * @module
 */

import type { Node, RoleSpec } from "@pgsql/types";
import type { Role } from "../../catalog/catalog.ts";
import { SqlError } from "../../error.ts";
import { findRole } from "../lookup.ts";
import type { Work } from "../work.ts";

/** Number that stands for everybody. */
export const everybody = 0;

/**
 * @param work Statement.
 * @param spec Name in the parse tree.
 * @returns Oid of the role; {@linkcode everybody} for PUBLIC.
 * @throws {SqlError} 42704 when there is none.
 */
export function roleOrPublic(work: Work, spec: RoleSpec): number {
  return spec.roletype === "ROLESPEC_PUBLIC"
    ? everybody
    : roleOf(work, spec).oid;
}

/**
 * @param work Statement.
 * @param spec Name in the parse tree.
 * @returns The role.
 * @throws {SqlError} 42704 when there is none, or PUBLIC was named.
 */
export function roleOf(work: Work, spec: RoleSpec): Role {
  switch (spec.roletype) {
    case "ROLESPEC_CURRENT_USER":
    case "ROLESPEC_CURRENT_ROLE":
      return present(work, work.role);
    case "ROLESPEC_SESSION_USER":
      return present(work, work.context.sessionUser);
    case "ROLESPEC_PUBLIC":
      throw new SqlError("42704", 'role "public" does not exist');
    default:
      return findRole(work, spec.rolename ?? "");
  }
}

function present(work: Work, oid: number): Role {
  const found = work.catalog.role(oid);
  if (found !== undefined) return found;
  throw new SqlError("42704", `role with OID ${oid} does not exist`);
}

/**
 * @param nodes `RoleSpec` nodes.
 * @returns They.
 */
export function roleSpecs(nodes: readonly Node[] | undefined): RoleSpec[] {
  return (nodes ?? []).flatMap((node) =>
    "RoleSpec" in node ? [node.RoleSpec] : []
  );
}
