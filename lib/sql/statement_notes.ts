/**
 * What a statement says besides its answer, to those who are told: MySQL's warnings, rows that it found and
 * left as they were, numbers that it gave out.
 *
 * A plan that stops half-way is run again elsewhere, so what was noted since the last finished one is
 * forgotten when a run begins.
 *
 * @module
 */

import { SqlError } from "./error.ts";

/** A warning. */
export interface StatementWarning {
  readonly level: "Note" | "Warning";
  /** MySQL's number. */
  readonly code: number;
  readonly message: string;
}

/** What functions tell. */
export interface NoteTaker {
  /**
   * A value is not what it should be.
   *
   * @param code MySQL's number.
   * @param message MySQL's sentence.
   * @param sqlState What it is when it is an error.
   * @throws {SqlError} When the statement is strict.
   */
  doubt(code: number, message: string, sqlState: string): void;
  /** Something the client may want to know. */
  warn(warning: StatementWarning): void;
  /** Whether a division by zero is told. */
  readonly tellsDivision: boolean;
}

/** Rows and numbers. */
interface Counts {
  /** Rows that were to be changed and stayed the same. */
  readonly same: number;
  /** Rows that were there already and were changed instead of inserted. */
  readonly replaced: number;
  /** Rows that were left out. */
  readonly ignored: number;
  /** First number given out to a row that was inserted. */
  readonly first: number | undefined;
  /** Last number given out. */
  readonly last: number | undefined;
  /** Number of the last row, where the statement gave it. */
  readonly given: number | undefined;
  /** Argument of LAST_INSERT_ID(). */
  readonly asked: number | undefined;
  /** Warnings, also those that are not kept. */
  readonly warnings: number;
}

const none: Counts = {
  same: 0,
  replaced: 0,
  ignored: 0,
  first: undefined,
  last: undefined,
  given: undefined,
  asked: undefined,
  warnings: 0,
};

/** How a statement takes what is not right. */
export interface Strictness {
  /** Whether values that do not fit are errors. */
  readonly strict: boolean;
  /** Whether a division by zero is told. */
  readonly tellsDivision: boolean;
  /** `max_error_count`. */
  readonly most: number;
}

const lax: Strictness = { strict: false, tellsDivision: false, most: 64 };

/** See the top of the file. */
export class StatementNotes implements NoteTaker {
  #counts: Counts = none;
  #kept: Counts = none;
  #list: StatementWarning[] = [];
  #keptList = 0;
  #how: Strictness = lax;
  #quiet = false;

  /** Rows and numbers so far. */
  get counts(): Counts {
    return this.#counts;
  }

  /** The first warnings. */
  get list(): readonly StatementWarning[] {
    return this.#list;
  }

  /** How the statement takes what is not right. */
  get how(): Strictness {
    return this.#how;
  }

  get tellsDivision(): boolean {
    return this.#how.tellsDivision;
  }

  /**
   * A statement begins.
   *
   * @param how How it takes what is not right.
   */
  begin(how: Strictness = lax): void {
    this.#how = how;
    this.#counts = this.#kept = none;
    if (this.#list.length > 0) this.#list = [];
    this.#keptList = 0;
  }

  /** A part of the statement is over: it is not run again. */
  keep(): void {
    this.#kept = this.#counts;
    this.#keptList = this.#list.length;
  }

  /**
   * A plan runs, maybe once more.
   *
   * @param quiet Whether it was told before what it tells.
   */
  run(quiet: boolean): void {
    this.#quiet = quiet;
    if (quiet || this.#counts === this.#kept) return;
    this.#counts = this.#kept;
    this.#list.length = this.#keptList;
  }

  warn(warning: StatementWarning): void {
    if (this.#quiet) return;
    this.#set({ warnings: this.#counts.warnings + 1 });
    if (this.#list.length < this.#how.most) this.#list.push(warning);
  }

  doubt(code: number, message: string, sqlState: string): void {
    if (this.#how.strict) {
      throw new SqlError(sqlState, message);
    }
    this.warn({ level: "Warning", code, message });
  }

  /** Takes over what another thread was told. */
  take(warnings: readonly StatementWarning[], count: number): void {
    for (const each of warnings) this.warn(each);
    const more = count - warnings.length;
    if (more > 0) this.#set({ warnings: this.#counts.warnings + more });
  }

  /** A row stays as it is. */
  same(number?: number | null): void {
    this.#set({ same: this.#counts.same + 1 });
    this.#unused(number);
  }

  /**
   * A row is changed instead of inserted.
   *
   * @param number Number that it was to have.
   * @param own Number that it has.
   */
  replaced(number: number | null | undefined, own: number | null): void {
    this.#set({ replaced: this.#counts.replaced + 1 });
    this.#unused(number);
    if (own !== null) this.#set({ given: own });
  }

  /** A row is left out. */
  ignored(number: number | null | undefined): void {
    this.#set({ ignored: this.#counts.ignored + 1 });
    this.#unused(number);
  }

  /** A number was given out. */
  generated(number: number): void {
    const { first = number } = this.#counts;
    this.#set({ first, last: number });
  }

  /** A row came with its number. */
  given(number: number): void {
    this.#set({ given: number });
  }

  /** LAST_INSERT_ID(number). */
  asked(number: number): void {
    this.#set({ asked: number });
  }

  /** The number of a row that was not inserted; the next one may have been given out by now. */
  #unused(number: number | null | undefined): void {
    const { first, last = 0, given } = this.#counts;
    if (number === null || number === undefined) return;
    if (number === first) {
      this.#set({ first: number < last ? number + 1 : undefined });
    } else if (number === given) this.#set({ given: undefined });
  }

  #set(change: Partial<Counts>): void {
    if (!this.#quiet) this.#counts = { ...this.#counts, ...change };
  }
}
