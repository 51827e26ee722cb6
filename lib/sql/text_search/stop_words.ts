/**
 * Takes stop words out of queries.
 *
 * @module
 */

import type { MaybeQuery, Query } from "./query.ts";

/** A query without stop words, and by how much they moved its ends. */
interface Cleaned {
  readonly query: MaybeQuery;
  readonly left: number;
  readonly right: number;
}

/**
 * @param query A query with stop words in it.
 * @returns It without them; distances of phrases are kept right.
 */
export function withoutStops(query: MaybeQuery): MaybeQuery {
  return query === undefined ? undefined : clean(query).query;
}

function clean(query: Query): Cleaned {
  switch (query.kind) {
    case "word":
      return { query, left: 0, right: 0 };
    case "stop":
      return { query: undefined, left: 0, right: 0 };
    case "not": {
      const arg = clean(query.arg);
      return arg.query === undefined
        ? arg
        : { ...arg, query: { kind: "not", arg: arg.query } };
    }
  }
  const left = clean(query.left);
  const right = clean(query.right);
  const phrase = query.kind === "phrase";
  const distance = phrase ? query.distance : 0;
  if (left.query === undefined && right.query === undefined) {
    const moved = phrase
      ? left.left + distance + right.left
      : Math.max(left.left, right.left);
    return { query: undefined, left: moved, right: moved };
  }
  if (left.query === undefined) {
    return phrase
      ? { ...right, left: left.left + distance + right.left }
      : right;
  }
  if (right.query === undefined) {
    return phrase
      ? { ...left, right: left.right + distance + right.right }
      : left;
  }
  if (!phrase) {
    return {
      query: { ...query, left: left.query, right: right.query },
      left: 0,
      right: 0,
    };
  }
  return {
    query: {
      kind: "phrase",
      left: left.query,
      right: right.query,
      distance: distance + left.right + right.left,
    },
    left: left.left,
    right: right.right,
  };
}
