/**
 * `pg_type`, `pg_enum`, `pg_cast`, `pg_collation` (manual, chapter 53).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of system catalogs

import { asMemoryCatalog } from "../catalog/memory_catalog.ts";
import { type Catalog, fixedOid } from "../catalog/catalog.ts";
import { aclTexts } from "../catalog/privileges.ts";
import { builtins } from "../functions/builtins.ts";
import type { PgType } from "../types/type.ts";
import { arrayDatum, attributeStorage } from "./form.ts";
import { collationOf } from "./relation_tables.ts";
import type { SystemRow, SystemTables } from "./system_table.ts";

/** Numbers of input functions are not kept; drivers look at whether they are those of arrays. */
const arrayInput = 750;

function typeRow(
  catalog: Catalog,
  type: PgType,
  rowTypes: ReadonlyMap<number, number>,
): SystemRow {
  const user = asMemoryCatalog(catalog).userType(type.oid);
  const domain = catalog.domain(type.oid);
  const acl = user === undefined ? null : aclTexts(catalog, user.acl);
  const { attalign, attbyval, attstorage } = attributeStorage(
    type,
    catalog.type(type.element),
  );
  return {
    oid: type.oid,
    typname: type.name,
    typnamespace: type.schema,
    typowner: user?.owner ?? fixedOid.postgres,
    typlen: type.length,
    typbyval: attbyval,
    typtype: type.kind,
    typcategory: type.category,
    typispreferred: type.preferred,
    typisdefined: true,
    typdelim: ",",
    typrelid: rowTypes.get(type.oid) ?? 0,
    typsubscript: 0,
    typelem: type.element,
    typarray: type.array,
    typinput: type.category === "A" ? arrayInput : 0,
    typoutput: 0,
    typreceive: 0,
    typsend: 0,
    typmodin: 0,
    typmodout: 0,
    typanalyze: 0,
    typalign: attalign,
    typstorage: attstorage,
    typnotnull: domain?.notNull ?? false,
    typbasetype: type.baseType ?? 0,
    typtypmod: type.baseTypmod ?? -1,
    typndims: 0,
    typcollation: collationOf(type),
    typdefaultbin: domain?.default?.text ?? null,
    typdefault: domain?.default?.text ?? null,
    typacl: acl === null ? null : arrayDatum(acl),
  };
}

const castContexts = { implicit: "i", assignment: "a", explicit: "e" } as const;

/** See the top of the file. */
export const typeTables: SystemTables = {
  *pg_type(catalog) {
    const rowTypes = new Map<number, number>();
    for (const { oid, rowType } of catalog.relations()) {
      rowTypes.set(rowType, oid);
    }
    for (const type of catalog.types()) yield typeRow(catalog, type, rowTypes);
  },
  *pg_enum(catalog) {
    for (const type of catalog.types()) {
      for (const each of catalog.enumType(type.oid)?.labels ?? []) {
        yield {
          oid: each.oid,
          enumtypid: type.oid,
          enumsortorder: each.order,
          enumlabel: each.label,
        };
      }
    }
  },
  *pg_cast() {
    for (const entry of builtins().all()) {
      if (entry.kind !== "cast") continue;
      yield {
        oid: entry.oid,
        castsource: entry.args[0] ?? 0,
        casttarget: entry.returns,
        castfunc: entry.oid,
        castcontext: castContexts[entry.castContext ?? "explicit"],
        castmethod: "f",
      };
    }
  },
  *pg_collation() {
    for (
      const [oid, collname, collprovider, collcollate] of [
        [100, "default", "d", null],
        [950, "C", "c", "C"],
        [951, "POSIX", "c", "POSIX"],
      ] as const
    ) {
      yield {
        oid,
        collname,
        collnamespace: fixedOid.pgCatalog,
        collowner: fixedOid.postgres,
        collprovider,
        collisdeterministic: true,
        collencoding: -1,
        collcollate,
        collctype: collcollate,
      };
    }
  },
};
