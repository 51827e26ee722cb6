/**
 * Access control lists: which letters an object has, what its owner and PUBLIC have before anything
 * is granted, and the arithmetic of GRANT and REVOKE (manual, 5.7 and GRANT).
 *
 * @module
 */

import type { Acl, AclItem } from "./catalog.ts";

/** Kinds of objects that have rights of their own. */
export type AclKind =
  | "table"
  | "column"
  | "sequence"
  | "function"
  | "schema"
  | "type"
  | "database";

/** Letters in the order in which PostgreSQL writes them. */
const order = "arwdDxtXUCTc";

const all: Readonly<Record<AclKind, string>> = {
  table: "arwdDxt",
  column: "arwx",
  sequence: "rwU",
  function: "X",
  schema: "UC",
  type: "U",
  database: "CTc",
};

const publicByDefault: Readonly<Record<AclKind, string>> = {
  table: "",
  column: "",
  sequence: "",
  function: "X",
  schema: "",
  type: "U",
  database: "Tc",
};

/** Key words of GRANT. */
export const privilegeLetters: Readonly<Record<string, string>> = {
  insert: "a",
  select: "r",
  update: "w",
  delete: "d",
  truncate: "D",
  references: "x",
  trigger: "t",
  execute: "X",
  usage: "U",
  create: "C",
  temporary: "T",
  temp: "T",
  connect: "c",
};

/** One right of one item. */
interface Right {
  readonly letter: string;
  readonly grantable: boolean;
}

function rights(privileges: string): Right[] {
  return [...privileges.matchAll(/([A-Za-z])(\*?)/g)].map((match) => ({
    letter: match[1] as string,
    grantable: match[2] === "*",
  }));
}

function write(found: ReadonlyMap<string, boolean>): string {
  return [...order]
    .filter((letter) => found.has(letter))
    .map((letter) => found.get(letter) ? `${letter}*` : letter)
    .join("");
}

/**
 * @param kind What the object is.
 * @returns Letters of `ALL PRIVILEGES`.
 */
export function allPrivileges(kind: AclKind): string {
  return all[kind];
}

/**
 * @param kind What the object is.
 * @param owner Its owner.
 * @returns The list that `null` stands for.
 */
export function builtinAcl(kind: AclKind, owner: number): readonly AclItem[] {
  const items: AclItem[] = [];
  if (publicByDefault[kind] !== "") {
    items.push({
      grantee: 0,
      grantor: owner,
      privileges: publicByDefault[kind],
    });
  }
  if (kind !== "column") {
    items.push({ grantee: owner, grantor: owner, privileges: all[kind] });
  }
  return items;
}

/**
 * @param acl List, or `null`.
 * @param kind What the object is.
 * @param owner Its owner.
 * @returns The list that counts.
 */
export function effectiveAcl(
  acl: Acl,
  kind: AclKind,
  owner: number,
): readonly AclItem[] {
  return acl ?? builtinAcl(kind, owner);
}

/**
 * @param privileges Letters with stars.
 * @param letter One letter.
 * @param grantable Whether it must be one that may be granted on.
 * @returns Whether it is among them.
 */
export function includesPrivilege(
  privileges: string,
  letter: string,
  grantable = false,
): boolean {
  const at = privileges.indexOf(letter);
  return at >= 0 && (!grantable || privileges[at + 1] === "*");
}

/** What is granted or revoked. */
export interface AclChange {
  readonly grantee: number;
  readonly grantor: number;
  /** Letters without stars. */
  readonly privileges: string;
  /** `WITH GRANT OPTION`; `GRANT OPTION FOR` when revoked. */
  readonly grantOption: boolean;
}

/**
 * @param items The list before.
 * @param change What is granted.
 * @returns The list after.
 */
export function grantPrivileges(
  items: readonly AclItem[],
  { grantee, grantor, privileges, grantOption }: AclChange,
): AclItem[] {
  const at = items.findIndex((item) =>
    item.grantee === grantee && item.grantor === grantor
  );
  const found = new Map<string, boolean>();
  for (const right of rights(items[at]?.privileges ?? "")) {
    found.set(right.letter, right.grantable);
  }
  for (const letter of privileges) {
    found.set(letter, (found.get(letter) ?? false) || grantOption);
  }
  const item = { grantee, grantor, privileges: write(found) };
  return at < 0 ? [...items, item] : items.with(at, item);
}

/**
 * @param items The list before.
 * @param change What is revoked; only what this grantor granted goes.
 * @returns The list after; items without rights are dropped.
 */
export function revokePrivileges(
  items: readonly AclItem[],
  { grantee, grantor, privileges, grantOption }: AclChange,
): AclItem[] {
  return items.flatMap((item) => {
    if (item.grantee !== grantee || item.grantor !== grantor) return [item];
    const found = new Map<string, boolean>();
    for (const { letter, grantable } of rights(item.privileges)) {
      if (!privileges.includes(letter)) found.set(letter, grantable);
      else if (grantOption) found.set(letter, false);
    }
    return found.size === 0 ? [] : [{ ...item, privileges: write(found) }];
  });
}

/**
 * Finds rights that somebody granted who may not grant them any more.
 *
 * @param items The list after a REVOKE.
 * @param owner Owner, who may always grant.
 * @returns What would have to be revoked too.
 */
export function danglingPrivileges(
  items: readonly AclItem[],
  owner: number,
): AclChange[] {
  return items.flatMap((item) => {
    if (item.grantor === owner) return [];
    const lost = rights(item.privileges).filter(({ letter }) =>
      !items.some((other) =>
        other.grantee === item.grantor &&
        includesPrivilege(other.privileges, letter, true)
      )
    );
    if (lost.length === 0) return [];
    return [{
      grantee: item.grantee,
      grantor: item.grantor,
      privileges: lost.map(({ letter }) => letter).join(""),
      grantOption: false,
    }];
  });
}

/**
 * Hands an object on: what the old owner had or granted is the new owner's.
 *
 * @param acl List of the object.
 * @param from Old owner.
 * @param to New owner.
 * @returns The list after `OWNER TO`.
 */
export function reassignAcl(acl: Acl, from: number, to: number): Acl {
  if (acl === null) return null;
  let items: AclItem[] = [];
  const swap = (role: number) => role === from ? to : role;
  for (const item of acl) {
    for (const { letter, grantable } of rights(item.privileges)) {
      items = grantPrivileges(items, {
        grantee: swap(item.grantee),
        grantor: swap(item.grantor),
        privileges: letter,
        grantOption: grantable,
      });
    }
  }
  return items;
}

/**
 * @param item One item.
 * @param roleName Names roles.
 * @returns PostgreSQL's text, for example `postgres=arwdDxt/postgres`.
 */
export function aclItemText(
  { grantee, grantor, privileges }: AclItem,
  roleName: (oid: number) => string,
): string {
  const quote = (oid: number) => {
    const name = roleName(oid);
    return /^[A-Za-z0-9_]+$/.test(name)
      ? name
      : `"${name.replaceAll('"', '""')}"`;
  };
  const who = grantee === 0 ? "" : quote(grantee);
  return `${who}=${privileges}/${quote(grantor)}`;
}
