/**
 * Looks over what `/rest/v1` serves and says what somebody should look at, and what to do about it.
 *
 * @module
 */

import type { Queryable } from "../engine/engine.ts";
import { type OpenTable, openTables } from "./open_tables.ts";
import { arrayText } from "./sql/text.ts";

/** What a finding is about. */
export type FindingCode =
  | "table_open"
  | "view_open"
  | "policies_asleep"
  | "no_policy"
  | "foreign_key_without_index"
  | "secret_known";

/** Something that somebody should look at. */
export interface Finding {
  readonly code: FindingCode;
  /** A warning is a danger; a notice may be as somebody wants it. */
  readonly severity: "warning" | "notice";
  /** What it is about, `schema.name` or a setting. */
  readonly object: string;
  /** What is so. */
  readonly message: string;
  /** What to do. */
  readonly advice: string;
}

/** What the database alone does not tell. */
export interface ExamineOptions {
  /** Schemas that are served. */
  readonly schemas: readonly string[];
  /** Whether everybody knows the key that signs tokens. */
  readonly secretIsKnown: boolean;
}

/**
 * @param db The database, as somebody who sees all of its catalog.
 * @param options Schemas and settings.
 * @returns Findings, warnings first.
 */
export async function examine(
  db: Queryable,
  { schemas, secretIsKnown }: ExamineOptions,
): Promise<Finding[]> {
  const findings = [
    ...(secretIsKnown ? [knownSecret] : []),
    ...(await openTables(db, schemas)).map(openFinding),
    ...await policyFindings(db, schemas),
    ...await indexFindings(db, schemas),
  ];
  const rank = ({ severity }: Finding) => severity === "warning" ? 0 : 1;
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

const knownSecret: Finding = {
  code: "secret_known",
  severity: "warning",
  object: "JWT_SECRET",
  message:
    "Tokens are signed with the development secret that everybody knows, so everybody can forge them, service_role's too",
  advice:
    'Set $JWT_SECRET to a random one, for example from "openssl rand -base64 48"',
};

function openFinding({ schema, name, kind, read, write }: OpenTable): Finding {
  const object = `${schema}.${name}`;
  const may = [read ? "read" : "", write ? "write" : ""].filter(Boolean)
    .join(" and ");
  const quoted = `${quote(schema)}.${quote(name)}`;
  if (kind === "table") {
    return {
      code: "table_open",
      severity: "warning",
      object,
      message:
        `Everybody can ${may} every row: anon is granted it and row security is off`,
      advice:
        `ALTER TABLE ${quoted} ENABLE ROW LEVEL SECURITY, then CREATE POLICY for those who may; ` +
        `or REVOKE ALL ON ${quoted} FROM anon`,
    };
  }
  return {
    code: "view_open",
    severity: "warning",
    object,
    message: kind === "view"
      ? `Everybody can ${may} its rows, past the row security of its tables: it acts with its owner's rights`
      : `Everybody can ${may} its rows: a materialized view has no row security`,
    advice: kind === "view"
      ? `ALTER VIEW ${quoted} SET (security_invoker = true); or REVOKE ALL ON ${quoted} FROM anon`
      : `REVOKE ALL ON ${quoted} FROM anon, authenticated`,
  };
}

async function policyFindings(
  db: Queryable,
  schemas: readonly string[],
): Promise<Finding[]> {
  const { rows } = await db.query(
    `SELECT n.nspname, c.relname, c.relrowsecurity
     FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY ($1::text[])
       AND c.relrowsecurity <> EXISTS
         (SELECT 1 FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid)
     ORDER BY n.nspname, c.relname`,
    [arrayText(schemas)],
  );
  return rows.map(([schema, name, secured]) => {
    const object = `${schema}.${name}`;
    const quoted = `${quote(String(schema))}.${quote(String(name))}`;
    return secured === true
      ? {
        code: "no_policy",
        severity: "notice",
        object,
        message:
          "Nobody but its owner and service_role sees a row: row security is on and there is no policy",
        advice: `CREATE POLICY … ON ${quoted}, if somebody should`,
      }
      : {
        code: "policies_asleep",
        severity: "warning",
        object,
        message:
          "It has policies, but row security is off, so none of them counts",
        advice: `ALTER TABLE ${quoted} ENABLE ROW LEVEL SECURITY`,
      };
  });
}

async function indexFindings(
  db: Queryable,
  schemas: readonly string[],
): Promise<Finding[]> {
  const tables = arrayText(schemas);
  const keys = await db.query(
    `SELECT c.oid, n.nspname, c.relname, k.conname, k.conkey::text,
       (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY array_position(k.conkey, a.attnum))
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey))
     FROM pg_catalog.pg_constraint k
       JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype = 'f' AND n.nspname = ANY ($1::text[])
     ORDER BY n.nspname, c.relname, k.conname`,
    [tables],
  );
  if (keys.rows.length === 0) return [];
  const indexes = await db.query(
    `SELECT i.indrelid, i.indkey::text
     FROM pg_catalog.pg_index i
       JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE i.indpred IS NULL AND n.nspname = ANY ($1::text[])`,
    [tables],
  );
  return keys.rows.flatMap(([oid, schema, name, key, numbers, columns]) => {
    const wanted = numbersOf(numbers);
    const found = indexes.rows.some(([of, list]) => {
      const first = numbersOf(list).slice(0, wanted.length);
      return of === oid && wanted.every((number) => first.includes(number));
    });
    if (found) return [];
    const finding: Finding = {
      code: "foreign_key_without_index",
      severity: "notice",
      object: `${schema}.${name}`,
      message:
        `No index begins with the columns of foreign key ${key}: embedding these rows, and changing those they refer to, reads the whole table`,
      advice: `CREATE INDEX ON ${quote(String(schema))}.${
        quote(String(name))
      } (${columns})`,
    };
    return [finding];
  });
}

/** Column numbers of `{1,2}` or `1 2`. */
function numbersOf(text: unknown): number[] {
  return (String(text).match(/\d+/g) ?? []).map(Number);
}

function quote(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`;
}
