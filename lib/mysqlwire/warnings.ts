/**
 * Warnings of the statement that ran last (SHOW WARNINGS).
 *
 * @module
 */

/** A warning, or the error that the statement ended with. */
export interface Warning {
  readonly level: "Note" | "Warning" | "Error";
  readonly code: number;
  readonly message: string;
}

/** See the top of the file. */
export class Warnings {
  /** `max_error_count`. */
  most = 64;
  #list: Warning[] = [];
  #count = 0;

  /** How many there were, also those that were not kept. */
  get count(): number {
    return this.#count;
  }

  /** Those that were kept. */
  get list(): readonly Warning[] {
    return this.#list;
  }

  /** @param warning Another one. */
  add(warning: Warning): void {
    this.#count += 1;
    if (this.#list.length < this.most) this.#list.push(warning);
  }

  /** @param warning What the last one says now. */
  amend(warning: Warning): void {
    this.#list[this.#list.length - 1] = warning;
  }

  /** How many of a kind were kept. */
  errors(): number {
    return this.#list.filter(({ level }) => level === "Error").length;
  }

  /**
   * @param warnings Others.
   * @param count How many there were, also those that were not kept.
   */
  take(warnings: readonly Warning[], count: number): void {
    for (const each of warnings) this.add(each);
    this.#count += count - warnings.length;
  }

  /** Another statement begins. */
  clear(): void {
    if (this.#count === 0) return;
    this.#list = [];
    this.#count = 0;
  }
}
