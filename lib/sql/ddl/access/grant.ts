/**
 * GRANT and REVOKE of rights on objects (manual, GRANT).
 *
 * @module
 */

import type { AccessPriv, GrantStmt } from "@pgsql/types";
import {
  type AclKind,
  allPrivileges,
  danglingPrivileges,
  effectiveAcl,
  grantPrivileges,
  includesPrivilege,
  privilegeLetters,
  revokePrivileges,
} from "../../catalog/acl.ts";
import type { Acl, AclItem, Column } from "../../catalog/catalog.ts";
import {
  hasPrivilege,
  isOwner,
  isSuperuser,
  permissionDenied,
  rolesOf,
} from "../../catalog/privileges.ts";
import { SqlError } from "../../error.ts";
import { strings } from "../nodes.ts";
import type { Work } from "../work.ts";
import { type GrantTarget, grantTargets } from "./grant_target.ts";
import { roleOrPublic, roleSpecs } from "./role_name.ts";

/** What one statement does to each list. */
export interface GrantAction {
  readonly grants: boolean;
  readonly grantees: readonly number[];
  readonly grantOption: boolean;
  readonly cascade: boolean;
}

/**
 * @param work Statement.
 * @param statement GRANT or REVOKE.
 * @returns What it does.
 */
export function actionOf(work: Work, statement: GrantStmt): GrantAction {
  return {
    grants: statement.is_grant ?? false,
    grantees: roleSpecs(statement.grantees).map((spec) =>
      roleOrPublic(work, spec)
    ),
    grantOption: statement.grant_option ?? false,
    cascade: statement.behavior === "DROP_CASCADE",
  };
}

/**
 * @param kind Kind of the object.
 * @param privileges Words of the statement; none for ALL.
 * @returns Letters.
 * @throws {SqlError} 0LP01 for a right that such objects do not have.
 */
export function lettersOf(
  kind: AclKind,
  privileges: readonly AccessPriv[],
): string {
  const all = allPrivileges(kind);
  if (privileges.length === 0) return all;
  return privileges.map(({ priv_name: name = "" }) => {
    if (name === "") return all;
    const letter = privilegeLetters[name];
    if (letter === undefined) {
      throw new SqlError("42601", `unrecognized privilege type "${name}"`);
    }
    if (!all.includes(letter)) {
      throw new SqlError(
        "0LP01",
        `invalid privilege type ${name.toUpperCase()} for ${words[kind]}`,
      );
    }
    return letter;
  }).join("");
}

const words: Readonly<Record<AclKind, string>> = {
  table: "relation",
  column: "column",
  sequence: "sequence",
  function: "function",
  schema: "schema",
  type: "type",
  database: "database",
};

/** Who grants: the owner if the role has its rights, otherwise a role of its own that may grant. */
function grantorOf(
  work: Work,
  target: Pick<GrantTarget, "owner" | "acl" | "kind">,
  letters: string,
): number | undefined {
  const { catalog, role } = work;
  const { owner, acl, kind } = target;
  if (
    work.system || isSuperuser(catalog, role) || isOwner(catalog, role, owner)
  ) return owner;
  const mine = rolesOf(catalog, role);
  const items = effectiveAcl(acl, kind, owner);
  return items.find(({ grantee, privileges }) =>
    mine.has(grantee) &&
    [...letters].some((letter) => includesPrivilege(privileges, letter, true))
  )?.grantee;
}

/** Who may grant on every column that is named, where nobody may on the whole table. */
function columnGrantorOf(
  work: Work,
  { relation: oid }: GrantTarget,
  privileges: readonly AccessPriv[],
): number | undefined {
  if (oid === undefined) return undefined;
  const mine = rolesOf(work.catalog, work.role);
  const { columns } = work.relation(oid);
  let grantor: number | undefined;
  for (const privilege of privileges) {
    const letters = lettersOf("column", [privilege]);
    for (const name of strings(privilege.cols)) {
      const acl = columns.find((each) => each.name === name)?.acl;
      const found = acl?.find(({ grantee, privileges: rights }) =>
        mine.has(grantee) &&
        [...letters].some((letter) => includesPrivilege(rights, letter, true))
      );
      if (found === undefined) return undefined;
      grantor ??= found.grantee;
    }
  }
  return grantor;
}

/**
 * @param items List before.
 * @param letters Rights.
 * @param action What to do.
 * @param who Owner of the object, and who grants.
 * @returns List after.
 * @throws {SqlError} 2BP01 when others were granted what is revoked.
 */
export function changeAcl(
  items: readonly AclItem[],
  letters: string,
  action: GrantAction,
  who: { readonly owner: number; readonly grantor: number },
): AclItem[] {
  let list = [...items];
  for (const grantee of action.grantees) {
    const change = {
      grantee,
      grantor: who.grantor,
      privileges: letters,
      grantOption: action.grantOption,
    };
    if (action.grants) {
      if (action.grantOption && grantee === 0) {
        throw new SqlError(
          "0LP01",
          "grant options can only be granted to roles",
        );
      }
      list = grantPrivileges(list, change);
      continue;
    }
    list = revokePrivileges(list, change);
    for (;;) {
      const dangling = danglingPrivileges(list, who.owner);
      if (dangling.length === 0) break;
      if (!action.cascade) {
        throw new SqlError("2BP01", "dependent privileges exist", {
          hint: "Use CASCADE to revoke them too.",
        });
      }
      for (const each of dangling) list = revokePrivileges(list, each);
    }
  }
  return list;
}

function changeTarget(
  work: Work,
  target: GrantTarget,
  privileges: readonly AccessPriv[],
  action: GrantAction,
): void {
  const whole = privileges.filter(({ cols }) => cols === undefined);
  const byColumn = privileges.filter(({ cols }) => cols !== undefined);
  const letters = whole.length === 0 && byColumn.length > 0
    ? ""
    : lettersOf(target.kind, whole);
  const asked = letters +
    lettersOf(
      "column",
      byColumn.length > 0 ? byColumn : [{ priv_name: "select" }],
    );
  const grantor = target.closed ? undefined : grantorOf(work, target, asked) ??
    (letters === "" ? columnGrantorOf(work, target, byColumn) : undefined);
  if (grantor === undefined) {
    const any = !target.closed &&
      [...letters].some((letter) =>
        hasPrivilege(work.catalog, work.role, target, letter)
      );
    if (!any) throw permissionDenied(target.label);
    work.notice(
      action.grants ? "01007" : "01006",
      `no privileges ${
        action.grants ? "were granted" : "could be revoked"
      } for "${target.name}"`,
      {},
      "WARNING",
    );
    return;
  }
  const who = { owner: target.owner, grantor };
  if (letters !== "") {
    const items = effectiveAcl(target.acl, target.kind, target.owner);
    target.put(changeAcl(items, letters, action, who));
  }
  if (target.relation === undefined) return;
  for (const privilege of byColumn) {
    changeColumns(work, target.relation, privilege, action, who);
  }
  // A right that is revoked on the table is revoked on its columns too.
  if (!action.grants && letters !== "") {
    revokeOnColumns(work, target.relation, letters, action, who);
  }
}

function changeColumns(
  work: Work,
  oid: number,
  privilege: AccessPriv,
  action: GrantAction,
  who: { readonly owner: number; readonly grantor: number },
): void {
  const letters = lettersOf("column", [privilege]);
  for (const name of strings(privilege.cols)) {
    const relation = work.relation(oid);
    const column = relation.columns.find((each) => each.name === name);
    if (column === undefined) {
      throw new SqlError(
        "42703",
        `column "${name}" of relation "${relation.name}" does not exist`,
      );
    }
    const items = changeAcl(column.acl ?? [], letters, action, who);
    putColumn(work, oid, column, items.length === 0 ? null : items);
  }
}

function revokeOnColumns(
  work: Work,
  oid: number,
  letters: string,
  action: GrantAction,
  who: { readonly owner: number; readonly grantor: number },
): void {
  const those = [...letters].filter((letter) =>
    allPrivileges("column").includes(letter)
  ).join("");
  if (those === "") return;
  for (const column of work.relation(oid).columns) {
    if (column.acl === null) continue;
    const items = changeAcl(column.acl, those, action, who);
    putColumn(work, oid, column, items.length === 0 ? null : items);
  }
}

function putColumn(work: Work, oid: number, column: Column, acl: Acl): void {
  const relation = work.relation(oid);
  work.putRelation({
    ...relation,
    columns: relation.columns.map((each) =>
      each.number === column.number ? { ...each, acl } : each
    ),
  });
}

/**
 * @param work Statement.
 * @param statement GRANT or REVOKE.
 * @returns Command tag.
 */
export function grant(work: Work, statement: GrantStmt): string {
  const action = actionOf(work, statement);
  const privileges = (statement.privileges ?? []).flatMap((node) =>
    "AccessPriv" in node ? [node.AccessPriv] : []
  );
  for (const target of grantTargets(work, statement)) {
    if (
      target.kind !== "table" &&
      privileges.some(({ cols }) => cols !== undefined)
    ) {
      throw new SqlError(
        "0LP01",
        "column privileges are only valid for relations",
      );
    }
    changeTarget(work, target, privileges, action);
  }
  return action.grants ? "GRANT" : "REVOKE";
}
