/**
 * The rows of PostgreSQL's catalogs that a picture of the exposed schemas is made from (manual, chapter 53).
 *
 * Each query is a plain look at one or two catalogs; what belongs together is put together in JavaScript,
 * where it costs less than a join of catalogs that are worked out per query.
 *
 * @module
 */

import type { Queryable, SqlValue } from "../../engine/engine.ts";
import { type Row, rowsOf } from "../../engine/rows.ts";

/** See the top of the file. */
export interface CatalogRows {
  readonly namespaces: readonly Row[];
  readonly types: readonly Row[];
  readonly enums: readonly Row[];
  readonly classes: readonly Row[];
  readonly attributes: readonly Row[];
  readonly defaults: readonly Row[];
  readonly constraints: readonly Row[];
  readonly rules: readonly Row[];
  readonly functions: readonly Row[];
  readonly comments: readonly Row[];
}

/** Objects of users have numbers from here on (manual, section 74.3.3). */
const firstUserOid = 16384;

const namespaces =
  `SELECT oid, nspname, pg_catalog.quote_ident(nspname) AS quoted
  FROM pg_catalog.pg_namespace`;

// With the modifier -1 a name means the type without a length, which "character" and "bit" alone do not.
const types = `SELECT oid, typname, typnamespace, typtype, typcategory,
    typbasetype, typtypmod, typnotnull, typrelid, typelem,
    pg_catalog.format_type(oid, -1) AS label
  FROM pg_catalog.pg_type`;

const enums = `SELECT enumtypid, enumlabel FROM pg_catalog.pg_enum
  ORDER BY enumtypid, enumsortorder`;

// The rules of views hold where their columns come from; which views is known only when all are read.
const rules = `SELECT ev_class, ev_action::text AS ev_action
  FROM pg_catalog.pg_rewrite
  WHERE ev_class >= ${firstUserOid} AND rulename = '_RETURN'`;

// Of all schemas, because a view may show the keys of a table that is not exposed. A partition's are its parent's.
const constraints = `SELECT conname, contype, conrelid, confrelid,
    pg_catalog.array_to_string(conkey, ',') AS conkey,
    pg_catalog.array_to_string(confkey, ',') AS confkey
  FROM pg_catalog.pg_constraint
  WHERE conrelid >= ${firstUserOid} AND contype IN ('p', 'u', 'f')
    AND conparentid = 0`;

const comments = `SELECT objoid, objsubid, description, classoid
  FROM pg_catalog.pg_description
  WHERE classoid IN (1259, 1255, 2615)
    AND (objoid >= ${firstUserOid} OR classoid = 2615)`;

const functions = (names: string) =>
  `SELECT p.oid, p.proname, p.pronamespace, p.proretset, p.prorettype,
    p.provolatile, p.pronargs, p.pronargdefaults, p.prorows,
    p.proargtypes::text AS proargtypes,
    pg_catalog.array_to_string(p.proallargtypes, ' ') AS proallargtypes,
    pg_catalog.array_to_string(p.proargmodes, '') AS proargmodes,
    pg_catalog.array_to_json(p.proargnames)::text AS proargnames
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname IN (${names}) AND p.prokind = 'f'`;

const classes = (names: string) =>
  `SELECT c.oid, c.relname, c.relnamespace, c.relkind, c.relrowsecurity,
    pg_catalog.pg_relation_is_updatable(c.oid, true) AS updatable
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN (${names}) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
    AND NOT c.relispartition`;

const attributes = (names: string, more: string) =>
  `SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod,
    a.attnotnull, a.attidentity, a.attgenerated,
    CASE WHEN a.atttypmod <> -1
      THEN pg_catalog.format_type(a.atttypid, a.atttypmod) END AS label
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped
    AND ((n.nspname IN (${names}) AND c.relkind IN ('r', 'p', 'f', 'v', 'm'))
      OR a.attrelid IN (${more}))`;

const defaults = (names: string) =>
  `SELECT d.adrelid, d.adnum,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression
  FROM pg_catalog.pg_attrdef d
  JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN (${names})`;

/**
 * @param db Acts as a role that sees the catalogs' texts, such as `postgres`.
 * @param schemas Names of the exposed schemas, at least one.
 * @returns Rows, each an object by column name.
 */
export async function catalogRows(
  db: Queryable,
  schemas: readonly string[],
): Promise<CatalogRows> {
  const rows = async (sql: string, params: readonly SqlValue[] = []) => {
    const found = rowsOf(await db.query(sql, params));
    // The embedded engine answers at once; others have their turn between two queries.
    await new Promise<void>((resolve) => setTimeout(resolve));
    return found;
  };
  const names = schemas.map((_, at) => `$${at + 1}`).join(", ");

  const typeRows = await rows(types);
  const functionRows = await rows(functions(names), schemas);
  return {
    namespaces: await rows(namespaces),
    types: typeRows,
    enums: await rows(enums),
    classes: await rows(classes(names), schemas),
    attributes: await rows(
      attributes(names, rowTypesOf(functionRows, typeRows).join(", ")),
      schemas,
    ),
    defaults: await rows(defaults(names), schemas),
    constraints: await rows(constraints),
    rules: await rows(rules),
    functions: functionRows,
    comments: await rows(comments),
  };
}

/** Numbers of the relations whose rows functions give, 0 among them so that there is one. */
function rowTypesOf(
  functionRows: readonly Row[],
  typeRows: readonly Row[],
): number[] {
  const returned = new Set(functionRows.map((row) => row["prorettype"]));
  const based = new Set(
    typeRows.filter((row) => returned.has(row["oid"] as number))
      .map((row) => row["typbasetype"]),
  );
  return [
    ...new Set([
      0,
      ...typeRows.filter((row) =>
        returned.has(row["oid"] as number) || based.has(row["oid"] as number)
      ).map((row) => Number(row["typrelid"])),
    ]),
  ];
}
