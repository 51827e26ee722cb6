/**
 * Prints resolved expressions as SQLite's.
 *
 * @module
 */

import type { Printed } from "../functions/define.ts";
import type {
  Case,
  Constant,
  Expr,
  Extreme,
  InList,
  IsBoolean,
  IsDistinct,
  IsNull,
  Logic,
  RowCompare,
} from "../tree.ts";
import { oid } from "../types/type.ts";
import { providePrinter } from "./any_expression.ts";
import { printAggregate, printWindowCall } from "./aggregate.ts";
import { isPlainOperator, printCall } from "./call.ts";
import { printCast } from "./cast.ts";
import {
  isRow,
  printArray,
  printArrayCompare,
  printField,
  printRow,
  printSubscript,
} from "./containers.ts";
import type { PrintContext } from "./context.ts";
import {
  enumLabel,
  enumRank,
  printComparable,
  printCompared,
  printSortable,
} from "./operand.ts";
import { joinBalanced, printed } from "./printed.ts";
import { collationOf } from "./storage.ts";
import { printSubQuery } from "./sub_query.ts";

/**
 * Prints an expression.
 *
 * @param expr Expression.
 * @param context Where it is printed.
 * @returns SQLite expression, in parentheses where it needs them.
 */
export function printExpression(expr: Expr, context: PrintContext): Printed {
  switch (expr.kind) {
    case "constant":
      return printConstant(expr, context);
    case "param":
      return printed(
        context.slot({ from: "param", number: expr.number }),
        true,
      );
    case "session":
      return printed(
        context.slot({ from: "session", value: expr.value }),
        true,
      );
    case "column":
      return printed(context.column(expr), true);
    case "outer":
      return printed(expr.sql, true);
    case "call":
      return printCall(expr, context);
    case "aggregate":
      return printAggregate(expr, context);
    case "window":
      return printWindowCall(expr, context);
    case "cast":
      return printCast(expr, context);
    case "logic":
      return printLogic(expr, context);
    case "isNull":
      return printIsNull(expr, context);
    case "isBoolean":
      return printIsBoolean(expr, context);
    case "isDistinct":
      return printIsDistinct(expr, context);
    case "case":
      return printCase(expr, context);
    case "coalesce":
      return printCoalesce(expr.args, context);
    case "extreme":
      return printExtreme(expr, context);
    case "array":
      return printArray(expr, context);
    case "row":
      return printRow(expr, context);
    case "rowCompare":
      return printRowCompare(expr, context);
    case "in":
      return printIn(expr, context);
    case "arrayCompare":
      return printArrayCompare(expr, context);
    case "subQuery":
      return printSubQuery(expr, context);
    case "subscript":
      return printSubscript(expr, context);
    case "field":
      return printField(expr, context);
  }
}

/** Values are bound. What no text of a client can change is written out, so that SQLite sees it. */
function printConstant(expr: Constant, context: PrintContext): Printed {
  const { value, type, typmod, location } = expr;
  if (value === null) return printed("NULL", true);
  if (type === oid.bool) return printed(String(value), true);
  return printed(
    context.slot({
      from: "literal",
      value,
      type,
      typmod,
      ...(location === undefined ? {} : { location }),
    }),
    true,
  );
}

function printLogic(expr: Logic, context: PrintContext): Printed {
  const args = expr.args.map((arg) => printExpression(arg, context).sql);
  if (expr.operator === "not") return printed(`(NOT ${args[0]})`);
  const operator = expr.operator.toUpperCase();
  return printed(
    args.slice(1).some(mayFail)
      ? inOrder(args, operator)
      : joinBalanced(args, operator),
  );
}

/** Whether a call of ours is in it, which may throw. */
function mayFail(sql: string): boolean {
  return sql.includes("pg_error(") || sql.includes("pg_in") ||
    sql.includes(')"(');
}

/**
 * SQLite evaluates both sides of AND and OR where their value is wanted; PostgreSQL does not go on when
 * the first has decided, and queries rely on it: `b <> 0 AND a / b > 1`.
 */
function inOrder(args: readonly string[], operator: string): string {
  const decided = operator === "AND" ? 0 : 1;
  return args.reduceRight((rest, arg) =>
    mayFail(rest)
      ? `(CASE ${arg} WHEN ${decided} THEN ${decided} ELSE ${arg} ${operator} ${rest} END)`
      : `(${arg} ${operator} ${rest})`
  );
}

function printIsNull(expr: IsNull, context: PrintContext): Printed {
  const test = expr.not ? "IS NOT NULL" : "IS NULL";
  if (isRow(expr.arg) && expr.arg.nullIfAll !== true) {
    // True only if it is so of every field.
    const fields = expr.arg.fields.map((field) =>
      `(${printExpression(field, context)} ${test})`
    );
    return printed(fields.length === 0 ? "1" : joinBalanced(fields, "AND"));
  }
  const value = printExpression(expr.arg, context);
  const composite = expr.arg.type === oid.record ||
    context.env.catalog.type(expr.arg.type)?.kind === "c";
  return printed(
    composite
      ? `pg_row_is_null(${value}, ${expr.not ? 1 : 0})`
      : `(${value} ${test})`,
  );
}

function printIsBoolean(expr: IsBoolean, context: PrintContext): Printed {
  const value = printExpression(expr.arg, context);
  const wanted = expr.value === null ? "NULL" : expr.value ? "1" : "0";
  return printed(`(${value} IS${expr.not ? " NOT" : ""} ${wanted})`);
}

function printIsDistinct(expr: IsDistinct, context: PrintContext): Printed {
  return printed(
    `(${printComparable(expr.left, context)} IS${expr.not ? "" : " NOT"} ${
      printCompared(expr.right, context)
    })`,
  );
}

function printCase(expr: Case, context: PrintContext): Printed {
  const nullIf = printNullIf(expr, context);
  if (nullIf !== undefined) return nullIf;
  const whens = expr.whens.map(({ when, then }) =>
    `WHEN ${printExpression(when, context)} THEN ${
      printExpression(then, context)
    }`
  );
  const otherwise = expr.otherwise === undefined
    ? ""
    : ` ELSE ${printExpression(expr.otherwise, context)}`;
  return printed(`(CASE ${whens.join(" ")}${otherwise} END)`);
}

/** `CASE WHEN a = b THEN NULL ELSE a END`, so that `a` is evaluated once. */
function printNullIf(expr: Case, context: PrintContext): Printed | undefined {
  const [first, second] = expr.whens;
  if (
    first === undefined || second !== undefined || first.when.kind !== "call" ||
    first.when.function.name !== "=" || !isPlainOperator(first.when.function) ||
    first.when.args[0] !== expr.otherwise || first.then.kind !== "constant" ||
    first.then.value !== null
  ) return undefined;
  const [left, right] = first.when.args as [Expr, Expr];
  return printed(
    `nullif(${printComparable(left, context)}, ${
      printCompared(right, context)
    })`,
  );
}

function printCoalesce(
  args: readonly Expr[],
  context: PrintContext,
): Printed {
  const values = args.map((arg) => printExpression(arg, context));
  return values.length === 1
    ? values[0] as Printed
    : printed(`coalesce(${values.join(", ")})`);
}

/** SQLite's `max(a, b)` gives NULL for a NULL; here each operand that is NULL is replaced by another. */
function printExtreme(expr: Extreme, context: PrintContext): Printed {
  const values = expr.args.map((arg) => printSortable(arg, context).sql);
  if (values.length === 1) {
    return printExpression(expr.args[0] as Expr, context);
  }
  const rotated = values.map((value, index) => {
    const others = values.filter((_, other) => other !== index);
    return `coalesce(${[value, ...others].join(", ")})`;
  });
  // Of equal values the first counts, as in PostgreSQL; SQLite's min() takes the last.
  if (expr.which === "least") rotated.reverse();
  const [first, ...rest] = rotated;
  const rank = enumRank(expr.type, context);
  const collation = rank === undefined
    ? collationOf(context.env, expr.type)
    : undefined;
  const name = expr.which === "greatest" ? "max" : "min";
  // The first operand that has a collation decides.
  const chosen = `${name}(${
    [collation === undefined ? first : `${first} COLLATE ${collation}`, ...rest]
      .join(", ")
  })`;
  const label = rank === undefined ? undefined : enumLabel(expr.type, context);
  return printed(label === undefined ? chosen : label(chosen));
}

function printRowCompare(expr: RowCompare, context: PrintContext): Printed {
  const left = expr.left.map((each) => printSortable(each, context).sql);
  const right = expr.right.map((each) => printSortable(each, context).sql);
  return printed(
    `((${left.join(", ")}) ${expr.operator} (${right.join(", ")}))`,
  );
}

function printIn(expr: InList, context: PrintContext): Printed {
  const list = expr.list.map((each) => printExpression(each, context).sql);
  return printed(
    `(${printComparable(expr.arg, context)}${expr.not ? " NOT" : ""} IN (${
      list.join(", ")
    }))`,
  );
}

providePrinter(printExpression);
