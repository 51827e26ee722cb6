/**
 * Paths into JSON documents as MySQL writes them: `$.a[0]."b c"`, `$**.a`, `$[last]`, `$.*`
 * (manual, 13.5).
 *
 * @module
 */

import { SqlError } from "../../error.ts";
import { isArray, isObject, type Json } from "../../json/value.ts";

/** A step of a path. */
export type Step =
  | { readonly kind: "key"; readonly key: string }
  | {
    readonly kind: "index";
    readonly index: number;
    readonly fromEnd: boolean;
  }
  | { readonly kind: "anyKey" | "anyIndex" | "deep" };

const step =
  /\.\s*(?:"((?:[^"\\]|\\.)*)"|([\p{L}_$][\p{L}\p{N}_$]*)|(\*))|\[\s*(?:(\d+)|last(?:\s*-\s*(\d+))?|(\*))\s*\]|(\*\*)/uy;

/**
 * @param path Text of a path.
 * @returns Its steps.
 * @throws {SqlError} 22P02 when it is none.
 */
export function readPath(path: string): Step[] {
  const steps: Step[] = [];
  const text = path.trim();
  const broken = () => new SqlError("22P02", "Invalid JSON path expression.");
  if (!text.startsWith("$")) throw broken();
  let at = 1;
  while (at < text.length) {
    step.lastIndex = at;
    const match = step.exec(text);
    if (match === null) throw broken();
    at += match[0].length;
    const [, quoted, name, anyKey, index, back, anyIndex, deep] = match;
    if (quoted !== undefined) {
      steps.push({ kind: "key", key: JSON.parse(`"${quoted}"`) as string });
    } else if (name !== undefined) steps.push({ kind: "key", key: name });
    else if (anyKey !== undefined) steps.push({ kind: "anyKey" });
    else if (index !== undefined) {
      steps.push({ kind: "index", index: Number(index), fromEnd: false });
    } else if (anyIndex !== undefined) steps.push({ kind: "anyIndex" });
    else if (deep !== undefined) steps.push({ kind: "deep" });
    else steps.push({ kind: "index", index: Number(back ?? 0), fromEnd: true });
  }
  return steps;
}

/** Whether a path may lead to several values. */
export const isWide = (steps: readonly Step[]): boolean =>
  steps.some(({ kind }) =>
    kind === "anyKey" || kind === "anyIndex" || kind === "deep"
  );

function deepValues(value: Json): Json[] {
  if (isArray(value)) return [value, ...value.flatMap(deepValues)];
  if (isObject(value)) {
    return [value, ...[...value.values()].flatMap(deepValues)];
  }
  return [value];
}

/** @returns What a path leads to. */
export function follow(value: Json, steps: readonly Step[]): Json[] {
  let found: readonly Json[] = [value];
  for (const each of steps) {
    found = found.flatMap((one): readonly Json[] => {
      switch (each.kind) {
        case "key":
          return isObject(one) && one.has(each.key)
            ? [one.get(each.key) as Json]
            : [];
        case "index": {
          if (!isArray(one)) return each.index === 0 ? [one] : [];
          const index = each.fromEnd ? one.length - 1 - each.index : each.index;
          return index >= 0 && index < one.length ? [one[index] as Json] : [];
        }
        case "anyKey":
          return isObject(one) ? [...one.values()] : [];
        case "anyIndex":
          return isArray(one) ? one : [];
        default:
          return deepValues(one);
      }
    });
  }
  return [...found];
}

/**
 * Changes what a path leads to.
 *
 * @param value Document.
 * @param steps Path, not wide.
 * @param change What becomes of the value there; `undefined` removes it, or leaves out what is not there.
 * @returns The new document.
 */
export function changeAt(
  value: Json,
  steps: readonly Step[],
  change: (old: Json | undefined) => Json | undefined,
): Json | undefined {
  const [first, ...rest] = steps;
  if (first === undefined) return change(value);
  if (first.kind === "key" && isObject(value)) {
    const old = value.get(first.key);
    if (old === undefined && rest.length > 0) return value;
    const made = old === undefined
      ? change(undefined)
      : changeAt(old, rest, change);
    const copy = new Map(value);
    if (made === undefined) copy.delete(first.key);
    else copy.set(first.key, made);
    return copy;
  }
  if (first.kind === "index") {
    const list = isArray(value) ? [...value] : [value];
    const index = first.fromEnd ? list.length - 1 - first.index : first.index;
    if (!isArray(value) && index === 0) return changeAt(value, rest, change);
    if (index < 0) return value;
    if (index >= list.length) {
      if (rest.length > 0) return value;
      const made = change(undefined);
      return made === undefined ? value : [...list, made];
    }
    const made = changeAt(list[index] as Json, rest, change);
    if (made === undefined) list.splice(index, 1);
    else list[index] = made;
    return list;
  }
  return value;
}
