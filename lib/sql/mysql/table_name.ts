/**
 * Names of tables, and the databases before them: a database is a schema.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { informationTable } from "./information_schema.ts";
import { rangeVar } from "./nodes.ts";
import type { Parser } from "./parser.ts";

/** MySQL's name of the schema `public`: the one database that PostgreSQL's clients see. */
export const mainDatabase = "postgres";

/**
 * @param database Name in MySQL.
 * @returns Schema that holds its tables.
 */
export const schemaOf = (database: string): string =>
  database === mainDatabase ? "public" : database;

/**
 * @param schema Schema.
 * @returns Its name in MySQL.
 */
export const databaseOf = (schema: string): string =>
  schema === "public" ? mainDatabase : schema;

/** A name as PostgreSQL's parts: schema and table, or the table alone. */
export function tableParts(p: Parser): string[] {
  const parts = p.accept(".") ? [p.anyName()] : p.qualifiedName();
  return parts.length === 2
    ? [schemaOf(parts[0] as string), parts[1] as string]
    : parts;
}

/** A table in FROM, without an alias. */
export function tableName(p: Parser): Node {
  const parts = tableParts(p);
  return informationTable(p, parts) ?? { RangeVar: rangeVar(parts) };
}
