/**
 * Watches the rows that a connection changes, one by one, before and after
 * (https://sqlite.org/c3ref/preupdate_blobwrite.html).
 *
 * The rows of a statement that fails later, or is rolled back, are seen as well: whoever listens has
 * to forget them.
 *
 * @module
 */

import { readValue } from "./callback_value.ts";
import type { Database } from "./database.ts";
import { resultCode } from "./error.ts";
import type { SqliteValue } from "./value.ts";

const operations: ReadonlyMap<number, "insert" | "update" | "delete"> = new Map(
  [[18, "insert"], [23, "update"], [9, "delete"]],
);

const definition = {
  parameters: ["u64", "u64", "i32", "u64", "u64", "i64", "i64"],
  result: "void",
} as const;

/** Is told of rows. */
export interface RowWatcher {
  /** @returns Whether rows of the table are of interest. */
  wants(table: string): boolean;
  /**
   * @param table SQLite's name of the table.
   * @param kind What happens.
   * @param before Values before, in the order of SQLite's columns; nothing for an insert.
   * @param after Values after; nothing for a delete.
   */
  changed(
    table: string,
    kind: "insert" | "update" | "delete",
    before: SqliteValue[] | undefined,
    after: SqliteValue[] | undefined,
  ): void;
}

/** See the top of the file. */
export class RowChanges {
  readonly #database: Database;
  readonly #callback: Deno.UnsafeCallback<typeof definition>;
  #watcher: RowWatcher | undefined;
  #installed = false;
  #references = 0;

  /**
   * @param database The connection.
   */
  constructor(database: Database) {
    this.#database = database;
    this.#callback = new Deno.UnsafeCallback(
      definition,
      (_, handle, operation, schema, table) => {
        try {
          this.#look(handle, operation, schema, table);
        } catch {
          // Nothing may be thrown into SQLite; reading a value cannot fail save for want of memory.
        }
      },
    );
  }

  /** Whether the library can do this. */
  get possible(): boolean {
    return this.#database.symbols.sqlite3_preupdate_hook !== null;
  }

  /**
   * Begins to watch, or ends.
   *
   * @param watcher Is told of rows; nothing to end.
   */
  watch(watcher: RowWatcher | undefined): void {
    this.#watcher = watcher;
    const wanted = watcher !== undefined;
    if (wanted === this.#installed) return;
    const hook = this.#database.symbols.sqlite3_preupdate_hook;
    if (hook === null) return;
    hook(
      this.#database.handle,
      wanted ? this.#callback.pointer : null,
      0n,
    );
    this.#installed = wanted;
  }

  /**
   * @param on Whether the next statement runs on another thread.
   */
  offThread(on: boolean): void {
    if (on === this.#references > 0) return;
    this.#references = on ? this.#callback.ref() : this.#callback.unref();
  }

  /** Frees the callback; the connection must be closed. */
  close(): void {
    this.#callback.close();
  }

  #look(
    handle: bigint,
    operation: number,
    schema: bigint,
    table: bigint,
  ): void {
    const watcher = this.#watcher;
    const kind = operations.get(operation);
    if (watcher === undefined || kind === undefined) return;
    if (text(schema) !== "main") return;
    const name = text(table);
    if (!watcher.wants(name)) return;
    watcher.changed(
      name,
      kind,
      kind === "insert" ? undefined : this.#row(handle, "old"),
      kind === "delete" ? undefined : this.#row(handle, "new"),
    );
  }

  #row(handle: bigint, which: "old" | "new"): SqliteValue[] {
    const { symbols } = this.#database;
    const count = symbols.sqlite3_preupdate_count?.(handle) ?? 0;
    const read = which === "old"
      ? symbols.sqlite3_preupdate_old
      : symbols.sqlite3_preupdate_new;
    return Array.from({ length: count }, (_, i) => {
      const code = read?.(handle, i, out);
      return code === resultCode.ok
        ? readValue(symbols, out[0] as bigint)
        : null;
    });
  }
}

const out = new BigUint64Array(1);

function text(address: bigint): string {
  const pointer = Deno.UnsafePointer.create(address);
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}
