/**
 * PostgreSQL's regular expressions: leftmost, then longest (or shortest) matches, as its manual defines
 * them in 9.7.3, which differs from what `RegExp` of JavaScript finds.
 *
 * Matching runs deterministic automata, so that no pattern can make it exponential; only back
 * references are tried out. All work is counted, and an expression that exceeds its budget fails.
 *
 * @module
 */

import { type Alphabet, alphabetOf } from "./alphabet.ts";
import { Automaton, type Run } from "./automaton.ts";
import { Dissector, type Span } from "./dissect.ts";
import { parseRegex } from "./parse.ts";
import { type Part, planOf, preference } from "./plan.ts";
import { compileProgram } from "./program.ts";
import type { Node, RegexOptions, Syntax } from "./syntax.ts";

/** Steps of one search: some seconds at worst. */
const budget = 50_000_000;
/** Expressions compiled lately, by options and pattern. */
const cache = new Map<string, Regex>();
const mostCached = 200;
const longestCached = 4096;

/** Called now and then by what takes long; throws when the statement is to stop. */
export type Pause = () => void;

/** A compiled expression. */
export class Regex {
  readonly #syntax: Syntax;
  readonly #alphabet: Alphabet;
  readonly #search: Automaton;
  readonly #match: Automaton;
  readonly #dissector: Dissector;
  readonly #part: Part;
  readonly #shy: boolean;
  readonly #references: boolean;
  readonly #looks = new Map<Node, Automaton>();

  /**
   * @param syntax Tree of the expression.
   */
  constructor(syntax: Syntax) {
    this.#syntax = syntax;
    this.#alphabet = alphabetOf(syntax.root);
    const program = compileProgram(syntax.root, this.#alphabet);
    this.#search = new Automaton(program, this.#alphabet, true);
    this.#match = new Automaton(program, this.#alphabet, false);
    this.#dissector = new Dissector(this.#alphabet, syntax.ignoreCase);
    this.#part = planOf(syntax.root);
    this.#shy = preference(syntax.root) < 0;
    this.#references = program.instructions.some(({ op }) => op === "any");
  }

  /** @returns Number of its capturing parentheses. */
  get groups(): number {
    return this.#syntax.groups;
  }

  /**
   * @param text A text.
   * @param pause Called now and then; may throw.
   * @returns Whether it matches somewhere in it.
   * @throws {SqlError} 2201B if it takes too long.
   */
  test(text: string, pause?: Pause): boolean {
    if (this.#references) return this.match(text, 0, pause) !== undefined;
    return this.#search.shortest(this.#run(text, pause), 0, text.length) >= 0;
  }

  /**
   * @param text A text.
   * @param from Where to begin, in UTF-16 units.
   * @param pause Called now and then; may throw.
   * @returns The leftmost match: its place, then the places of the groups.
   * @throws {SqlError} 2201B if it takes too long.
   */
  match(
    text: string,
    from: number,
    pause?: Pause,
  ): readonly Span[] | undefined {
    const run = this.#run(text, pause);
    if (this.#search.shortest(run, from, text.length) < 0) return undefined;
    for (let start = from; start <= text.length; start++) {
      if (start > from && isLowSurrogate(text, start)) continue;
      const found = this.#at(run, start);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #at(run: Run, start: number): readonly Span[] | undefined {
    const { length } = run.text;
    if (this.#references) {
      const ends = this.#match.ends(run, start, length);
      if (!this.#shy) ends.reverse();
      for (const end of ends) {
        const groups = this.#apart(run, start, end);
        if (groups !== undefined) return groups;
      }
      return undefined;
    }
    const end = this.#shy
      ? this.#match.shortest(run, start, length)
      : this.#match.longest(run, start, length);
    return end < 0 ? undefined : this.#apart(run, start, end);
  }

  #apart(run: Run, start: number, end: number): readonly Span[] | undefined {
    const groups: Span[] = new Array(this.#syntax.groups + 1).fill(undefined);
    if (this.#syntax.groups > 0 || this.#references) {
      if (!this.#dissector.dissect(this.#part, run, [start, end], groups)) {
        return undefined;
      }
    }
    groups[0] = [start, end];
    return groups;
  }

  #run(text: string, pause: Pause | undefined): Run {
    const known = new Map<Node, Map<number, boolean>>();
    const run: Run = {
      text,
      budget,
      nextPause: budget,
      pause,
      holds: (look, at) => {
        let places = known.get(look);
        if (places === undefined) known.set(look, places = new Map());
        let holds = places.get(at);
        if (holds === undefined) {
          holds = this.#looksFrom(run, look, at) !== look.negative;
          places.set(at, holds);
        }
        return holds;
      },
    };
    return run;
  }

  #looksFrom(run: Run, look: Node & { kind: "look" }, at: number): boolean {
    let automaton = this.#looks.get(look);
    if (automaton === undefined) {
      const program = compileProgram(look.node, this.#alphabet);
      automaton = new Automaton(program, this.#alphabet, look.behind);
      this.#looks.set(look, automaton);
    }
    return look.behind
      ? automaton.exact(run, 0, at)
      : automaton.shortest(run, at, run.text.length) >= 0;
  }
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/**
 * @param pattern Text of the expression.
 * @param options How to read it.
 * @returns The compiled expression; kept for texts that come again soon.
 * @throws {SqlError} 2201B.
 */
export function compileRegex(
  pattern: string,
  options: RegexOptions = {},
): Regex {
  const key = [
    options.ignoreCase ? "i" : "",
    options.newlineStops ? "p" : "",
    options.newlineAnchors ? "w" : "",
    options.expanded ? "x" : "",
    options.literal ? "q" : "",
    options.flavor ?? "",
    " ",
    pattern,
  ].join("");
  const known = cache.get(key);
  if (known !== undefined) return known;
  const regex = new Regex(parseRegex(pattern, options));
  if (pattern.length <= longestCached) {
    if (cache.size >= mostCached) cache.clear();
    cache.set(key, regex);
  }
  return regex;
}
