/**
 * Steps through the words of a path.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { pathSyntaxError, type PathToken, pathTokens } from "./path_lexer.ts";

/** Deeper paths are refused (54001). */
const deepest = 500;

/** See the top of the file. */
export class PathCursor {
  readonly #tokens: readonly PathToken[];
  #at = 0;
  #depth = 0;

  /**
   * @param text A path.
   */
  constructor(text: string) {
    this.#tokens = pathTokens(text);
  }

  protected next(): void {
    this.#at++;
  }

  protected get token(): PathToken {
    return this.#tokens[this.#at] as PathToken;
  }

  protected wrong(): SqlError {
    return pathSyntaxError(this.token.shown);
  }

  protected isWord(word: string): boolean {
    const { kind, text } = this.token;
    if (kind !== "name") return false;
    return text === word ||
      (text.toLowerCase() === word &&
        word !== "true" && word !== "false" && word !== "null");
  }

  protected word(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.next();
    return true;
  }

  protected symbol(symbol: string): boolean {
    if (this.token.kind !== "symbol" || this.token.text !== symbol) {
      return false;
    }
    this.next();
    return true;
  }

  protected need(symbol: string): void {
    if (!this.symbol(symbol)) throw this.wrong();
  }

  protected nested<T>(read: () => T): T {
    if (++this.#depth > deepest) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
    const result = read();
    this.#depth--;
    return result;
  }

  /** A chain of operators nests to the left: its length is a depth too. */
  protected grow(): void {
    if (++this.#depth > deepest) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
  }

  protected string(): string {
    const { kind, text } = this.token;
    if (kind !== "string") throw this.wrong();
    this.next();
    return text;
  }

  protected operator<T extends string>(...wanted: readonly T[]): T | undefined {
    if (this.token.kind !== "symbol") return undefined;
    return wanted.find((symbol) => symbol === this.token.text);
  }

  protected level(): number {
    if (this.word("last")) return Infinity;
    const { kind, text } = this.token;
    if (kind !== "number" || !/^\d+$/.test(text)) throw this.wrong();
    this.next();
    return Math.min(Number(text), 2 ** 32 - 1);
  }
}
