/**
 * Makes trees that are quick to write and to compare.
 *
 * @module
 */

import { deepEqual, fail, ok } from "node:assert/strict";
import { RestError } from "../../../../lib/rest/error.ts";
import { parseQuery } from "../../../../lib/rest/grammar/query.ts";
import type {
  Condition,
  Field,
  FilterNode,
  LogicGroup,
  RestQuery,
} from "../../../../lib/rest/request.ts";

/** A tree without members that are `undefined`. */
export function tidy(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree));
}

/** Asserts that two trees say the same. */
export function sameTree(
  actual: unknown,
  expected: unknown,
  message?: string,
): void {
  deepEqual(tidy(actual), tidy(expected), message);
}

/** A column; each further pair is an arrow and a key. */
export function field(
  column: string,
  ...steps: readonly (string | number)[]
): Field {
  const json = [];
  for (let i = 0; i < steps.length; i += 2) {
    const arrow = steps[i] as "->" | "->>";
    json.push({ arrow, key: steps[i + 1] as string | number });
  }
  return { column, json };
}

/** A comparison. */
export function condition(
  of: string | Field,
  operator: Condition["operator"],
  value: Condition["value"],
  rest: Partial<Condition> = {},
): Condition {
  return {
    kind: "condition",
    field: typeof of === "string" ? field(of) : of,
    negated: false,
    operator,
    value,
    ...rest,
  };
}

/** A group. */
export function group(
  connective: "and" | "or",
  nodes: readonly FilterNode[],
  negated = false,
): LogicGroup {
  return { kind: "group", connective, negated, nodes };
}

/** Reads parameters that are written as they are, without encoding. */
export function parse(
  ...pairs: readonly (readonly [string, string])[]
): RestQuery {
  return parseQuery(
    new URLSearchParams(pairs.map(([key, value]) => [key, value])),
  );
}

/** Filters of the request's own level. */
export function filters(key: string, value: string): readonly FilterNode[] {
  return parse([key, value]).levels[0].filters;
}

/** The error that a function throws. */
export function refusal(run: () => unknown): RestError {
  try {
    run();
  } catch (error) {
    ok(error instanceof RestError, String(error));
    return error;
  }
  fail("nothing was thrown");
}
