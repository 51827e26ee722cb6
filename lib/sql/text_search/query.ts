/**
 * Queries of full text search (manual, 8.11.2).
 *
 * @module
 */

import { longestPattern } from "../../base/value_limit.ts";
import { SqlError } from "../error.ts";
import { quoteLexeme, readWord, weightOf } from "./vector.ts";

/** A node. */
export type Query =
  | Operand
  /** A word that a dictionary dropped; only while a query is made. */
  | { readonly kind: "stop" }
  | { readonly kind: "not"; readonly arg: Query }
  | { readonly kind: "and"; readonly left: Query; readonly right: Query }
  | { readonly kind: "or"; readonly left: Query; readonly right: Query }
  | {
    readonly kind: "phrase";
    readonly left: Query;
    readonly right: Query;
    readonly distance: number;
  };

/** A lexeme to look for. */
export interface Operand {
  readonly kind: "word";
  readonly word: string;
  /** Whether it is a beginning. */
  readonly prefix: boolean;
  /** Bits of weights; 0 for any. */
  readonly weights: number;
}

/** A query; nothing for the empty one. */
export type MaybeQuery = Query | undefined;

const farthest = 16_384;
const deepest = 500;

/** What becomes of an operand when it is read. */
export type PushOperand = (
  word: string,
  flags: { readonly prefix: boolean; readonly weights: number },
) => Query;

const plainOperand: PushOperand = (word, flags) => ({
  kind: "word",
  word,
  ...flags,
});

function syntax(text: string): SqlError {
  return new SqlError("42601", `syntax error in tsquery: "${text}"`);
}

const isOperator = (character: string) => "!&|()".includes(character);

class Parser {
  #at = 0;
  #depth = 0;

  constructor(readonly text: string, readonly push: PushOperand) {}

  parse(): MaybeQuery {
    this.#space();
    if (this.#at >= this.text.length) return undefined;
    const query = this.#or();
    this.#space();
    if (this.#at < this.text.length) throw syntax(this.text);
    return query;
  }

  #space(): void {
    while (/\s/.test(this.text[this.#at] ?? "")) this.#at++;
  }

  #take(symbol: string): boolean {
    this.#space();
    if (this.text[this.#at] !== symbol) return false;
    this.#at++;
    return true;
  }

  /** A chain nests to the left, so that its length counts as depth too. */
  #deeper(): void {
    if (++this.#depth > deepest * 4) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
  }

  #or(): Query {
    let left = this.#and();
    while (this.#take("|")) {
      this.#deeper();
      left = { kind: "or", left, right: this.#and() };
    }
    return left;
  }

  #and(): Query {
    let left = this.#phrase();
    while (this.#take("&")) {
      this.#deeper();
      left = { kind: "and", left, right: this.#phrase() };
    }
    return left;
  }

  #phrase(): Query {
    let left = this.#not();
    for (;;) {
      const distance = this.#distance();
      if (distance === undefined) return left;
      this.#deeper();
      left = { kind: "phrase", left, right: this.#not(), distance };
    }
  }

  #distance(): number | undefined {
    this.#space();
    const match = /^<(-|\d+)>/.exec(this.text.slice(this.#at, this.#at + 24));
    if (match === null) return undefined;
    const distance = match[1] === "-" ? 1 : Number(match[1]);
    if (distance > farthest) {
      throw new SqlError(
        "22023",
        `distance in phrase operator must be an integer value between zero and ${farthest} inclusive`,
      );
    }
    this.#at += match[0].length;
    return distance;
  }

  #not(): Query {
    if (!this.#take("!")) return this.#primary();
    this.#nest();
    const arg = this.#not();
    this.#nesting--;
    return { kind: "not", arg };
  }

  #nesting = 0;

  #nest(): void {
    if (++this.#nesting > deepest) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
  }

  #primary(): Query {
    if (this.#take("(")) {
      this.#nest();
      const query = this.#or();
      this.#nesting--;
      if (!this.#take(")")) throw syntax(this.text);
      return query;
    }
    if (this.#at >= this.text.length) {
      throw new SqlError("42601", `no operand in tsquery: "${this.text}"`);
    }
    const first = this.text[this.#at] as string;
    if (isOperator(first) || first === ":") throw syntax(this.text);
    const found = readWord(
      this.text,
      this.#at,
      (character, at) =>
        isOperator(character) || character === ":" ||
        (character === "<" &&
          /^<(?:-|\d+)>/.test(this.text.slice(at, at + 24))),
    );
    if (found === undefined) throw syntax(this.text);
    this.#at = found.end;
    return this.push(found.word, this.#flags());
  }

  #flags(): { prefix: boolean; weights: number } {
    let prefix = false;
    let weights = 0;
    const match = /^:([*a-dA-D]*)/.exec(
      this.text.slice(this.#at, this.#at + 64),
    );
    if (match === null) return { prefix, weights };
    for (const letter of match[1] as string) {
      if (letter === "*") prefix = true;
      else weights |= 1 << weightOf(letter);
    }
    this.#at += match[0].length;
    return { prefix, weights };
  }
}

/**
 * @param text What a query is made of.
 * @throws {SqlError} 54000 when it is too long.
 */
export function checkQueryLength(text: string): void {
  if (text.length > longestPattern) {
    throw new SqlError("54000", "tsquery is too large");
  }
}

/**
 * @param text Text as a client writes it.
 * @param push What becomes of operands.
 * @returns The query.
 * @throws {SqlError} 42601, 22023.
 */
export function parseQuery(
  text: string,
  push: PushOperand = plainOperand,
): MaybeQuery {
  checkQueryLength(text);
  return new Parser(text, push).parse();
}

const priorities = {
  or: 1,
  and: 2,
  phrase: 3,
  not: 4,
  word: 5,
  stop: 5,
} as const;

/**
 * @param query A query.
 * @returns Its text as PostgreSQL writes it.
 */
export function printQuery(query: MaybeQuery): string {
  return query === undefined ? "" : print(query, 0, false);
}

function print(query: Query, parent: number, rightOfPhrase: boolean): string {
  switch (query.kind) {
    case "stop":
      return "";
    case "word": {
      let flags = query.prefix ? "*" : "";
      for (
        const [bit, letter] of [[8, "A"], [4, "B"], [2, "C"], [1, "D"]] as const
      ) {
        if ((query.weights & bit) !== 0) flags += letter;
      }
      return quoteLexeme(query.word) + (flags === "" ? "" : `:${flags}`);
    }
    case "not": {
      const text = "!" + print(query.arg, priorities.not, false);
      return priorities.not < parent ? `( ${text} )` : text;
    }
    default: {
      const own = priorities[query.kind];
      const symbol = query.kind === "and"
        ? "&"
        : query.kind === "or"
        ? "|"
        : query.distance === 1
        ? "<->"
        : `<${query.distance}>`;
      const text = print(query.left, own, false) + ` ${symbol} ` +
        print(query.right, own, query.kind === "phrase");
      return own < parent || (rightOfPhrase && query.kind === "phrase")
        ? `( ${text} )`
        : text;
    }
  }
}

/** @returns Number of lexemes and operators. */
export function countNodes(query: MaybeQuery): number {
  if (query === undefined || query.kind === "stop") return 0;
  if (query.kind === "word") return 1;
  if (query.kind === "not") return 1 + countNodes(query.arg);
  return 1 + countNodes(query.left) + countNodes(query.right);
}

/** @returns Operands from left to right. */
export function operandsOf(query: MaybeQuery): Operand[] {
  if (query === undefined || query.kind === "stop") return [];
  if (query.kind === "word") return [query];
  if (query.kind === "not") return operandsOf(query.arg);
  return [...operandsOf(query.left), ...operandsOf(query.right)];
}

/**
 * @param query A query.
 * @returns Its part that an index can look for: without NOT. Nothing if that is everything.
 */
export function indexablePart(query: MaybeQuery): MaybeQuery {
  if (query === undefined || query.kind === "word") return query;
  if (query.kind === "not" || query.kind === "stop") return undefined;
  const left = indexablePart(query.left);
  const right = indexablePart(query.right);
  if (query.kind === "or") {
    return left === undefined || right === undefined
      ? undefined
      : { ...query, left, right };
  }
  if (left === undefined) return right;
  return right === undefined ? left : { ...query, left, right };
}
