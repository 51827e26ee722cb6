/**
 * Regular expressions as trees, and the errors of PostgreSQL's regular expression package.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { CharacterSet } from "./character_set.ts";

/** How to read and match an expression (manual, 9.7.3.5). */
export interface RegexOptions {
  /** `i`. ASCII letters only: the collation is C. */
  readonly ignoreCase?: boolean | undefined;
  /** `.` and `[^…]` leave newlines out (half of `n`). */
  readonly newlineStops?: boolean | undefined;
  /** `^` and `$` also match at newlines (the other half). */
  readonly newlineAnchors?: boolean | undefined;
  /** `x`: white space and comments mean nothing. */
  readonly expanded?: boolean | undefined;
  /** `q`: the pattern is the text itself. */
  readonly literal?: boolean | undefined;
  /** `e`, `b`; advanced otherwise. */
  readonly flavor?: "advanced" | "extended" | "basic" | undefined;
}

/** Conditions on a place between two characters. */
export type Assertion =
  | "textStart"
  | "textEnd"
  | "lineStart"
  | "lineEnd"
  | "wordStart"
  | "wordEnd"
  | "wordEdge"
  | "noWordEdge";

/** A node. */
export type Node =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "empty" }
  | { readonly kind: "concat"; readonly items: readonly Node[] }
  | { readonly kind: "alternate"; readonly items: readonly Node[] }
  | {
    readonly kind: "repeat";
    readonly node: Node;
    readonly min: number;
    readonly max: number;
    readonly greedy: boolean;
    /** Written `{m}`: prefers what its node prefers. */
    readonly fixed: boolean;
  }
  | { readonly kind: "group"; readonly node: Node; readonly index: number }
  | { readonly kind: "reference"; readonly index: number }
  | { readonly kind: "assert"; readonly what: Assertion }
  | {
    readonly kind: "look";
    readonly node: Node;
    readonly behind: boolean;
    readonly negative: boolean;
  };

/** A pattern that has been read. */
export interface Syntax {
  readonly root: Node;
  /** Number of capturing parentheses. */
  readonly groups: number;
  readonly ignoreCase: boolean;
}

/** @returns The error of a pattern that cannot be read. */
export function badRegex(reason: string): SqlError {
  return new SqlError("2201B", `invalid regular expression: ${reason}`);
}

/** @returns The error of a pattern that takes too much space or time. */
export function tooComplex(running: boolean): SqlError {
  return new SqlError(
    "2201B",
    `${
      running ? "regular expression failed" : "invalid regular expression"
    }: regular expression is too complex`,
  );
}
