/**
 * The characters of one expression sorted into classes that it cannot tell apart, so that an automaton
 * has few transitions.
 *
 * @module
 */

import { type CharacterSet, contains, wordSet } from "./character_set.ts";
import type { Node } from "./syntax.ts";

/** See the top of the file. */
export interface Alphabet {
  /** Number of classes. */
  readonly size: number;
  /** @returns Class of a code point. */
  classOf(code: number): number;
  /** @returns For each class whether it is in the set. */
  members(set: CharacterSet): Uint8Array;
  /** What a class is to assertions: newline, part of a word, other. */
  kindOf(cls: number): 1 | 2 | 3;
}

/** Place before the first character, after a newline, after a word's character, after another. */
export const kinds = { edge: 0, newline: 1, word: 2, other: 3 } as const;

function collect(node: Node, sets: CharacterSet[]): void {
  switch (node.kind) {
    case "set":
      sets.push(node.set);
      return;
    case "concat":
    case "alternate":
      for (const item of node.items) collect(item, sets);
      return;
    case "repeat":
    case "group":
    case "look":
      collect(node.node, sets);
  }
}

/**
 * @param root Expression.
 * @returns Its alphabet.
 */
export function alphabetOf(root: Node): Alphabet {
  const sets: CharacterSet[] = [wordSet, [10, 10]];
  collect(root, sets);
  const cuts = new Set<number>([0]);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      cuts.add(set[i] as number);
      cuts.add((set[i + 1] as number) + 1);
    }
  }
  const starts = [...cuts].filter((cut) => cut <= 0x10ffff)
    .sort((a, b) => a - b);
  const kindOf = starts.map((start) =>
    start === 10
      ? kinds.newline
      : contains(wordSet, start)
      ? kinds.word
      : kinds.other
  );
  const search = (code: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= code) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const ascii = Uint16Array.from({ length: 128 }, (_, code) => search(code));
  return {
    size: starts.length,
    classOf: (code) => code < 128 ? ascii[code] as number : search(code),
    members: (set) =>
      Uint8Array.from(starts, (start) => contains(set, start) ? 1 : 0),
    kindOf: (cls) => kindOf[cls] as 1 | 2 | 3,
  };
}
