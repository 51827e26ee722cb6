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
