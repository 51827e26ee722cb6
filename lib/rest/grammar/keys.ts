/**
 * Keys of the query string: which level of the request they speak of, and what there.
 *
 * @module
 */

import type { Field } from "../request.ts";
import { maxDepth } from "./limits.ts";
import type { GroupHead } from "./logic.ts";
import { readJsonPath, readName } from "./names.ts";
import { Scanner } from "./scanner.ts";

const dot = 0x2e;
const aDelimiter = "delimiter (.)";

/** A column of some level. */
export interface FilterKey {
  /** Names of embeds from the top. */
  readonly path: readonly string[];
  readonly field: Field;
}

const top: readonly string[] = [];

function checkDepth(scanner: Scanner, path: readonly string[]): void {
  if (path.length > maxDepth) {
    scanner.refuse(`embeds are nested more than ${maxDepth} deep`);
  }
}

/**
 * Reads the key of a filter: `name`, `embed.name`, `embed.data->a->>b`.
 *
 * @param key The key.
 * @returns What it names.
 * @throws {RestError} PGRST100.
 */
export function parseFilterKey(key: string): FilterKey {
  const scanner = new Scanner(key, { what: "tree path" });
  let path: string[] | undefined;
  let column = readName(scanner) ?? scanner.fail();
  while (scanner.take(dot, aDelimiter)) {
    (path ??= []).push(column);
    checkDepth(scanner, path);
    column = readName(scanner) ?? scanner.fail();
  }
  const json = readJsonPath(scanner);
  scanner.end();
  return { path: path ?? top, field: { column, json } };
}

/**
 * Reads what comes before the reserved word of a key.
 *
 * @param key For example `embed.limit`.
 * @param length Length of what comes before the dot and the word; negative if there is no dot.
 * @param what What errors call it.
 * @returns Names of embeds.
 * @throws {RestError} PGRST100.
 */
export function parsePath(
  key: string,
  length: number,
  what: "tree path" | "logic path" = "tree path",
): readonly string[] {
  if (length < 0) return top;
  const scanner = new Scanner(key.slice(0, length), { what, shown: key });
  const path: string[] = [];
  do {
    path.push(readName(scanner) ?? scanner.fail());
    checkDepth(scanner, path);
  } while (scanner.take(dot, aDelimiter));
  scanner.end();
  return path;
}

/**
 * Reads the key of a logic tree: `or`, `not.and`, `embed.or`, `embed.not.or`. Upstream takes `not.embed.or`
 * too.
 *
 * @param key The key.
 * @param connective Its last segment.
 * @returns Whose rows it restricts, and how.
 * @throws {RestError} PGRST100.
 */
export function parseLogicKey(
  key: string,
  connective: "and" | "or",
): { readonly path: readonly string[]; readonly head: GroupHead } {
  const rest = key.slice(0, -connective.length);
  if (rest === "" || rest === "not.") {
    return { path: top, head: { connective, negated: rest !== "" } };
  }
  const inner = rest.endsWith(".not.");
  const outer = !inner && rest.startsWith("not.");
  const length = rest.length - (inner ? ".not.".length : 1);
  const path = parsePath(key, length, "logic path");
  return {
    path: outer ? path.slice(1) : path,
    head: { connective, negated: inner || outer },
  };
}
