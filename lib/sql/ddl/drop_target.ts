/**
 * Finds the relations that DROP names.
 *
 * @module
 */

import type { Node, ObjectType } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { isOwner } from "../catalog/privileges.ts";
import { SqlError } from "../error.ts";
import { type Address, describe } from "./address.ts";
import {
  isClosed,
  lookUpIndex,
  lookUpRelation,
  requireOwner,
  requireRelationOwner,
} from "./lookup.ts";
import { qualifiedName } from "./nodes.ts";
import { isIdentity } from "./owned_sequences.ts";
import type { Work } from "./work.ts";

/** A kind of relation as DROP names it. */
export interface RelationKind {
  readonly word: string;
  readonly kind: Relation["kind"] | "i";
  readonly article: string;
}

/** The kinds. */
export const relationKinds: ReadonlyMap<ObjectType, RelationKind> = new Map<
  ObjectType,
  RelationKind
>([
  ["OBJECT_TABLE", { word: "table", kind: "r", article: "a" }],
  ["OBJECT_VIEW", { word: "view", kind: "v", article: "a" }],
  ["OBJECT_MATVIEW", { word: "materialized view", kind: "m", article: "a" }],
  ["OBJECT_SEQUENCE", { word: "sequence", kind: "S", article: "a" }],
  ["OBJECT_INDEX", { word: "index", kind: "i", article: "an" }],
]);

const hints: Partial<Record<Relation["kind"] | "i", string>> = {
  r: "Use DROP TABLE to remove a table.",
  v: "Use DROP VIEW to remove a view.",
  m: "Use DROP MATERIALIZED VIEW to remove a materialized view.",
  S: "Use DROP SEQUENCE to remove a sequence.",
  i: "Use DROP INDEX to remove an index.",
  c: "Use DROP TYPE to remove a type.",
};

/**
 * Reports what is not there: an error, or a notice when it may be missing.
 *
 * @param work Statement.
 * @param sqlState Code of the error.
 * @param message The sentence.
 * @param missingOk Whether it may be missing.
 */
export function absent(
  work: Work,
  sqlState: string,
  message: string,
  missingOk: boolean,
): undefined {
  if (!missingOk) throw new SqlError(sqlState, message);
  work.notice("00000", `${message}, skipping`);
}

/**
 * A schema that is not there makes its objects missing, too.
 *
 * @param work Statement.
 * @param schema Name of a schema, if one was written.
 * @param missingOk Whether the object may be missing.
 * @returns Whether it is not there.
 */
export function isSchemaMissing(
  work: Work,
  schema: string | undefined,
  missingOk: boolean,
): boolean {
  if (
    schema === undefined || schema === "pg_temp" ||
    work.catalog.schemaNamed(schema) !== undefined
  ) return false;
  absent(work, "3F000", `schema "${schema}" does not exist`, missingOk);
  return true;
}

/**
 * @param work Statement.
 * @param object Name in the parse tree.
 * @param kind What DROP calls it.
 * @param missingOk Whether it may be missing.
 * @returns The relation or index.
 * @throws {SqlError} 42P01, 42704, 42809, 42501, 2BP01.
 */
export function findDroppedRelation(
  work: Work,
  object: Node,
  { word, kind, article }: RelationKind,
  missingOk: boolean,
): Address | undefined {
  const parts = qualifiedName(object);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (isSchemaMissing(work, schema, missingOk)) return undefined;
  const range = { relname: name, ...(schema && { schemaname: schema }) };
  const relation = lookUpRelation(work, range);
  const index = lookUpIndex(work, schema, name);
  const actual = relation?.kind ?? (index === undefined ? undefined : "i");
  if (actual === undefined) {
    return absent(
      work,
      kind === "i" ? "42704" : "42P01",
      `${word} "${parts.join(".")}" does not exist`,
      missingOk,
    );
  }
  if (actual !== kind) {
    throw new SqlError("42809", `"${name}" is not ${article} ${word}`, {
      hint: hints[actual],
    });
  }
  if (index !== undefined && kind === "i") return checkedIndex(work, index);
  if (relation === undefined) return undefined;
  const inOwnSchema = isOwner(
    work.catalog,
    work.role,
    work.catalog.schema(relation.schema)?.owner ?? 0,
  ) && !isClosed(work, relation.schema) && !relation.system;
  if (!inOwnSchema) requireRelationOwner(work, relation);
  if (relation.kind === "S" && isIdentity(work, relation)) {
    const { table = 0, column = 0 } = relation.sequence?.ownedBy ?? {};
    throw required(
      work,
      { kind: "relation", oid: relation.oid },
      { kind: "column", oid: table, sub: column },
    );
  }
  return { kind: "relation", oid: relation.oid };
}

function checkedIndex(
  work: Work,
  { table, index }: NonNullable<ReturnType<typeof lookUpIndex>>,
): Address {
  if (table.system || table.schema === fixedOid.auth) {
    requireRelationOwner(work, table);
  }
  requireOwner(work, table.owner, `index ${index.name}`);
  const address: Address = { kind: "index", oid: table.oid, sub: index.oid };
  const constraint = table.constraints.find((each) => each.index === index.oid);
  if (constraint !== undefined) {
    throw required(work, address, {
      kind: "constraint",
      oid: table.oid,
      sub: constraint.oid,
    });
  }
  return address;
}

function required(work: Work, what: Address, by: Address): SqlError {
  return new SqlError(
    "2BP01",
    `cannot drop ${describe(work, what)} because ${
      describe(work, by)
    } requires it`,
    { hint: `You can drop ${describe(work, by)} instead.` },
  );
}
