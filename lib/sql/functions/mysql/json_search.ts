/**
 * JSON_SEARCH (MySQL manual, 14.17.3).
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import { isArray, isObject, type Json } from "../../json/value.ts";
import { likePattern } from "./like.ts";
import { print } from "./json.ts";

/** Paths of texts that are like a pattern; NULL for none. */
export function search(document: Json, all: boolean, pattern: string): Datum {
  const test = likePattern(pattern, "\\");
  const found: string[] = [];
  const walk = (value: Json, path: string) => {
    if (!all && found.length > 0) return;
    if (typeof value === "string" && test.test(value)) found.push(path);
    else if (isArray(value)) {
      value.forEach((each, index) => walk(each, `${path}[${index}]`));
    } else if (isObject(value)) {
      for (const [key, each] of value) {
        walk(
          each,
          /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)
            ? `${path}.${key}`
            : `${path}.${JSON.stringify(key)}`,
        );
      }
    }
  };
  walk(document, "$");
  const [only] = found;
  return only === undefined
    ? null
    : found.length === 1
    ? print(only)
    : print(found);
}
