/**
 * Gathers the changes of rows on the writer for whoever listens, and hands them on once they are
 * committed.
 *
 * @module
 */

import { textLiteral } from "../../sql/sqlite_words.ts";
import type { Catalog, Relation } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import type { Database } from "../../sqlite/database.ts";
import { RowChanges, type RowWatcher } from "../../sqlite/row_changes.ts";
import type { SqliteValue } from "../../sqlite/value.ts";
import type {
  ChangeFeed,
  CommittedChanges,
  RowChange,
} from "../change_feed.ts";

interface Subscriber {
  readonly listener: (committed: CommittedChanges) => void;
  readonly wanted: (relation: Relation) => boolean;
}

/** See the top of the file. */
export class ChangeCollector implements ChangeFeed {
  readonly #database: Database;
  readonly #rows: RowChanges;
  readonly #subscribers = new Set<Subscriber>();
  /** Tables by SQLite's names, as long as the catalog is the same. */
  readonly #tables = new Map<string, Table>();
  #catalog: Catalog | undefined;
  #target: RowChange[] | undefined;
  #probe: RowWatcher | undefined;
  #sequence = 0;

  /**
   * @param database The writer's connection.
   */
  constructor(database: Database) {
    this.#database = database;
    this.#rows = new RowChanges(database);
  }

  subscribe(
    listener: (committed: CommittedChanges) => void,
    wanted: (relation: Relation) => boolean,
  ): () => void {
    const subscriber = { listener, wanted };
    this.#subscribers.add(subscriber);
    this.#catalog = undefined;
    return () => {
      this.#subscribers.delete(subscriber);
      this.#catalog = undefined;
    };
  }

  /**
   * Begins to gather, if anybody listens.
   *
   * @param target Where changes go; nothing while what runs is none of the listeners' business.
   * @param catalog What the tables are.
   */
  gather(target: RowChange[] | undefined, catalog: Catalog | undefined): void {
    if (this.#probe !== undefined) return;
    if (
      target === undefined || catalog === undefined ||
      this.#subscribers.size === 0
    ) {
      if (this.#target === undefined) return;
      this.#target = undefined;
      this.#rows.watch(undefined);
      return;
    }
    this.#target = target;
    if (this.#catalog !== catalog) {
      this.#catalog = catalog;
      this.#findTables(catalog);
    }
    this.#rows.watch(this);
  }

  /**
   * Lets somebody else see the rows of the next statement.
   *
   * @param watcher Sees them; nothing to end.
   * @returns Whether the library can do this.
   */
  probe(watcher: RowWatcher | undefined): boolean {
    this.#probe = watcher;
    this.#rows.watch(
      watcher ?? (this.#target === undefined ? undefined : this),
    );
    return this.#rows.possible;
  }

  /**
   * @param on Whether the next statement runs on another thread.
   */
  offThread(on: boolean): void {
    this.#rows.offThread(on);
  }

  /**
   * Tells the listeners.
   *
   * @param changes What a transaction changed, now committed.
   * @param committedAt Milliseconds since 1970.
   */
  committed(changes: readonly RowChange[], committedAt: number): void {
    if (changes.length === 0) return;
    const sequence = ++this.#sequence;
    for (const { listener, wanted } of this.#subscribers) {
      const theirs = changes.filter(({ relation }) => wanted(relation));
      if (theirs.length > 0) {
        listener({ sequence, committedAt, changes: theirs });
      }
    }
  }

  wants(table: string): boolean {
    return this.#tables.has(table);
  }

  changed(
    name: string,
    kind: RowChange["kind"],
    before: SqliteValue[] | undefined,
    after: SqliteValue[] | undefined,
  ): void {
    const table = this.#tables.get(name);
    if (table === undefined) return;
    const { relation, order } = table;
    const inOrder = (row: SqliteValue[] | undefined) =>
      row === undefined
        ? undefined
        : order.map((i) => (row[i] ?? null) as Datum);
    this.#target?.push({
      relation,
      kind,
      before: inOrder(before),
      after: inOrder(after),
    });
  }

  /** Frees what it holds; the connection must be closed. */
  close(): void {
    this.#rows.close();
  }

  /** Looks at the tables now, because inside the hook nothing may be asked. */
  #findTables(catalog: Catalog): void {
    this.#tables.clear();
    for (const relation of catalog.relations()) {
      if (relation.kind !== "r") continue;
      for (const { wanted } of this.#subscribers) {
        if (!wanted(relation)) continue;
        const order = columnOrder(this.#database, relation);
        this.#tables.set(relation.storage, { relation, order });
        break;
      }
    }
  }
}

interface Table {
  readonly relation: Relation;
  /** Place of each column among SQLite's. */
  readonly order: readonly number[];
}

/**
 * @param database A connection that is not inside a step.
 * @param relation A table.
 * @returns Where each of its columns is among SQLite's.
 */
export function columnOrder(
  database: Database,
  relation: Relation,
): readonly number[] {
  const names = database
    .run(
      `SELECT name FROM pragma_table_xinfo(${textLiteral(relation.storage)})`,
    )
    .map(([name]) => String(name).toLowerCase());
  return relation.columns.map(({ storage }) =>
    names.indexOf(storage.toLowerCase())
  );
}
