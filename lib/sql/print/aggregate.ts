/**
 * Prints aggregates and calls over windows.
 *
 * A template of an aggregate is an expression with calls of SQLite's aggregates in it; FILTER, ORDER BY
 * and OVER belong to each of these calls, so they are looked for in the template, before the arguments
 * are put in.
 *
 * @module
 */

import { notSupported } from "../error.ts";
import type { Printed } from "../functions/define.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import type {
  AggregateCall,
  Expr,
  FrameBound,
  SortKey,
  Window,
  WindowCall,
} from "../tree.ts";
import { argumentTypes } from "./argument_types.ts";
import { jsonArray } from "./containers.ts";
import type { PrintContext } from "./context.ts";
import { printAny } from "./any_expression.ts";
import { printJsonItems } from "./json_text.ts";
import { printCondition } from "./condition.ts";
import {
  enumLabel,
  enumRank,
  printComparable,
  printKey,
  printSortable,
} from "./operand.ts";
import { printed } from "./printed.ts";
import { textLiteral } from "../sqlite_words.ts";
import { quoteName } from "../sqlite_words.ts";
import { jsonValue } from "./storage.ts";

/** Aggregates whose result does not depend on the order of rows. */
const unordered: ReadonlySet<string> = new Set([
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "bool_and",
  "bool_or",
  "every",
  "bit_and",
  "bit_or",
  "bit_xor",
]);

/** What is added to each call of a template. */
interface Clauses {
  readonly order: string;
  readonly filter: string;
  readonly over: string;
}

/** Prints an aggregate. */
export function printAggregate(
  call: AggregateCall,
  context: PrintContext,
): Printed {
  const { function: entry, distinct } = call;
  const args = call.direct === undefined
    ? call.args
    : [...call.direct, ...call.order.map(({ expr }) => expr)];
  const sorted = unordered.has(entry.name) ? [] : call.order;
  const clauses: Clauses = {
    order: printOrder(
      sorted.length > 0 || !distinct || unordered.has(entry.name)
        ? sorted
        // PostgreSQL finds duplicates by sorting, and people have come to see them sorted.
        : args.slice(0, 1).map((expr) => ({
          expr,
          descending: false,
          nullsFirst: false,
        })),
      context,
    ),
    filter: printFilter(call.filter, context),
    over: "",
  };
  if (entry.sqliteName === "json_agg(anyelement)" && !distinct) {
    const items = printJsonItems(args[0] as Expr, context);
    if (items !== undefined) {
      return printed(fill(
        ([item]) => items.print(String(item)),
        [printed(items.item)],
        false,
        clauses,
      ));
    }
  }
  return printOver(entry, args, { distinct, clauses, context });
}

/** Prints a call over a window. */
export function printWindowCall(
  call: WindowCall,
  context: PrintContext,
): Printed {
  const { function: entry, args, window } = call;
  if (
    entry.kind === "aggregate" && entry.aggregate !== undefined &&
    entry.aggregate.inverse === undefined && moves(window)
  ) throw notSupported(`${entry.name}() over a moving frame`);
  return printOver(entry, args, {
    distinct: false,
    context,
    clauses: {
      order: "",
      filter: printFilter(call.filter, context),
      over: ` OVER (${printWindow(window, context)})`,
    },
  });
}

/** Whether rows leave the frame while it moves on. */
function moves({ frame }: Window): boolean {
  return frame !== undefined &&
    (frame.start.at !== "UNBOUNDED PRECEDING" || frame.exclude !== "");
}

interface How {
  readonly distinct: boolean;
  readonly clauses: Clauses;
  readonly context: PrintContext;
}

function printOver(
  entry: FunctionEntry,
  args: readonly Expr[],
  { distinct, clauses, context }: How,
): Printed {
  const extreme = entry.name === "min" || entry.name === "max";
  const rank = extreme && args[0] !== undefined
    ? enumRank(args[0].type, context)
    : undefined;
  const values = args.map((arg) =>
    extreme
      ? printSortable(arg, context)
      : distinct
      ? printComparable(arg, context)
      : printAny(arg, context)
  );
  const types = entry.typed === true
    ? [printed(textLiteral(argumentTypes(args, context.env)), true)]
    : [];
  const all = [...values, ...types];
  if (rank !== undefined && args[0] !== undefined) {
    const label = enumLabel(args[0].type, context) as (sql: string) => string;
    return printed(
      label(
        `${entry.name}(${distinct ? "DISTINCT " : ""}${
          all[0]
        })${clauses.filter}${clauses.over}`,
      ),
    );
  }
  const pack = distinct && all.length > 1 && entry.aggregate !== undefined;
  if (entry.print !== undefined && !pack) {
    return printed(fill(entry.print, all, distinct, clauses));
  }
  if (pack) {
    // SQLite takes DISTINCT over one argument only.
    const packed = jsonArray([
      ...values.map((value, index) =>
        jsonValue(context.env, (args[index] as Expr).type, value)
      ),
      ...types.map(String),
    ]);
    return printed(
      `${
        quoteName(`${entry.sqliteName} packed`)
      }(DISTINCT ${packed}${clauses.order})${clauses.filter}`,
    );
  }
  return printed(
    `${quoteName(entry.sqliteName)}(${distinct ? "DISTINCT " : ""}${
      all.join(", ")
    }${clauses.order})${clauses.filter}${clauses.over}`,
  );
}

/** SQLite's aggregates and window functions, and ours, which are called by their quoted signatures. */
const aggregateCall =
  /\b(?:count|sum|total|avg|min|max|group_concat|string_agg|json_group_array|json_group_object|jsonb_group_array|jsonb_group_object|row_number|rank|dense_rank|percent_rank|cume_dist|ntile|lag|lead|first_value|last_value|nth_value|pg_agg_\w+)\s*\(|"[^"]*"\s*\(/gi;

/** Puts arguments into a template, and the clauses behind each call of an aggregate in it. */
function fill(
  print: NonNullable<FunctionEntry["print"]>,
  args: readonly Printed[],
  distinct: boolean,
  { order, filter, over }: Clauses,
): string {
  const mark = (index: number) => `\u0001${index}\u0002`;
  const template = print(
    args.map((arg, index) => printed(mark(index), arg.simple)),
    distinct,
  );
  let text = "";
  let at = 0;
  for (const match of template.matchAll(aggregateCall)) {
    const open = match.index + match[0].length - 1;
    if (open < at) continue;
    const close = closing(template, open);
    text += template.slice(at, open + 1) +
      template.slice(open + 1, close) + order + ")" + filter + over;
    at = close + 1;
  }
  text += template.slice(at);
  if (text === template && filter + over + order !== "") {
    throw notSupported("this aggregate with FILTER, ORDER BY or OVER");
  }
  return args.reduce(
    (done, arg, index) => done.replaceAll(mark(index), () => arg.sql),
    text,
  );
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'") {
      at = text.indexOf("'", at + 1);
      if (at < 0) break;
    } else if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  throw new RangeError(`Cannot print aggregate: unbalanced "${text}"`);
}

function printFilter(filter: Expr | undefined, context: PrintContext): string {
  return filter === undefined
    ? ""
    : ` FILTER (WHERE ${printCondition(filter, context)})`;
}

/**
 * @param key Key of an ORDER BY.
 * @param context Where it is printed.
 * @returns It, with where NULLs go unless SQLite would put them there anyway.
 */
export function printSortKey(key: SortKey, context: PrintContext): string {
  const value = printKey(key.expr, context);
  const direction = key.descending ? " DESC" : "";
  // SQLite holds NULL to be less than anything.
  const natural = key.descending ? !key.nullsFirst : key.nullsFirst;
  const nulls = natural ? "" : key.nullsFirst ? " NULLS FIRST" : " NULLS LAST";
  return `${value}${direction}${nulls}`;
}

function printOrder(keys: readonly SortKey[], context: PrintContext): string {
  return keys.length === 0
    ? ""
    : ` ORDER BY ${keys.map((key) => printSortKey(key, context)).join(", ")}`;
}

/**
 * @param window Window.
 * @param context Where it is printed.
 * @returns Its definition, without parentheses.
 */
export function printWindow(window: Window, context: PrintContext): string {
  const { partition, order, frame } = window;
  const parts: string[] = [];
  if (partition.length > 0) {
    const keys = partition.map((expr) => printComparable(expr, context).sql);
    parts.push(`PARTITION BY ${keys.join(", ")}`);
  }
  if (order.length > 0) parts.push(printOrder(order, context).trim());
  if (frame !== undefined) {
    parts.push(
      `${frame.mode} BETWEEN ${printBound(frame.start, context)} AND ${
        printBound(frame.end, context)
      }${frame.exclude === "" ? "" : ` EXCLUDE ${frame.exclude}`}`,
    );
  }
  return parts.join(" ");
}

function printBound(bound: FrameBound, context: PrintContext): string {
  return "offset" in bound
    ? `${printAny(bound.offset, context)} ${bound.at}`
    : bound.at;
}
