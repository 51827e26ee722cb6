/**
 * Runs paths of the SQL/JSON path language (manual, 9.16.2).
 *
 * Items are found one by one, so that a caller who needs only the first stops there. Work is bounded.
 *
 * @module
 */

import { notSupported, SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { compileRegex } from "../regex/compile.ts";
import { compareBytes } from "./byte_order.ts";
import {
  addDecimals,
  canonicalNumber,
  compareNumberTexts,
  type Decimal,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  printDecimal,
  remainder,
  subtractDecimals,
  toWhole,
} from "./decimal.ts";
import { offsetOf } from "./layout.ts";
import {
  type Comparison,
  isPredicate,
  type JsonPath,
  type Method,
  type PathExpr,
  type Step,
} from "./path.ts";
import {
  compareDatetimes,
  PathDatetime,
  readDatetime,
} from "./path_datetime.ts";
import { regexOptions } from "./path_regex.ts";
import {
  isArray,
  isObject,
  type Json,
  JsonNumber,
  type JsonObject,
  sortedObject,
  typeName,
} from "./value.ts";

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

/** Steps before a path is given up. */
const mostSteps = 3_000_000;
/** Deeper evaluation is refused. */
const deepest = 1200;

/** What `@`, `last` and `id`s mean at a place. */
interface Place {
  readonly current: PathItem;
  /** Length of the innermost array that is subscripted. */
  readonly size: number;
  /** Document that offsets are counted in, and its number. */
  readonly base: { readonly root: PathItem; readonly id: number };
  /** Whether missing members and wrong kinds are passed over, below `**`. */
  readonly lenient: boolean;
}

function fail(sqlState: string, message: string, hint?: string): PathError {
  return new PathError(sqlState, message, { hint });
}

const isText = (item: PathItem): item is string => typeof item === "string";

class Runner {
  readonly #path: JsonPath;
  readonly #root: Json;
  readonly #options: PathOptions;
  #steps = 0;
  #depth = 0;
  /** The document and the variables have the numbers 0 and 1. */
  #generated = 2;

  constructor(path: JsonPath, root: Json, options: PathOptions) {
    this.#path = path;
    this.#root = root;
    this.#options = options;
  }

  run(): Generator<PathItem> {
    const root = { root: this.#root, id: 0 };
    return this.#items(this.#path.expr, {
      current: this.#root,
      size: -1,
      base: root,
      lenient: !this.#path.strict,
    });
  }

  get #lax(): boolean {
    return !this.#path.strict;
  }

  #work(): void {
    if (++this.#steps > mostSteps) {
      throw new SqlError("54000", "jsonpath evaluation takes too many steps");
    }
  }

  /** Items of an expression; a predicate is one boolean, or null for unknown. */
  *#items(expr: PathExpr, place: Place): Generator<PathItem> {
    this.#work();
    if (isPredicate(expr)) {
      yield this.#predicate(expr, place) ?? null;
      return;
    }
    switch (expr.kind) {
      case "literal":
        yield expr.value;
        return;
      case "variable":
        yield this.#variable(expr.name);
        return;
      case "root":
        yield this.#root;
        return;
      case "current":
        yield place.current;
        return;
      case "last":
        yield new JsonNumber(String(place.size - 1));
        return;
      case "arithmetic":
        yield this.#arithmetic(expr, place);
        return;
      case "sign":
        yield* this.#sign(expr, place);
        return;
      case "access":
        for (const item of this.#items(expr.base, place)) {
          const base = expr.base.kind === "variable"
            ? { root: this.#options.variables, id: 1 }
            : expr.base.kind === "root"
            ? { root: this.#root, id: 0 }
            : place.base;
          yield* this.#follow(expr.steps, 0, item, { ...place, base });
        }
    }
  }

  #variable(name: string): Json {
    const { variables } = this.#options;
    const value = isObject(variables) ? variables.get(name) : undefined;
    if (value === undefined) {
      throw new SqlError(
        "42704",
        `could not find jsonpath variable "${name}"`,
      );
    }
    return value;
  }

  /** Items of an operand; in lax mode arrays are taken apart. */
  *#operand(expr: PathExpr, place: Place): Generator<PathItem> {
    for (const item of this.#items(expr, place)) {
      if (this.#lax && isArray(item as Json)) yield* item as readonly Json[];
      else yield item;
    }
  }

  #single(
    expr: PathExpr,
    place: Place,
    side: "left" | "right",
    operator: string,
  ): Decimal {
    const items = [...this.#operand(expr, place)];
    const [item] = items;
    if (items.length === 1 && item instanceof JsonNumber) {
      return parseDecimal(item.text);
    }
    throw fail(
      "22038",
      `${side} operand of jsonpath operator ${operator} is not a single numeric value`,
    );
  }

  #arithmetic(expr: PathExpr & { kind: "arithmetic" }, place: Place): Json {
    const { operator } = expr;
    this.#enter();
    const left = this.#single(expr.left, place, "left", operator);
    const right = this.#single(expr.right, place, "right", operator);
    this.#depth--;
    if ((operator === "/" || operator === "%") && right.digits === 0n) {
      throw fail("22012", "division by zero");
    }
    const apply = {
      "+": addDecimals,
      "-": subtractDecimals,
      "*": multiplyDecimals,
      "/": divideDecimals,
      "%": remainder,
    }[operator];
    return new JsonNumber(printDecimal(apply(left, right)));
  }

  #enter(): void {
    if (++this.#depth > deepest) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
  }

  *#sign(expr: PathExpr & { kind: "sign" }, place: Place): Generator<PathItem> {
    for (const item of this.#operand(expr.arg, place)) {
      if (!(item instanceof JsonNumber)) {
        throw fail(
          "2203B",
          `operand of unary jsonpath operator ${expr.operator} is not a numeric value`,
        );
      }
      yield expr.operator === "+" ? item : negated(item);
    }
  }

  /** Follows steps from `at` on. */
  *#follow(
    steps: readonly Step[],
    at: number,
    item: PathItem,
    place: Place,
    unwrap = this.#lax,
  ): Generator<PathItem> {
    this.#work();
    const step = steps[at];
    if (step === undefined) {
      yield item;
      return;
    }
    this.#enter();
    const next = (value: PathItem, there = place) =>
      this.#follow(steps, at + 1, value, there);
    /** In lax mode a step that wants something else looks into arrays. */
    const array = unwrap && isArray(item as Json)
      ? item as readonly Json[]
      : undefined;
    switch (step.kind) {
      case "key":
      case "anyKey":
      case "filter":
        if (step.kind !== "filter" && isObject(item as Json)) {
          yield* this.#members(step, item as JsonObject, place, next);
        } else if (array !== undefined) {
          yield* this.#each(array, steps, at, place);
        } else if (step.kind === "filter") {
          const here = { ...place, current: item };
          if (this.#predicate(step.predicate, here) === true) yield* next(item);
        } else if (!place.lenient) {
          throw step.kind === "key"
            ? fail(
              "2203A",
              "jsonpath member accessor can only be applied to an object",
            )
            : fail(
              "2203C",
              "jsonpath wildcard member accessor can only be applied to an object",
            );
        }
        break;
      case "anyElement":
        if (isArray(item as Json)) {
          for (const element of item as readonly Json[]) yield* next(element);
        } else if (this.#lax) yield* next(item);
        else if (!place.lenient) {
          throw fail(
            "22039",
            "jsonpath wildcard array accessor can only be applied to an array",
          );
        }
        break;
      case "elements":
        yield* this.#elements(step, item, place, next);
        break;
      case "any":
        if (step.first === 0) yield* next(item, { ...place, lenient: true });
        yield* this.#any(step, item, 1, { ...place, lenient: true }, next);
        break;
      case "datetime":
        if (array !== undefined) yield* this.#each(array, steps, at, place);
        else yield* next(this.#datetime(item, step.template));
        break;
      case "method":
        if (
          array !== undefined && step.name !== "type" && step.name !== "size"
        ) {
          yield* this.#each(array, steps, at, place);
        } else if (step.name === "keyvalue") {
          yield* this.#keyValues(item, place, next);
        } else {
          const value = this.#method(step.name, item, place);
          if (value !== undefined) yield* next(value);
        }
    }
    this.#depth--;
  }

  *#each(
    items: readonly Json[],
    steps: readonly Step[],
    at: number,
    place: Place,
  ): Generator<PathItem> {
    for (const item of items) {
      yield* this.#follow(steps, at, item, place, false);
    }
  }

  *#members(
    step: Step,
    item: JsonObject,
    place: Place,
    next: (value: PathItem) => Generator<PathItem>,
  ): Generator<PathItem> {
    if (step.kind !== "key") {
      for (const value of item.values()) yield* next(value);
      return;
    }
    const value = item.get(step.name);
    if (value !== undefined) yield* next(value);
    else if (!place.lenient) {
      throw fail("2203A", `JSON object does not contain key "${step.name}"`);
    }
  }

  *#elements(
    step: Step & { kind: "elements" },
    item: PathItem,
    place: Place,
    next: (value: PathItem, there: Place) => Generator<PathItem>,
  ): Generator<PathItem> {
    const isList = isArray(item as Json);
    if (!isList && !this.#lax) {
      if (place.lenient) return;
      throw fail(
        "22039",
        "jsonpath array accessor can only be applied to an array",
      );
    }
    const list = isList ? item as readonly Json[] : [item as Json];
    const inner = { ...place, size: list.length };
    for (const { from, to } of step.subscripts) {
      const first = this.#index(from, inner);
      const last = to === undefined ? first : this.#index(to, inner);
      if (
        !place.lenient && (first < 0 || first > last || last >= list.length)
      ) {
        throw fail("22033", "jsonpath array subscript is out of bounds");
      }
      const end = Math.min(last, list.length - 1);
      for (let i = Math.max(first, 0); i <= end; i++) {
        yield* next(list[i] as Json, inner);
      }
    }
  }

  #index(expr: PathExpr, place: Place): number {
    const items = [...this.#items(expr, place)];
    const [item] = items;
    if (items.length !== 1 || !(item instanceof JsonNumber)) {
      throw fail(
        "22033",
        "jsonpath array subscript is not a single numeric value",
      );
    }
    const index = Number(toWhole(parseDecimal(item.text), "trunc").digits);
    if (index > 2147483647 || index < -2147483648) {
      throw fail("22033", "jsonpath array subscript is out of integer range");
    }
    return index;
  }

  /** `**`: everything inside, level by level. */
  *#any(
    step: Step & { kind: "any" },
    item: PathItem,
    level: number,
    place: Place,
    next: (value: PathItem, there: Place) => Generator<PathItem>,
  ): Generator<PathItem> {
    if (level > step.last) return;
    const inside = isArray(item as Json)
      ? item as readonly Json[]
      : isObject(item as Json)
      ? (item as JsonObject).values()
      : [];
    this.#enter();
    for (const value of inside) {
      this.#work();
      const container = isArray(value) || isObject(value);
      if (
        level >= step.first ||
        (step.first === Infinity && step.last === Infinity && !container)
      ) yield* next(value, place);
      if (container) yield* this.#any(step, value, level + 1, place, next);
    }
    this.#depth--;
  }

  #method(name: Method, item: PathItem, place: Place): PathItem | undefined {
    switch (name) {
      case "type":
        return item instanceof PathDatetime ? item.typeName : typeName(item);
      case "size":
        if (isArray(item as Json)) {
          return new JsonNumber(String((item as readonly Json[]).length));
        }
        if (this.#lax) return new JsonNumber("1");
        if (place.lenient) return undefined;
        throw fail(
          "22039",
          "jsonpath item method .size() can only be applied to an array",
        );
      case "double":
        return this.#double(item);
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

  #double(item: PathItem): Json {
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
      return isNumber ? item : new JsonNumber(canonicalNumber(String(value)));
    }
    throw fail(
      "22036",
      isNumber
        ? "numeric argument of jsonpath item method .double() is out of range for type double precision"
        : "string argument of jsonpath item method .double() is not a valid representation of a double precision number",
    );
  }

  #datetime(item: PathItem, template: string | undefined): PathItem {
    if (!isText(item)) {
      throw fail(
        "22031",
        "jsonpath item method .datetime() can only be applied to a string",
      );
    }
    if (template !== undefined) {
      throw notSupported("template of jsonpath item method .datetime()");
    }
    const value = readDatetime(item, this.#options.context);
    if (value !== undefined) return value;
    throw fail(
      "22031",
      `datetime format is not recognized: "${item}"`,
      "Use a datetime template argument to specify the input data format.",
    );
  }

  *#keyValues(
    item: PathItem,
    place: Place,
    next: (value: PathItem, there: Place) => Generator<PathItem>,
  ): Generator<PathItem> {
    if (!isObject(item as Json)) {
      throw fail(
        "2203C",
        "jsonpath item method .keyvalue() can only be applied to an object",
      );
    }
    const { root, id } = place.base;
    const number = offsetOf(root as Json, item as Json) + id * 10_000_000_000;
    for (const [key, value] of item as JsonObject) {
      const pair = sortedObject([
        ["key", key],
        ["value", value],
        ["id", new JsonNumber(String(number))],
      ]);
      const base = { root: pair, id: this.#generated++ };
      yield* next(pair, { ...place, base });
    }
  }

  /** Three-valued: `undefined` is unknown. */
  #predicate(expr: PathExpr, place: Place): boolean | undefined {
    this.#work();
    this.#enter();
    const depth = this.#depth;
    const result = this.#truth(expr, place);
    this.#depth = depth - 1;
    return result;
  }

  #truth(expr: PathExpr, place: Place): boolean | undefined {
    switch (expr.kind) {
      case "and": {
        const left = this.#predicate(expr.left, place);
        if (left === false) return false;
        const right = this.#predicate(expr.right, place);
        return right === true ? left : right;
      }
      case "or": {
        const left = this.#predicate(expr.left, place);
        if (left === true) return true;
        const right = this.#predicate(expr.right, place);
        return right === false ? left : right;
      }
      case "not": {
        const value = this.#predicate(expr.arg, place);
        return value === undefined ? undefined : !value;
      }
      case "unknown":
        return this.#predicate(expr.arg, place) === undefined;
      case "exists":
        return this.#exists(expr.arg, place);
      case "compare":
        return this.#pairs(
          expr,
          place,
          this.#lax,
          (a, b) => this.#compare(expr.operator, a, b),
        );
      case "startsWith":
        return this.#pairs(
          expr,
          place,
          false,
          (a, b) => isText(a) && isText(b) ? a.startsWith(b) : undefined,
        );
      case "regex": {
        const regex = compileRegex(expr.pattern, regexOptions(expr.flags));
        return this.#pairs(
          { left: expr.left },
          place,
          false,
          (a) => isText(a) ? regex.test(a) : undefined,
        );
      }
      default:
        return undefined;
    }
  }

  #exists(expr: PathExpr, place: Place): boolean | undefined {
    try {
      const items = this.#items(expr, place);
      if (this.#lax) return !items.next().done;
      return [...items].length > 0;
    } catch (error) {
      if (error instanceof PathError) return undefined;
      throw error;
    }
  }

  /** Tries every pair of items; in lax mode the first that holds decides. */
  #pairs(
    { left, right }: { left: PathExpr; right?: PathExpr },
    place: Place,
    unwrapRight: boolean,
    holds: (a: PathItem, b: PathItem) => boolean | undefined,
  ): boolean | undefined {
    let lefts: PathItem[];
    let rights: PathItem[] = [null];
    try {
      lefts = [...this.#operand(left, place)];
      if (right !== undefined) {
        rights = unwrapRight
          ? [...this.#operand(right, place)]
          : [...this.#items(right, place)];
      }
    } catch (error) {
      if (error instanceof PathError) return undefined;
      throw error;
    }
    let found = false;
    let unknown = false;
    for (const a of lefts) {
      for (const b of rights) {
        this.#work();
        const result = holds(a, b);
        if (result === undefined) {
          if (!this.#lax) return undefined;
          unknown = true;
        } else if (result) {
          if (this.#lax) return true;
          found = true;
        }
      }
    }
    return found ? true : unknown ? undefined : false;
  }

  #compare(
    operator: Comparison,
    a: PathItem,
    b: PathItem,
  ): boolean | undefined {
    const order = this.#order(operator, a, b);
    if (typeof order !== "number") return order;
    switch (operator) {
      case "==":
        return order === 0;
      case "!=":
        return order !== 0;
      case "<":
        return order < 0;
      case "<=":
        return order <= 0;
      case ">":
        return order > 0;
      case ">=":
        return order >= 0;
    }
  }

  #order(
    operator: Comparison,
    a: PathItem,
    b: PathItem,
  ): number | boolean | undefined {
    if (a === null || b === null) {
      return a === b ? 0 : operator === "!=";
    }
    if (a instanceof JsonNumber && b instanceof JsonNumber) {
      return compareNumberTexts(a.text, b.text);
    }
    if (isText(a) && isText(b)) return compareBytes(a, b);
    if (typeof a === "boolean" && typeof b === "boolean") {
      return Number(a) - Number(b);
    }
    if (a instanceof PathDatetime && b instanceof PathDatetime) {
      const { timeZone, context } = this.#options;
      return compareDatetimes(a, b, timeZone, context);
    }
    return undefined;
  }
}

function negated({ text }: JsonNumber): JsonNumber {
  const { digits, scale } = parseDecimal(text);
  return new JsonNumber(printDecimal({ digits: -digits, scale }));
}

/**
 * @param path A path.
 * @param root Document.
 * @param options Variables and so on.
 * @returns Items, found as they are asked for.
 * @throws {PathError} While they are found; other {@linkcode SqlError}s cannot be silenced.
 */
export function runPath(
  path: JsonPath,
  root: Json,
  options: PathOptions,
): Generator<PathItem> {
  return new Runner(path, root, options).run();
}
