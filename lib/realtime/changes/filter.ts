/**
 * Filters of bindings: conditions as `column=operator.value`, joined by commas, all of which must be met.
 *
 * Values may stand in double quotes, in which a backslash takes the next character as it is.
 *
 * @module
 */

import type { ColumnCondition } from "../../engine/change_reader.ts";
import { JoinError } from "../error.ts";

const operators: ReadonlySet<string> = new Set<ColumnCondition["operator"]>([
  "eq",
  "neq",
  "lt",
  "lte",
  "gt",
  "gte",
  "in",
  "is",
  "like",
  "ilike",
  "isdistinct",
]);

/** Characters of a filter at most. */
const mostCharacters = 4000;

/** Values of `in` at most. */
const mostValues = 100;

/** Conditions of one filter at most. */
const mostConditions = 20;

/**
 * @param text A filter, for example `id=gt.0,status=not.in.(draft,archived)`.
 * @returns Its conditions.
 * @throws {JoinError} When it cannot be understood.
 */
export function readFilter(text: string): ColumnCondition[] {
  if (text.length > mostCharacters) {
    throw new JoinError(
      `Cannot use filter: it has more than ${mostCharacters} characters`,
    );
  }
  const conditions = split(text).map(readCondition);
  if (conditions.length > mostConditions) {
    throw new JoinError(
      `Cannot use filter: it has more than ${mostConditions} conditions`,
    );
  }
  return conditions;
}

function readCondition(text: string): ColumnCondition {
  const equals = text.indexOf("=");
  let rest = text.slice(equals + 1);
  const negated = rest.startsWith("not.");
  if (negated) rest = rest.slice(4);
  const dot = rest.indexOf(".");
  const operator = rest.slice(0, dot);
  if (equals < 1 || dot < 1) {
    throw new JoinError(
      "Cannot use filter: a condition must look like column=eq.value",
    );
  }
  if (!operators.has(operator)) {
    throw new JoinError(
      `Cannot use filter: its operator is unknown, use one of ${
        [...operators].join(", ")
      }`,
    );
  }
  const value = rest.slice(dot + 1);
  return {
    column: text.slice(0, equals).trim(),
    operator: operator as ColumnCondition["operator"],
    values: operator === "in" ? readList(value) : [unquote(value)],
    negated,
  };
}

function readList(text: string): string[] {
  if (!text.startsWith("(") || !text.endsWith(")") || text.length < 3) {
    throw new JoinError("Cannot use filter: in takes a list as (a,b)");
  }
  const values = split(text.slice(1, -1)).map(unquote);
  if (values.length > mostValues) {
    throw new JoinError(
      `Cannot use filter: in takes ${mostValues} values at most`,
    );
  }
  return values;
}

/** Splits at commas that stand neither in quotes nor in parentheses. */
function split(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const each = text[i];
    if (quoted) {
      if (each === "\\") i += 1;
      else if (each === '"') quoted = false;
      continue;
    }
    // A quote within a bare value is only a character.
    if (each === '"' && /(?:^|[.,(])$/.test(text.slice(start, i))) {
      quoted = true;
    } else if (each === "(") depth += 1;
    else if (each === ")") depth -= 1;
    else if (each === "," && depth <= 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/gs, "$1")
    : text;
}
