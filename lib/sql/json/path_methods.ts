/**
 * Methods and arithmetic of JSON paths (manual, table 9.49).
 *
 * @module
 */

import { notSupported } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  addDecimals,
  canonicalNumber,
  type Decimal,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  printDecimal,
  remainder,
  subtractDecimals,
  toWhole,
} from "./decimal.ts";
import type { Method } from "./path.ts";
import { PathDatetime, readDatetime } from "./path_datetime.ts";
import { fail, isText, type PathItem } from "./path_item.ts";
import { isArray, type Json, JsonNumber, typeName } from "./value.ts";

const operations = {
  "+": addDecimals,
  "-": subtractDecimals,
  "*": multiplyDecimals,
  "/": divideDecimals,
  "%": remainder,
} as const;

/**
 * @param operator Operator.
 * @param left Number.
 * @param right Number.
 * @returns The result.
 * @throws {PathError} 22012.
 */
export function calculate(
  operator: keyof typeof operations,
  left: Decimal,
  right: Decimal,
): Json {
  if ((operator === "/" || operator === "%") && right.digits === 0n) {
    throw fail("22012", "division by zero");
  }
  return new JsonNumber(printDecimal(operations[operator](left, right)));
}

/**
 * @param items Items of an operand.
 * @param side Which operand.
 * @param operator Operator.
 * @returns The number.
 * @throws {PathError} 22038.
 */
export function toNumber(
  items: readonly PathItem[],
  side: "left" | "right",
  operator: string,
): Decimal {
  const [item] = items;
  if (items.length === 1 && item instanceof JsonNumber) {
    return parseDecimal(item.text);
  }
  throw fail(
    "22038",
    `${side} operand of jsonpath operator ${operator} is not a single numeric value`,
  );
}

/**
 * @param operator Sign before a value.
 * @param item The value.
 * @returns The number with that sign.
 * @throws {PathError} 2203B.
 */
export function signed(operator: "+" | "-", item: PathItem): JsonNumber {
  if (!(item instanceof JsonNumber)) {
    throw fail(
      "2203B",
      `operand of unary jsonpath operator ${operator} is not a numeric value`,
    );
  }
  return operator === "+" ? item : negated(item);
}

function negated({ text }: JsonNumber): JsonNumber {
  const { digits, scale } = parseDecimal(text);
  return new JsonNumber(printDecimal({ digits: -digits, scale }));
}

/**
 * @param name Any method but `keyvalue`, which gives more than one item.
 * @param item What it is applied to.
 * @param how Whether the path is lax, and whether wrong kinds are passed over.
 * @returns Its result; nothing when it is passed over.
 */
export function applyMethod(
  name: Method,
  item: PathItem,
  how: { readonly lax: boolean; readonly lenient: boolean },
): PathItem | undefined {
  switch (name) {
    case "type":
      return item instanceof PathDatetime ? item.typeName : typeName(item);
    case "size":
      if (isArray(item as Json)) {
        return new JsonNumber(String((item as readonly Json[]).length));
      }
      if (how.lax) return new JsonNumber("1");
      if (how.lenient) return undefined;
      throw fail(
        "22039",
        "jsonpath item method .size() can only be applied to an array",
      );
    case "double":
      return double(item);
    default: {
      if (!(item instanceof JsonNumber)) {
        throw fail(
          "22036",
          `jsonpath item method .${name}() can only be applied to a numeric value`,
        );
      }
      const value = parseDecimal(item.text);
      if (name === "abs") {
        return value.digits < 0n ? negated(item) : item;
      }
      return new JsonNumber(
        printDecimal(toWhole(value, name as "floor" | "ceiling")),
      );
    }
  }
}

function double(item: PathItem): Json {
  const text = item instanceof JsonNumber ? item.text : item;
  if (!isText(text)) {
    throw fail(
      "22036",
      "jsonpath item method .double() can only be applied to a string or numeric value",
    );
  }
  const isNumber = item instanceof JsonNumber;
  const value = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text)
    ? Number(text)
    : NaN;
  if (Number.isFinite(value)) {
    return isNumber
      ? item
      : new JsonNumber(canonicalNumber(String(Number(value.toPrecision(15)))));
  }
  throw fail(
    "22036",
    isNumber
      ? "numeric argument of jsonpath item method .double() is out of range for type double precision"
      : "string argument of jsonpath item method .double() is not a valid representation of a double precision number",
  );
}

/**
 * @param item What `.datetime()` is applied to.
 * @param template Its argument.
 * @param context Session.
 * @returns The date or time.
 */
export function toDatetime(
  item: PathItem,
  template: string | undefined,
  context: EvalContext,
): PathItem {
  if (!isText(item)) {
    throw fail(
      "22031",
      "jsonpath item method .datetime() can only be applied to a string",
    );
  }
  if (template !== undefined) {
    throw notSupported("template of jsonpath item method .datetime()");
  }
  const value = readDatetime(item, context);
  if (value !== undefined) return value;
  throw fail(
    "22031",
    `datetime format is not recognized: "${item}"`,
    "Use a datetime template argument to specify the input data format.",
  );
}
