/**
 * Finds what the groups of a match are.
 *
 * @module
 */

import type { Alphabet } from "./alphabet.ts";
import { Automaton, type Run, spend } from "./automaton.ts";
import { type Part, preference } from "./plan.ts";
import { compileProgram } from "./program.ts";
import { type Node, tooComplex } from "./syntax.ts";

/** Places of a group in UTF-16 units, `undefined` if it took no part. */
export type Span = readonly [number, number] | undefined;

/** Nesting of rounds and parts, against overflow of the stack. */
const deepest = 1500;

/** Takes matches of one expression apart. */
export class Dissector {
  readonly #alphabet: Alphabet;
  readonly #ignoreCase: boolean;
  readonly #automata = new Map<Node, Automaton>();
  readonly #groupsOf = new Map<Part, readonly number[]>();
  #depth = 0;

  /**
   * @param alphabet Alphabet of the expression.
   * @param ignoreCase Whether back references match either case.
   */
  constructor(alphabet: Alphabet, ignoreCase: boolean) {
    this.#alphabet = alphabet;
    this.#ignoreCase = ignoreCase;
  }

  /**
   * @param part How to take it apart.
   * @param run Text and budget.
   * @param span Where the match is.
   * @param groups Filled in.
   * @returns Whether it is a match; only back references can make it none.
   */
  dissect(
    part: Part,
    run: Run,
    [from, to]: readonly [number, number],
    groups: Span[],
  ): boolean {
    this.#depth = 0;
    return this.#part(part, run, from, to, groups);
  }

  #automaton(node: Node): Automaton {
    let known = this.#automata.get(node);
    if (known === undefined) {
      const program = compileProgram(node, this.#alphabet);
      known = new Automaton(program, this.#alphabet, false);
      this.#automata.set(node, known);
    }
    return known;
  }

  #part(
    part: Part,
    run: Run,
    from: number,
    to: number,
    groups: Span[],
  ): boolean {
    if (++this.#depth > deepest) throw tooComplex(true);
    spend(run, 1);
    const result = this.#apart(part, run, from, to, groups);
    this.#depth--;
    return result;
  }

  #apart(
    part: Part,
    run: Run,
    from: number,
    to: number,
    groups: Span[],
  ): boolean {
    switch (part.kind) {
      case "plain":
        return true;
      case "reference":
        return this.#refers(run.text, groups[part.index], from, to);
      case "group":
        if (!this.#part(part.inner, run, from, to, groups)) return false;
        groups[part.index] = [from, to];
        return true;
      case "pair":
        return this.#pair(part, run, from, to, groups);
      case "alternate":
        return part.branches.some((branch) => {
          if (!this.#automaton(branch.node).exact(run, from, to)) return false;
          if (this.#part(branch, run, from, to, groups)) return true;
          this.#clear(branch, groups);
          return false;
        });
      case "repeat":
        return this.#repeat(part, run, from, to, groups);
    }
  }

  #refers(text: string, span: Span, from: number, to: number): boolean {
    if (span === undefined) return false;
    const referred = text.slice(span[0], span[1]);
    const found = text.slice(from, to);
    return this.#ignoreCase
      ? lower(referred) === lower(found)
      : referred === found;
  }

  #pair(
    part: Part & { kind: "pair" },
    run: Run,
    from: number,
    to: number,
    groups: Span[],
  ): boolean {
    const { left, right } = part;
    const middles = this.#automaton(left.node).ends(run, from, to);
    if (preference(left.node) >= 0) middles.reverse();
    const rest = this.#automaton(right.node);
    for (const middle of middles) {
      if (!rest.exact(run, middle, to)) continue;
      if (
        this.#part(left, run, from, middle, groups) &&
        this.#part(right, run, middle, to, groups)
      ) return true;
      this.#clear(part, groups);
    }
    return false;
  }

  #repeat(
    part: Part & { kind: "repeat" },
    run: Run,
    from: number,
    to: number,
    groups: Span[],
  ): boolean {
    const { inner } = part;
    const automaton = this.#automaton(inner.node);
    const shy = preference(inner.node) < 0;
    const empty = from === to && part.min === 0;
    if (empty && shy) return true;
    // Otherwise PostgreSQL goes one round even where none would do.
    const least = Math.max(part.min, 1);
    const round = (done: number, at: number): boolean => {
      if (at === to && done >= least) return true;
      if (done >= part.max) return false;
      const ends = automaton.ends(run, at, to);
      if (!shy) ends.reverse();
      for (const end of ends) {
        // A round that takes nothing only serves to reach the least number of them.
        if (end === at && done + 1 > least) continue;
        if (++this.#depth > deepest) throw tooComplex(true);
        this.#clear(inner, groups);
        const good = this.#part(inner, run, at, end, groups) &&
          round(done + 1, end);
        this.#depth--;
        if (good) return true;
      }
      return false;
    };
    return round(0, from) || empty;
  }

  #clear(part: Part, groups: Span[]): void {
    for (const index of this.#groups(part)) groups[index] = undefined;
  }

  #groups(part: Part): readonly number[] {
    let known = this.#groupsOf.get(part);
    if (known === undefined) {
      known = collect(part);
      this.#groupsOf.set(part, known);
    }
    return known;
  }
}

function collect(part: Part): number[] {
  switch (part.kind) {
    case "group":
      return [part.index, ...collect(part.inner)];
    case "pair":
      return [...collect(part.left), ...collect(part.right)];
    case "alternate":
      return part.branches.flatMap(collect);
    case "repeat":
      return collect(part.inner);
    default:
      return [];
  }
}

/** ASCII letters only, as in the collation C. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
