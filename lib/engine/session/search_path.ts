/**
 * Reads and writes lists of names, such as `search_path`.
 *
 * @module
 */

import { type Catalog, fixedOid } from "../../sql/catalog/catalog.ts";
import { hasPrivilege } from "../../sql/catalog/privileges.ts";
import { SqlError } from "../../sql/error.ts";

/**
 * @param text Names between commas, in double quotes where they need them.
 * @returns The names; `undefined` if it is no such list.
 */
export function readNames(text: string): string[] | undefined {
  const names: string[] = [];
  if (text.trim() === "") return names;
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^\s",]+))\s*(,|$)/y;
  for (;;) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    names.push(
      match[1] === undefined
        ? (match[2] as string).toLowerCase()
        : match[1].replaceAll('""', '"'),
    );
    if (match[3] === "") return names;
  }
}

const keywords: ReadonlySet<string> = new Set(
  ("all analyse analyze and any array as asc asymmetric both case cast check collate column constraint " +
    "create current_catalog current_date current_role current_time current_timestamp current_user default " +
    "deferrable desc distinct do else end except false fetch for foreign from grant group having in " +
    "initially intersect into lateral leading limit localtime localtimestamp not null offset on only or " +
    "order placing primary references returning select session_user some symmetric table then to trailing " +
    "true union unique user using variadic when where window with authorization binary collation " +
    "concurrently cross current_schema freeze full ilike inner is isnull join left like natural notnull " +
    "outer overlaps right similar tablesample verbose between bigint bit boolean char character coalesce dec " +
    "decimal exists extract float greatest grouping inout int integer interval least national nchar none " +
    "normalize nullif numeric out overlay position precision real row setof smallint substring time " +
    "timestamp treat trim values varchar").split(" "),
);

/**
 * @param name A name.
 * @returns The name in double quotes if it needs them.
 */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !keywords.has(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`;
}

/**
 * @param value `search_path`.
 * @param catalog What there is.
 * @param role `current_user`.
 * @param temporary Name of the session's schema of temporary tables.
 * @param implicit Whether to put in `pg_catalog` and the temporary schema where they are not named.
 * @returns Schemas to look in, in order; those that are not there or closed to the role are left out.
 */
export function searchSchemas(
  value: string,
  catalog: Catalog,
  role: number,
  temporary: string,
  implicit: boolean,
): number[] {
  const path: number[] = [];
  for (const name of readNames(value) ?? []) {
    const actual = name === "$user"
      ? catalog.role(role)?.name ?? ""
      : name === "pg_temp"
      ? temporary
      : name;
    const schema = catalog.schemaNamed(actual);
    if (schema === undefined || path.includes(schema.oid)) continue;
    const { owner, acl } = schema;
    if (
      actual !== temporary &&
      !hasPrivilege(catalog, role, { kind: "schema", owner, acl }, "U")
    ) continue;
    path.push(schema.oid);
  }
  if (implicit) {
    if (!path.includes(fixedOid.pgCatalog)) path.unshift(fixedOid.pgCatalog);
    const own = catalog.schemaNamed(temporary);
    if (own !== undefined && !path.includes(own.oid)) path.unshift(own.oid);
  }
  return path;
}

/**
 * @param value What `search_path` is set to.
 * @throws {SqlError} 22023 if it is no list of names.
 */
export function checkSearchPath(value: string): void {
  if (readNames(value) === undefined) {
    throw new SqlError(
      "22023",
      `invalid value for parameter "search_path": "${value}"`,
      { detail: "List syntax is invalid." },
    );
  }
}
