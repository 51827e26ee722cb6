/**
 * How a match is taken apart into its groups: a binary tree whose plain parts need no taking apart.
 *
 * PostgreSQL's rules (manual, 9.7.3.5): a part takes its longest or shortest text, as it prefers, for
 * which the rest still matches; plain neighbours are one part.
 *
 * @module
 */

import type { Node } from "./syntax.ts";

/** 1 prefers the longest match, -1 the shortest, 0 has no preference. */
export type Preference = -1 | 0 | 1;

/** A node to take apart. `node` is what its automaton is made of. */
export type Part =
  & { readonly node: Node }
  & (
    | { readonly kind: "plain" }
    | { readonly kind: "reference"; readonly index: number }
    | { readonly kind: "group"; readonly index: number; readonly inner: Part }
    | { readonly kind: "pair"; readonly left: Part; readonly right: Part }
    | { readonly kind: "alternate"; readonly branches: readonly Part[] }
    | {
      readonly kind: "repeat";
      readonly inner: Part;
      readonly min: number;
      readonly max: number;
    }
  );

/** @returns What a node prefers. */
export function preference(node: Node): Preference {
  switch (node.kind) {
    case "repeat":
      if (node.fixed) return preference(node.node);
      return node.greedy ? 1 : -1;
    case "group":
      return preference(node.node);
    case "alternate":
      return 1;
    case "concat":
      for (const item of node.items) {
        const own = preference(item);
        if (own !== 0) return own;
      }
      return 0;
    default:
      return 0;
  }
}

/** What a subtree holds, as bits. */
const holds = { groups: 1, references: 2, greedy: 4, shy: 8 } as const;
const known = new WeakMap<Node, number>();

function bitsOf(node: Node): number {
  let bits = known.get(node);
  if (bits !== undefined) return bits;
  const own = preference(node);
  bits = (own > 0 ? holds.greedy : 0) | (own < 0 ? holds.shy : 0) |
    (node.kind === "group" ? holds.groups : 0) |
    (node.kind === "reference" ? holds.references : 0);
  for (const child of children(node)) bits |= bitsOf(child);
  known.set(node, bits);
  return bits;
}

/** Groups, back references, or both preferences at once: such a node must be taken apart. */
function messy(bits: number): boolean {
  const both = holds.greedy | holds.shy;
  return (bits & (holds.groups | holds.references)) !== 0 ||
    (bits & both) === both;
}

function children(node: Node): readonly Node[] {
  switch (node.kind) {
    case "concat":
    case "alternate":
      return node.items;
    case "repeat":
    case "group":
      return [node.node];
    default:
      return [];
  }
}

function withoutGroups(node: Node): Node {
  switch (node.kind) {
    case "group":
      return withoutGroups(node.node);
    case "concat":
    case "alternate":
      return { ...node, items: node.items.map(withoutGroups) };
    case "repeat":
      return { ...node, node: withoutGroups(node.node) };
    default:
      return node;
  }
}

function concat(items: readonly Node[]): Node {
  return items.length === 1 ? items[0] as Node : { kind: "concat", items };
}

/**
 * @param node Expression or part of it.
 * @returns How to take it apart.
 */
export function planOf(node: Node): Part {
  if (!messy(bitsOf(node))) return { kind: "plain", node };
  switch (node.kind) {
    case "group":
      return {
        kind: "group",
        node,
        index: node.index,
        inner: planOf(node.node),
      };
    case "reference":
      return { kind: "reference", node, index: node.index };
    case "alternate":
      return { kind: "alternate", node, branches: node.items.map(planOf) };
    case "concat":
      return concatPlan(node.items);
    case "repeat":
      return repeatPlan(node);
    default:
      return { kind: "plain", node };
  }
}

function concatPlan(items: readonly Node[]): Part {
  const node = concat(items);
  if (items.length === 1 || !messy(bitsOf(node))) return planOf(node);
  let split = 0;
  for (let bits = 0; split < items.length; split++) {
    bits |= bitsOf(items[split] as Node);
    if (messy(bits)) break;
  }
  split = Math.max(split, 1);
  return {
    kind: "pair",
    node,
    left: planOf(concat(items.slice(0, split))),
    right: concatPlan(items.slice(split)),
  };
}

function repeatPlan(node: Node & { kind: "repeat" }): Part {
  if (node.max === 0) return { kind: "plain", node: { kind: "empty" } };
  if (
    node.min > 0 &&
    (bitsOf(node) & (holds.groups | holds.references)) === holds.groups
  ) {
    // Only the last round counts for the groups.
    const { node: inner, min, max, greedy } = node;
    if (max === 1) return { ...planOf(inner), node };
    const before: Node = {
      kind: "repeat",
      node: withoutGroups(inner),
      min: min - 1,
      max: max - 1,
      greedy,
      fixed: node.fixed,
    };
    return {
      kind: "pair",
      node: { kind: "concat", items: [before, inner] },
      left: planOf(before),
      right: planOf(inner),
    };
  }
  return {
    kind: "repeat",
    node,
    inner: planOf(node.node),
    min: node.min,
    max: node.max,
  };
}
