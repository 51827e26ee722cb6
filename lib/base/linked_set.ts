/**
 * A set in the order of arrival, for things that come and go all the time.
 *
 * A `Set` makes itself a new table now and then, and each old table holds the next one and what was in
 * it then. As soon as one of them has grown old, the collector of young objects keeps all that follow
 * until the next full collection: with a queue of transactions that was every eighth byte the program
 * allotted. Here who leaves holds nothing.
 *
 * @module
 */

/** What can be in one {@linkcode LinkedSet} at a time. */
export class Link {
  /** The set that it is in; for {@linkcode LinkedSet} alone, as the other two. */
  within: unknown;
  before: Link | undefined;
  after: Link | undefined;
}

/** See the top of the file. */
export class LinkedSet<T extends Link> implements Iterable<T> {
  #first: Link | undefined;
  #last: Link | undefined;
  #size = 0;

  /** How many are in it. */
  get size(): number {
    return this.#size;
  }

  /** Who came first of those that are in it. */
  get first(): T | undefined {
    return this.#first as T | undefined;
  }

  /**
   * @param link Comes last; must be in no set.
   */
  add(link: T): void {
    if (link.within !== undefined) {
      throw new Error("Cannot add: it is in a set");
    }
    link.within = this;
    link.before = this.#last;
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    this.#size++;
  }

  /**
   * @param link Who leaves.
   * @returns Whether it was in this set.
   */
  delete(link: T): boolean {
    if (link.within !== this) return false;
    const { before, after } = link;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    link.within = link.before = link.after = undefined;
    this.#size--;
    return true;
  }

  /** All leave. */
  clear(): void {
    for (const link of this) this.delete(link);
  }

  /** In order; only the present one may be taken out meanwhile. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    let link = this.#first;
    while (link !== undefined) {
      const { after } = link;
      yield link as T;
      link = after;
    }
  }
}
