/**
 * Makes the picture of the exposed schemas from PostgreSQL's catalogs.
 *
 * The same queries run on the embedded engine and on a PostgreSQL server. Nothing of the server's own
 * (`pg_catalog`, `information_schema`) can be exposed, whatever is asked for.
 *
 * @module
 */

import type { Queryable } from "../../engine/engine.ts";
import { catalogRows } from "./catalog_rows.ts";
import { readColumns } from "./columns.ts";
import { computedRelationships, overridden } from "./computed_relationships.ts";
import { type ReadFunction, readFunctions } from "./functions.ts";
import type {
  ExposedSchema,
  Relation,
  Relationship,
  RestColumn,
  RestFunction,
  SchemaPicture,
} from "./picture.ts";
import { readConstraints, readRelations } from "./relations.ts";
import { deriveRelationships } from "./relationships.ts";
import { readTypes } from "./types.ts";
import { baseColumns } from "./view_columns.ts";

/** Catalogs whose objects have comments (`pg_description.classoid`). */
const catalogs = { relation: 1259, function: 1255, schema: 2615 } as const;

const systemSchema = /^(?:pg_|information_schema$)/;

/**
 * @param db Acts as a role that sees all definitions, such as `postgres`.
 * @param schemas Names of the schemas to expose, the one used without a profile first; one that does not
 *   exist is an empty one.
 * @returns What there is in them.
 * @throws {EngineError} When the catalogs cannot be read.
 */
export async function loadPicture(
  db: Queryable,
  schemas: readonly string[],
): Promise<SchemaPicture> {
  const exposed = schemas.filter((name) => !systemSchema.test(name));
  if (exposed.length === 0) return { schemas: new Map() };
  const rows = await catalogRows(db, exposed);

  const comments = new Map(
    rows.comments.map((row) => [
      `${row["classoid"]}.${row["objoid"]}.${row["objsubid"]}`,
      String(row["description"]),
    ]),
  );
  const comment = (catalog: number, oid: number, column = 0) =>
    comments.get(`${catalog}.${oid}.${column}`);
  const names = new Map(
    rows.namespaces.map((row) => [row["oid"], String(row["nspname"])]),
  );
  const schemaName = (oid: number) => names.get(oid) ?? "";

  const types = readTypes(rows);
  const columns = readColumns(
    rows,
    types,
    (relation, column) => comment(catalogs.relation, relation, column),
  );
  const constraints = readConstraints(rows.constraints);
  const computed = new Map<number, Map<string, RestColumn>>();
  const shown = readRelations(rows, {
    computed(oid) {
      const own = new Map<string, RestColumn>();
      computed.set(oid, own);
      return own;
    },
    schemaName,
    columns,
    constraints,
    bases: baseColumns(rows.rules),
    comment: (oid) => comment(catalogs.relation, oid),
  });
  const relations = shown.map(({ relation }) => relation);
  const functions = readFunctions(rows.functions, {
    types,
    schemaName,
    columns,
    relations: new Map(relations.map((each) => [each.oid, each])),
    comment: (oid) => comment(catalogs.function, oid),
  });
  for (const { function: { schema }, rowOf, column } of functions) {
    if (column === undefined || rowOf?.schema !== schema) continue;
    computed.get(rowOf.oid)?.set(column.name, column);
  }
  const relationships = overridden(
    deriveRelationships(shown, constraints),
    computedRelationships(functions),
  );

  const made = new Map<string, Making>();
  for (const name of exposed) {
    const row = rows.namespaces.find((each) => each["nspname"] === name);
    made.set(name, {
      name,
      comment: row === undefined
        ? undefined
        : comment(catalogs.schema, Number(row["oid"])),
      relations: new Map(),
      functions: new Map(),
      relationships: new Map(),
    });
  }
  for (const relation of relations.toSorted(byItsName)) {
    made.get(relation.schema)?.relations.set(relation.name, relation);
  }
  for (const each of functions.map(of).toSorted(byItsName)) {
    push(made.get(each.schema)?.functions, each.name, each);
  }
  for (const each of relationships.toSorted(inOrder)) {
    push(made.get(each.from.schema)?.relationships, each.from.name, each);
  }
  return { schemas: made };
}

/** {@linkcode ExposedSchema} while it is put together. */
interface Making extends ExposedSchema {
  readonly relations: Map<string, Relation>;
  readonly functions: Map<string, RestFunction[]>;
  readonly relationships: Map<string, Relationship[]>;
}

function push<Each>(
  map: Map<string, Each[]> | undefined,
  name: string,
  each: Each,
): void {
  const list = map?.get(name);
  if (list === undefined) map?.set(name, [each]);
  else list.push(each);
}

function of({ function: each }: ReadFunction): RestFunction {
  return each;
}

/** Functions of one name in the order in which they were made. */
function byItsName(
  one: Relation | RestFunction,
  other: Relation | RestFunction,
): number {
  return compare(one.name, other.name) || one.oid - other.oid;
}

/** So that answers that list relationships are the same each time. */
function inOrder(one: Relationship, other: Relationship): number {
  return compare(one.to.name, other.to.name) ||
    compare(one.constraint, other.constraint) ||
    compare(one.cardinality, other.cardinality);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
