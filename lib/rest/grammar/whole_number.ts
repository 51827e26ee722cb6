/**
 * Whole numbers in parameters and headers.
 *
 * @module
 */

const digits = /^ *(-?)(\d+) *$/;

/**
 * Reads a whole number. One that is too large to be exact becomes the largest that is: as a number of rows
 * it means the same.
 *
 * @param text What a client sent.
 * @returns The number; `undefined` if it is none.
 */
export function wholeNumber(text: string): number | undefined {
  const [, minus, value] = digits.exec(text) ?? [];
  if (value === undefined) return undefined;
  const number = Math.min(Number(value), Number.MAX_SAFE_INTEGER);
  return minus === "-" && number !== 0 ? -number : number;
}
