/**
 * Work in slices, so that a long one does not hold up everybody else.
 *
 * @module
 */

/** Milliseconds after which others have their turn. */
const sliceMs = 4;

/** Tells when a slice is over. */
export interface Slices {
  /**
   * Lets others have their turn if the slice has lasted long enough.
   *
   * @returns Nothing to wait for while it has not.
   */
  turn(): Promise<void> | undefined;
}

/**
 * @param monotonic Clock in milliseconds.
 * @returns Slices, the first of which begins now.
 */
export function slices(monotonic: () => number): Slices {
  let begun = monotonic();
  return {
    turn() {
      if (monotonic() - begun < sliceMs) return undefined;
      return new Promise((resolve) =>
        setTimeout(() => {
          begun = monotonic();
          resolve();
        })
      );
    },
  };
}
