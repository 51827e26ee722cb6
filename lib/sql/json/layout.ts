/**
 * Where the parts of a jsonb value lie in PostgreSQL's binary form, which the `id` of `.keyvalue()`
 * in paths tells.
 *
 * @module
 */

import { byteLength } from "./byte_order.ts";
import { parseDecimal } from "./decimal.ts";
import { isArray, isObject, type Json, JsonNumber } from "./value.ts";

const align = (at: number) => (at + 3) & ~3;

/** Bytes of a `numeric`: header, then groups of four digits without zeros at the ends. */
function numberSize(text: string): number {
  const { scale } = parseDecimal(text);
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const before = whole.padStart(Math.ceil(whole.length / 4) * 4, "0");
  const after = fraction.padEnd(Math.ceil(fraction.length / 4) * 4, "0");
  const groups = (before + after).match(/.{4}/g) ?? [];
  let first = 0;
  let last = groups.length;
  while (first < last && groups[first] === "0000") first++;
  while (last > first && groups[last - 1] === "0000") last--;
  const weight = before.length / 4 - 1 - first;
  const short = scale <= 63 && weight >= -64 && weight <= 63;
  return 4 + (short ? 2 : 4) + 2 * (last - first);
}

/**
 * @param root Whole value.
 * @param wanted A container inside it.
 * @returns Its offset in bytes; 0 for the whole, and if it is not there.
 */
export function offsetOf(root: Json, wanted: Json): number {
  let found = 0;
  /** @returns Place after the container that begins at `from`. */
  const walk = (value: Json, from: number): number => {
    if (value === wanted) found = from;
    let at = from + 4;
    const place = (item: Json): void => {
      if (typeof item === "string") at += byteLength(item);
      else if (item instanceof JsonNumber) {
        at = align(at) + numberSize(item.text);
      } else if (isArray(item) || isObject(item)) at = walk(item, align(at));
    };
    if (isArray(value)) {
      at += 4 * value.length;
      value.forEach(place);
    } else if (isObject(value)) {
      at += 8 * value.size;
      for (const key of value.keys()) place(key);
      for (const item of value.values()) place(item);
    }
    return at;
  };
  if (root !== wanted) walk(root, 0);
  return found;
}
