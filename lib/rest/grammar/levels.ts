/**
 * Gathers what a query string says of each level of a request.
 *
 * @module
 */

import type { FilterNode, Level, OrderTerm } from "../request.ts";

/** A level that is being gathered. */
export interface LevelDraft extends Level {
  readonly filters: FilterNode[];
  readonly order: OrderTerm[];
  limit: number | undefined;
  offset: number | undefined;
}

/** Levels by their paths. */
export interface Levels {
  /**
   * @param path Names of embeds from the top.
   * @returns The level there, which is new if nothing was said of it before.
   */
  at(path: readonly string[]): LevelDraft;
  /** All of them, the request's own first. */
  readonly all: [LevelDraft, ...LevelDraft[]];
}

function draft(path: readonly string[]): LevelDraft {
  return { path, filters: [], order: [], limit: undefined, offset: undefined };
}

/** No two paths have the same: a name may hold any character. */
function keyOf(path: readonly string[]): string {
  let key = "";
  for (const name of path) key += `${name.length}:${name}`;
  return key;
}

/** @returns The request's own level alone. */
export function createLevels(): Levels {
  const root = draft([]);
  const all: [LevelDraft, ...LevelDraft[]] = [root];
  let byPath: Map<string, LevelDraft> | undefined;

  return {
    all,
    at(path) {
      if (path.length === 0) return root;
      byPath ??= new Map();
      const key = keyOf(path);
      let level = byPath.get(key);
      if (level === undefined) {
        level = draft(path);
        byPath.set(key, level);
        all.push(level);
      }
      return level;
    },
  };
}
