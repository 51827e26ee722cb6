import { deepEqual, equal } from "node:assert/strict";
import {
  aclItemText,
  builtinAcl,
  danglingPrivileges,
  effectiveAcl,
  grantPrivileges,
  includesPrivilege,
  reassignAcl,
  revokePrivileges,
} from "../../../../lib/sql/catalog/acl.ts";

const owner = 10;
const ada = 20;
const bob = 30;
const change = { grantee: ada, grantor: owner, grantOption: false };

Deno.test("builtinAcl() gives PUBLIC what PostgreSQL gives it", () => {
  deepEqual(
    builtinAcl("function", owner).map(({ grantee, privileges }) => [
      grantee,
      privileges,
    ]),
    [[0, "X"], [owner, "X"]],
  );
  deepEqual(effectiveAcl(null, "table", owner), [
    { grantee: owner, grantor: owner, privileges: "arwdDxt" },
  ]);
  deepEqual(effectiveAcl(null, "column", owner), []);
});

Deno.test("grantPrivileges() keeps letters in PostgreSQL's order and grant options", () => {
  let acl = grantPrivileges([], { ...change, privileges: "wr" });
  deepEqual(acl, [{ grantee: ada, grantor: owner, privileges: "rw" }]);
  acl = grantPrivileges(acl, { ...change, privileges: "r", grantOption: true });
  equal(acl[0]?.privileges, "r*w");
  acl = grantPrivileges(acl, { ...change, privileges: "ar" });
  equal(acl[0]?.privileges, "ar*w");
});

Deno.test("revokePrivileges() takes rights or only their grant options", () => {
  const acl = [{ grantee: ada, grantor: owner, privileges: "ar*w" }];
  deepEqual(
    revokePrivileges(acl, { ...change, privileges: "r", grantOption: true }),
    [{ ...acl[0], privileges: "arw" }],
  );
  deepEqual(revokePrivileges(acl, { ...change, privileges: "arw" }), []);
  deepEqual(
    revokePrivileges(acl, { ...change, grantor: bob, privileges: "r" }),
    acl,
  );
});

Deno.test("danglingPrivileges() finds what nobody may have granted", () => {
  deepEqual(
    danglingPrivileges([
      { grantee: ada, grantor: owner, privileges: "ar" },
      { grantee: bob, grantor: ada, privileges: "r" },
    ], owner),
    [{ grantee: bob, grantor: ada, privileges: "r", grantOption: false }],
  );
});

Deno.test("reassignAcl() merges what the old and the new owner had", () => {
  deepEqual(
    reassignAcl(
      [
        { grantee: owner, grantor: owner, privileges: "arw" },
        { grantee: ada, grantor: owner, privileges: "rd*" },
      ],
      owner,
      ada,
    ),
    [{ grantee: ada, grantor: ada, privileges: "arwd*" }],
  );
});

Deno.test("includesPrivilege() looks for the star when asked", () => {
  equal(includesPrivilege("ar*w", "r", true), true);
  equal(includesPrivilege("ar*w", "w", true), false);
  equal(includesPrivilege("ar*w", "d"), false);
});

Deno.test("aclItemText() quotes names as PostgreSQL does", () => {
  const name = (oid: number) => oid === owner ? "postgres" : 'o"dd role';
  equal(
    aclItemText({ grantee: 0, grantor: owner, privileges: "r" }, name),
    "=r/postgres",
  );
  equal(
    aclItemText({ grantee: ada, grantor: owner, privileges: "r" }, name),
    '"o""dd role"=r/postgres',
  );
});
