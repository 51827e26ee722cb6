/**
 * Endings of ordinal numbers and Roman numerals, for `to_char`.
 *
 * @module
 */

/**
 * @param digits Text that ends with digits.
 * @param upper Whether in capitals.
 * @returns `st`, `nd`, `rd` or `th`.
 */
export function ordinalEnding(digits: string, upper: boolean): string {
  const last = digits.at(-1);
  const teen = digits.at(-2) === "1";
  const ending = teen
    ? "th"
    : last === "1"
    ? "st"
    : last === "2"
    ? "nd"
    : last === "3"
    ? "rd"
    : "th";
  return upper ? ending.toUpperCase() : ending;
}

const units: readonly (readonly [number, string])[] = [
  [1000, "M"],
  [900, "CM"],
  [500, "D"],
  [400, "CD"],
  [100, "C"],
  [90, "XC"],
  [50, "L"],
  [40, "XL"],
  [10, "X"],
  [9, "IX"],
  [5, "V"],
  [4, "IV"],
  [1, "I"],
];

/**
 * @param value A number.
 * @returns It in Roman numerals; signs of overflow outside of 1 to 3999.
 */
export function roman(value: number): string {
  if (!(value >= 1 && value <= 3999)) return "#".repeat(15);
  let text = "";
  let rest = value;
  for (const [size, letters] of units) {
    while (rest >= size) {
      text += letters;
      rest -= size;
    }
  }
  return text;
}
