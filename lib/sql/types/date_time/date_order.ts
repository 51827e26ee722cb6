/**
 * The order of fields that `DateStyle` asks for.
 *
 * @module
 */

/** Order of fields in `DateStyle`. */
export type DateOrder = "MDY" | "DMY" | "YMD";

/**
 * @param dateStyle `DateStyle`.
 * @returns Its second half.
 */
export function dateOrder(dateStyle: string): DateOrder {
  return /\bDMY\b/i.test(dateStyle) || /^\s*German\s*$/i.test(dateStyle)
    ? "DMY"
    : /\bYMD\b/i.test(dateStyle)
    ? "YMD"
    : "MDY";
}
