/**
 * Rights that a new object gets (`ALTER DEFAULT PRIVILEGES`).
 *
 * @module
 */

import {
  type AclKind,
  builtinAcl,
  grantPrivileges,
  includesPrivilege,
} from "../catalog/acl.ts";
import type { Acl, AclItem, DefaultAcl } from "../catalog/catalog.ts";
import type { Work } from "./work.ts";

const kinds: Readonly<Record<DefaultAcl["kind"], AclKind>> = {
  r: "table",
  S: "sequence",
  f: "function",
  T: "type",
  n: "schema",
};

/**
 * @param work Statement.
 * @param kind What is made.
 * @param owner Its owner.
 * @param schema Its schema; 0 for a schema.
 * @returns Its list; `null` when nothing was asked for beyond what is built in.
 */
export function newAcl(
  work: Work,
  kind: DefaultAcl["kind"],
  owner: number,
  schema: number,
): Acl {
  let everywhere: readonly AclItem[] | undefined;
  let here: readonly AclItem[] | undefined;
  for (const each of work.catalog.defaultAcls()) {
    if (each.role !== owner || each.kind !== kind) continue;
    if (each.schema === 0) everywhere = each.acl;
    else if (each.schema === schema) here = each.acl;
  }
  if (everywhere === undefined && here === undefined) return null;
  let items: readonly AclItem[] = everywhere ?? builtinAcl(kinds[kind], owner);
  for (const { grantee, grantor, privileges } of here ?? []) {
    for (const letter of privileges.replaceAll("*", "")) {
      items = grantPrivileges(items, {
        grantee,
        grantor,
        privileges: letter,
        grantOption: includesPrivilege(privileges, letter, true),
      });
    }
  }
  return items;
}

/**
 * @param kind Letter of `pg_default_acl`.
 * @returns What the object is.
 */
export function aclKindOf(kind: DefaultAcl["kind"]): AclKind {
  return kinds[kind];
}
