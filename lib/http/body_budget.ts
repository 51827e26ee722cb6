/**
 * Memory that the bodies being read at one time may take, all connections together.
 *
 * @module
 */

/** What is left for bodies. */
export class BodyBudget {
  #left: number;

  /**
   * @param bytes Bytes at most.
   */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  /**
   * @param bytes Bytes wanted.
   * @returns Whether they may be used; if so, they are to be given back.
   */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /**
   * @param bytes Bytes that are no longer used.
   */
  give(bytes: number): void {
    this.#left += bytes;
  }
}
