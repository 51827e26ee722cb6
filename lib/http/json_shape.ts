/**
 * Bounds the depth and the width of a parsed JSON value.
 *
 * The parser itself does not recurse, but much of what later walks a value does, so this walk keeps
 * a stack of its own.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";

/** Arrays and objects within one another, at most. */
export const maxDepth = 64;

/** Keys of all objects together, at most. */
export const maxKeys = 10_000;

/** A text shorter than this holds neither too many levels nor too many keys. */
const harmless = 2 * maxDepth;

/**
 * Refuses a value that is nested too deeply or has too many keys.
 *
 * @param value Result of `JSON.parse`.
 * @param length Length of its text, so that short ones need no walk.
 * @throws {Problem} `validation_failed`.
 */
export function checkShape(value: unknown, length: number): void {
  if (length < harmless) return;
  let level: unknown[] = [value];
  let keys = 0;
  // Level by level: the depth is the number of rounds.
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= maxDepth) {
      throw new Problem(
        "validation_failed",
        `Cannot read JSON: more than ${maxDepth} levels deep`,
      );
    }
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== "object" || item === null) continue;
      const children = Object.values(item);
      if (!Array.isArray(item)) keys += children.length;
      if (keys > maxKeys) {
        throw new Problem(
          "validation_failed",
          `Cannot read JSON: more than ${maxKeys} keys`,
        );
      }
      for (const child of children) {
        if (typeof child === "object" && child !== null) next.push(child);
      }
    }
    level = next;
  }
}
