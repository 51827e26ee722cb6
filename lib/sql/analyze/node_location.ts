/**
 * Where an expression begins in the text, before it is resolved.
 *
 * @module
 */

/**
 * @param node Any part of a parse tree.
 * @returns Least byte offset in it, if it has one.
 */
export function nodeLocation(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  let least: number | undefined;
  for (const [key, value] of Object.entries(node)) {
    const found = key === "location" && typeof value === "number"
      ? value
      : nodeLocation(value);
    if (found === undefined || found < 0) continue;
    if (least === undefined || found < least) least = found;
  }
  return least;
}
