import { deepEqual, equal } from "node:assert/strict";
import { fixedOid } from "../../../../lib/sql/catalog/catalog.ts";
import { initialCatalog } from "../../../../lib/sql/catalog/initial_catalog.ts";
import { changesBetween } from "../../../../lib/sql/catalog/memory_catalog.ts";
import { oid } from "../../../../lib/sql/types/type.ts";

Deno.test("initialCatalog() has the schemas, roles and functions that policies rely on", () => {
  const catalog = initialCatalog();
  for (const name of ["pg_catalog", "public", "information_schema", "auth"]) {
    equal(catalog.schemaNamed(name)?.name, name);
  }
  deepEqual(
    ["postgres", "anon", "authenticated", "service_role"].map((name) => {
      const role = catalog.roleNamed(name);
      return [role?.superuser, role?.login, role?.bypassRls];
    }),
    [
      [true, true, true],
      [false, false, false],
      [false, false, false],
      [false, false, true],
    ],
  );
  for (const name of ["uid", "role", "email", "jwt"]) {
    equal(catalog.functionsNamed(fixedOid.auth, name).length, 1);
  }
  equal(catalog.typeNamed(fixedOid.pgCatalog, "int4")?.oid, oid.int4);
});

Deno.test("MemoryCatalog.with() leaves the catalog it came from alone", () => {
  const before = initialCatalog();
  const schema = { oid: 20000, name: "s", owner: 10, acl: null };
  const after = before.with("schema", schema);
  equal(before.schemaNamed("s"), undefined);
  equal(after.schemaNamed("s"), schema);
  equal(after.nextOid, 20001);
  equal(after.version > before.version, true);
  deepEqual(changesBetween(before, after), [
    { kind: "schema", oid: 20000, before: undefined, after: schema },
  ]);
  deepEqual(changesBetween(after, after.without("schema", 20000)), [
    { kind: "schema", oid: 20000, before: schema, after: undefined },
  ]);
});

Deno.test("MemoryCatalog.type() knows enums, their arrays and domains over them", () => {
  const catalog = initialCatalog()
    .with("type", {
      oid: 20000,
      name: "mood",
      schema: fixedOid.public,
      owner: 10,
      kind: "e",
      array: 20001,
      acl: null,
      enum: { type: 20000, labels: [{ oid: 20002, label: "ok", order: 1 }] },
    })
    .with("type", {
      oid: 20003,
      name: "happy",
      schema: fixedOid.public,
      owner: 10,
      kind: "d",
      array: 20004,
      acl: null,
      baseType: 20000,
      baseTypmod: -1,
      domain: { type: 20003, notNull: false, checks: [] },
    });
  equal(catalog.typeNamed(fixedOid.public, "mood")?.kind, "e");
  equal(catalog.type(20001)?.element, 20000);
  equal(catalog.typeNamed(fixedOid.public, "_mood")?.oid, 20001);
  equal(catalog.type(20003)?.category, "E");
  equal(catalog.type(20004)?.element, 20003);
});
