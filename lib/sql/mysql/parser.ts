/**
 * Where the parser stands in a text, and what it has met so far in a statement.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { ParseOptions } from "./dialect.ts";
import { MysqlError, syntaxError } from "./error.ts";
import { reserved } from "./reserved.ts";
import type { Token } from "./tokens.ts";

const defaultDepth = 250;

/** @returns Whether values that do not fit are errors in these modes. */
export const isStrict = (sqlMode: ReadonlySet<string>): boolean =>
  sqlMode.has("STRICT_TRANS_TABLES") || sqlMode.has("STRICT_ALL_TABLES") ||
  sqlMode.has("TRADITIONAL");

/** See the top of the file. */
export class Parser {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly options: ParseOptions;
  readonly maxDepth: number;
  /** Index of the next token. */
  at = 0;
  /** `?` so far in this statement. */
  params = 0;
  /** Whether the statement's meaning depends on the session at this moment. */
  volatile = false;
  /** Whether SQL_CALC_FOUND_ROWS was met. */
  calculates = false;
  /** Where a query begins whose text is kept: its tables and stars note their places. */
  origin: number | undefined;
  /** Queries that are being read, one inside the other. */
  queries = 0;
  /** User variables of `SELECT … INTO`. */
  into: readonly string[] | undefined;
  /** Name of the table that rows are written out for, while they are read. */
  inserted: readonly string[] | undefined;
  /** What runs when foreign keys are checked again. */
  postponed: Node[] = [];
  #depth = 0;

  /**
   * @param text The whole text.
   * @param tokens Its tokens.
   * @param options Session.
   */
  constructor(text: string, tokens: readonly Token[], options: ParseOptions) {
    this.text = text;
    this.tokens = tokens;
    this.options = options;
    this.maxDepth = options.maxDepth ?? defaultDepth;
  }

  /** The next token. */
  get token(): Token {
    return this.tokens[this.at] as Token;
  }

  /** @param ahead How far. */
  peek(ahead = 1): Token {
    return this
      .tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  /** Begins another statement. */
  renew(): void {
    this.params = 0;
    this.volatile = false;
    this.calculates = false;
    this.inserted = undefined;
    this.postponed = [];
    this.origin = undefined;
    this.queries = 0;
    this.into = undefined;
  }

  /** Whether foreign keys are checked now (`foreign_key_checks`). */
  get checksForeignKeys(): boolean {
    return this.options.systemVariable("session", "foreign_key_checks") !== 0;
  }

  /**
   * @param ignore Whether the statement says IGNORE.
   * @returns How it takes values that do not fit; nothing when they are errors.
   */
  leniency(ignore: boolean): "ignore" | "lax" | undefined {
    return ignore
      ? "ignore"
      : isStrict(this.options.sqlMode)
      ? undefined
      : "lax";
  }

  /** @returns The token, which is passed. */
  take(): Token {
    const { token } = this;
    if (token.kind !== "end") this.at++;
    return token;
  }

  /** @returns Whether the next token is that word or symbol. */
  is(...words: string[]): boolean {
    const { token } = this;
    return (token.kind === "word" || token.kind === "operator" ||
      token.kind === "param") &&
      words.includes(token.word);
  }

  /** @returns Whether the next tokens are these words. */
  are(...words: string[]): boolean {
    return words.every((word, index) => {
      const token = this.peek(index);
      return (token.kind === "word" || token.kind === "operator") &&
        token.word === word;
    });
  }

  /** Passes words if they are next. */
  accept(...words: string[]): boolean {
    if (!this.are(...words)) return false;
    this.at += words.length;
    return true;
  }

  /** Passes one of several words if it is next. */
  acceptOne(...words: string[]): string | undefined {
    return this.is(...words) ? this.take().word : undefined;
  }

  /** @throws {MysqlError} 1064 when the next tokens are others. */
  expect(...words: string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.error();
  }

  /** Error 1064 at the next token. */
  error(token: Token = this.token): MysqlError {
    return syntaxError(this.text, token.at);
  }

  /** Goes one level deeper. */
  nested<T>(work: () => T): T {
    if (this.#depth >= this.maxDepth) {
      throw new MysqlError(
        1436,
        "HY000",
        "Thread stack overrun: the statement is nested too deeply",
      );
    }
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  /** Whether the next token can be a name. */
  isName(): boolean {
    const { token } = this;
    return token.kind === "name" ||
      (token.kind === "word" && !reserved.has(token.word));
  }

  /** @returns A name. */
  name(): string {
    const { token } = this;
    if (!this.isName()) throw this.error();
    this.at++;
    return token.value;
  }

  /** A name after a point, where keywords are names. */
  anyName(): string {
    const { token } = this;
    if (token.kind !== "name" && token.kind !== "word") throw this.error();
    this.at++;
    return token.value;
  }

  /** A name, or a string in its place. */
  nameOrString(): string {
    return this.token.kind === "string" ? this.take().value : this.name();
  }

  /** A string. */
  string(): string {
    if (this.token.kind !== "string") throw this.error();
    return this.take().value;
  }

  /** An unsigned whole number. */
  whole(): number {
    const { token } = this;
    if (token.kind !== "number" || !/^\d+$/.test(token.value)) {
      throw this.error();
    }
    this.at++;
    return Number(token.value);
  }

  /** `a` or `a.b`. */
  qualifiedName(): string[] {
    const first = this.name();
    return this.accept(".") ? [first, this.anyName()] : [first];
  }

  /** `(a, b, …)` or any other list between commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(",")) items.push(item());
    return items;
  }

  /** `( … )`. */
  parenthesized<T>(inner: () => T): T {
    this.expect("(");
    const found = inner();
    this.expect(")");
    return found;
  }

  /** Text from a token to where the parser stands now. */
  textFrom(token: Token): string {
    const last = this.tokens[this.at - 1] as Token;
    return this.text.slice(token.at, Math.max(last.end, token.at));
  }

  /** The same with blanks for comments, so that every token keeps its place. */
  plainTextFrom(first: number): string {
    const tokens = this.tokens.slice(first, this.at);
    const origin = tokens[0]?.at ?? 0;
    let text = "";
    for (const { at, end } of tokens) {
      const gap = this.text.slice(origin + text.length, at);
      text += /\S/.test(gap) ? " ".repeat(gap.length) : gap;
      text += this.text.slice(at, end);
    }
    return text;
  }

  /** Whether the statement is over. */
  get over(): boolean {
    return this.token.kind === "end" || this.is(";");
  }
}
