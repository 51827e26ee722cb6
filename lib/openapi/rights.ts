/**
 * What a role may do in the exposed schemas, so that a document shows nobody more than they can use.
 *
 * @module
 */

import type { Queryable } from "../engine/engine.ts";
import { rowsOf } from "../engine/rows.ts";
import type {
  ExposedSchema,
  Relation,
  RestFunction,
} from "../rest/schema/picture.ts";

/** What a role may do with a relation, or some columns of it. */
export interface RelationRights {
  readonly select: boolean;
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
}

/** What a role may do. */
export interface Rights {
  /** By `oid`; what is missing may not be touched. */
  readonly relations: ReadonlyMap<number, RelationRights>;
  /** `oid` of those that may be called. */
  readonly functions: ReadonlySet<number>;
}

/**
 * @param db Acts as a role that sees all definitions.
 * @param role Whose rights.
 * @param schemas Names of the exposed schemas.
 * @returns The rights, which hold until a definition or a grant changes.
 * @throws {EngineError} When the catalogs cannot be read, or there is no such role.
 */
export async function readRights(
  db: Queryable,
  role: string,
  schemas: readonly string[],
): Promise<Rights> {
  const relations = new Map<number, RelationRights>();
  const functions = new Set<number>();
  for (const schema of schemas) {
    const [usage] = rowsOf(
      await db.query(
        `SELECT has_schema_privilege($1, oid, 'USAGE') AS usable
         FROM pg_catalog.pg_namespace WHERE nspname = $2`,
        [role, schema],
      ),
    );
    if (usage?.["usable"] !== true) continue;
    const tables = await db.query(
      `SELECT c.oid,
         has_any_column_privilege($1, c.oid, 'SELECT') AS readable,
         has_any_column_privilege($1, c.oid, 'INSERT') AS insertable,
         has_any_column_privilege($1, c.oid, 'UPDATE') AS updatable,
         has_table_privilege($1, c.oid, 'DELETE') AS deletable
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
      [role, schema],
    );
    for (const row of rowsOf(tables)) {
      relations.set(Number(row["oid"]), {
        select: row["readable"] === true,
        insert: row["insertable"] === true,
        update: row["updatable"] === true,
        delete: row["deletable"] === true,
      });
    }
    const calls = await db.query(
      `SELECT p.oid
       FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname = $2 AND has_function_privilege($1, p.oid, 'EXECUTE')`,
      [role, schema],
    );
    for (const row of rowsOf(calls)) functions.add(Number(row["oid"]));
  }
  return { relations, functions };
}

/**
 * Leaves out of a schema what a role may not touch.
 *
 * @param schema The schema.
 * @param rights What the role may do.
 * @returns What is left; a relation there can still be one that may only be written.
 */
export function visiblePart(
  schema: ExposedSchema,
  { relations: may, functions: callable }: Rights,
): ExposedSchema {
  const seen = (relation: Relation) => {
    const { select, insert, update, delete: remove } = may.get(relation.oid) ??
      { select: false, insert: false, update: false, delete: false };
    return select || insert || update || remove;
  };
  const relations = [...schema.relations].filter(([, relation]) =>
    seen(relation)
  ).map(([name, relation]): [string, Relation] => {
    const rights = may.get(relation.oid);
    return [name, {
      ...relation,
      insertable: relation.insertable && rights?.insert === true,
      updatable: relation.updatable && rights?.update === true,
      deletable: relation.deletable && rights?.delete === true,
    }];
  });
  const functions = [...schema.functions].map((
    [name, list],
  ): [string, RestFunction[]] => [
    name,
    list.filter(({ oid }) => callable.has(oid)),
  ]);
  return {
    ...schema,
    relations: new Map(relations),
    functions: new Map(functions),
    relationships: new Map(
      [...schema.relationships].map(([name, list]) => [
        name,
        list.filter(({ to }) => seen(to)),
      ]),
    ),
  };
}
