/**
 * The types of the arguments of one call, which the printer appends to the arguments of functions
 * that are declared `withTypes`.
 *
 * Its grammar: types separated by commas; a type is an oid, or `record(name type,…)` with names in
 * double quotes for a row whose fields are known, `[]` after it for an array of such rows; `VARIADIC `
 * stands before the last one when the caller gave an array in place of the arguments.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { oid } from "../types/type.ts";

/** A type. */
export interface ArgumentType {
  /** `pg_type.oid`; `record` or `record[]` for rows. */
  readonly oid: number;
  /** Fields of a row. */
  readonly fields?: readonly Field[] | undefined;
  /** Whether the argument is an array that stands for the arguments themselves. */
  readonly variadic?: boolean | undefined;
}

/** A field of a row. */
export interface Field {
  readonly name: string;
  readonly type: ArgumentType;
}

const cache = new Map<string, readonly ArgumentType[]>();
const mostCached = 1000;
const none: readonly ArgumentType[] = [];

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  list(end: string): ArgumentType[] {
    const types: ArgumentType[] = [];
    while (this.#at < this.text.length && this.text[this.#at] !== end) {
      types.push(this.#type());
      if (this.text[this.#at] === ",") this.#at++;
    }
    return types;
  }

  #type(): ArgumentType {
    const rest = this.text.slice(this.#at);
    if (rest.startsWith("VARIADIC ")) {
      this.#at += 9;
      return { ...this.#type(), variadic: true };
    }
    if (!rest.startsWith("record(")) {
      const digits = /^\d+/.exec(rest)?.[0] ?? "";
      if (digits === "") throw new Error("Cannot read types of arguments");
      this.#at += digits.length;
      return { oid: Number(digits) };
    }
    this.#at += 7;
    const fields: Field[] = [];
    while (this.#at < this.text.length && this.text[this.#at] !== ")") {
      const name = this.#name();
      this.#at++;
      fields.push({ name, type: this.#type() });
      if (this.text[this.#at] === ",") this.#at++;
    }
    this.#at++;
    if (!this.text.startsWith("[]", this.#at)) {
      return { oid: oid.record, fields };
    }
    this.#at += 2;
    return { oid: oid.recordArray, fields };
  }

  #name(): string {
    const match = /^"((?:[^"]|"")*)"/.exec(this.text.slice(this.#at));
    if (match === null) throw new Error("Cannot read types of arguments");
    this.#at += match[0].length;
    return (match[1] as string).replaceAll('""', '"');
  }
}

/**
 * @param text What the printer appended.
 * @returns The types.
 */
export function readTypes(text: Datum | undefined): readonly ArgumentType[] {
  if (typeof text !== "string" || text === "") return none;
  let types = cache.get(text);
  if (types === undefined) {
    types = new Reader(text).list("");
    if (cache.size >= mostCached) cache.clear();
    cache.set(text, types);
  }
  return types;
}

/**
 * @param args Arguments of a function `withTypes`.
 * @returns The types of all arguments before the last one.
 */
export function typesOf(args: readonly Datum[]): readonly ArgumentType[] {
  return readTypes(args[args.length - 1]);
}
