/**
 * `pg_am`, `pg_opclass`, `pg_opfamily`: what indexes are declared with. All are B-trees inside.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of system catalogs

import { fixedOid } from "../catalog/catalog.ts";
import { oid, type PgType } from "../types/type.ts";
import type { SystemTables } from "./system_table.ts";

/** Oids of access methods by name. */
export const accessMethods: ReadonlyMap<string, number> = new Map([
  ["heap", 2],
  ["btree", 403],
  ["hash", 405],
  ["gist", 783],
  ["gin", 2742],
  ["spgist", 4000],
  ["brin", 3580],
]);

const { btree, hash, gin } = { btree: 403, hash: 405, gin: 2742 };

/** `[oid, name, method, family, type]`, in PostgreSQL's numbers. */
const classes: readonly (readonly [number, string, number, number, number])[] =
  [
    [10000, "array_ops", btree, 397, oid.anyarray],
    [10001, "array_ops", hash, 627, oid.anyarray],
    [10003, "bool_ops", btree, 424, oid.bool],
    [10004, "bpchar_ops", btree, 426, oid.bpchar],
    [10006, "bytea_ops", btree, 428, oid.bytea],
    [10007, "char_ops", btree, 429, oid.char],
    [3122, "date_ops", btree, 434, oid.date],
    [10012, "float4_ops", btree, 1970, oid.float4],
    [3123, "float8_ops", btree, 1970, oid.float8],
    [1979, "int2_ops", btree, 1976, oid.int2],
    [1978, "int4_ops", btree, 1976, oid.int4],
    [3124, "int8_ops", btree, 1976, oid.int8],
    [10022, "interval_ops", btree, 1982, oid.interval],
    [10028, "name_ops", btree, 1994, oid.name],
    [3125, "numeric_ops", btree, 1988, oid.numeric],
    [1981, "oid_ops", btree, 1989, oid.oid],
    [3126, "text_ops", btree, 1994, oid.text],
    [10038, "time_ops", btree, 1996, oid.time],
    [3127, "timestamptz_ops", btree, 434, oid.timestamptz],
    [10041, "timetz_ops", btree, 2000, oid.timetz],
    [3128, "timestamp_ops", btree, 434, oid.timestamp],
    [10065, "uuid_ops", btree, 2968, oid.uuid],
    [10069, "enum_ops", btree, 3522, oid.anyenum],
    [10071, "tsvector_ops", btree, 3626, oid.tsvector],
    [10088, "jsonb_ops", btree, 4033, oid.jsonb],
    [10020, "int4_ops", hash, 1977, oid.int4],
    [10037, "text_ops", hash, 1995, oid.text],
    [10079, "array_ops", gin, 2745, oid.anyarray],
    [10091, "jsonb_ops", gin, 4036, oid.jsonb],
    [10075, "tsvector_ops", gin, 3659, oid.tsvector],
  ];

/**
 * @param method Access method of an index.
 * @param type Type of a key.
 * @returns Oid of the operator class that an index on it has by default.
 */
export function operatorClassOf(
  method: string,
  type: PgType | undefined,
): number {
  const wanted = accessMethods.get(method) ?? btree;
  const same = (name: number) =>
    classes.find(([, , am, , of]) => am === wanted && of === name)?.[0];
  const number = type?.kind === "e"
    ? oid.anyenum
    : type?.category === "A"
    ? oid.anyarray
    : type?.oid === oid.varchar
    ? oid.text
    : type?.baseType ?? type?.oid ?? oid.text;
  return same(number) ?? same(oid.text) ?? 0;
}

const shared = { opcnamespace: fixedOid.pgCatalog, opcowner: 10 };

/** See the top of the file. */
export const accessMethodTables: SystemTables = {
  *pg_am() {
    for (const [amname, number] of accessMethods) {
      yield {
        oid: number,
        amname,
        amhandler: 0,
        amtype: amname === "heap" ? "t" : "i",
      };
    }
  },
  *pg_opclass() {
    for (const [number, name, method, family, type] of classes) {
      yield {
        ...shared,
        oid: number,
        opcmethod: method,
        opcname: name,
        opcfamily: family,
        opcintype: type,
        opcdefault: true,
        opckeytype: 0,
      };
    }
  },
  *pg_opfamily() {
    const seen = new Set<number>();
    for (const [, name, method, family] of classes) {
      if (seen.has(family)) continue;
      seen.add(family);
      yield {
        oid: family,
        opfmethod: method,
        opfname: name,
        opfnamespace: fixedOid.pgCatalog,
        opfowner: 10,
      };
    }
  },
};
