/**
 * Makes queries of texts: `to_tsquery`, `plainto_tsquery`, `phraseto_tsquery`, `websearch_to_tsquery`.
 *
 * @module
 */

import { type Configuration, parseDocument } from "./configuration.ts";
import {
  checkQueryLength,
  type MaybeQuery,
  parseQuery,
  type Query,
} from "./query.ts";
import { withoutStops } from "./stop_words.ts";

/** What words of one operand are joined by. */
type Join = "and" | "phrase";

interface Flags {
  readonly prefix: boolean;
  readonly weights: number;
}

const noFlags: Flags = { prefix: false, weights: 0 };

function join(left: Query | undefined, right: Query, by: Join): Query {
  if (left === undefined) return right;
  return by === "and"
    ? { kind: "and", left, right }
    : { kind: "phrase", left, right, distance: 1 };
}

/** Words of a text joined, with placeholders for stop words among them. */
function operand(
  text: string,
  configuration: Configuration,
  by: Join,
  flags: Flags = noFlags,
): Query {
  let query: Query | undefined;
  let last = 0;
  for (const { lexeme } of parseDocument(text, configuration)) {
    if (lexeme === undefined) continue;
    for (; last > 0 && last + 1 < lexeme.position; last++) {
      query = join(query, { kind: "stop" }, by);
    }
    last = lexeme.position;
    query = join(query, { kind: "word", word: lexeme.word, ...flags }, by);
  }
  return query ?? { kind: "stop" };
}

/** @returns Query of a text with operators. */
export function toQuery(
  text: string,
  configuration: Configuration,
): MaybeQuery {
  return withoutStops(
    parseQuery(
      text,
      (word, flags) => operand(word, configuration, "phrase", flags),
    ),
  );
}

/** @returns Query for all words of a text. */
export function plainToQuery(
  text: string,
  configuration: Configuration,
): MaybeQuery {
  checkQueryLength(text);
  return withoutStops(operand(text, configuration, "and"));
}

/** @returns Query for the words of a text one after the other. */
export function phraseToQuery(
  text: string,
  configuration: Configuration,
): MaybeQuery {
  checkQueryLength(text);
  return withoutStops(operand(text, configuration, "phrase"));
}

const isOperator = (character: string | undefined) =>
  character !== undefined && "!&|()<".includes(character);

/** Reads what people type into search engines: words, `"phrases"`, `or`, `-word`. Nothing is an error. */
class WebReader {
  #at = 0;

  constructor(
    readonly text: string,
    readonly configuration: Configuration,
  ) {}

  /** OR binds less than the AND between neighbours. */
  read(): Query | undefined {
    let all: Query | undefined;
    let group: Query | undefined;
    for (let word = this.#operand(); word !== undefined;) {
      group = group === undefined
        ? word
        : { kind: "and", left: group, right: word };
      const or = this.#or();
      word = this.#operand();
      if (or && word !== undefined) {
        all = all === undefined
          ? group
          : { kind: "or", left: all, right: group };
        group = undefined;
      }
    }
    if (group === undefined) return all;
    return all === undefined ? group : { kind: "or", left: all, right: group };
  }

  #operand(): Query | undefined {
    let negations = 0;
    for (;;) {
      const character = this.text[this.#at];
      if (character === undefined) return undefined;
      if (character === "-") {
        negations++;
        this.#at++;
        continue;
      }
      let value: Query | undefined;
      if (character === '"') {
        // A phrase that does not end goes to the end.
        const close = this.text.indexOf('"', this.#at + 1);
        const end = close < 0 ? this.text.length : close;
        value = operand(
          this.text.slice(this.#at + 1, end),
          this.configuration,
          "phrase",
        );
        this.#at = end + 1;
      } else if (isOperator(character)) {
        this.#at++;
        continue;
      } else if (/\s/.test(character)) {
        this.#at++;
        continue;
      } else {
        value = operand(this.#word(), this.configuration, "phrase");
      }
      for (; negations > 0; negations--) value = { kind: "not", arg: value };
      return value;
    }
  }

  #word(): string {
    const from = this.#at;
    while (this.#at < this.text.length) {
      const character = this.text[this.#at] as string;
      if (/\s/.test(character) || character === '"' || isOperator(character)) {
        break;
      }
      // A colon may begin a word but not go on with it.
      if (character === ":" && this.#at > from) break;
      this.#at++;
    }
    return this.text.slice(from, this.#at);
  }

  /** Whether `or` stands here, with something after it. */
  #or(): boolean {
    const match = /^[\s!&|()<]*or(?![\w\u0080-\uffff-])(?=[\s\S]*\S)/i.exec(
      this.text.slice(this.#at),
    );
    if (match === null) return false;
    const after = this.text.slice(this.#at + match[0].length);
    if (after.trim() === "") return false;
    this.#at += match[0].length;
    return true;
  }
}

/** @returns Query of what people type into search engines. */
export function webToQuery(
  text: string,
  configuration: Configuration,
): MaybeQuery {
  checkQueryLength(text);
  return withoutStops(new WebReader(text, configuration).read());
}
