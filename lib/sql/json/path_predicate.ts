/**
 * Predicates of JSON paths: comparisons, `exists`, `like_regex`, and what joins them.
 *
 * @module
 */

import { pauseOf } from "../eval_context.ts";
import { compileRegex } from "../regex/compile.ts";
import { compareBytes } from "./byte_order.ts";
import { compareNumberTexts } from "./decimal.ts";
import type { Comparison, PathExpr } from "./path.ts";
import { compareDatetimes, PathDatetime } from "./path_datetime.ts";
import {
  isText,
  PathError,
  type PathItem,
  type PathOptions,
} from "./path_item.ts";
import { regexOptions } from "./path_regex.ts";
import { JsonNumber } from "./value.ts";

/** What predicates ask of the run they belong to. */
export interface PredicateRun<Place> {
  readonly lax: boolean;
  readonly options: PathOptions;
  /** Counts a step. */
  work(): void;
  /** Counts a level; gives the number to {@linkcode PredicateRun.leave} with. */
  enter(): number;
  leave(depth: number): void;
  /** Items of an expression. */
  items(expr: PathExpr, place: Place): Generator<PathItem>;
  /** The same; in lax mode arrays are taken apart. */
  operand(expr: PathExpr, place: Place): Generator<PathItem>;
}

/**
 * @param operator Comparison.
 * @param a An item.
 * @param b Another.
 * @param options Time zone.
 * @returns Whether it holds; `undefined` if the items cannot be compared.
 */
export function compareItems(
  operator: Comparison,
  a: PathItem,
  b: PathItem,
  options: PathOptions,
): boolean | undefined {
  const order = orderOf(operator, a, b, options);
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

function orderOf(
  operator: Comparison,
  a: PathItem,
  b: PathItem,
  { timeZone, context }: PathOptions,
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
    return compareDatetimes(a, b, timeZone, context);
  }
  return undefined;
}

/** See the top of the file. */
export class Predicates<Place> {
  readonly #run: PredicateRun<Place>;

  /**
   * @param run The run.
   */
  constructor(run: PredicateRun<Place>) {
    this.#run = run;
  }

  /** Three-valued: `undefined` is unknown. */
  holds(expr: PathExpr, place: Place): boolean | undefined {
    this.#run.work();
    const depth = this.#run.enter();
    const result = this.#truth(expr, place);
    this.#run.leave(depth);
    return result;
  }

  #truth(expr: PathExpr, place: Place): boolean | undefined {
    switch (expr.kind) {
      case "and": {
        const left = this.holds(expr.left, place);
        if (left === false) return false;
        const right = this.holds(expr.right, place);
        return right === true ? left : right;
      }
      case "or": {
        const left = this.holds(expr.left, place);
        if (left === true) return true;
        const right = this.holds(expr.right, place);
        return right === false ? left : right;
      }
      case "not": {
        const value = this.holds(expr.arg, place);
        return value === undefined ? undefined : !value;
      }
      case "unknown":
        return this.holds(expr.arg, place) === undefined;
      case "exists":
        return this.#exists(expr.arg, place);
      case "compare":
        return this.#pairs(
          expr,
          place,
          this.#run.lax,
          (a, b) => compareItems(expr.operator, a, b, this.#run.options),
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
        const pause = pauseOf(this.#run.options.context);
        return this.#pairs(
          { left: expr.left },
          place,
          false,
          (a) => isText(a) ? regex.test(a, pause) : undefined,
        );
      }
      default:
        return undefined;
    }
  }

  #exists(expr: PathExpr, place: Place): boolean | undefined {
    try {
      const items = this.#run.items(expr, place);
      if (this.#run.lax) return !items.next().done;
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
      lefts = [...this.#run.operand(left, place)];
      if (right !== undefined) {
        rights = unwrapRight
          ? [...this.#run.operand(right, place)]
          : [...this.#run.items(right, place)];
      }
    } catch (error) {
      if (error instanceof PathError) return undefined;
      throw error;
    }
    let found = false;
    let unknown = false;
    for (const a of lefts) {
      for (const b of rights) {
        this.#run.work();
        const result = holds(a, b);
        if (result === undefined) {
          if (!this.#run.lax) return undefined;
          unknown = true;
        } else if (result) {
          if (this.#run.lax) return true;
          found = true;
        }
      }
    }
    return found ? true : unknown ? undefined : false;
  }
}
