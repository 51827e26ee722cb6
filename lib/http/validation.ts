/**
 * Says what is wrong with a value that does not fit its schema, naming the field and never
 * repeating the value.
 *
 * @module
 */

import type { z } from "zod";
import { Problem } from "../base/problem.ts";

/** One thing that is wrong. */
type Issue = z.core.$ZodIssue;

function place(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the value";
  const name = path.map(String).join(".");
  // A key may be the caller's own invention (a record): then it is not repeated either.
  return /^[\w.-]{1,80}$/.test(name) ? `field "${name}"` : "a field";
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path) {
    if (
      typeof found !== "object" || found === null || !Object.hasOwn(found, key)
    ) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

function fault(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return at(value, issue.path) === undefined
        ? "is missing"
        : `must be of type ${issue.expected}`;
    case "too_small":
      return `must be at least ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `must be at most ${issue.maximum}${unit(issue.origin)}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "unrecognized_keys":
      return "has a key that is not known";
    case "custom":
      // Written by whoever wrote the schema, who keeps to the rule above.
      return issue.message;
    default:
      return "is not valid";
  }
}

function unit(origin: string): string {
  if (origin === "string") return " characters long";
  if (origin === "array" || origin === "set") return " items long";
  return "";
}

/**
 * Turns the findings of a schema into the failure that the caller sees.
 *
 * @param issues What does not fit; the first is told.
 * @param value The value that was checked, to tell a missing field from one of a wrong type.
 * @returns `validation_failed` with one sentence.
 */
export function invalid(
  issues: readonly Issue[],
  value: unknown,
): Problem {
  const [first] = issues;
  const text = first === undefined ? "is not valid" : fault(first, value);
  return new Problem(
    "validation_failed",
    `Cannot read request: ${place(first?.path ?? [])} ${text}`,
  );
}
