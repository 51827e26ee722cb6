/**
 * `pg_authid`, `pg_auth_members`, `pg_db_role_setting`, `pg_default_acl`, `pg_shdescription`, `pg_database`,
 * `pg_tablespace`, `pg_extension` (manual, chapter 53).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of system catalogs

import { fixedOid } from "../catalog/catalog.ts";
import { asMemoryCatalog } from "../catalog/memory_catalog.ts";
import { aclTexts } from "../catalog/privileges.ts";
import { classOid } from "./constraint_tables.ts";
import { derivedOid } from "./derived_oid.ts";
import { arrayDatum } from "./form.ts";
import type { SystemTables } from "./system_table.ts";

/** Encoding UTF8 (`pg_encoding_to_char`). */
const utf8 = 6;
/** The one database. */
export const databaseName = "postgres";

/** See the top of the file. */
export const roleTables: SystemTables = {
  *pg_authid(catalog) {
    for (const role of catalog.roles()) {
      yield {
        oid: role.oid,
        rolname: role.name,
        rolsuper: role.superuser,
        rolinherit: role.inherit,
        rolcreaterole: role.createRole,
        rolcreatedb: role.createDb,
        rolcanlogin: role.login,
        rolreplication: role.replication,
        rolbypassrls: role.bypassRls,
        rolconnlimit: role.connectionLimit,
        rolpassword: role.password,
        rolvaliduntil: role.validUntil,
      };
    }
  },
  *pg_auth_members(catalog) {
    for (const role of catalog.roles()) {
      for (const { role: roleid, admin } of role.memberOf) {
        yield {
          oid: derivedOid(roleid, role.oid % 2048),
          roleid,
          member: role.oid,
          grantor: fixedOid.postgres,
          admin_option: admin,
        };
      }
    }
  },
  *pg_db_role_setting(catalog) {
    for (const role of catalog.roles()) {
      const settings = Object.entries(role.settings);
      if (settings.length === 0) continue;
      yield {
        setdatabase: 0,
        setrole: role.oid,
        setconfig: arrayDatum(
          settings.map(([name, value]) => `${name}=${value}`),
        ),
      };
    }
  },
  *pg_default_acl(catalog) {
    let part = 0;
    for (const each of catalog.defaultAcls()) {
      yield {
        oid: derivedOid(each.role, part++),
        defaclrole: each.role,
        defaclnamespace: each.schema,
        defaclobjtype: each.kind,
        defaclacl: arrayDatum(aclTexts(catalog, each.acl) ?? []),
      };
    }
  },
  // What the built-in objects come with is nothing that a dump has to grant again.
  *pg_init_privs(catalog) {
    const shared = { objsubid: 0, privtype: "i" };
    for (const { oid, schema, system, acl } of catalog.relations()) {
      if (!system || schema === fixedOid.auth) continue;
      const texts = aclTexts(catalog, acl);
      if (texts === null) continue;
      yield {
        ...shared,
        objoid: oid,
        classoid: classOid.pgClass,
        initprivs: arrayDatum(texts),
      };
    }
    for (const { oid, acl } of catalog.schemas()) {
      if (
        oid !== fixedOid.pgCatalog && oid !== fixedOid.informationSchema
      ) continue;
      const texts = aclTexts(catalog, acl);
      if (texts === null) continue;
      yield {
        ...shared,
        objoid: oid,
        classoid: classOid.pgNamespace,
        initprivs: arrayDatum(texts),
      };
    }
  },
  *pg_shdescription(catalog) {
    for (const role of catalog.roles()) {
      if (role.comment === undefined) continue;
      yield {
        objoid: role.oid,
        classoid: classOid.pgAuthid,
        description: role.comment,
      };
    }
    const { oid, comment } = asMemoryCatalog(catalog).database;
    if (comment !== undefined) {
      yield {
        objoid: oid,
        classoid: classOid.pgDatabase,
        description: comment,
      };
    }
  },
  *pg_database(catalog) {
    const { oid, owner, acl } = asMemoryCatalog(catalog).database;
    const texts = aclTexts(catalog, acl);
    yield {
      oid,
      datname: databaseName,
      datdba: owner,
      encoding: utf8,
      datlocprovider: "c",
      datistemplate: false,
      datallowconn: true,
      datconnlimit: -1,
      datfrozenxid: 0,
      datminmxid: 0,
      dattablespace: 1663,
      datcollate: "C",
      datctype: "C",
      datacl: texts === null ? null : arrayDatum(texts),
    };
  },
  *pg_tablespace() {
    for (
      const [oid, spcname] of [[1663, "pg_default"], [
        1664,
        "pg_global",
      ]] as const
    ) {
      yield { oid, spcname, spcowner: fixedOid.postgres };
    }
  },
  *pg_extension(catalog) {
    for (const each of asMemoryCatalog(catalog).database.extensions) {
      yield {
        oid: each.oid,
        extname: each.name,
        extowner: fixedOid.postgres,
        extnamespace: each.schema,
        extrelocatable: false,
        extversion: each.version,
      };
    }
  },
};
