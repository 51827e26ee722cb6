/**
 * Reads expressions by MySQL's precedence (manual, 14.4.1).
 *
 * | power | operators |
 * |---|---|
 * | 1 | `:=` |
 * | 2 | OR `\|\|` |
 * | 3 | XOR |
 * | 4 | AND && |
 * | 5 | NOT |
 * | 6 | comparisons, IS, LIKE, REGEXP, IN, BETWEEN |
 * | 7–9 | `\|`, `&`, `<< >>` |
 * | 10 | + - |
 * | 11 | * / DIV % MOD |
 * | 12 | ^ |
 * | 13 | `\|\|` with PIPES_AS_CONCAT |
 * | 14 | unary - + ~ |
 * | 15 | ! |
 * | 16 | BINARY, COLLATE |
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { readCollation } from "./collation.ts";
import { predicate } from "./predicate.ts";
import {
  asCondition,
  asValue,
  call,
  condition,
  logic,
  plainCall,
  string,
  type Term,
  text,
  value,
} from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { primary } from "./primary.ts";
import { query } from "./query.ts";
import { intervalOf, isInterval } from "./interval.ts";

const arithmetic: Readonly<
  Record<string, readonly [power: number, name: string]>
> = {
  "|": [7, "bit_or"],
  "&": [8, "bit_and"],
  "<<": [9, "shift_left"],
  ">>": [9, "shift_right"],
  "+": [10, "add"],
  "-": [10, "subtract"],
  "*": [11, "multiply"],
  "/": [11, "divide"],
  "%": [11, "modulo"],
  mod: [11, "modulo"],
  div: [11, "divide_whole"],
  "^": [12, "bit_xor"],
};

const comparisons: Readonly<Record<string, string>> = {
  "=": "equal",
  "<=>": "equal_null",
  "<": "less",
  "<=": "less_equal",
  ">": "greater",
  ">=": "greater_equal",
  "<>": "not_equal",
  "!=": "not_equal",
};

/**
 * @param p Parser, before an expression.
 * @returns The expression.
 */
export function expression(p: Parser): Term {
  return p.nested(() => binary(p, 0));
}

/** An expression as a value. */
export const valueOf = (p: Parser): Node => asValue(expression(p));

/** An expression as a condition. */
export const conditionOf = (p: Parser): Node => asCondition(expression(p));

/** An expression without comparisons and conditions around it (`bit_expr` of the manual). */
export const operand = (p: Parser): Node =>
  asValue(p.nested(() => binary(p, 7)));

function binary(p: Parser, power: number): Term {
  let left = prefix(p);
  for (;;) {
    const next = step(p, left, power);
    if (next === undefined) return left;
    left = next;
  }
}

function prefix(p: Parser): Term {
  if (p.accept("not")) {
    return condition(
      logic("NOT_EXPR", asCondition(p.nested(() => binary(p, 5)))),
    );
  }
  if (p.accept("!")) {
    return condition(
      logic("NOT_EXPR", asCondition(p.nested(() => binary(p, 15)))),
    );
  }
  if (p.accept("-")) {
    const read = p.nested(() => binary(p, 14));
    return value(
      (read.condition ? undefined : negated(read.node)) ??
        call("negate", asValue(read)),
    );
  }
  if (p.accept("+")) return p.nested(() => binary(p, 14));
  if (p.accept("~")) {
    return value(call("bit_not", asValue(p.nested(() => binary(p, 14)))));
  }
  if (p.accept("binary")) {
    return value(call("binary", asValue(p.nested(() => binary(p, 16)))));
  }
  return primary(p);
}

/** `-` before a number is part of it. */
function negated(node: Node): Node | undefined {
  if (!("A_Const" in node)) return undefined;
  const { ival, fval } = node.A_Const;
  if (ival !== undefined) {
    const found = ival.ival ?? 0;
    return found === 0 ? node : { A_Const: { ival: { ival: -found } } };
  }
  if (fval?.fval !== undefined && !fval.fval.startsWith("-")) {
    return { A_Const: { fval: { fval: `-${fval.fval}` } } };
  }
  return undefined;
}

/** Goes on with an operator that binds at least that strongly. */
function step(p: Parser, left: Term, power: number): Term | undefined {
  const { token } = p;
  if (token.kind !== "word" && token.kind !== "operator") return undefined;
  const { word } = token;
  const modes = p.options.sqlMode;
  if (word === "or" || (word === "||" && !modes.has("PIPES_AS_CONCAT"))) {
    if (power > 2) return undefined;
    p.take();
    return joined(p, "OR_EXPR", left, 3);
  }
  if (word === "||") {
    if (power > 13) return undefined;
    p.take();
    return value(call("concat", asValue(left), asValue(binary(p, 14))));
  }
  if (word === "xor") {
    if (power > 3) return undefined;
    p.take();
    const right = asCondition(binary(p, 4));
    return condition({
      A_Expr: {
        kind: "AEXPR_OP",
        name: [string("<>")],
        lexpr: asCondition(left),
        rexpr: right,
      },
    });
  }
  if (word === "and" || word === "&&") {
    if (power > 4) return undefined;
    p.take();
    return joined(p, "AND_EXPR", left, 5);
  }
  const compare = comparisons[word];
  if (compare !== undefined && token.kind === "operator") {
    if (power > 6) return undefined;
    p.take();
    return compared(p, compare, left);
  }
  const found = arithmetic[word];
  if (found !== undefined) {
    const [strength, name] = found;
    if (power > strength) return undefined;
    p.take();
    if ((word === "+" || word === "-") && isInterval(p)) {
      const { amount, unit } = intervalOf(p);
      return value(
        call(
          word === "+" ? "date_add" : "date_sub",
          asValue(left),
          amount,
          text(unit),
        ),
      );
    }
    return value(call(name, asValue(left), asValue(binary(p, strength + 1))));
  }
  if (word === "collate") {
    if (power > 16) return undefined;
    p.take();
    return value(call("collate", asValue(left), text(readCollation(p))));
  }
  return power > 6
    ? undefined
    : predicate(p, left, (strength) => binary(p, strength));
}

function joined(
  p: Parser,
  operator: "AND_EXPR" | "OR_EXPR",
  left: Term,
  power: number,
): Term {
  const right = asCondition(binary(p, power));
  const first = asCondition(left);
  // Long chains stay flat, so that they are not deep.
  const before = "BoolExpr" in first && first.BoolExpr.boolop === operator
    ? first.BoolExpr.args ?? []
    : [first];
  return condition(logic(operator, ...before, right));
}

function compared(p: Parser, name: string, left: Term): Term {
  const quantifier = p.acceptOne("any", "some", "all");
  if (quantifier !== undefined) {
    const select = p.parenthesized(() => query(p));
    const symbol = symbols[name] as string;
    return condition({
      SubLink: {
        subLinkType: quantifier === "all" ? "ALL_SUBLINK" : "ANY_SUBLINK",
        testexpr: asValue(left),
        operName: [string(symbol)],
        subselect: select,
      },
    });
  }
  const right = asValue(binary(p, 7));
  const first = asValue(left);
  if (isRow(first) || isRow(right)) {
    const symbol = symbols[name];
    if (symbol === undefined) throw p.error();
    return condition({
      A_Expr: {
        kind: "AEXPR_OP",
        name: [string(symbol)],
        lexpr: first,
        rexpr: right,
      },
    });
  }
  return condition(call(name, first, right));
}

const symbols: Readonly<Record<string, string>> = {
  equal: "=",
  less: "<",
  "less_equal": "<=",
  greater: ">",
  "greater_equal": ">=",
  "not_equal": "<>",
};

const isRow = (node: Node) => "RowExpr" in node;

/** `count(*)` and the like, for those who need it as a node. */
export const countAll = (): Node => ({
  FuncCall: {
    ...(plainCall("count") as { FuncCall: object }).FuncCall,
    agg_star: true,
  },
});
