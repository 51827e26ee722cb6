/**
 * `[not.]operator.value`: what a filter compares with.
 *
 * @module
 */

import type { Condition, OperatorName } from "../request.ts";
import { readIdentifier } from "./names.ts";
import type { Scanner } from "./scanner.ts";
import { readArray, readList, type ValueReader } from "./values.ts";

/** A condition without its field. */
export type Operation = Omit<Condition, "kind" | "field">;

/** What may stand between an operator and its value. */
type Form = "quantified" | "search" | "simple" | "list" | "word";

const quantified = "eq gte gt lte lt like ilike match imatch";
const simple = "neq isdistinct cs cd ov sl sr nxr nxl adj";
const search = "fts plfts phfts wfts";

interface Operator {
  readonly name: OperatorName;
  readonly form: Form;
}

const operators = new Map<string, Operator>(
  ([["quantified", quantified], ["search", search], ["simple", simple], [
    "list",
    "in",
  ], ["word", "is"]] as const).flatMap(([form, names]) =>
    names.split(" ").map((name) =>
      [name, { name: name as OperatorName, form }] as const
    )
  ),
);

/** Letters in the longest name, and one more. */
const nameLength = "isdistinct".length + 1;

const words = new Set(["null", "not_null", "true", "false", "unknown"]);

const anOperator = "operator (eq, gt, ...)";
const aDelimiter = "delimiter (.)";
const dot = 0x2e;
const open = 0x28;
const close = 0x29;

function isLetter(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a;
}

function readOperator(scanner: Scanner): Operator | undefined {
  const { text, at } = scanner;
  let end = at;
  while (end - at < nameLength && isLetter(text.charCodeAt(end))) end++;
  const operator = operators.get(text.slice(at, end));
  if (operator === undefined) scanner.note(anOperator);
  else scanner.at = end;
  return operator;
}

/** Reads `(any)` or `(all)`; the parenthesis is there. */
function readQuantifier(scanner: Scanner): "any" | "all" | undefined {
  scanner.at++;
  const quantifier = scanner.word("any", '"any"')
    ? "any"
    : scanner.word("all", '"all"')
    ? "all"
    : undefined;
  return quantifier !== undefined && scanner.take(close, '")"')
    ? quantifier
    : undefined;
}

/** Reads `(english)`; the parenthesis is there. */
function readLanguage(scanner: Scanner): string | undefined {
  scanner.at++;
  const language = readIdentifier(scanner);
  return language !== undefined && scanner.take(close, '")"')
    ? language
    : undefined;
}

/** Reads what `is` compares with, in lower case. */
function readWord(scanner: Scanner): string | undefined {
  const { text, at } = scanner;
  let end = at;
  while (
    end - at < 9 &&
    (isLetter(text.charCodeAt(end) | 0x20) || text.charCodeAt(end) === 0x5f)
  ) end++;
  const word = text.slice(at, end).toLowerCase();
  if (!words.has(word)) {
    scanner.note("isVal: (null, not_null, true, false, unknown)");
    return undefined;
  }
  scanner.at = end;
  return word;
}

/**
 * Reads the operator and the value of a filter.
 *
 * @param scanner Where it should begin.
 * @param readValue Reads the value where it is a single one.
 * @returns What to compare with; `undefined` if it is none, which is noted.
 * @throws {RestError} PGRST100 for too long a list.
 */
export function readOperation(
  scanner: Scanner,
  readValue: ValueReader,
): Operation | undefined {
  const negated = scanner.word("not.", '"not"');
  const operator = readOperator(scanner);
  if (operator === undefined) return undefined;
  const { name, form } = operator;

  let quantifier: "any" | "all" | undefined;
  let language: string | undefined;
  if (scanner.code() === open) {
    if (form === "quantified") {
      quantifier = readQuantifier(scanner);
      if (quantifier === undefined) return undefined;
    } else if (form === "search") {
      language = readLanguage(scanner);
      if (language === undefined) return undefined;
    }
  }
  if (!scanner.take(dot, aDelimiter)) return undefined;

  let value: string | readonly string[] | undefined;
  let hasNull: boolean | undefined;
  if (form === "list") value = readList(scanner);
  else if (form === "word") value = readWord(scanner);
  else if (quantifier === undefined) value = readValue(scanner).text;
  else {
    const items = readArray(scanner, readValue(scanner));
    value = items?.values;
    hasNull = items?.hasNull;
  }
  if (value === undefined) return undefined;
  return { negated, operator: name, quantifier, language, value, hasNull };
}
