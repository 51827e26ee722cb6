/**
 * Runs an automaton over a text in time linear in its length: states of the deterministic automaton
 * are made when they are first reached, and kept.
 *
 * @module
 */

import { type Alphabet, kinds } from "./alphabet.ts";
import type { Instruction, Program } from "./program.ts";
import { type Assertion, type Node, tooComplex } from "./syntax.ts";

/** What one run of an expression over one text shares: the text and how much work it may still do. */
export interface Run {
  readonly text: string;
  /** Steps left before the run is given up. */
  budget: number;
  /** Steps left when it pauses next. */
  nextPause: number;
  /** Called now and then; throws when the statement is to stop. */
  readonly pause: (() => void) | undefined;
  /** Tells whether a lookaround holds at a place. */
  holds(look: Node & { kind: "look" }, at: number): boolean;
}

/** A state: set of states of the program, and what came before. */
interface State {
  readonly cores: readonly number[];
  readonly before: number;
  /** For each class of characters and the end: what follows. */
  readonly moves: (Move | undefined)[];
}

interface Move {
  /** Whether the automaton accepts here, before the character. */
  readonly accepts: boolean;
  /** `undefined` when nothing can follow. */
  readonly next: State | undefined;
}

/** States kept for one automaton. */
const mostStates = 1000;
/** Steps between two pauses, about a tenth of a millisecond. */
const stepsPerPause = 10_000;

/**
 * Counts work.
 *
 * @param run Whose budget it is taken from.
 * @param steps How much was done.
 * @throws {SqlError} 2201B when the budget is spent.
 */
export function spend(run: Run, steps: number): void {
  run.budget -= steps;
  if (run.budget >= run.nextPause) return;
  if (run.budget < 0) throw tooComplex(true);
  run.nextPause = Math.max(run.budget - stepsPerPause, 0);
  run.pause?.();
}

/** See the top of the file. */
export class Automaton {
  readonly #program: Program;
  readonly #alphabet: Alphabet;
  readonly #searching: boolean;
  #states = new Map<string, State>();

  /**
   * @param program Program to run.
   * @param alphabet Alphabet of its expression.
   * @param searching Whether a match may begin anywhere after the start.
   */
  constructor(program: Program, alphabet: Alphabet, searching: boolean) {
    this.#program = program;
    this.#alphabet = alphabet;
    this.#searching = searching;
  }

  /**
   * @param run Text and budget.
   * @param from Where to begin.
   * @param limit Where to stop; the character there is seen by assertions.
   * @returns The last place where it accepts, -1 if there is none.
   */
  longest(run: Run, from: number, limit: number): number {
    let last = -1;
    this.#walk(run, from, limit, (at) => {
      last = at;
      return false;
    });
    return last;
  }

  /** @returns The first place where it accepts, -1 if there is none. */
  shortest(run: Run, from: number, limit: number): number {
    let first = -1;
    this.#walk(run, from, limit, (at) => {
      first = at;
      return true;
    });
    return first;
  }

  /** @returns Every place where it accepts, in order. */
  ends(run: Run, from: number, limit: number): number[] {
    const places: number[] = [];
    this.#walk(run, from, limit, (at) => {
      places.push(at);
      return false;
    });
    return places;
  }

  /** @returns Whether it accepts exactly the text between two places. */
  exact(run: Run, from: number, to: number): boolean {
    return this.longest(run, from, to) === to;
  }

  #walk(
    run: Run,
    from: number,
    limit: number,
    accept: (at: number) => boolean,
  ): void {
    const { text } = run;
    const alphabet = this.#alphabet;
    let before: number = kinds.other;
    if (this.#program.asserts) before = kindBefore(text, from, alphabet);
    let state: State | undefined = this.#state([this.#program.start], before);
    let at = from;
    while (state !== undefined) {
      spend(run, 1);
      const code = at < text.length ? text.codePointAt(at) as number : -1;
      const cls = code < 0 ? alphabet.size : alphabet.classOf(code);
      const move: Move = state.moves[cls] ?? this.#move(run, state, cls, at);
      if (move.accepts && accept(at)) return;
      if (at >= limit) return;
      state = move.next;
      at += code > 0xffff ? 2 : 1;
    }
  }

  #state(cores: readonly number[], before: number): State {
    const key = before + ":" + cores.join(",");
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state: State = { cores, before, moves: [] };
    if (this.#states.size >= mostStates) this.#states = new Map();
    this.#states.set(key, state);
    return state;
  }

  #move(run: Run, state: State, cls: number, at: number): Move {
    const { instructions, asserts, looks, start } = this.#program;
    const atEnd = cls === this.#alphabet.size;
    const after = atEnd ? kinds.edge : this.#alphabet.kindOf(cls);
    const seen = new Set<number>();
    const next = new Set<number>();
    let accepts = false;
    const stack = [...state.cores];
    while (stack.length > 0) {
      const number = stack.pop() as number;
      if (seen.has(number)) continue;
      seen.add(number);
      const instruction = instructions[number] as Instruction;
      switch (instruction.op) {
        case "accept":
          accepts = true;
          break;
        case "split":
          stack.push(...instruction.targets);
          break;
        case "assert":
          if (asserted(instruction.what, state.before, after)) {
            stack.push(instruction.next);
          }
          break;
        case "look":
          if (run.holds(instruction.look, at)) stack.push(instruction.next);
          break;
        case "any":
          stack.push(instruction.next);
          if (!atEnd) next.add(number);
          break;
        case "set":
          if (!atEnd && instruction.members[cls] === 1) {
            next.add(instruction.next);
          }
      }
    }
    spend(run, seen.size);
    if (this.#searching && !atEnd) next.add(start);
    const move: Move = {
      accepts,
      next: next.size === 0 ? undefined : this.#state(
        [...next].sort((a, b) => a - b),
        asserts ? after : kinds.other,
      ),
    };
    // A lookaround depends on more than the next character.
    if (!looks) state.moves[cls] = move;
    return move;
  }
}

function kindBefore(text: string, at: number, alphabet: Alphabet): number {
  if (at === 0) return kinds.edge;
  return alphabet.kindOf(alphabet.classOf(text.charCodeAt(at - 1)));
}

function asserted(what: Assertion, before: number, after: number): boolean {
  const wordBefore = before === kinds.word;
  const wordAfter = after === kinds.word;
  switch (what) {
    case "textStart":
      return before === kinds.edge;
    case "textEnd":
      return after === kinds.edge;
    case "lineStart":
      return before === kinds.edge || before === kinds.newline;
    case "lineEnd":
      return after === kinds.edge || after === kinds.newline;
    case "wordStart":
      return !wordBefore && wordAfter;
    case "wordEnd":
      return wordBefore && !wordAfter;
    case "wordEdge":
      return wordBefore !== wordAfter;
    case "noWordEdge":
      return wordBefore === wordAfter;
  }
}
