/**
 * The SQL/JSON path language as a tree, and its text as PostgreSQL writes it.
 *
 * @module
 */

import { type Json, JsonNumber, printJson, quoteJson } from "./value.ts";

/** Methods without arguments. */
export const methods = [
  "type",
  "size",
  "abs",
  "floor",
  "ceiling",
  "double",
  "keyvalue",
] as const;

/** Name of a method. */
export type Method = typeof methods[number];

/** What follows a value: `.key`, `[*]`, `? (…)`, … */
export type Step =
  | { readonly kind: "key"; readonly name: string }
  | { readonly kind: "anyKey" }
  | { readonly kind: "anyElement" }
  | {
    readonly kind: "elements";
    readonly subscripts: readonly {
      readonly from: PathExpr;
      readonly to?: PathExpr | undefined;
    }[];
  }
  /** `**`, with levels; `Infinity` is `last`. */
  | { readonly kind: "any"; readonly first: number; readonly last: number }
  | { readonly kind: "method"; readonly name: Method }
  | { readonly kind: "datetime"; readonly template?: string | undefined }
  | { readonly kind: "filter"; readonly predicate: PathExpr };

/** Comparison operators. */
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** Expression or predicate. */
export type PathExpr =
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "root" | "current" | "last" }
  | {
    readonly kind: "arithmetic";
    readonly operator: "+" | "-" | "*" | "/" | "%";
    readonly left: PathExpr;
    readonly right: PathExpr;
  }
  | {
    readonly kind: "sign";
    readonly operator: "+" | "-";
    readonly arg: PathExpr;
  }
  | {
    readonly kind: "access";
    readonly base: PathExpr;
    readonly steps: readonly Step[];
  }
  | {
    readonly kind: "and" | "or";
    readonly left: PathExpr;
    readonly right: PathExpr;
  }
  | { readonly kind: "not" | "unknown" | "exists"; readonly arg: PathExpr }
  | {
    readonly kind: "compare";
    readonly operator: Comparison;
    readonly left: PathExpr;
    readonly right: PathExpr;
  }
  | {
    readonly kind: "startsWith";
    readonly left: PathExpr;
    readonly right: PathExpr;
  }
  | {
    readonly kind: "regex";
    readonly left: PathExpr;
    readonly pattern: string;
    /** Letters in PostgreSQL's order: `i`, `s`, `m`, `q`. */
    readonly flags: string;
  };

/** A whole path. */
export interface JsonPath {
  readonly strict: boolean;
  readonly expr: PathExpr;
}

const predicates = new Set<PathExpr["kind"]>([
  "and",
  "or",
  "not",
  "unknown",
  "exists",
  "compare",
  "startsWith",
  "regex",
]);

/** @returns Whether it is true, false or unknown rather than a list of items. */
export function isPredicate(expr: PathExpr): boolean {
  return predicates.has(expr.kind);
}

/**
 * @param path A path.
 * @param readable Whether parentheses are put where PostgreSQL leaves them out and could not read its
 *   own text again: `(exists ($.a)).type()`.
 * @returns Its text, as the output of type `jsonpath`.
 */
export function printPath(path: JsonPath, readable = false): string {
  return (path.strict ? "strict " : "") +
    new Printer(readable).print(path.expr, true);
}

function priority(expr: PathExpr): number {
  switch (expr.kind) {
    case "or":
      return 0;
    case "and":
      return 1;
    case "compare":
    case "startsWith":
      return 2;
    case "arithmetic":
      return expr.operator === "+" || expr.operator === "-" ? 3 : 4;
    case "sign":
      return 5;
    default:
      return 6;
  }
}

class Printer {
  constructor(readonly readable: boolean) {}

  #binary(
    expr: PathExpr & { left: PathExpr; right: PathExpr },
    operator: string,
    brackets: boolean,
  ): string {
    const own = priority(expr);
    const text = this.print(expr.left, priority(expr.left) <= own) +
      ` ${operator} ` + this.print(expr.right, priority(expr.right) <= own);
    return brackets ? `(${text})` : text;
  }

  print(expr: PathExpr, brackets: boolean): string {
    switch (expr.kind) {
      case "literal":
        return printJson(expr.value);
      case "variable":
        return "$" + quoteJson(expr.name);
      case "root":
        return "$";
      case "current":
        return "@";
      case "last":
        return "last";
      case "arithmetic":
      case "compare":
        return this.#binary(expr, expr.operator, brackets);
      case "and":
        return this.#binary(expr, "&&", brackets);
      case "or":
        return this.#binary(expr, "||", brackets);
      case "startsWith":
        return this.#binary(expr, "starts with", brackets);
      case "sign": {
        const text = expr.operator +
          this.print(expr.arg, priority(expr.arg) <= 5);
        return brackets ? `(${text})` : text;
      }
      case "not":
        return `!(${this.print(expr.arg, false)})`;
      case "unknown":
        return `(${this.print(expr.arg, false)}) is unknown`;
      case "exists":
        return `exists (${this.print(expr.arg, false)})`;
      case "regex": {
        const text = this.print(expr.left, priority(expr.left) <= 6) +
          ` like_regex ${quoteJson(expr.pattern)}` +
          (expr.flags === "" ? "" : ` flag "${expr.flags}"`);
        return brackets ? `(${text})` : text;
      }
      case "access":
        return this.#base(expr.base) +
          expr.steps.map((step) => this.#step(step)).join("");
    }
  }

  #base(expr: PathExpr): string {
    const text = this.print(expr, true);
    const { kind } = expr;
    const bare = kind === "not" || kind === "unknown" || kind === "exists";
    return (this.readable && bare) || isNumber(expr) ? `(${text})` : text;
  }

  #step(step: Step): string {
    switch (step.kind) {
      case "key":
        return "." + quoteJson(step.name);
      case "anyKey":
        return ".*";
      case "anyElement":
        return "[*]";
      case "elements":
        return "[" +
          step.subscripts.map(({ from, to }) =>
            this.print(from, false) +
            (to === undefined ? "" : ` to ${this.print(to, false)}`)
          ).join(",") + "]";
      case "any":
        return ".**" + printLevels(step.first, step.last);
      case "method":
        return `.${step.name}()`;
      case "datetime":
        return `.datetime(${
          step.template === undefined ? "" : quoteJson(step.template)
        })`;
      case "filter":
        return `?(${this.print(step.predicate, false)})`;
    }
  }
}

function isNumber(expr: PathExpr): boolean {
  return expr.kind === "literal" && expr.value instanceof JsonNumber;
}

function printLevels(first: number, last: number): string {
  const level = (n: number) => n === Infinity ? "last" : String(n);
  if (first === 0 && last === Infinity) return "";
  if (first === last) return `{${level(first)}}`;
  return `{${level(first)} to ${level(last)}}`;
}
