/**
 * Reads JSON as PostgreSQL does: the same texts are refused, with the same words.
 *
 * Recursive descent over tokens; nesting is bounded. Numbers are not turned into doubles.
 *
 * @module
 */

import { mostItems } from "../../base/value_limit.ts";
import { SqlError } from "../error.ts";
import { canonicalNumber } from "./decimal.ts";
import { JsonLexer, type Token } from "./lexer.ts";
import { type Json, JsonNumber, sortedObject } from "./value.ts";

/** Deeper documents are refused (54001), as PostgreSQL does when its stack ends. */
export const deepest = 2000;
/** Digits that numbers with exponents of one document may grow by. */
const mostGrowth = 16_777_216;

class Reader extends JsonLexer {
  #growth = 0;
  #values = 0;

  document(): Json {
    this.next();
    const value = this.#readValue(0);
    if (this.token !== "end") throw this.expected("end of input");
    return value;
  }

  #readValue(depth: number): Json {
    if (this.build && ++this.#values > mostItems) {
      throw new SqlError("54000", "JSON document has too many values", {
        detail: `The limit is ${mostItems}.`,
      });
    }
    switch (this.token) {
      case "{":
        return this.#readObject(this.#deeper(depth));
      case "[":
        return this.#readArray(this.#deeper(depth));
      case "string": {
        const value = this.value;
        this.next();
        return value;
      }
      case "number": {
        const value = this.build ? this.#number() : null;
        this.next();
        return value;
      }
      case "true":
      case "false": {
        const value = this.token === "true";
        this.next();
        return value;
      }
      case "null":
        this.next();
        return null;
      default:
        throw this.expected("JSON value");
    }
  }

  #deeper(depth: number): number {
    if (depth >= deepest) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
    return depth + 1;
  }

  #number(): JsonNumber {
    const written = this.text.slice(this.start, this.end);
    const text = canonicalNumber(written);
    this.#growth += Math.max(0, text.length - written.length);
    if (this.#growth > mostGrowth) {
      throw new SqlError("54000", "JSON numbers are too large");
    }
    return new JsonNumber(text);
  }

  #readArray(depth: number): Json {
    const items: Json[] = [];
    this.next();
    if ((this.token as Token) === "]") {
      this.next();
      return items;
    }
    for (;;) {
      const item = this.#readValue(depth);
      if (this.build) items.push(item);
      if ((this.token as Token) === ",") {
        this.next();
        continue;
      }
      if ((this.token as Token) !== "]") throw this.expected('"," or "]"');
      this.next();
      return items;
    }
  }

  #readObject(depth: number): Json {
    const entries: [string, Json][] = [];
    this.next();
    if ((this.token as Token) === "}") {
      this.next();
      return sortedObject(entries);
    }
    for (let first = true;; first = false) {
      if ((this.token as Token) !== "string") {
        throw this.expected(first ? 'string or "}"' : "string");
      }
      const key = this.value;
      this.next();
      if (this.token !== ":") throw this.expected('":"');
      this.next();
      const item = this.#readValue(depth);
      if (this.build) entries.push([key, item]);
      if ((this.token as Token) === ",") {
        this.next();
        continue;
      }
      if ((this.token as Token) !== "}") throw this.expected('"," or "}"');
      this.next();
      return sortedObject(entries);
    }
  }
}

/**
 * Reads a document for jsonb.
 *
 * @param text JSON.
 * @returns The tree: keys in order, the last of equal keys, canonical numbers.
 * @throws {SqlError} 22P02, 22P05, 22003, 54001.
 */
export function parseJson(text: string): Json {
  return new Reader(text, { build: true }).document();
}

/**
 * Checks a document for json, which is kept as written.
 *
 * @param text JSON.
 * @throws {SqlError} 22P02, 54001.
 */
export function checkJson(text: string): void {
  new Reader(text, { build: false }).document();
}
