/**
 * Prints for one step of a plan: keeps the values it binds and what entries are called in it.
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import type { Slot } from "../plan.ts";
import type { ColumnRef, Cte, Query, RangeEntry } from "../tree.ts";
import type { PrintContext } from "./context.ts";
import { textLiteral } from "../sqlite_words.ts";
import { quoteName } from "../sqlite_words.ts";
import { printQuery } from "./query.ts";
import { elementValue } from "./storage.ts";

/** Prints column `index` of an entry. */
export type ColumnPrinter = (index: number) => string;

/** See the top of the file. */
export class StepPrinter implements PrintContext {
  readonly env: Environment;
  readonly ofSession: boolean;
  readonly slots: Slot[] = [];
  /** Entries that an outer join may leave without a row, so that NOT NULL columns may be NULL. */
  readonly nullable: Set<RangeEntry> = new Set();
  /** Recursive CTEs whose own query is being printed. */
  readonly recursing: Set<Cte> = new Set();
  readonly #known = new Map<string, string>();
  readonly #columns: Map<RangeEntry, ColumnPrinter>;
  readonly #sources: ReadonlyMap<RangeEntry, string>;
  readonly #literals: boolean;

  /**
   * @param env Environment of the statement.
   * @param options `columns`: entries whose columns are called otherwise here; `sources`: tables of ours
   *   that stand for entries; `literals`: write values out, where nothing can be bound.
   */
  constructor(
    env: Environment,
    options: {
      readonly columns?: ReadonlyMap<RangeEntry, ColumnPrinter>;
      readonly sources?: ReadonlyMap<RangeEntry, string>;
      readonly literals?: boolean;
    } = {},
  ) {
    this.env = env;
    this.#columns = new Map(options.columns);
    this.#sources = options.sources ?? new Map();
    this.#literals = options.literals ?? false;
    this.ofSession = !this.#literals;
  }

  slot(slot: Slot): string {
    if (this.#literals) return writeOut(slot);
    const key = keyOf(slot);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const name = `?${this.slots.push(slot)}`;
    if (key !== undefined) this.#known.set(key, name);
    return name;
  }

  column({ entry, index }: ColumnRef): string {
    const other = this.#columns.get(entry);
    if (other !== undefined) return other(index);
    const alias = aliasOf(entry);
    const { source } = entry;
    switch (source.kind) {
      case "table": {
        if (index === -1) return `${alias}._rowid_`;
        const column = source.relation.columns[index];
        return `${alias}.${quoteName(column?.storage ?? "")}`;
      }
      case "values":
        return `${alias}.column${index + 1}`;
      case "query":
      case "cte":
        return `${alias}.c${index}`;
      case "function": {
        const last = index === entry.columns.length - 1;
        if (source.ordinality && last) return `(${alias}.key + 1)`;
        return elementValue(
          this.env,
          entry.columns[index]?.type ?? 0,
          `(${alias}.value ->> ${index})`,
        );
      }
    }
  }

  query(query: Query): string {
    return printQuery(query, this);
  }

  /**
   * @param entry An entry.
   * @returns Table of ours that stands for it in this step, if one does.
   */
  source(entry: RangeEntry): string | undefined {
    return this.#sources.get(entry);
  }

  /**
   * Calls the columns of an entry otherwise from now on.
   *
   * @param entry An entry.
   * @param columns Prints them.
   */
  rename(entry: RangeEntry, columns: ColumnPrinter): void {
    this.#columns.set(entry, columns);
  }

  /**
   * Prints something with the columns of an entry called otherwise.
   *
   * @param entry An entry.
   * @param columns Prints them.
   * @param run Prints.
   * @returns What `run` returns.
   */
  renamed<T>(entry: RangeEntry, columns: ColumnPrinter, run: () => T): T {
    const before = this.#columns.get(entry);
    this.#columns.set(entry, columns);
    try {
      return run();
    } finally {
      if (before === undefined) this.#columns.delete(entry);
      else this.#columns.set(entry, before);
    }
  }
}

/**
 * @param entry An entry.
 * @returns What it is called.
 */
export function aliasOf(entry: { readonly id: number }): string {
  return `t${entry.id}`;
}

function keyOf(slot: Slot): string | undefined {
  switch (slot.from) {
    case "param":
      return `p${slot.number}`;
    case "session":
      return `s${JSON.stringify(slot.value)}`;
    case "rows":
      return `r${slot.step}`;
    case "literal":
      return (typeof slot.value === "object" && slot.value !== null) ||
          Object.is(slot.value, -0)
        ? undefined
        : `l${slot.location ?? ""} ${slot.type} ${slot.typmod} ${typeof slot
          .value} ${slot.value}`;
  }
}

/** A literal as SQLite writes it. */
function writeOut(slot: Slot): string {
  if (slot.from !== "literal") {
    throw new TypeError("Cannot write out a value that is not known yet");
  }
  const { value } = slot;
  if (value === null) return "NULL";
  if (typeof value === "string") {
    return value.includes("\0")
      ? `CAST(x'${new TextEncoder().encode(value).toHex()}' AS TEXT)`
      : textLiteral(value);
  }
  if (value instanceof Uint8Array) return `x'${value.toHex()}'`;
  if (typeof value === "bigint") return String(value);
  if (value === Infinity) return "9e999";
  if (value === -Infinity) return "-9e999";
  // SQLite tells 1 from 1.0, and so do the types whose values are kept as REAL.
  return slot.type === 700 || slot.type === 701
    ? (Number.isInteger(value) ? value.toExponential() : String(value))
    : String(value);
}
