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
