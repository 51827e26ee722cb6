/**
 * Who may do what: memberships, owners and access control lists (manual, 5.7 and 22.3).
 *
 * @module
 */

import { SqlError } from "../error.ts";
import {
  aclItemText,
  type AclKind,
  effectiveAcl,
  includesPrivilege,
} from "./acl.ts";
import type { Acl, AclItem, Catalog, Relation } from "./catalog.ts";
import type { NeededPrivilege } from "../analyze/scope.ts";
import { asMemoryCatalog } from "./memory_catalog.ts";
import { predefinedRole } from "./predefined_roles.ts";

/** Something with rights. */
export interface Privileged {
  readonly kind: AclKind;
  readonly owner: number;
  readonly acl: Acl;
}

const memberships = new WeakMap<
  Catalog,
  { inherited: Map<number, Set<number>>; all: Map<number, Set<number>> }
>();

function closure(
  catalog: Catalog,
  role: number,
  inheritOnly: boolean,
): Set<number> {
  const found = new Set([role]);
  // A set is walked in order, including what is added on the way.
  for (const each of found) {
    const entry = catalog.role(each);
    if (entry === undefined || (inheritOnly && !entry.inherit)) continue;
    for (const { role: parent } of entry.memberOf) found.add(parent);
  }
  if (asMemoryCatalog(catalog).database.owner === role) {
    found.add(predefinedRole.databaseOwner);
  }
  return found;
}

/**
 * @param catalog Catalog.
 * @param role Role.
 * @returns Roles whose rights it has: itself and what it inherits.
 */
export function rolesOf(catalog: Catalog, role: number): ReadonlySet<number> {
  return remembered(catalog, role, "inherited");
}

/**
 * @param catalog Catalog.
 * @param role Role.
 * @returns Roles that it may become by SET ROLE: itself and all it is a member of.
 */
export function memberRolesOf(
  catalog: Catalog,
  role: number,
): ReadonlySet<number> {
  return remembered(catalog, role, "all");
}

function remembered(
  catalog: Catalog,
  role: number,
  which: "inherited" | "all",
): ReadonlySet<number> {
  let known = memberships.get(catalog);
  if (known === undefined) {
    known = { inherited: new Map(), all: new Map() };
    memberships.set(catalog, known);
  }
  let found = known[which].get(role);
  if (found === undefined) {
    found = closure(catalog, role, which === "inherited");
    known[which].set(role, found);
  }
  return found;
}

/**
 * @param catalog Catalog.
 * @param role Role.
 * @returns Whether it is a superuser.
 */
export function isSuperuser(catalog: Catalog, role: number): boolean {
  return catalog.role(role)?.superuser ?? false;
}

/**
 * @param catalog Catalog.
 * @param role Who asks.
 * @param owner Owner of the object.
 * @returns Whether `role` has the rights of the owner.
 */
export function isOwner(
  catalog: Catalog,
  role: number,
  owner: number,
): boolean {
  return isSuperuser(catalog, role) || rolesOf(catalog, role).has(owner);
}

/**
 * @param catalog Catalog.
 * @param role Who asks.
 * @param object Its owner and list.
 * @param letter Right.
 * @param grantable Whether it must be one that may be granted on.
 * @returns Whether the role has it.
 */
export function hasPrivilege(
  catalog: Catalog,
  role: number,
  { kind, owner, acl }: Privileged,
  letter: string,
  grantable = false,
): boolean {
  if (isSuperuser(catalog, role)) return true;
  const mine = rolesOf(catalog, role);
  if (grantable && mine.has(owner)) return true;
  for (const item of effectiveAcl(acl, kind, owner)) {
    if (item.grantee !== 0 && !mine.has(item.grantee)) continue;
    if (includesPrivilege(item.privileges, letter, grantable)) return true;
  }
  if (grantable) return false;
  const { readAllData, writeAllData } = predefinedRole;
  switch (kind) {
    case "table":
    case "sequence":
      return (letter === "r" && mine.has(readAllData)) ||
        ("awd".includes(letter) && mine.has(writeAllData));
    case "schema":
      return letter === "U" &&
        (mine.has(readAllData) || mine.has(writeAllData));
    default:
      return false;
  }
}

/**
 * @param relation Table, view or sequence.
 * @returns Its rights.
 */
export function privilegedRelation(relation: Relation): Privileged {
  return {
    kind: relation.kind === "S" ? "sequence" : "table",
    owner: relation.owner,
    acl: relation.acl,
  };
}

/**
 * @param catalog Catalog.
 * @param role Who asks.
 * @param relation Table.
 * @param column Column number.
 * @param letter Right.
 * @param grantable Whether it must be one that may be granted on.
 * @returns Whether the role has it on the column, be it through the whole table.
 */
export function hasColumnPrivilege(
  catalog: Catalog,
  role: number,
  relation: Relation,
  column: number,
  letter: string,
  grantable = false,
): boolean {
  const whole = privilegedRelation(relation);
  if (hasPrivilege(catalog, role, whole, letter, grantable)) return true;
  const found = relation.columns.find((each) => each.number === column);
  return found !== undefined && found.acl !== null &&
    hasPrivilege(
      catalog,
      role,
      { kind: "column", owner: relation.owner, acl: found.acl },
      letter,
      grantable,
    );
}

/**
 * @param relation Relation.
 * @returns What it is, in the words of error messages.
 */
export function relationWord(
  relation: Pick<Relation, "kind"> & Partial<Pick<Relation, "view">>,
): string {
  switch (relation.kind) {
    case "v":
      // A system catalog is a view that has no text; it is a table to everybody else.
      return relation.view?.text === "" ? "table" : "view";
    case "m":
      return "materialized view";
    case "S":
      return "sequence";
    case "c":
      return "type";
    default:
      return "table";
  }
}

/**
 * @param what Kind and name, for example `table items`.
 * @returns Error 42501.
 */
export function permissionDenied(what: string): SqlError {
  return new SqlError("42501", `permission denied for ${what}`);
}

/**
 * Tells whether a role has a right that a statement needs.
 *
 * @param catalog Catalog.
 * @param needed The right.
 * @returns Whether it has it.
 */
export function isAllowed(catalog: Catalog, needed: NeededPrivilege): boolean {
  const { kind, oid, role, privilege } = needed;
  switch (kind) {
    case "relation":
    case "column": {
      const relation = catalog.relation(oid);
      if (relation === undefined) return false;
      if (isSystemTable(relation) && privilege !== "r") return false;
      if (kind === "relation") {
        return hasPrivilege(
          catalog,
          role,
          privilegedRelation(relation),
          privilege,
        );
      }
      const { column = 0 } = needed;
      if (column > 0) {
        return hasColumnPrivilege(catalog, role, relation, column, privilege);
      }
      // Any column at all, as `count(*)` needs, or a whole row, which needs every one.
      const any = (each: { readonly number: number }) =>
        hasColumnPrivilege(catalog, role, relation, each.number, privilege);
      return hasPrivilege(
        catalog,
        role,
        privilegedRelation(relation),
        privilege,
      ) || relation.columns.some(any);
    }
    case "function": {
      const found = catalog.userFunction(oid);
      return found === undefined ||
        hasPrivilege(catalog, role, {
          kind: "function",
          owner: found.owner,
          acl: found.acl,
        }, privilege);
    }
    case "schema": {
      const found = catalog.schema(oid);
      return found !== undefined &&
        hasPrivilege(catalog, role, {
          kind: "schema",
          owner: found.owner,
          acl: found.acl,
        }, privilege);
    }
  }
}

/** Relations of `pg_catalog` and `information_schema` hold no rows of their own. */
function isSystemTable(relation: Relation): boolean {
  return relation.system && relation.storage === "";
}

/**
 * @param catalog Catalog.
 * @param needed A right that a statement needs.
 * @throws {SqlError} 42501 when the role does not have it.
 */
export function checkPrivilege(
  catalog: Catalog,
  needed: NeededPrivilege,
): void {
  if (isAllowed(catalog, needed)) return;
  const { kind, oid } = needed;
  if (kind === "function") {
    const name = catalog.userFunction(oid)?.name ?? String(oid);
    throw permissionDenied(`function ${name}`);
  }
  if (kind === "schema") {
    throw permissionDenied(`schema ${catalog.schema(oid)?.name ?? oid}`);
  }
  const relation = catalog.relation(oid);
  throw permissionDenied(
    relation === undefined
      ? `table ${oid}`
      : `${relationWord(relation)} ${relation.name}`,
  );
}

/**
 * @param catalog Names roles.
 * @param acl List.
 * @returns Its items as PostgreSQL writes them, `null` for `null`.
 */
export function aclTexts(catalog: Catalog, acl: Acl): string[] | null {
  return acl === null ? null : acl.map((item) => itemText(catalog, item));
}

function itemText(catalog: Catalog, item: AclItem): string {
  return aclItemText(
    item,
    (oid) => catalog.role(oid)?.name ?? String(oid),
  );
}
