/**
 * Whether a document matches a query (manual, 12.1.2 and 9.13).
 *
 * @module
 */

import type { MaybeQuery, Operand, Query } from "./query.ts";
import type { Vector } from "./vector.ts";

/** Where an operand was found: nowhere, somewhere unknown, or at these positions in order. */
export type Found = undefined | "unknown" | readonly number[];

/** Finds an operand. */
export type Look = (operand: Operand) => Found;

/** Positions of part of a phrase. */
interface Positions {
  readonly match: "no" | "yes" | "unknown";
  readonly at: readonly number[];
  /** Whether it is everywhere but at these positions. */
  readonly negate: boolean;
  readonly width: number;
}

/**
 * @param vector A document.
 * @returns Finds operands in it.
 */
export function lookIn(vector: Vector): Look {
  return (operand) => {
    let found = false;
    let unknown = false;
    const at = new Set<number>();
    for (const { word, places } of entriesOf(vector, operand)) {
      if (word === undefined) continue;
      if (places.length === 0) {
        found = true;
        unknown = true;
        continue;
      }
      for (const { position, weight } of places) {
        if (operand.weights === 0 || (operand.weights & (1 << weight)) !== 0) {
          found = true;
          at.add(position);
        }
      }
    }
    if (!found) return undefined;
    return unknown ? "unknown" : [...at].sort((a, b) => a - b);
  };
}

/**
 * @param vector A document.
 * @param operand An operand.
 * @returns Entries whose words it names, in order.
 */
export function entriesOf(vector: Vector, operand: Operand): Vector {
  return vector.filter(({ word }) =>
    operand.prefix ? word.startsWith(operand.word) : word === operand.word
  );
}

/**
 * @param query A query.
 * @param look Finds its operands.
 * @returns Whether it holds; never for the empty query.
 */
export function matches(query: MaybeQuery, look: Look): boolean {
  return query !== undefined && holds(query, look);
}

function holds(query: Query, look: Look): boolean {
  switch (query.kind) {
    case "stop":
      return true;
    case "word":
      return look(query) !== undefined;
    case "not":
      return !holds(query.arg, look);
    case "and":
      return holds(query.left, look) && holds(query.right, look);
    case "or":
      return holds(query.left, look) || holds(query.right, look);
    case "phrase":
      return positions(query, look).match === "yes";
  }
}

const nowhere: Positions = { match: "no", at: [], negate: false, width: 0 };

function positions(query: Query, look: Look): Positions {
  switch (query.kind) {
    case "stop":
      return nowhere;
    case "word": {
      const found = look(query);
      if (found === undefined) return nowhere;
      if (found === "unknown") return { ...nowhere, match: "unknown" };
      return { match: "yes", at: found, negate: false, width: 0 };
    }
    case "not": {
      const inner = positions(query.arg, look);
      if (inner.match === "unknown") return inner;
      if (inner.match === "no") {
        return { match: "yes", at: [], negate: true, width: inner.width };
      }
      if (inner.at.length > 0) return { ...inner, negate: !inner.negate };
      return { ...inner, match: inner.negate ? "no" : "yes", negate: false };
    }
  }
  const left = positions(query.left, look);
  if (left.match === "no" && query.kind !== "or") return nowhere;
  const right = positions(query.right, look);
  if (right.match === "no" && query.kind !== "or") return nowhere;
  if (query.kind === "or" && left.match === "no" && right.match === "no") {
    return nowhere;
  }
  if (left.match === "unknown" || right.match === "unknown") {
    return { ...nowhere, match: "unknown" };
  }
  const widest = Math.max(left.width, right.width);
  const phrase = query.kind === "phrase";
  const width = phrase ? query.distance + left.width + right.width : widest;
  const leftShift = phrase ? query.distance + right.width : widest - left.width;
  const rightShift = phrase ? 0 : widest - right.width;
  const a = new Set(left.at.map((at) => at + leftShift));
  const b = new Set(right.at.map((at) => at + rightShift));
  const made = combine(query.kind, a, b, left.negate, right.negate);
  const at = [...made.at].sort((x, y) => x - y);
  return {
    match: at.length > 0 || made.negate ? "yes" : "no",
    at,
    negate: made.negate,
    width,
  };
}

/** Set algebra; a negated set is told by what is not in it. */
function combine(
  kind: "and" | "or" | "phrase",
  a: Set<number>,
  b: Set<number>,
  notA: boolean,
  notB: boolean,
): { at: Set<number>; negate: boolean } {
  if (kind === "or") {
    if (notA && notB) return { at: a.intersection(b), negate: true };
    if (notA) return { at: a.difference(b), negate: true };
    if (notB) return { at: b.difference(a), negate: true };
    return { at: a.union(b), negate: false };
  }
  if (notA && notB) return { at: a.union(b), negate: true };
  if (notA) return { at: b.difference(a), negate: false };
  if (notB) return { at: a.difference(b), negate: false };
  return { at: a.intersection(b), negate: false };
}
