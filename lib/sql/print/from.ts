/**
 * Prints FROM and WHERE, with the row policies of the tables in their places.
 *
 * @module
 */

import { visitStatement } from "../analyze/walk_statement.ts";
import { notSupported } from "../error.ts";
import type { Expr, FromItem, Query, RangeEntry } from "../tree.ts";
import { entriesOf } from "../analyze/range.ts";
import { printExpression } from "./expression.ts";
import { joinBalanced } from "./printed.ts";
import { quoteName } from "../sqlite_words.ts";
import { printFunctionEntry } from "./function_entry.ts";
import { printQuery } from "./query.ts";
import {
  conjuncts,
  entryHides,
  type Guard,
  isLeakproof,
  printGuarded,
} from "./security.ts";
import { aliasOf, type StepPrinter } from "./step_printer.ts";
import { printSequence } from "./sequence.ts";
import { isVolatileQuery } from "./volatile.ts";
import { cteName } from "./with.ts";
import { printLateral } from "./lateral.ts";
import { pushDown } from "./push_down.ts";

/** What keeps SQLite from merging a sub-query into the query around it (`sqlite.org/optoverview.html`, 11). */
export const barrier = "LIMIT -1 OFFSET 0";

/** Printed FROM and WHERE. */
export interface PrintedFrom {
  /** Without the word; empty when there is no FROM. */
  readonly from: string;
  /** Without the word; empty when there is no condition. */
  readonly where: string;
}

/** Where the policies of an entry are put. */
type Position = "where" | "on" | "inside";

interface Level {
  readonly printer: StepPrinter;
  /** Whether some condition of the level could tell of rows that a sub-query leaves out. */
  readonly leaky: boolean;
  readonly positions: Map<RangeEntry, Position>;
  /** Parts of WHERE. */
  readonly conditions: readonly Expr[];
  /** Entries to the left, which LATERAL items may refer to. */
  readonly before: Set<RangeEntry>;
}

/**
 * @param items FROM.
 * @param condition WHERE.
 * @param printer Where they are printed.
 * @param target Target of an UPDATE or DELETE, whose policies are part of WHERE.
 * @returns The clauses.
 */
export function printFrom(
  items: readonly FromItem[],
  condition: Expr | undefined,
  printer: StepPrinter,
  target?: RangeEntry,
): PrintedFrom {
  const positions = new Map<RangeEntry, Position>();
  for (const item of items) place(item, "where", positions, printer);
  const level: Level = {
    printer,
    positions,
    conditions: conjuncts(condition),
    leaky: !conjuncts(condition).every(isLeakproof) || items.some(leakyOn),
    before: new Set(target === undefined ? [] : [target]),
  };
  const texts = items.map((item) => {
    const text = printItem(item, level);
    // A comma binds as tightly as JOIN in SQLite, which shows with RIGHT and FULL only.
    return items.length > 1 && keepsRight(item) ? `(${text})` : text;
  });
  const secured = entriesOf(items).filter(({ security, source }) =>
    security !== undefined && source.kind === "table"
  );
  const applied = [
    ...target?.security === undefined ? [] : [target],
    ...secured.filter((entry) => positions.get(entry) === "where"),
  ];
  const guards: Guard[] = [
    ...applied.map((entry) => ({ entry, missing: false })),
    ...secured.filter((entry) => positions.get(entry) === "on")
      .map((entry) => ({ entry, missing: true })),
  ];
  const where = printGuarded(condition, applied, guards, printer);
  return {
    from: texts.join(", "),
    where: where.length === 0 ? "" : joinBalanced(where, "AND"),
  };
}

function keepsRight(item: FromItem): boolean {
  return item.kind === "join" &&
    (item.type === "right" || item.type === "full" || keepsRight(item.left) ||
      keepsRight(item.right));
}

function leakyOn(item: FromItem): boolean {
  return item.kind === "join" &&
    (!conjuncts(item.on).every(isLeakproof) || leakyOn(item.left) ||
      leakyOn(item.right));
}

/** Finds out where the policies of each table have to be, so that they hold before the joins around it. */
function place(
  item: FromItem,
  position: Position,
  positions: Map<RangeEntry, Position>,
  printer: StepPrinter,
): void {
  if (item.kind === "entry") {
    positions.set(item.entry, position);
    if (position !== "where") printer.nullable.add(item.entry);
    return;
  }
  const { type, left, right } = item;
  // The rows of the side that an outer join keeps must be the right ones before it.
  const kept = position;
  const other: Position = position === "inside" ? "inside" : "on";
  const sides: Readonly<Record<string, readonly [Position, Position]>> = {
    left: [kept, other],
    right: [other, kept],
    full: ["inside", "inside"],
  };
  const [a, b] = sides[type] ?? [kept, kept];
  place(left, a, positions, printer);
  place(right, b, positions, printer);
}

function printItem(item: FromItem, level: Level): string {
  if (item.kind === "entry") {
    const text = printEntry(item.entry, level);
    level.before.add(item.entry);
    return text;
  }
  const left = printItem(item.left, level);
  const right = printItem(item.right, level);
  const operand = item.right.kind === "join" ? `(${right})` : right;
  const on = printOn(item, level);
  const words = {
    inner: "JOIN",
    cross: "CROSS JOIN",
    left: "LEFT JOIN",
    right: "RIGHT JOIN",
    full: "FULL JOIN",
  } as const;
  // To SQLite CROSS JOIN is an order that it must keep.
  const word = item.type === "cross" ? "JOIN" : words[item.type];
  const condition = on.length === 0
    ? item.type === "inner" || item.type === "cross" ? "" : " ON 1"
    : ` ON ${joinBalanced(on, "AND")}`;
  return `${left} ${word} ${operand}${condition}`;
}

function printOn(
  item: Extract<FromItem, { kind: "join" }>,
  level: Level,
): string[] {
  const { positions, printer } = level;
  const below = (side: FromItem) =>
    entriesOf([side]).filter(({ security, source }) =>
      security !== undefined && source.kind === "table"
    );
  // Only the nearest outer join above an entry takes its policies.
  const applied = item.type === "left"
    ? nearest(item.right, positions)
    : item.type === "right"
    ? nearest(item.left, positions)
    : [];
  const guards = [...below(item.left), ...below(item.right)]
    .filter((entry) => positions.get(entry) !== "inside")
    .map((entry): Guard => ({
      entry,
      missing: positions.get(entry) === "on" && !applied.includes(entry),
    }));
  return printGuarded(item.on, applied, guards, printer);
}

/** Secured tables of an outer join's other side that no outer join inside it takes care of. */
function nearest(
  side: FromItem,
  positions: Map<RangeEntry, Position>,
): RangeEntry[] {
  if (side.kind === "entry") {
    const { entry } = side;
    return entry.security !== undefined && entry.source.kind === "table" &&
        positions.get(entry) === "on"
      ? [entry]
      : [];
  }
  const left = side.type === "right" || side.type === "full"
    ? []
    : nearest(side.left, positions);
  const right = side.type === "left" || side.type === "full"
    ? []
    : nearest(side.right, positions);
  return [...left, ...right];
}

function printEntry(entry: RangeEntry, level: Level): string {
  const { printer } = level;
  const alias = aliasOf(entry);
  const { source } = entry;
  switch (source.kind) {
    case "table":
      return printTable(entry, level);
    case "cte": {
      const name = printer.source(entry) ?? cteName(source.cte);
      // Rows that recursion comes back with have met the policies already, and SQLite wants them bare.
      const own = printer.recursing.has(source.cte);
      return level.leaky && !own && entryHides(entry)
        ? `(SELECT * FROM ${name} ${barrier}) AS ${alias}`
        : `${name} AS ${alias}`;
    }
    case "values":
      return `(${printValues(source.rows, printer)}) AS ${alias}`;
    case "function":
      return printFunctionEntry(entry, source, printer, level.before);
    case "query": {
      const { query } = source;
      if (source.lateral && refersTo(query, level.before)) {
        return printLateral(entry, query, printer);
      }
      const hidden = level.leaky && entryHides(entry);
      const text = printQuery(
        hidden && level.positions.get(entry) === "where"
          ? pushDown(entry, query, level.conditions)
          : query,
        printer,
      );
      return hidden || isVolatileQuery(query)
        ? `(SELECT * FROM (${text}) ${barrier}) AS ${alias}`
        : `(${text}) AS ${alias}`;
    }
  }
}

function printTable(entry: RangeEntry, level: Level): string {
  const { printer, positions } = level;
  const { source } = entry;
  if (source.kind !== "table") throw notSupported("this FROM item");
  const alias = aliasOf(entry);
  const stand = printer.source(entry);
  const table = stand ?? tableName(source.relation.storage);
  if (stand === undefined && source.relation.kind === "S") {
    return printSequence(source.relation, alias);
  }
  if (stand === undefined && source.relation.storage === "") {
    throw notSupported(`reading ${source.relation.name}`);
  }
  if (entry.security === undefined || positions.get(entry) !== "inside") {
    return `${table} AS ${alias}`;
  }
  const policies = entry.security.map((expr) =>
    printExpression(expr, printer).sql
  );
  return `(SELECT * FROM ${table} AS ${alias} WHERE ${
    joinBalanced(policies.length === 0 ? ["1"] : policies, "AND")
  } ${barrier}) AS ${alias}`;
}

/**
 * @param storage Name of a table in SQLite.
 * @returns It, so that no name of the printer's can be meant.
 */
export function tableName(storage: string): string {
  return /^[tw]\d/i.test(storage)
    ? `main.${quoteName(storage)}`
    : quoteName(storage);
}

/**
 * @param rows Rows of expressions.
 * @param printer Where they are printed.
 * @returns `VALUES …`.
 */
export function printValues(
  rows: readonly (readonly Expr[])[],
  printer: StepPrinter,
): string {
  const texts = rows.map((row) =>
    `(${
      row.length === 0
        ? "NULL"
        : row.map((expr) => printExpression(expr, printer).sql).join(", ")
    })`
  );
  return `VALUES ${texts.join(", ")}`;
}

/** Whether a query reads columns of entries outside it. */
function refersTo(query: Query, entries: ReadonlySet<RangeEntry>): boolean {
  if (entries.size === 0) return false;
  let found = false;
  visitStatement(query, (expr) => {
    if (expr.kind === "column" && entries.has(expr.entry)) found = true;
    return !found;
  });
  return found;
}
