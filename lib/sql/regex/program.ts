/**
 * Nondeterministic automata (Thompson's construction) of expressions and their parts.
 *
 * @module
 */

import type { Alphabet } from "./alphabet.ts";
import { type Assertion, type Node, tooComplex } from "./syntax.ts";

/** One state. */
export type Instruction =
  | { readonly op: "set"; readonly members: Uint8Array; readonly next: number }
  | { readonly op: "split"; readonly targets: readonly number[] }
  | { readonly op: "assert"; readonly what: Assertion; readonly next: number }
  | {
    readonly op: "look";
    readonly look: Node & { kind: "look" };
    readonly next: number;
  }
  /** Any text: stands for a back reference, which is checked later. */
  | { readonly op: "any"; readonly next: number }
  | { readonly op: "accept" };

/** See the top of the file. */
export interface Program {
  readonly instructions: readonly Instruction[];
  readonly start: number;
  /** Whether it has assertions, which look at neighbouring characters. */
  readonly asserts: boolean;
  /** Whether it looks ahead or behind, which no class of characters can tell. */
  readonly looks: boolean;
}

/** Larger automata are refused. */
const mostStates = 50_000;
/** Nothing repeated many times makes no states, but takes time. */
const mostSteps = 200_000;

/**
 * @param node Part of an expression.
 * @param alphabet Alphabet of the whole.
 * @returns Its automaton.
 * @throws {SqlError} 2201B if it is too large.
 */
export function compileProgram(node: Node, alphabet: Alphabet): Program {
  const instructions: Instruction[] = [{ op: "accept" }];
  const members = new Map<readonly number[], Uint8Array>();
  let asserts = false;
  let looks = false;
  let steps = 0;

  function add(instruction: Instruction): number {
    if (instructions.length >= mostStates) throw tooComplex(false);
    return instructions.push(instruction) - 1;
  }

  // Built from the end: each part is given the state that follows it.
  function build(part: Node, next: number): number {
    if (++steps > mostSteps) throw tooComplex(false);
    switch (part.kind) {
      case "empty":
        return next;
      case "set": {
        let known = members.get(part.set);
        if (known === undefined) {
          known = alphabet.members(part.set);
          members.set(part.set, known);
        }
        return add({ op: "set", members: known, next });
      }
      case "concat":
        return part.items.reduceRight(
          (after, item) => build(item, after),
          next,
        );
      case "alternate":
        return add({
          op: "split",
          targets: part.items.map((item) => build(item, next)),
        });
      case "group":
        return build(part.node, next);
      case "repeat":
        return repeat(part, next);
      case "assert":
        asserts = true;
        return add({ op: "assert", what: part.what, next });
      case "look":
        looks = true;
        return add({ op: "look", look: part, next });
      case "reference":
        return add({ op: "any", next });
    }
  }

  function repeat(part: Node & { kind: "repeat" }, next: number): number {
    let after = next;
    if (part.max === Infinity) {
      const loop = add({ op: "split", targets: [] });
      const body = build(part.node, loop);
      instructions[loop] = { op: "split", targets: [body, next] };
      after = loop;
    } else {
      for (let i = part.min; i < part.max; i++) {
        after = add({ op: "split", targets: [build(part.node, after), next] });
      }
    }
    for (let i = 0; i < part.min; i++) after = build(part.node, after);
    return after;
  }

  const start = build(node, 0);
  return { instructions, start, asserts, looks };
}
