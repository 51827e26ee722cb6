/**
 * Bindings of channels to changes: checked when a channel is joined, and made ready for the rows to come.
 *
 * @module
 */

import type {
  ChangeReader,
  RowImage,
  TableReader,
} from "../../engine/change_reader.ts";
import { EngineError } from "../../engine/engine.ts";
import { JoinError } from "../error.ts";
import type { Binding } from "../join_payload.ts";
import { readFilter } from "./filter.ts";

/** A filter of one version of a table. */
export interface ReadyFilter {
  /** Places of the columns that it reads. */
  readonly places: readonly number[];
  readonly test: (row: RowImage) => boolean;
}

/** A binding with its id. */
export interface BoundChange {
  readonly id: number;
  readonly binding: Binding;
}

/** See the top of the file. */
export class Bindings {
  readonly #reader: ChangeReader;
  readonly #schemas: ReadonlySet<string>;
  readonly #filters = new WeakMap<TableReader, Map<string, ReadyFilter>>();

  /**
   * @param reader Knows tables.
   * @param schemas Schemas whose tables are told of.
   */
  constructor(reader: ChangeReader, schemas: Iterable<string>) {
    this.#reader = reader;
    this.#schemas = new Set(schemas);
  }

  /**
   * @param binding What a channel asks for.
   * @param role Role of the channel.
   * @throws {JoinError} When it cannot have that.
   */
  check(binding: Binding, role: string): void {
    const { schema, table, filter, select } = binding;
    if (!this.#schemas.has(schema)) throw unknownTable(binding, role);
    if (table === "*") {
      if (filter === undefined && select === undefined) return;
      throw new JoinError(
        "Cannot subscribe: filter and select need the name of a table",
      );
    }
    const found = this.#reader.find(schema, table);
    const readable = found && this.#reader.readable(found, role);
    if (found === undefined || readable === undefined || readable.size === 0) {
      throw unknownTable(binding, role);
    }
    const places = [
      ...(filter === undefined ? [] : this.filter(found, filter).places),
      ...(select ?? []).map((name) =>
        found.columns.findIndex((column) => column.name === name)
      ),
    ];
    if (!places.every((place) => readable.has(place))) {
      throw new JoinError(
        `Cannot subscribe: filter or select names a column that is not there, or that role ${role} may not select`,
      );
    }
  }

  /**
   * @param table One version of a table.
   * @param text A filter.
   * @returns The filter, ready for its rows.
   * @throws {JoinError} When it cannot be used with the table.
   */
  filter(table: TableReader, text: string): ReadyFilter {
    let known = this.#filters.get(table);
    if (known === undefined) this.#filters.set(table, known = new Map());
    let ready = known.get(text);
    if (ready === undefined) {
      ready = makeReady(table, text);
      // Strangers choose the texts; what is kept of them stays small.
      if (known.size >= 10_000) known.clear();
      known.set(text, ready);
    }
    return ready;
  }
}

function makeReady(table: TableReader, text: string): ReadyFilter {
  const conditions = readFilter(text);
  try {
    const tests = conditions.map((each) => table.condition(each));
    return {
      places: conditions.map(({ column }) =>
        table.columns.findIndex(({ name }) => name === column)
      ),
      test: tests.length === 1
        ? tests[0] as ReadyFilter["test"]
        : (row) => tests.every((test) => test(row)),
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new JoinError(`Cannot use filter: ${error.message}`);
  }
}

function unknownTable({ schema, table }: Binding, role: string): JoinError {
  return new JoinError(
    `Cannot subscribe to ${schema}.${table}: there is no such table, or role ${role} may not select from it`,
  );
}

/**
 * Gives bindings their ids: the same for everybody who asks for the same, so that one message serves many.
 *
 * @param bindings Bindings of one channel.
 * @returns They with ids, which differ within the channel.
 */
export function bind(bindings: readonly Binding[]): BoundChange[] {
  const taken = new Set<number>();
  return bindings.map((binding) => {
    const { event, schema, table, filter, select } = binding;
    let id = hash(JSON.stringify([event, schema, table, filter, select]));
    while (taken.has(id)) id = (id + 1) % 2 ** 32;
    taken.add(id);
    return { id, binding };
  });
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}
