/**
 * Prints calls of functions and operators.
 *
 * @module
 */

import type { Printed } from "../functions/define.ts";
import { contains } from "../analyze/walk.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import type { Call, Expr } from "../tree.ts";
import { argumentTypes } from "./argument_types.ts";
import type { PrintContext } from "./context.ts";
import { printAny } from "./any_expression.ts";
import { printJsonCall } from "./json_text.ts";
import {
  enumRank,
  printComparable,
  printCompared,
  printSortable,
} from "./operand.ts";
import { printed } from "./printed.ts";
import { textLiteral } from "../sqlite_words.ts";
import { quoteName } from "../sqlite_words.ts";
import { storageOf } from "./storage.ts";

const equalities: ReadonlySet<string> = new Set(["=", "<>", "!="]);
const orders: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);

/**
 * @param call Function or operator.
 * @param context Where it is printed.
 * @returns SQLite expression.
 */
export function printCall(call: Call, context: PrintContext): Printed {
  const { function: entry, args } = call;
  if (entry.user !== undefined) return printUserCall(call, context);
  if (isNullCall(call)) return printed("NULL", true);
  const json = printJsonCall(call, context);
  if (json !== undefined) return printed(json);
  if (entry.kind === "operator" && args.length === 2) {
    const compared = printComparison(entry, args, context);
    if (compared !== undefined) return compared;
  }
  return applyFunction(
    entry,
    args.map((arg) => printAny(arg, context)),
    args,
    context,
    call.variadicArray,
  );
}

/**
 * Whether a strict function has an argument that is NULL already in the text: then PostgreSQL evaluates
 * none of the others, save those that it has worked out beforehand because they are constant.
 */
function isNullCall({ function: entry, args }: Call): boolean {
  return entry.strict && entry.user === undefined &&
    (entry.kind === "function" || entry.kind === "operator") &&
    args.some(isNullLiteral) &&
    args.every((arg) =>
      arg.kind === "constant" || isNullLiteral(arg) ||
      contains(arg, ({ kind }) => kind === "column")
    );
}

function isNullLiteral(expr: Expr): boolean {
  switch (expr.kind) {
    case "constant":
      return expr.value === null;
    case "cast":
      return expr.how.by !== "domain" && isNullLiteral(expr.arg);
    case "call":
      return isNullCall(expr);
    default:
      return false;
  }
}

/**
 * Prints a function over printed arguments.
 *
 * @param entry Function.
 * @param values Arguments, printed.
 * @param args The same as expressions, for their types.
 * @param context Where it is printed.
 * @param variadicArray See {@linkcode Call}.
 * @returns SQLite expression.
 */
export function applyFunction(
  entry: FunctionEntry,
  values: readonly Printed[],
  args: readonly Pick<Expr, "type">[],
  context: PrintContext,
  variadicArray = false,
): Printed {
  const all = entry.typed === true
    ? [
      ...values,
      printed(
        textLiteral(argumentTypes(args, context.env, variadicArray)),
        true,
      ),
    ]
    : values;
  return printed(
    entry.print === undefined
      ? `${quoteName(entry.sqliteName)}(${all.join(", ")})`
      : entry.print(all, false),
  );
}

/** Comparisons of what SQLite itself can compare. */
function printComparison(
  entry: FunctionEntry,
  args: readonly Expr[],
  context: PrintContext,
): Printed | undefined {
  const equality = equalities.has(entry.name);
  if (!equality && !orders.has(entry.name)) return undefined;
  const [left, right] = args as [Expr, Expr];
  const symbol = entry.name === "!=" ? "<>" : entry.name;
  const rank = enumRank(left.type, context);
  if (!equality && rank !== undefined && left.type === right.type) {
    return printed(
      `(${printSortable(left, context)} ${symbol} ${
        printSortable(right, context)
      })`,
    );
  }
  if (entry.print === undefined) return undefined;
  // One collation is enough: that of the left operand decides.
  const values = [
    printComparable(left, context),
    printCompared(right, context),
  ];
  return applyFunction(entry, values, args, context);
}

const plain = new WeakMap<FunctionEntry, boolean>();

/**
 * @param entry Operator.
 * @returns Whether it prints as SQLite's own operator of the same name, so that IN, row values and the
 *   like may take its place.
 */
export function isPlainOperator(entry: FunctionEntry): boolean {
  let known = plain.get(entry);
  if (known === undefined) {
    known = entry.kind === "operator" && entry.args.length === 2 &&
      entry.print !== undefined && entry.typed !== true &&
      /^\(?\s*l\s*(=|<>|!=|<|<=|>|>=)\s*r\s*(?:COLLATE \w+)?\s*\)?$/.exec(
          entry.print([printed("l", true), printed("r", true)], false),
        )?.[1]?.replace("!=", "<>") === entry.name.replace("!=", "<>");
    plain.set(entry, known);
  }
  return known;
}

/** The engine runs it and gives back one value; its number comes first. */
function printUserCall(call: Call, context: PrintContext): Printed {
  const values = call.args.map((arg) => printAny(arg, context));
  const real = storageOf(context.env, call.type) === "real" ? "_real" : "";
  return printed(
    `pg_call_sql${real}(${[String(call.function.oid), ...values].join(", ")})`,
  );
}

/**
 * Prints the rows of a function as one JSON array of arrays; {@linkcode rowsColumn} takes a row apart.
 *
 * @param call Call of a function that returns a set.
 * @param context Where it is printed.
 * @returns SQLite expression of the array, for `json_each`.
 */
export function printRows(call: Call, context: PrintContext): Printed {
  if (call.function.user !== undefined) {
    const values = call.args.map((arg) => printAny(arg, context));
    return printed(
      `pg_call_sql_rows(${[String(call.function.oid), ...values].join(", ")})`,
    );
  }
  return applyFunction(
    call.function,
    call.args.map((arg) => printAny(arg, context)),
    call.args,
    context,
    call.variadicArray,
  );
}
