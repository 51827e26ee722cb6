/**
 * Runs paths of the SQL/JSON path language (manual, 9.16.2).
 *
 * Items are found one by one, so that a caller who needs only the first stops there. Work is bounded.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { Decimal } from "./decimal.ts";
import { offsetOf } from "./layout.ts";
import {
  isPredicate,
  type JsonPath,
  type PathExpr,
  type Step,
} from "./path.ts";
import {
  fail,
  type PathItem,
  type PathOptions,
  type Place,
} from "./path_item.ts";
import {
  applyMethod,
  calculate,
  signed,
  toDatetime,
  toNumber,
} from "./path_methods.ts";
import { type PredicateRun, Predicates } from "./path_predicate.ts";
import {
  keyValuePair,
  memberValues,
  toIndex,
  variableNamed,
  wrongKind,
} from "./path_steps.ts";
import {
  isArray,
  isObject,
  type Json,
  JsonNumber,
  type JsonObject,
} from "./value.ts";

/** Steps before a path is given up. */
const mostSteps = 3_000_000;
/** Steps between two pauses, about a millisecond. */
const stepsPerPause = 2000;
/** Deeper evaluation is refused. */
const deepest = 1200;

class Runner implements PredicateRun<Place> {
  readonly #path: JsonPath;
  readonly #root: Json;
  readonly options: PathOptions;
  readonly #predicates = new Predicates<Place>(this);
  #steps = 0;
  #depth = 0;
  /** The document and the variables have the numbers 0 and 1. */
  #generated = 2;

  constructor(path: JsonPath, root: Json, options: PathOptions) {
    this.#path = path;
    this.#root = root;
    this.options = options;
  }

  run(): Generator<PathItem> {
    const root = { root: this.#root, id: 0 };
    return this.items(this.#path.expr, {
      current: this.#root,
      size: -1,
      base: root,
      lenient: !this.#path.strict,
    });
  }

  get lax(): boolean {
    return !this.#path.strict;
  }

  work(): void {
    if (++this.#steps > mostSteps) {
      throw new SqlError("54000", "jsonpath evaluation takes too many steps");
    }
    if (this.#steps % stepsPerPause === 0) this.options.context.pause?.();
  }

  /** Items of an expression; a predicate is one boolean, or null for unknown. */
  *items(expr: PathExpr, place: Place): Generator<PathItem> {
    this.work();
    if (isPredicate(expr)) {
      yield this.#predicates.holds(expr, place) ?? null;
      return;
    }
    switch (expr.kind) {
      case "literal":
        yield expr.value;
        return;
      case "variable":
        yield variableNamed(expr.name, this.options.variables);
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
        for (const item of this.items(expr.base, place)) {
          const base = expr.base.kind === "variable"
            ? { root: this.options.variables, id: 1 }
            : expr.base.kind === "root"
            ? { root: this.#root, id: 0 }
            : place.base;
          yield* this.#follow(expr.steps, 0, item, { ...place, base });
        }
    }
  }

  /** Items of an operand; in lax mode arrays are taken apart. */
  *operand(expr: PathExpr, place: Place): Generator<PathItem> {
    for (const item of this.items(expr, place)) {
      if (this.lax && isArray(item as Json)) yield* item as readonly Json[];
      else yield item;
    }
  }

  #single(
    expr: PathExpr,
    place: Place,
    side: "left" | "right",
    operator: string,
  ): Decimal {
    return toNumber([...this.operand(expr, place)], side, operator);
  }

  #arithmetic(expr: PathExpr & { kind: "arithmetic" }, place: Place): Json {
    const { operator } = expr;
    this.enter();
    const left = this.#single(expr.left, place, "left", operator);
    const right = this.#single(expr.right, place, "right", operator);
    this.#depth--;
    return calculate(operator, left, right);
  }

  enter(): number {
    if (++this.#depth > deepest) {
      throw new SqlError("54001", "stack depth limit exceeded");
    }
    return this.#depth;
  }

  leave(depth: number): void {
    this.#depth = depth - 1;
  }

  *#sign(expr: PathExpr & { kind: "sign" }, place: Place): Generator<PathItem> {
    for (const item of this.operand(expr.arg, place)) {
      yield signed(expr.operator, item);
    }
  }

  /** Follows steps from `at` on. */
  *#follow(
    steps: readonly Step[],
    at: number,
    item: PathItem,
    place: Place,
    unwrap = this.lax,
  ): Generator<PathItem> {
    this.work();
    const step = steps[at];
    if (step === undefined) {
      yield item;
      return;
    }
    this.enter();
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
          for (
            const value of memberValues(step, item as JsonObject, place.lenient)
          ) yield* next(value);
        } else if (array !== undefined) {
          yield* this.#each(array, steps, at, place);
        } else if (step.kind === "filter") {
          const here = { ...place, current: item };
          if (this.#predicates.holds(step.predicate, here) === true) {
            yield* next(item);
          }
        } else if (!place.lenient) {
          throw wrongKind(step.kind);
        }
        break;
      case "anyElement":
        if (isArray(item as Json)) {
          for (const element of item as readonly Json[]) yield* next(element);
        } else if (this.lax) yield* next(item);
        else if (!place.lenient) {
          throw wrongKind(step.kind);
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
        else yield* next(toDatetime(item, step.template, this.options.context));
        break;
      case "method":
        if (
          array !== undefined && step.name !== "type" && step.name !== "size"
        ) {
          yield* this.#each(array, steps, at, place);
        } else if (step.name === "keyvalue") {
          yield* this.#keyValues(item, place, next);
        } else {
          const value = applyMethod(step.name, item, {
            lax: this.lax,
            lenient: place.lenient,
          });
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

  *#elements(
    step: Step & { kind: "elements" },
    item: PathItem,
    place: Place,
    next: (value: PathItem, there: Place) => Generator<PathItem>,
  ): Generator<PathItem> {
    const isList = isArray(item as Json);
    if (!isList && !this.lax) {
      if (place.lenient) return;
      throw wrongKind(step.kind);
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
    return toIndex([...this.items(expr, place)]);
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
    this.enter();
    for (const value of inside) {
      this.work();
      const container = isArray(value) || isObject(value);
      if (
        level >= step.first ||
        (step.first === Infinity && step.last === Infinity && !container)
      ) yield* next(value, place);
      if (container) yield* this.#any(step, value, level + 1, place, next);
    }
    this.#depth--;
  }

  *#keyValues(
    item: PathItem,
    place: Place,
    next: (value: PathItem, there: Place) => Generator<PathItem>,
  ): Generator<PathItem> {
    if (!isObject(item as Json)) throw wrongKind("keyvalue");
    const { root, id } = place.base;
    const number = offsetOf(root as Json, item as Json) + id * 10_000_000_000;
    for (const [key, value] of item as JsonObject) {
      const pair = keyValuePair(key, value, number);
      const base = { root: pair, id: this.#generated++ };
      yield* next(pair, { ...place, base });
    }
  }
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
