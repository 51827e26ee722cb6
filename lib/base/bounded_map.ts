/**
 * A map that forgets its least recently used entry instead of growing.
 *
 * Everything that a stranger can fill is kept in one of these.
 *
 * @module
 */

/** Map with at most `capacity` entries; reading an entry keeps it. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  /**
   * Walks over the entries, oldest first. It goes on where it was: a new one would pass each time over
   * everything that was deleted since the map last grew.
   */
  #walk: MapIterator<K> | undefined;
  /** Key of the most recently used entry, if that is still there. */
  #newest: K | undefined;
  /** The oldest entry, taken from the walk and still there. */
  #oldest: { readonly key: K } | undefined;

  /**
   * @param capacity Entries kept, at least 1.
   */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot create BoundedMap as capacity must be an integer >= 1: received ${capacity}`,
      );
    }
    this.#capacity = capacity;
  }

  /** Entries held now. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * @param key Key to look for.
   * @returns Its value, which now counts as the most recently used.
   */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    // Moving it would let go of a table of the map now and then.
    if (value !== undefined && key !== this.#newest) {
      this.delete(key);
      this.#entries.set(key, value);
      this.#newest = key;
    }
    return value;
  }

  /**
   * @param key Key to look for.
   * @returns Its value; the order of forgetting stays as it was.
   */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /**
   * Stores an entry and forgets the oldest one if there are too many.
   *
   * @param key Key.
   * @param value Value.
   */
  set(key: K, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#newest = key;
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#findOldest();
      if (oldest !== undefined) this.delete(oldest.key);
    }
  }

  /**
   * @param key Entry to forget.
   * @returns Whether it was there.
   */
  delete(key: K): boolean {
    if (this.#oldest !== undefined && this.#oldest.key === key) {
      this.#oldest = undefined;
    }
    if (key === this.#newest) this.#newest = undefined;
    return this.#entries.delete(key);
  }

  /**
   * Forgets entries, oldest first, for as long as `expired` says so.
   *
   * @param expired Tells whether an entry may go.
   */
  trim(expired: (value: V, key: K) => boolean): void {
    for (;;) {
      const oldest = this.#findOldest();
      if (oldest === undefined) return;
      if (!expired(this.#entries.get(oldest.key) as V, oldest.key)) return;
      this.delete(oldest.key);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#walk = this.#oldest = this.#newest = undefined;
  }

  #findOldest(): { readonly key: K } | undefined {
    if (this.#oldest !== undefined || this.#entries.size === 0) {
      return this.#oldest;
    }
    let next = (this.#walk ??= this.#entries.keys()).next();
    if (next.done) next = (this.#walk = this.#entries.keys()).next();
    return this.#oldest = next.done ? undefined : { key: next.value };
  }
}
