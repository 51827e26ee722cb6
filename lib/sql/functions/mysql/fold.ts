/**
 * MySQL's default order of texts (`utf8mb4_0900_ai_ci` and its like): case and accents do not count.
 *
 * Letters fold by Unicode's decomposition and upper case; the order among different letters is that of their
 * code points, where MySQL follows the default table of the Unicode collation algorithm.
 *
 * @module
 */

const plain = /^[\x20-\x7e]*$/;
const marks = /\p{M}+/gu;

/**
 * @param text Text.
 * @returns What of it counts.
 */
export function fold(text: string): string {
  return plain.test(text)
    ? text.toUpperCase()
    : text.normalize("NFD").replaceAll(marks, "").toUpperCase();
}

/**
 * @param a Text.
 * @param b Text.
 * @returns Their order.
 */
export function compareFolded(a: string, b: string): number {
  if (a === b) return 0;
  const left = fold(a);
  const right = fold(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
