/**
 * Sets of characters as sorted, disjoint ranges of code points.
 *
 * @module
 */

/** Ranges: first, last, first, last, … */
export type CharacterSet = readonly number[];

const lastCode = 0x10ffff;

/**
 * @param ranges Ranges in any order, overlapping or not.
 * @returns The set.
 */
export function setOf(
  ranges: readonly (readonly [number, number])[],
): number[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [first, last] of sorted) {
    const end = set.length - 1;
    if (end > 0 && first <= (set[end] as number) + 1) {
      set[end] = Math.max(set[end] as number, last);
    } else set.push(first, last);
  }
  return set;
}

/** @returns Pairs of the set. */
export function pairs(set: CharacterSet): [number, number][] {
  const result: [number, number][] = [];
  for (let i = 0; i < set.length; i += 2) {
    result.push([set[i] as number, set[i + 1] as number]);
  }
  return result;
}

/** @returns Everything else. */
export function complement(set: CharacterSet): number[] {
  const result: number[] = [];
  let from = 0;
  for (const [first, last] of pairs(set)) {
    if (first > from) result.push(from, first - 1);
    from = last + 1;
  }
  if (from <= lastCode) result.push(from, lastCode);
  return result;
}

/** @returns The set with both cases of its ASCII letters, the only ones that have cases in the collation C. */
export function bothCases(set: CharacterSet): number[] {
  const ranges = pairs(set);
  for (const [first, last] of pairs(set)) {
    const upper: [number, number] = [Math.max(first, 65), Math.min(last, 90)];
    if (upper[0] <= upper[1]) ranges.push([upper[0] + 32, upper[1] + 32]);
    const lower: [number, number] = [Math.max(first, 97), Math.min(last, 122)];
    if (lower[0] <= lower[1]) ranges.push([lower[0] - 32, lower[1] - 32]);
  }
  return setOf(ranges);
}

/** @returns Whether the code point is in the set. */
export function contains(set: CharacterSet, code: number): boolean {
  for (let i = 0; i < set.length; i += 2) {
    if (code < (set[i] as number)) return false;
    if (code <= (set[i + 1] as number)) return true;
  }
  return false;
}

/** Classes of `[[:name:]]` in the collation C. */
export const classes: Readonly<Record<string, CharacterSet>> = {
  alnum: [48, 57, 65, 90, 97, 122],
  alpha: [65, 90, 97, 122],
  ascii: [0, 127],
  blank: [9, 9, 32, 32],
  cntrl: [0, 31, 127, 127],
  digit: [48, 57],
  graph: [33, 126],
  lower: [97, 122],
  print: [32, 126],
  punct: [33, 47, 58, 64, 91, 96, 123, 126],
  space: [9, 13, 32, 32],
  upper: [65, 90],
  word: [48, 57, 65, 90, 95, 95, 97, 122],
  xdigit: [48, 57, 65, 70, 97, 102],
};

/** Letters, digits and underscore: what words are made of. */
export const wordSet: CharacterSet = classes.word as CharacterSet;
/** Every character. */
export const everything: CharacterSet = [0, lastCode];
/** Every character but the newline. */
export const noNewline: CharacterSet = [0, 9, 11, lastCode];

/** @returns The set without the newline. */
export function withoutNewline(set: CharacterSet): number[] {
  return complement(setOf([...pairs(complement(set)), [10, 10]]));
}
