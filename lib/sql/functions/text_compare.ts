/**
 * Comparison of character strings and other values whose order is SQLite's own, and their casts.
 *
 * @module
 */

import { cutName } from "../types/text.ts";
import { cast, type Definition, fn, op } from "./define.ts";

const operators = ["=", "<>", "<", "<=", ">", ">="] as const;

/**
 * @param left Type.
 * @param right Type.
 * @param collation SQLite collation of the comparison, if it is not the binary one.
 * @returns The six comparison operators.
 */
export function comparisons(
  left: string,
  right: string,
  collation = "",
): Definition[] {
  const suffix = collation === "" ? "" : ` COLLATE ${collation}`;
  return operators.map((symbol) =>
    op(`${left} ${symbol} ${right} = bool`, {
      leakproof: true,
      sql: ([a, b]) => `(${a} ${symbol} ${b}${suffix})`,
    })
  );
}

const larger = (type: string, suffix = "") => [
  fn(`text_larger(${type}, ${type}) ${type}`, {
    sql: ([a, b]) => `max(${a}, ${b}${suffix})`,
  }),
  fn(`text_smaller(${type}, ${type}) ${type}`, {
    sql: ([a, b]) => `min(${a}, ${b}${suffix})`,
  }),
];

/** See the top of the file. */
export const textComparisons: readonly Definition[] = [
  ...comparisons("text", "text"),
  ...comparisons("bpchar", "bpchar", "rtrim"),
  ...comparisons("name", "name"),
  ...comparisons("name", "text"),
  ...comparisons("text", "name"),
  ...comparisons("char", "char"),
  ...comparisons("bytea", "bytea"),
  ...comparisons("uuid", "uuid"),
  ...larger("text"),
  // Comparison by characters alone, whatever the collation.
  ...["<", "<=", ">", ">="].map((symbol) =>
    op(`text ~${symbol}~ text = bool`, {
      leakproof: true,
      sql: ([a, b]) => `(${a} ${symbol} ${b})`,
    })
  ),
  cast("bpchar -> text", "implicit", { sql: ([a]) => `rtrim(${a}, ' ')` }),
  cast("bpchar -> varchar", "implicit", { sql: ([a]) => `rtrim(${a}, ' ')` }),
  cast("bpchar -> name", "implicit", {
    call: ([a]) => cutName((a as string).replace(/ +$/, "")),
  }),
  cast("text -> name", "implicit", { call: ([a]) => cutName(a as string) }),
  cast("varchar -> name", "implicit", { call: ([a]) => cutName(a as string) }),
  cast("name -> bpchar", "assignment", { sql: ([a]) => `${a}` }),
  cast("char -> bpchar", "assignment", { sql: ([a]) => `${a}` }),
  cast("char -> varchar", "assignment", { sql: ([a]) => `${a}` }),
  ...["text", "varchar", "bpchar"].map((type) =>
    cast(`${type} -> char`, "assignment", {
      call: ([a], context) =>
        context.type(18)?.input(a as string, -1, context) ?? null,
    })
  ),
  cast("char -> int4", "explicit", {
    call: ([a]) => {
      const text = a as string;
      const byte = text.length > 1
        ? parseInt(text.slice(1), 8)
        : text === ""
        ? 0
        : text.charCodeAt(0);
      return byte > 127 ? byte - 256 : byte;
    },
  }),
  cast("int4 -> char", "explicit", {
    call: ([a], context) => {
      const code = Number(a) & 255;
      const text = code < 128 && code > 0
        ? String.fromCharCode(code)
        : `\\${code.toString(8).padStart(3, "0")}`;
      return context.type(18)?.input(text, -1, context) ?? null;
    },
  }),
];
