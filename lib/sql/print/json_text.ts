/**
 * Prints the making of JSON as SQLite's own expressions: what `row_to_json`, `json_agg` and their kin
 * write is text, which is put together of the texts of its parts, so that nothing is parsed again.
 *
 * Types whose JSON SQLite cannot write as PostgreSQL does (floats, intervals, arrays, composites …) go
 * through `to_json`, value by value. An operand is printed once wherever it may be a query of its own.
 *
 * @module
 */

import { baseTypeOf } from "../analyze/type_facts.ts";
import { isWide } from "../mysql/unsigned.ts";
import { quoteJson } from "../json/value.ts";
import { textLiteral } from "../sqlite_words.ts";
import type { Call, Expr, RowOf } from "../tree.ts";
import { oid } from "../types/type.ts";
import { printAny } from "./any_expression.ts";
import { argumentTypes } from "./argument_types.ts";
import { rowIsThere } from "./containers.ts";
import type { PrintContext } from "./context.ts";
import { printDateJson } from "./json_dates.ts";

/** SQLite functions take so many arguments at most. */
const mostArguments = 100;

/** Types the datum of which is the text that goes between quotes. */
const quotedTexts: ReadonlySet<number> = new Set([
  oid.text,
  oid.varchar,
  oid.bpchar,
  oid.name,
  oid.char,
  oid.unknown,
  oid.uuid,
  oid.xml,
  oid.tsvector,
  oid.tsquery,
]);

/** A piece of a text: a fixed one, or an expression. */
type Piece = { readonly fixed: string } | { readonly sql: string };

/**
 * @param expr A value.
 * @param context Where it is printed.
 * @returns Expression of its JSON; `null`, the word, for NULL.
 */
export function printJsonText(expr: Expr, context: PrintContext): string {
  if (expr.kind === "row" && expr.nullIfAll !== true) {
    return printObject(expr, context);
  }
  const base = baseTypeOf(context.env, expr.type).type;
  if (base === oid.int8 && isWide(expr)) {
    return `coalesce(${printJsonValue(expr, context)}, 'null')`;
  }
  switch (base) {
    case oid.bool:
      return `CASE ${
        printAny(expr, context)
      } WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END`;
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.json:
    case oid.jsonb: {
      const { sql } = printAny(expr, context);
      return isNeverNull(expr) ? sql : `coalesce(${sql}, 'null')`;
    }
  }
  // It writes `null` for NULL by itself.
  if (isQuoted(base, context)) return quote(expr, context);
  return `coalesce(${printJsonValue(expr, context)}, 'null')`;
}

/**
 * @param expr A value.
 * @param context Where it is printed.
 * @returns Expression of its JSON; NULL for NULL.
 */
export function printJsonValue(expr: Expr, context: PrintContext): string {
  const { env } = context;
  if (expr.kind === "row") {
    const object = printObject(expr, context);
    return expr.nullIfAll === true
      ? `CASE WHEN ${rowIsThere(expr, context)} THEN ${object} END`
      : object;
  }
  const base = baseTypeOf(env, expr.type).type;
  switch (base) {
    case oid.bool:
      return `CASE ${
        printAny(expr, context)
      } WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`;
    case oid.int2:
    case oid.int4:
    case oid.int8:
      // What is above 2^63 - 1 has a zero before it, which no number of JSON has.
      if (isWide(expr)) break;
      return `CAST(${printAny(expr, context)} AS TEXT)`;
    case oid.json:
    case oid.jsonb:
      return printAny(expr, context).sql;
    case oid.numeric:
      return printNumeric(expr, context);
    case oid.date:
    case oid.timestamp:
    case oid.timestamptz: {
      const native = isCheap(expr)
        ? printDateJson(base, printAny(expr, context).sql, context)
        : undefined;
      if (native !== undefined) return native;
      break;
    }
    default:
      if (isQuoted(base, context)) {
        return `nullif(${quote(expr, context)}, 'null')`;
      }
  }
  return `"to_json(anyelement)"(${printAny(expr, context)}, ${
    textLiteral(argumentTypes([expr], env))
  })`;
}

/**
 * @param call A call of a built-in function.
 * @param context Where it is printed.
 * @returns Its text, made by SQLite alone as far as that can be; nothing for other functions.
 */
export function printJsonCall(
  { function: entry, args, variadicArray }: Call,
  context: PrintContext,
): string | undefined {
  if (variadicArray === true) return undefined;
  switch (entry.sqliteName) {
    case "row_to_json(record)":
    case "to_json(anyelement)": {
      const [value] = args as [Expr];
      // What is left to the function itself is printed by who asked.
      return hasOwnText(value, context)
        ? printJsonValue(value, context)
        : undefined;
    }
    case "json_build_object(VARIADIC any)":
      return printBuiltObject(args, context);
    case "json_build_array(VARIADIC any)":
      return list(args.map((arg) => printJsonText(arg, context)));
    default:
      return undefined;
  }
}

/** Elements of `json_agg`. */
export interface JsonItems {
  /** Expression of one, never NULL. */
  readonly item: string;
  /** Puts them together; `item` is the expression's stand-in. */
  readonly print: (item: string) => string;
}

/**
 * @param value Argument of `json_agg`.
 * @param context Where it is printed.
 * @returns How the array is made; nothing where the function itself must do it.
 */
export function printJsonItems(
  value: Expr,
  context: PrintContext,
): JsonItems | undefined {
  if (!hasOwnText(value, context)) return undefined;
  if (value.kind !== "row") {
    return {
      item: printJsonText(value, context),
      print: (item) => `('[' || group_concat(${item}, ', ') || ']')`,
    };
  }
  // A row begins a line of its own, unless it is the first or there is none.
  if (value.nullIfAll !== true) {
    return {
      item: printObject(value, context),
      print: (item) => `('[' || group_concat(${item}, ', \n ') || ']')`,
    };
  }
  return {
    item: `coalesce('\n ' || ${printJsonValue(value, context)}, 'null')`,
    print: (item) =>
      `('[' || ltrim(group_concat(${item}, ', '), '\n ') || ']')`,
  };
}

/** Whether SQLite can write it: otherwise nothing is won. */
function hasOwnText(expr: Expr, context: PrintContext): boolean {
  if (expr.kind === "row") return true;
  const base = baseTypeOf(context.env, expr.type).type;
  switch (base) {
    case oid.bool:
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.json:
    case oid.jsonb:
    case oid.numeric:
      return true;
    default:
      return isQuoted(base, context);
  }
}

function isQuoted(base: number, { env }: PrintContext): boolean {
  return quotedTexts.has(base) || env.catalog.type(base)?.kind === "e";
}

/** Concatenation takes away the mark by which SQLite knows its own JSON. */
function quote(expr: Expr, context: PrintContext): string {
  const value = printAny(expr, context);
  return isCheap(expr) ? `json_quote(${value})` : `json_quote(${value} || '')`;
}

/** What is no number in JSON goes between quotes. */
function printNumeric(expr: Expr, context: PrintContext): string {
  const value = printAny(expr, context);
  if (isCheap(expr)) {
    return `CASE substr(${value}, -1) WHEN 'N' THEN '"NaN"' WHEN 'y' THEN json_quote(${value}) ELSE ${value} END`;
  }
  const named =
    `replace(replace(${value}, 'NaN', '"NaN"'), 'Infinity', '"Infinity"')`;
  return `replace(${named}, '-"Infinity"', '"-Infinity"')`;
}

function printObject(
  { fields, names }: RowOf,
  context: PrintContext,
): string {
  const pieces: Piece[] = [];
  fields.forEach((field, index) => {
    const name = quoteJson(names[index] ?? "");
    pieces.push(
      { fixed: `${index === 0 ? "{" : ","}${name}:` },
      { sql: printJsonText(field, context) },
    );
  });
  pieces.push({ fixed: fields.length === 0 ? "{}" : "}" });
  return join(pieces);
}

/** Keys that are not written in the statement may be NULL or no scalars, which the function refuses. */
function printBuiltObject(
  args: readonly Expr[],
  context: PrintContext,
): string | undefined {
  if (args.length % 2 !== 0) return undefined;
  const pieces: Piece[] = [];
  for (let i = 0; i < args.length; i += 2) {
    const [key, value] = [args[i] as Expr, args[i + 1] as Expr];
    if (
      key.kind !== "constant" || key.value === null ||
      !quotedTexts.has(baseTypeOf(context.env, key.type).type)
    ) return undefined;
    pieces.push(
      { fixed: i === 0 ? "{" : ", " },
      { sql: quote(key, context) },
      { fixed: " : " },
      { sql: printJsonText(value, context) },
    );
  }
  return join([...pieces, { fixed: "}" }]);
}

function list(items: readonly string[]): string {
  return join([
    ...items.flatMap((sql, index): Piece[] => [
      { fixed: index === 0 ? "[" : ", " },
      { sql },
    ]),
    { fixed: items.length === 0 ? "[]" : "]" },
  ]);
}

/** One call that takes all of them, or a few when they are many. */
function join(pieces: readonly Piece[]): string {
  const args: string[] = [];
  let fixed = "";
  for (const piece of pieces) {
    if ("fixed" in piece) {
      fixed += piece.fixed;
      continue;
    }
    if (fixed !== "") args.push(textLiteral(fixed));
    fixed = "";
    args.push(piece.sql);
  }
  if (fixed !== "") args.push(textLiteral(fixed));
  if (args.length === 1) return args[0] as string;
  const calls: string[] = [];
  for (let at = 0; at < args.length; at += mostArguments) {
    calls.push(`concat(${args.slice(at, at + mostArguments).join(", ")})`);
  }
  return calls.length === 1 ? calls[0] as string : `(${calls.join(" || ")})`;
}

/** Whether it makes JSON of whatever it is given, or stands in for NULL itself. */
function isNeverNull(expr: Expr): boolean {
  if (expr.kind === "coalesce") return expr.args.some(isNeverNull);
  if (expr.kind === "constant") return expr.value !== null;
  if (expr.kind !== "call") return false;
  switch (expr.function.sqliteName) {
    case "row_to_json(record)": {
      const [row] = expr.args;
      return row?.kind === "row" && row.nullIfAll !== true;
    }
    case "json_build_object(VARIADIC any)":
    case "json_build_array(VARIADIC any)":
      return expr.variadicArray !== true;
    default:
      return false;
  }
}

/** Whether it may be printed more than once, and is surely no JSON of SQLite's making. */
function isCheap(expr: Expr): boolean {
  switch (expr.kind) {
    case "constant":
    case "param":
    case "session":
      return true;
    case "column": {
      const { source } = expr.entry;
      if (source.kind === "table") return true;
      if (source.kind !== "query" || source.query.kind !== "select") {
        return false;
      }
      const target = source.query.targets[expr.index]?.expr;
      return target !== undefined && isCheap(target);
    }
    default:
      return false;
  }
}
