/**
 * Tells whether tables may have changed since somebody read them, so that what was read can be kept
 * meanwhile although others write other tables all the time.
 *
 * Which tables a statement may change is read off SQLite's own program for it (`EXPLAIN`), in which
 * cascades of foreign keys and triggers are; once for each plan. What has no plan counts as a change of
 * everything.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { Database } from "../../sqlite/database.ts";
import type { TableName } from "../engine.ts";
import type { Transaction } from "./transaction.ts";

/** See the top of the file. */
export class FollowedTables {
  readonly #database: Database;
  readonly #names: TableName[] = [];
  /** Where SQLite keeps their rows; nothing when one of them is not there. */
  #roots: ReadonlySet<number> | undefined;
  #catalog: Catalog | undefined;
  /** Whether they may change one of the tables, as long as the catalog is the same. */
  #plans = new WeakMap<QueryPlan, boolean>();
  #version = 0;

  /**
   * @param database The writer's connection.
   */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Follows tables from now on, together with those that others follow.
   *
   * @param tables The tables.
   * @returns Gives another number as soon as anybody could have been told of a change of one of them.
   */
  follow(tables: readonly TableName[]): () => number {
    this.#names.push(...tables);
    this.#catalog = undefined;
    return () => this.#version;
  }

  /**
   * Transactions have been committed; no statement of the writer is under way.
   *
   * @param members The transactions, those that were rolled back too.
   * @param catalog What is committed, once it is known.
   */
  published(
    members: readonly Transaction[],
    catalog: Catalog | undefined,
  ): void {
    if (this.#names.length === 0 || catalog === undefined) return;
    if (catalog !== this.#catalog) this.#look(catalog);
    for (const member of members) {
      if (member.failed || member.wrote === 0) continue;
      if (this.#mayChange(member)) {
        this.#version++;
        return;
      }
    }
  }

  /** A plan may have changed anything by what it called. */
  touched(): void {
    this.#version++;
  }

  /**
   * @param plan A plan that was run.
   * @returns Whether it may have changed one of the tables.
   */
  changedBy(plan: QueryPlan): boolean {
    if (plan.readOnly) return false;
    let known = this.#plans.get(plan);
    if (known === undefined) {
      known = this.#examine(plan);
      this.#plans.set(plan, known);
    }
    return known;
  }

  #mayChange({ catalog, unrepeatable, writes }: Transaction): boolean {
    if (catalog !== undefined || unrepeatable) return true;
    for (const { work } of writes) {
      if (work.changes === undefined || work.changes(this)) return true;
    }
    return false;
  }

  #look(catalog: Catalog): void {
    this.#catalog = catalog;
    this.#plans = new WeakMap();
    const roots = new Set<number>();
    for (const [schemaName, name] of this.#names) {
      const schema = catalog.schemaNamed(schemaName);
      const relation = schema && catalog.relationNamed(schema.oid, name);
      if (relation?.kind !== "r") {
        this.#roots = undefined;
        return;
      }
      const [row] = this.#database.run(
        "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = $1",
        [relation.storage],
      );
      roots.add(Number(row?.[0]));
    }
    this.#roots = roots;
  }

  #examine({ steps }: QueryPlan): boolean {
    const roots = this.#roots;
    if (roots === undefined) return true;
    try {
      return steps.some(({ sql }) =>
        this.#database.writtenRoots(sql).some((root) => roots.has(root))
      );
    } catch {
      return true;
    }
  }
}
