/**
 * Values of sequences: kept here, where a rolled back transaction does not take them back, and written
 * to `heliosdb_sequences` with the commits of the transactions that used them.
 *
 * A little more than what was given out is written, so that not every commit has to; after a crash some
 * values are left out, as in PostgreSQL.
 *
 * @module
 */

import type { Relation } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import { limitReached } from "../../sql/sequence_limit.ts";

/** Values written ahead. */
const ahead = 32n;

type Definition = NonNullable<Relation["sequence"]>;

interface State {
  last: bigint;
  called: boolean;
  /** What is on the disk, or on its way there. */
  stored: { readonly last: bigint; readonly called: boolean } | undefined;
}

/** A row of `heliosdb_sequences`. */
export type SequenceRow = readonly [
  oid: number,
  last: bigint,
  called: boolean,
];

/** See the top of the file. */
export class Sequences {
  readonly #states = new Map<number, State>();
  readonly #dirty = new Set<number>();
  readonly #definitions = new Map<number, Definition>();

  /** Whether there is something to write. */
  get dirty(): boolean {
    return this.#dirty.size > 0;
  }

  /**
   * Takes over what is on the disk.
   *
   * @param rows Rows of `heliosdb_sequences`.
   */
  load(rows: Iterable<readonly Datum[]>): void {
    for (const [oid, last, called] of rows) {
      const stored = { last: BigInt(last as number), called: called === 1 };
      this.#states.set(Number(oid), { ...stored, stored });
    }
  }

  /**
   * Takes over what DDL wrote (`ALTER SEQUENCE … RESTART`, `TRUNCATE … RESTART IDENTITY`).
   *
   * @param rows Rows of `heliosdb_sequences` as the transaction sees them.
   * @returns Takes it back, when the transaction is rolled back.
   */
  adopt(rows: Iterable<readonly Datum[]>): () => void {
    const before: [number, State | undefined][] = [];
    for (const [number, value, flag] of rows) {
      const oid = Number(number);
      const stored = { last: BigInt(value as number), called: flag === 1 };
      const known = this.#states.get(oid);
      if (
        known?.stored?.last === stored.last &&
        known.stored.called === stored.called
      ) continue;
      before.push([oid, known]);
      this.#states.set(oid, { ...stored, stored });
      this.#dirty.delete(oid);
    }
    return () => {
      for (const [oid, state] of before) {
        if (state === undefined) this.#states.delete(oid);
        else this.#states.set(oid, state);
      }
    };
  }

  /**
   * `nextval`.
   *
   * @param sequence The sequence.
   * @returns Its next value.
   * @throws {SqlError} 2200H at its end.
   */
  next(sequence: Relation): bigint {
    const definition = sequence.sequence as Definition;
    const state = this.#state(sequence);
    const { increment, min, max, cycle } = definition;
    let value = state.last;
    if (state.called) {
      value += increment;
      if (increment > 0n ? value > max : value < min) {
        if (!cycle) throw limitReached(sequence);
        value = increment > 0n ? min : max;
      }
    }
    state.last = value;
    state.called = true;
    const { stored } = state;
    const covered = stored !== undefined && stored.called &&
      (increment > 0n ? stored.last >= value : stored.last <= value) && !cycle;
    if (!covered) this.#touch(sequence.oid, definition);
    return value;
  }

  /**
   * `setval`.
   *
   * @param sequence The sequence.
   * @param value Its last value from now on.
   * @param called Whether the next one is the one after it.
   * @throws {SqlError} 22003 beyond its limits.
   */
  set(sequence: Relation, value: bigint, called: boolean): void {
    const definition = sequence.sequence as Definition;
    const { min, max } = definition;
    if (value < min || value > max) {
      throw new SqlError(
        "22003",
        `setval: value ${value} is out of bounds for sequence "${sequence.name}" (${min}..${max})`,
      );
    }
    const state = this.#state(sequence);
    state.last = value;
    state.called = called;
    state.stored = undefined;
    this.#touch(sequence.oid, definition);
  }

  /**
   * @param sequence The sequence.
   * @returns Where it stands.
   */
  peek(
    sequence: Relation,
  ): { readonly last: bigint; readonly called: boolean } {
    return this.#state(sequence);
  }

  /**
   * @param exact Whether to write nothing ahead.
   * @returns Rows to write.
   */
  rows(exact = false): SequenceRow[] {
    const oids = exact ? this.#states.keys() : this.#dirty;
    return [...oids].flatMap((oid) => {
      const state = this.#states.get(oid);
      if (state === undefined) return [];
      const definition = this.#definitions.get(oid);
      const { last, called } = exact || definition === undefined
        ? state
        : reserved(state, definition);
      return exact && state.stored?.last === last &&
          state.stored.called === called
        ? []
        : [[oid, last, called] as const];
    });
  }

  /** @param rows Rows that are on the disk now. */
  written(rows: readonly SequenceRow[]): void {
    for (const [oid, last, called] of rows) {
      const state = this.#states.get(oid);
      if (state === undefined) continue;
      state.stored = { last, called };
      const definition = this.#definitions.get(oid);
      const covered = definition === undefined || !state.called || (called &&
        (definition.increment > 0n ? last >= state.last : last <= state.last));
      if (covered) this.#dirty.delete(oid);
    }
  }

  /** @param exists Tells which sequences there still are. */
  forget(exists: (oid: number) => boolean): void {
    for (const oid of this.#states.keys()) {
      if (exists(oid)) continue;
      this.#states.delete(oid);
      this.#dirty.delete(oid);
      this.#definitions.delete(oid);
    }
  }

  #touch(oid: number, definition: Definition): void {
    this.#dirty.add(oid);
    this.#definitions.set(oid, definition);
  }

  #state({ oid, sequence }: Relation): State {
    let state = this.#states.get(oid);
    if (state === undefined) {
      const { start } = sequence as Definition;
      state = { last: start, called: false, stored: undefined };
      this.#states.set(oid, state);
    }
    return state;
  }
}

function reserved(
  { last, called }: State,
  { increment, min, max, cycle }: Definition,
): { last: bigint; called: boolean } {
  if (!called || cycle) return { last, called };
  const target = last + ahead * increment;
  if (increment > 0n) return { last: target > max ? last : target, called };
  return { last: target < min ? last : target, called };
}
