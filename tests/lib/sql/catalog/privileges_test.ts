import { equal, throws } from "node:assert/strict";
import {
  fixedOid,
  type Relation,
} from "../../../../lib/sql/catalog/catalog.ts";
import { initialCatalog } from "../../../../lib/sql/catalog/initial_catalog.ts";
import {
  checkPrivilege,
  hasColumnPrivilege,
  hasPrivilege,
  isOwner,
  memberRolesOf,
  privilegedRelation,
  rolesOf,
} from "../../../../lib/sql/catalog/privileges.ts";
import { plainRole } from "../../../../lib/sql/catalog/predefined_roles.ts";

const table: Relation = {
  oid: 30000,
  name: "items",
  schema: fixedOid.public,
  kind: "r",
  owner: 20001,
  persistence: "p",
  columns: [{
    number: 1,
    name: "a",
    storage: "a",
    type: 23,
    typmod: -1,
    notNull: false,
    generated: "",
    identity: "",
    acl: [{ grantee: 20003, grantor: 20001, privileges: "w" }],
  }],
  constraints: [],
  indexes: [],
  policies: [],
  rowSecurity: false,
  forceRowSecurity: false,
  acl: [
    { grantee: 20001, grantor: 20001, privileges: "arwdDxt" },
    { grantee: 20002, grantor: 20001, privileges: "r*" },
  ],
  storage: "items",
  rowType: 0,
  system: false,
};

const member = (role: number) => ({ role, admin: false });

/** owner ← team ← ada (inherits), bob (does not). */
const catalog = initialCatalog()
  .with("role", { ...plainRole, oid: 20001, name: "owner" })
  .with("role", { ...plainRole, oid: 20002, name: "team" })
  .with("role", {
    ...plainRole,
    oid: 20003,
    name: "ada",
    memberOf: [member(20002)],
  })
  .with("role", {
    ...plainRole,
    oid: 20004,
    name: "bob",
    inherit: false,
    memberOf: [member(20001), member(20002)],
  })
  .with("relation", table);

const on = privilegedRelation(table);

Deno.test("hasPrivilege() follows memberships that inherit", () => {
  equal(hasPrivilege(catalog, 20003, on, "r"), true);
  equal(hasPrivilege(catalog, 20003, on, "r", true), true);
  equal(hasPrivilege(catalog, 20003, on, "a"), false);
  equal(hasPrivilege(catalog, 20004, on, "r"), false);
  equal(hasPrivilege(catalog, fixedOid.postgres, on, "d"), true);
  equal(rolesOf(catalog, 20004).has(20001), false);
  equal(memberRolesOf(catalog, 20004).has(20001), true);
});

Deno.test("isOwner() is true for the owner, its members and superusers", () => {
  equal(isOwner(catalog, 20001, 20001), true);
  equal(isOwner(catalog, 20003, 20001), false);
  equal(isOwner(catalog, 20004, 20001), false);
  equal(isOwner(catalog, fixedOid.postgres, 20001), true);
});

Deno.test("hasColumnPrivilege() looks at the table and at the column", () => {
  equal(hasColumnPrivilege(catalog, 20003, table, 1, "w"), true);
  equal(hasColumnPrivilege(catalog, 20003, table, 1, "r"), true);
  equal(hasColumnPrivilege(catalog, 20004, table, 1, "w"), false);
});

Deno.test("checkPrivilege() names what was refused", () => {
  const denied = (
    kind: "relation" | "column" | "function" | "schema",
    oid: number,
    privilege: string,
  ) =>
  () => checkPrivilege(catalog, { kind, oid, privilege, role: 20004 });
  throws(denied("relation", 30000, "r"), {
    sqlState: "42501",
    message: "permission denied for table items",
  });
  throws(denied("schema", fixedOid.auth, "U"), {
    message: "permission denied for schema auth",
  });
  denied("function", 13110, "X")();
});
