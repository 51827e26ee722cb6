/**
 * Finds the row that violated a constraint.
 *
 * SQLite names the columns of a key that was there twice, and nothing of a foreign key that points
 * nowhere. The statement, whose work has been taken back, is therefore run once more: with a trigger
 * that notes the keys of each row, or with foreign keys deferred and its rows watched.
 *
 * @module
 */

import type {
  Catalog,
  Constraint,
  Index,
  Relation,
} from "../../sql/catalog/catalog.ts";
import { fixedOid } from "../../sql/catalog/catalog.ts";
import {
  missingReference,
  stillReferenced,
  uniqueViolation,
  type ViolationContext,
} from "../../sql/catalog/violations.ts";
import type { Datum } from "../../sql/datum.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import type { Database } from "../../sqlite/database.ts";
import { resultCode, type SqliteError } from "../../sqlite/error.ts";
import type { ScalarFunction } from "../../sqlite/function_types.ts";
import type { SqliteValue } from "../../sqlite/value.ts";
import { columnOrder } from "./change_collector.ts";
import type { ChangeCollector } from "./change_collector.ts";
import type { Connection } from "./connection.ts";
import { toEngineError } from "./errors.ts";
import { indexKeys } from "./index_keys.ts";
import { relationStored } from "./storage_names.ts";
import { quoteName } from "../../sql/sqlite_words.ts";

/** Name of {@linkcode noteKey} in SQLite. */
const noteKeyName = "heliosdb_note_key";

/** Keys of the last row that was about to be written. */
let noted: readonly SqliteValue[] | undefined;

/** Called by the trigger. */
export const noteKey: ScalarFunction = {
  name: noteKeyName,
  deterministic: false,
  volatile: false,
  strict: false,
  real: false,
  call(args) {
    noted = args;
    return null;
  },
};

/** What a {@linkcode ConstraintProbe} needs. */
export interface ConstraintProbeOptions {
  /** The writer's connection, inside a savepoint that will be rolled back. */
  readonly connection: Connection;
  /** What SQLite said. */
  readonly error: SqliteError;
  readonly catalog: Catalog;
  readonly eval: EvalContext;
  /** Who gets the error. */
  readonly role?: number | undefined;
  /** Shows the rows of a statement. */
  readonly collector?: ChangeCollector | undefined;
}

interface Change {
  readonly relation: Relation;
  readonly before: SqliteValue[] | undefined;
  readonly after: SqliteValue[] | undefined;
}

/** See the top of the file. */
export class ConstraintProbe {
  readonly #options: ConstraintProbeOptions;
  readonly #changes: Change[] = [];
  readonly #keys: {
    readonly index: Index;
    readonly keys: readonly string[];
  }[] = [];
  #unique: { readonly relation: Relation; readonly index: Index } | undefined;

  /**
   * @param options The failure and where it happened.
   */
  constructor(options: ConstraintProbeOptions) {
    this.#options = options;
  }

  /**
   * Makes ready.
   *
   * @returns Whether the statement is to be run again.
   */
  begin(): boolean {
    const { error, catalog, connection: { database } } = this.#options;
    switch (error.extendedCode) {
      case resultCode.constraintUnique:
      case resultCode.constraintPrimaryKey:
        this.#unique = findUnique(catalog, error.message);
        return this.#unique !== undefined && this.#noteKeys();
      case resultCode.constraintForeignKey:
      case resultCode.constraintTrigger:
        database.run("PRAGMA defer_foreign_keys=ON");
        return this.#watchRows();
      default:
        return false;
    }
  }

  /**
   * @returns What the client is told.
   */
  end(): unknown {
    const { error, connection: { database }, collector } = this.#options;
    const { functions } = database;
    // What the repetition failed with is of no interest.
    functions?.takeError();
    if (error.extendedCode === resultCode.constraintForeignKey) {
      collector?.probe(undefined);
      database.run("PRAGMA defer_foreign_keys=OFF");
      const found = this.#findReference();
      if (found !== undefined) return found;
    }
    if (this.#unique !== undefined && noted !== undefined) {
      const { relation } = this.#unique;
      const { index, key } = this.#findIndex(noted as readonly Datum[]);
      noted = undefined;
      return uniqueViolation(relation.oid, index, key, this.#context);
    }
    return toEngineError(error);
  }

  get #context(): ViolationContext {
    const { catalog, eval: context, role } = this.#options;
    return { catalog, eval: context, role: role ?? fixedOid.postgres };
  }

  #noteKeys(): boolean {
    const { database } = this.#options.connection;
    const { relation, index } = this.#unique!;
    for (const each of relation.indexes) {
      if (!each.unique || each.storage === "") continue;
      const keys = indexKeys(database, relation, each);
      if (keys === undefined && each === index) return false;
      if (keys !== undefined) this.#keys.push({ index: each, keys });
      // PostgreSQL looks at indexes in the order in which they were made, SQLite in no certain one.
      if (each === index) break;
    }
    noted = undefined;
    const columns = relation.columns
      .map(({ storage }) =>
        `NEW.${quoteName(storage)} AS ${quoteName(storage)}`
      )
      .join(", ");
    const keys = this.#keys.flatMap((each) => each.keys).join(", ");
    for (const event of ["INSERT", "UPDATE"]) {
      const own = event === "INSERT" ? "NULL" : "OLD._rowid_";
      database.run(
        `CREATE TEMP TRIGGER heliosdb_probe_${event} BEFORE ${event} ` +
          `ON main.${quoteName(relation.storage)} BEGIN ` +
          `SELECT ${noteKeyName}(${own}, ${keys}) FROM (SELECT ${columns}); END`,
      );
    }
    return true;
  }

  /** Finds the first index that has the row's key already. */
  #findIndex(
    [own, ...values]: readonly Datum[],
  ): { index: Index; key: readonly Datum[] } {
    const { database } = this.#options.connection;
    const { relation, index } = this.#unique!;
    let at = 0;
    for (const { index: each, keys } of this.#keys) {
      const key = values.slice(at, at += keys.length);
      if (each === index) return { index, key };
      if (each.predicate !== undefined || key.includes(null)) continue;
      const equal = keys.map((text, i) => `${text} = $${i + 2}`);
      const there = database.run(
        `SELECT 1 FROM main.${quoteName(relation.storage)} ` +
          `WHERE _rowid_ IS NOT $1 AND ${equal.join(" AND ")} LIMIT 1`,
        [own ?? null, ...key],
      );
      if (there.length > 0) return { index: each, key };
    }
    return { index, key: values };
  }

  #watchRows(): boolean {
    const { catalog, collector } = this.#options;
    return collector?.probe({
      wants: (table) => relationStored(catalog, table) !== undefined,
      changed: (table, _, before, after) => {
        const relation = relationStored(catalog, table);
        if (relation !== undefined) {
          this.#changes.push({ relation, before, after });
        }
      },
    }) === true;
  }

  /** Finds the first row that refers to none, or to which a row refers that is gone. */
  #findReference(): unknown {
    const { catalog, connection: { database } } = this.#options;
    const orders = new Map<Relation, readonly number[]>();
    for (const { relation, before, after } of this.#changes) {
      let order = orders.get(relation);
      if (order === undefined) {
        order = columnOrder(database, relation);
        orders.set(relation, order);
      }
      const found =
        (after && findMissing(database, catalog, relation, order, after)) ??
          (before && findReferring(database, catalog, relation, order, before));
      if (found === undefined) continue;
      const make = found.missing ? missingReference : stillReferenced;
      return make(found.table, found.constraint, found.key, this.#context);
    }
    return undefined;
  }
}

interface FoundReference {
  readonly missing: boolean;
  /** The referencing table. */
  readonly table: number;
  readonly constraint: Constraint;
  readonly key: readonly Datum[];
}

function findMissing(
  database: Database,
  catalog: Catalog,
  relation: Relation,
  order: readonly number[],
  row: readonly SqliteValue[],
): FoundReference | undefined {
  for (const constraint of relation.constraints) {
    if (constraint.foreign === undefined) continue;
    const target = catalog.relation(constraint.foreign.table);
    const key = keyOf(relation, constraint.columns, order, row);
    if (target === undefined || key === undefined) continue;
    if (!hasKey(database, target, constraint.foreign.columns, key)) {
      return { missing: true, table: relation.oid, constraint, key };
    }
  }
  return undefined;
}

function findReferring(
  database: Database,
  catalog: Catalog,
  relation: Relation,
  order: readonly number[],
  row: readonly SqliteValue[],
): FoundReference | undefined {
  for (const child of catalog.relations()) {
    for (const constraint of child.constraints) {
      if (constraint.foreign?.table !== relation.oid) continue;
      const { columns } = constraint.foreign;
      const key = keyOf(relation, columns, order, row);
      if (
        key !== undefined && hasKey(database, child, constraint.columns, key) &&
        !hasKey(database, relation, columns, key)
      ) {
        return { missing: false, table: child.oid, constraint, key };
      }
    }
  }
  return undefined;
}

/** Values of a key; nothing when one is NULL. */
function keyOf(
  relation: Relation,
  columns: readonly number[],
  order: readonly number[],
  row: readonly SqliteValue[],
): Datum[] | undefined {
  const key: Datum[] = [];
  for (const number of columns) {
    const at = relation.columns.findIndex((each) => each.number === number);
    const value = row[order[at] ?? -1] ?? null;
    if (value === null) return undefined;
    key.push(value as Datum);
  }
  return key;
}

function hasKey(
  database: Database,
  relation: Relation,
  columns: readonly number[],
  key: readonly Datum[],
): boolean {
  const condition = columns.map((number, i) => {
    const column = relation.columns.find((each) => each.number === number);
    return `${quoteName(column?.storage ?? "")} = $${i + 1}`;
  });
  const table = `main.${quoteName(relation.storage)}`;
  return database.run(
    `SELECT 1 FROM ${table} WHERE ${condition.join(" AND ")} LIMIT 1`,
    key,
  ).length > 0;
}

/** Finds the index that SQLite means: it lists its columns, or names it if it has expressions. */
function findUnique(
  catalog: Catalog,
  message: string,
): { relation: Relation; index: Index } | undefined {
  const what = message.replace(/^UNIQUE constraint failed: /, "");
  for (const relation of catalog.relations()) {
    for (const index of relation.indexes) {
      if (!index.unique) continue;
      const columns = index.keys.map(({ column }) => {
        const found = relation.columns.find(({ number }) => number === column);
        return `${relation.storage}.${found?.storage}`;
      });
      if (
        what === columns.join(", ") || what === `index '${index.storage}'`
      ) return { relation, index };
    }
  }
  return undefined;
}
