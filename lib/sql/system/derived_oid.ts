/**
 * Numbers of things that have no object of their own here and one in PostgreSQL: the default of a column, the
 * rule of a view.
 *
 * @module
 */

/** No object is given a number from here on, and such a number still fits 32 bits. */
const first = 0x8000_0000;
/** More columns than a table can have. */
const span = 2048;

/**
 * @param owner Number of the object it belongs to.
 * @param part Which of its parts, below 2048.
 * @returns A number that is always the same for the two.
 */
export function derivedOid(owner: number, part: number): number {
  return first + (owner * span + part) % first;
}
