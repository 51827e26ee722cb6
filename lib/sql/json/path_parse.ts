/**
 * Reads a path of the SQL/JSON path language.
 *
 * Expressions and predicates share one precedence climb; whether an operand may be the one or the
 * other is checked where it is used.
 *
 * @module
 */

import { longestPattern } from "../../base/value_limit.ts";
import { SqlError } from "../error.ts";
import { compileRegex } from "../regex/compile.ts";
import { canonicalNumber } from "./decimal.ts";
import {
  type Comparison,
  isPredicate,
  type JsonPath,
  type Method,
  methods,
  type PathExpr,
  type Step,
} from "./path.ts";
import { PathCursor } from "./path_cursor.ts";
import { regexOptions } from "./path_regex.ts";
import { JsonNumber } from "./value.ts";

/** Paths read lately, by text. */
const cache = new Map<string, JsonPath>();
const mostCached = 200;
const longestCached = 4096;
const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ["==", "=="],
  ["!=", "!="],
  ["<>", "!="],
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
]);

class Parser extends PathCursor {
  /** Whether `@` means something here. */
  #filters = 0;
  /** Whether `last` means something here. */
  #subscripts = 0;

  path(): JsonPath {
    let strict = false;
    if (this.word("strict")) strict = true;
    else this.word("lax");
    const expr = this.#or();
    if (this.token.kind !== "end") throw this.wrong();
    return { strict, expr };
  }

  #predicate(expr: PathExpr): PathExpr {
    if (!isPredicate(expr)) throw this.wrong();
    return expr;
  }

  #value(expr: PathExpr): PathExpr {
    if (isPredicate(expr)) throw this.wrong();
    return expr;
  }

  #or(): PathExpr {
    let left = this.#and();
    while (this.token.text === "||" && isPredicate(left)) {
      this.next();
      const right = this.#predicate(this.#and());
      left = { kind: "or", left, right };
      this.grow();
    }
    return left;
  }

  #and(): PathExpr {
    let left = this.#comparison();
    while (this.token.text === "&&" && isPredicate(left)) {
      this.next();
      const right = this.#predicate(this.#comparison());
      left = { kind: "and", left, right };
      this.grow();
    }
    return left;
  }

  #comparison(): PathExpr {
    if (this.symbol("!")) {
      if (this.token.text !== "(" && !this.isWord("exists")) {
        throw this.wrong();
      }
      const exists = this.isWord("exists");
      const arg = this.#predicate(
        exists ? this.#primary() : this.#parentheses(),
      );
      return { kind: "not", arg };
    }
    const left = this.#sum();
    if (isPredicate(left)) return left;
    const operator = this.token.kind === "symbol"
      ? comparisons.get(this.token.text)
      : undefined;
    if (operator !== undefined) {
      this.next();
      return {
        kind: "compare",
        operator,
        left,
        right: this.#value(this.#sum()),
      };
    }
    if (this.word("starts")) {
      if (!this.word("with")) throw this.wrong();
      const { kind, text } = this.token;
      if (kind !== "string" && kind !== "variable") throw this.wrong();
      this.next();
      const right: PathExpr = kind === "string"
        ? { kind: "literal", value: text }
        : { kind: "variable", name: text };
      return { kind: "startsWith", left, right };
    }
    if (this.word("like_regex")) return this.#regex(left);
    return left;
  }

  #regex(left: PathExpr): PathExpr {
    const pattern = this.string();
    const flags = this.word("flag") ? this.string() : "";
    let ordered = "";
    for (const flag of flags) {
      if (!"ismxq".includes(flag)) {
        throw new SqlError("42601", "invalid input syntax for type jsonpath", {
          detail:
            `Unrecognized flag character "${flag}" in LIKE_REGEX predicate.`,
        });
      }
    }
    for (const flag of "ismxq") if (flags.includes(flag)) ordered += flag;
    // A bad pattern is an error now, not when the path is first used.
    compileRegex(pattern, regexOptions(ordered));
    return { kind: "regex", left, pattern, flags: ordered };
  }

  #sum(): PathExpr {
    let left = this.#product();
    for (;;) {
      const operator = this.operator("+", "-");
      if (operator === undefined || isPredicate(left)) return left;
      this.next();
      const right = this.#value(this.#product());
      left = { kind: "arithmetic", operator, left, right };
      this.grow();
    }
  }

  #product(): PathExpr {
    let left = this.#signed();
    for (;;) {
      const operator = this.operator("*", "/", "%");
      if (operator === undefined || isPredicate(left)) return left;
      this.next();
      const right = this.#value(this.#signed());
      left = { kind: "arithmetic", operator, left, right };
      this.grow();
    }
  }

  #signed(): PathExpr {
    const operator = this.operator("+", "-");
    if (operator === undefined) return this.#access();
    this.next();
    const arg = this.#value(this.nested(() => this.#signed()));
    return { kind: "sign", operator, arg };
  }

  #access(): PathExpr {
    const base = this.#primary();
    const steps: Step[] = [];
    for (let step = this.#step(); step !== undefined; step = this.#step()) {
      steps.push(step);
    }
    if (steps.length === 0) return base;
    if (base.kind === "access") {
      return {
        kind: "access",
        base: base.base,
        steps: [...base.steps, ...steps],
      };
    }
    return { kind: "access", base, steps };
  }

  #primary(): PathExpr {
    const token = this.token;
    if (token.kind === "string") {
      this.next();
      return { kind: "literal", value: token.text };
    }
    if (token.kind === "number") {
      this.next();
      return {
        kind: "literal",
        value: new JsonNumber(canonicalNumber(token.text.replace(/\.$/, ""))),
      };
    }
    if (token.kind === "variable") {
      this.next();
      return { kind: "variable", name: token.text };
    }
    if (this.word("null")) return { kind: "literal", value: null };
    if (this.word("true")) return { kind: "literal", value: true };
    if (this.word("false")) return { kind: "literal", value: false };
    if (this.word("last")) {
      if (this.#subscripts === 0) {
        throw new SqlError("42601", "LAST is allowed only in array subscripts");
      }
      return { kind: "last" };
    }
    if (this.word("exists")) {
      this.need("(");
      const arg = this.#value(this.nested(() => this.#or()));
      this.need(")");
      return { kind: "exists", arg };
    }
    if (this.symbol("$")) return { kind: "root" };
    if (this.symbol("@")) {
      if (this.#filters === 0) {
        throw new SqlError("42601", "@ is not allowed in root expressions");
      }
      return { kind: "current" };
    }
    if (token.text === "(" && token.kind === "symbol") {
      const inner = this.#parentheses();
      if (!this.isWord("is") || !isPredicate(inner)) return inner;
      this.next();
      if (!this.word("unknown")) throw this.wrong();
      return { kind: "unknown", arg: inner };
    }
    throw this.wrong();
  }

  #parentheses(): PathExpr {
    this.need("(");
    const inner = this.nested(() => this.#or());
    this.need(")");
    return inner;
  }

  #step(): Step | undefined {
    if (this.symbol("[")) return this.#subscript();
    if (this.symbol("?")) {
      this.need("(");
      this.#filters++;
      const predicate = this.#predicate(this.nested(() => this.#or()));
      this.#filters--;
      this.need(")");
      return { kind: "filter", predicate };
    }
    if (!this.symbol(".")) return undefined;
    if (this.symbol("*")) return { kind: "anyKey" };
    if (this.symbol("**")) return this.#levels();
    const { kind, text } = this.token;
    if (kind !== "name" && kind !== "string") throw this.wrong();
    this.next();
    if (kind === "name" && this.token.text === "(") {
      const name = text.toLowerCase();
      const known = methods.find((method): method is Method => method === name);
      if (known !== undefined || name === "datetime") {
        this.next();
        const template = name === "datetime" && this.token.kind === "string"
          ? this.string()
          : undefined;
        this.need(")");
        return known === undefined
          ? { kind: "datetime", template }
          : { kind: "method", name: known };
      }
    }
    return { kind: "key", name: text };
  }

  #subscript(): Step {
    if (this.symbol("*")) {
      this.need("]");
      return { kind: "anyElement" };
    }
    this.#subscripts++;
    const subscripts: { from: PathExpr; to?: PathExpr }[] = [];
    do {
      const from = this.#value(this.nested(() => this.#or()));
      subscripts.push(
        this.word("to")
          ? { from, to: this.#value(this.nested(() => this.#or())) }
          : { from },
      );
    } while (this.symbol(","));
    this.#subscripts--;
    this.need("]");
    return { kind: "elements", subscripts };
  }

  #levels(): Step {
    if (!this.symbol("{")) return { kind: "any", first: 0, last: Infinity };
    const first = this.level();
    const last = this.word("to") ? this.level() : first;
    this.need("}");
    return { kind: "any", first, last };
  }
}

/**
 * @param text A path.
 * @returns Its tree; read once for each text that comes again soon.
 * @throws {SqlError} 42601, 22P02, 2201B, 54001.
 */
export function parsePath(text: string): JsonPath {
  if (text.length > longestPattern) {
    throw new SqlError("54000", "jsonpath is too long");
  }
  const known = cache.get(text);
  if (known !== undefined) return known;
  if (text.trim() === "") {
    throw new SqlError(
      "22P02",
      `invalid input syntax for type jsonpath: "${text}"`,
    );
  }
  const path = new Parser(text).path();
  if (text.length <= longestCached) {
    if (cache.size >= mostCached) cache.clear();
    cache.set(text, path);
  }
  return path;
}
