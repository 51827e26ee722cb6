/**
 * What paths give and how they fail.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import type { PathDatetime } from "./path_datetime.ts";
import type { Json } from "./value.ts";

/** An error that a predicate takes for "unknown" and that `silent` hides. */
export class PathError extends SqlError {}

/** What a path gives. */
export type PathItem = Json | PathDatetime;

/** How to run a path. */
export interface PathOptions {
  /** `vars`. */
  readonly variables: Json;
  /** Whether the session's time zone may be used to compare times. */
  readonly timeZone: boolean;
  readonly context: EvalContext;
}

/** What `@`, `last` and `id`s mean at a place. */
export interface Place {
  readonly current: PathItem;
  /** Length of the innermost array that is subscripted. */
  readonly size: number;
  /** Document that offsets are counted in, and its number. */
  readonly base: { readonly root: PathItem; readonly id: number };
  /** Whether missing members and wrong kinds are passed over, below `**`. */
  readonly lenient: boolean;
}

/** @returns An error that can be silenced. */
export function fail(
  sqlState: string,
  message: string,
  hint?: string,
): PathError {
  return new PathError(sqlState, message, { hint });
}

/** @returns Whether an item is a string. */
export function isText(item: PathItem): item is string {
  return typeof item === "string";
}
