/**
 * Prints arrays, rows and what is taken out of them, and comparisons with the elements of arrays.
 *
 * @module
 */

import { baseTypeOf, elementTypeOf } from "../analyze/type_facts.ts";
import { contains } from "../analyze/walk.ts";
import { notSupported } from "../error.ts";
import type { Printed } from "../functions/define.ts";
import type {
  ArrayCompare,
  ArrayOf,
  Expr,
  Field,
  RowOf,
  Subscript,
} from "../tree.ts";
import { oid } from "../types/type.ts";
import { applyFunction, isPlainOperator } from "./call.ts";
import type { PrintContext } from "./context.ts";
import { printAny } from "./any_expression.ts";
import { enumRank, printComparable } from "./operand.ts";
import { printed } from "./printed.ts";
import { elementValue, jsonValue, storageOf } from "./storage.ts";

/** SQLite functions take so many arguments at most. */
const mostArguments = 100;

/**
 * Prints `json_array(…)` as text that has lost its mark of being JSON.
 *
 * @param items Values as SQLite's JSON functions take them.
 * @returns SQLite expression.
 */
export function jsonArray(items: readonly string[]): string {
  if (items.length <= mostArguments) {
    return `(json_array(${items.join(", ")}) || '')`;
  }
  const parts: string[] = [];
  for (let at = 0; at < items.length; at += mostArguments) {
    parts.push(
      `substr(json_array(${
        items.slice(at, at + mostArguments).join(", ")
      }), 2)`,
    );
  }
  // Each part ends in a bracket, which becomes the comma before the next.
  const joined = parts.map((part, index) =>
    index === parts.length - 1
      ? part
      : `substr(${part}, 1, length(${part}) - 1) || ','`
  );
  return `('[' || ${joined.join(" || ")})`;
}

/** Prints ARRAY[…]. */
export function printArray(expr: ArrayOf, context: PrintContext): Printed {
  const { env } = context;
  const items = expr.elements.map((element) =>
    jsonValue(
      env,
      element.type,
      printAny(element, context),
      elementTypeOf(env, element.type) !== 0,
    )
  );
  const nested = expr.elements.length > 1 &&
    expr.elements.some(({ type }) => elementTypeOf(env, type) !== 0);
  const array = jsonArray(items);
  return printed(nested ? `pg_array_even(${array})` : array);
}

/** Prints ROW(…) and whole rows. */
export function printRow(expr: RowOf, context: PrintContext): Printed {
  const { env } = context;
  const fields = expr.fields.map((field) => printAny(field, context));
  const row = jsonArray(
    expr.fields.map((field, index) =>
      jsonValue(env, field.type, fields[index] as Printed)
    ),
  );
  if (expr.nullIfAll !== true || fields.length === 0) return printed(row);
  return printed(`(CASE WHEN ${rowIsThere(expr, context)} THEN ${row} END)`);
}

/**
 * @param expr A row of an entry that an outer join may leave without one.
 * @param context Where it is printed.
 * @returns Condition that tells whether there is one.
 */
export function rowIsThere(expr: RowOf, context: PrintContext): string {
  const fields = expr.fields.map((field) => printAny(field, context));
  if (fields.length === 0) return "1";
  const marker = notNullField(expr);
  const missing = marker === undefined
    ? fields.map((field) => `${field} IS NULL`).join(" AND ")
    : `${fields[marker]} IS NULL`;
  return `NOT (${missing})`;
}

/** A column that is never NULL tells at once whether the row is there. */
function notNullField({ fields }: RowOf): number | undefined {
  const index = fields.findIndex((field) => {
    if (field.kind !== "column" || field.entry.source.kind !== "table") {
      return false;
    }
    const number = field.entry.columns[field.index]?.number;
    return field.entry.source.relation.columns
      .some((column) => column.number === number && column.notNull);
  });
  return index < 0 ? undefined : index;
}

/** Prints `(row).field`. */
export function printField(expr: Field, context: PrintContext): Printed {
  const row = printAny(expr.arg, context);
  const value = `json_extract(${row}, '$[${expr.index}]')`;
  return printed(elementValue(context.env, expr.type, value));
}

/** Prints `a[i]` and `a[i:j]`. */
export function printSubscript(
  expr: Subscript,
  context: PrintContext,
): Printed {
  const { env } = context;
  const type = baseTypeOf(env, expr.array.type).type;
  const array = printAny(expr.array, context);
  const element = elementTypeOf(env, type);
  const slice = expr.indexes.some((each) => each.slice);
  const bounds = expr.indexes.map(({ lower, upper }) => [
    lower === undefined ? undefined : printAny(lower, context),
    upper === undefined ? undefined : printAny(upper, context),
  ]);
  const [first] = bounds;
  const index = first?.[1];
  if (
    !slice && expr.indexes.length === 1 && index !== undefined &&
    index.simple && array.simple && type !== oid.int2vector &&
    type !== oid.oidvector
  ) {
    const value = elementValue(env, element, `${array} ->> (${index} - 1)`);
    return printed(
      `(CASE WHEN ${index} > 0 AND substr(${array}, 1, 2) <> '[[' THEN ${value} END)`,
    );
  }
  if (!slice) {
    const indexes = bounds.map(([, upper]) => upper?.sql ?? "NULL");
    const real = storageOf(env, element) === "real" ? "_real" : "";
    return printed(
      `pg_subscript${real}(${type}, ${[array.sql, ...indexes].join(", ")})`,
    );
  }
  // A plain index among slices means from 1 on; a missing bound is marked by its own argument.
  const pairs = expr.indexes.flatMap((each, at) => {
    const [lower, upper] = bounds[at] ?? [];
    const from = each.slice
      ? lower === undefined ? ["0", "NULL"] : ["1", lower.sql]
      : ["1", "1"];
    const to = upper === undefined ? ["0", "NULL"] : ["1", upper.sql];
    return [...from, ...to];
  });
  return printed(`pg_slice(${[element, array.sql, ...pairs].join(", ")})`);
}

/** Prints `a = ANY (array)` and `a < ALL (array)`. */
export function printArrayCompare(
  expr: ArrayCompare,
  context: PrintContext,
): Printed {
  const { env } = context;
  const { function: entry, left, right, all } = expr;
  const element = elementTypeOf(env, right.type);
  const array = flat(printAny(right, context));
  const rows = `json_each(${array})`;
  const value = elementValue(env, element, "value");
  const plain = isPlainOperator(entry) ||
    (entry.name === "=" || entry.name === "<>") &&
      env.catalog.type(baseTypeOf(env, left.type).type)?.kind === "e";
  if (plain && !all && entry.name === "=") {
    return printed(
      `(${printComparable(left, context)} IN (SELECT ${value} FROM ${rows}))`,
    );
  }
  if (plain && all && entry.name === "<>") {
    return printed(
      `(${
        printComparable(left, context)
      } NOT IN (SELECT ${value} FROM ${rows}))`,
    );
  }
  if (
    contains(
      left,
      (each) => each.kind === "aggregate" || each.kind === "window",
    )
  ) {
    throw notSupported(`aggregate before ${entry.name} ANY/ALL`);
  }
  const rank = enumRank(left.type, context);
  const compared =
    rank !== undefined && entry.name !== "=" && entry.name !== "<>"
      ? `(${rank(printAny(left, context).sql)} ${entry.name} ${rank(value)})`
      : applyFunction(
        entry,
        [printComparable(left, context), printed(value)],
        [left, { type: element }],
        context,
      ).sql;
  return printed(
    quantified(`SELECT ${compared} AS "r" FROM ${rows}`, all),
  );
}

/**
 * Prints ANY and ALL over the outcomes of comparisons, with NULL for unknown.
 *
 * @param outcomes Query of one column `r`.
 * @param all Whether every one must be true.
 * @returns SQLite expression.
 */
export function quantified(outcomes: string, all: boolean): string {
  const decided = all ? 'WHEN min("r") = 0 THEN 0' : 'WHEN max("r") = 1 THEN 1';
  return `(SELECT CASE ${decided} WHEN count(*) > count("r") THEN NULL ELSE ${
    all ? 1 : 0
  } END FROM (${outcomes}))`;
}

/** One dimension, and one NULL for a NULL array, so that comparisons with it are unknown. */
function flat(array: Printed): string {
  const one = array.simple
    ? `CASE WHEN substr(${array}, 1, 2) = '[[' THEN pg_array_flat(${array}) ELSE ${array} END`
    : `pg_array_flat(${array})`;
  return `coalesce(${one}, '[null]')`;
}

/**
 * @param expr A row.
 * @returns Whether it is written out, so that its fields can be looked at one by one.
 */
export function isRow(expr: Expr): expr is RowOf {
  return expr.kind === "row";
}
