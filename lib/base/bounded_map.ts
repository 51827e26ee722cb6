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
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
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
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
  }

  /**
   * @param key Entry to forget.
   * @returns Whether it was there.
   */
  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  /**
   * Forgets entries, oldest first, for as long as `expired` says so.
   *
   * @param expired Tells whether an entry may go.
   */
  trim(expired: (value: V, key: K) => boolean): void {
    for (const [key, value] of this.#entries) {
      if (!expired(value, key)) return;
      this.#entries.delete(key);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
  }
}
