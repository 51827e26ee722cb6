/**
 * Prints INSERT, UPDATE and DELETE that SQLite can do in one statement.
 *
 * @module
 */

import { notSupported } from "../error.ts";
import { entriesOf } from "../analyze/range.ts";
import { contains, mapChildren, visitExpr } from "../analyze/walk.ts";
import type { Environment } from "../environment.ts";
import type {
  Assignment,
  Delete,
  Expr,
  Insert,
  Query,
  RangeEntry,
  RowCheck,
  Target,
  Update,
} from "../tree.ts";
import { quietly } from "../mysql/resolve/quietly.ts";
import { printAssigned } from "./assigned.ts";
import { printChecked } from "./checks.ts";
import { printExpression } from "./expression.ts";
import { barrier, printFrom, printValues, tableName } from "./from.ts";
import { printDistinctRows } from "./distinct_rows.ts";
import { noteName } from "../functions/notes.ts";
import {
  numberColumn,
  printIgnored,
  printReferences,
  printReferring,
} from "./passed_over.ts";
import { quoteName } from "../sqlite_words.ts";
import { printQuery } from "./query.ts";
import { givesOneRow } from "./single_row.ts";
import { aliasOf, StepPrinter } from "./step_printer.ts";
import { isCheap, isVolatile } from "./volatile.ts";
import { printWith } from "./with.ts";

/** A modification that is not MERGE. */
export type Native = Insert | Update | Delete;

/**
 * @param statement A modification.
 * @param env Its environment.
 * @returns Whether SQLite can do it in one statement, RETURNING included.
 */
export function isNative(
  statement: Native,
  env: Pick<Environment, "dialect">,
): boolean {
  const { target, returning } = statement;
  const own = returning.every(({ expr }) =>
    !contains(expr, (each) =>
      each.kind === "subQuery" ||
      (each.kind === "column" && each.entry !== target))
  );
  if (statement.kind === "insert") {
    // What a conflict leaves of the rows is known to SQLite only.
    return own ||
      (statement.conflict !== undefined && onlyTarget(returning, target));
  }
  if (!own) return false;
  return statement.kind === "delete" || setsAtOnce(statement, env);
}

/** Whether RETURNING reads nothing but the target, apart from sub-queries. */
function onlyTarget(
  returning: readonly Target[],
  target: RangeEntry,
): boolean {
  const inner = new Set<RangeEntry>();
  let outside = false;
  for (const { expr } of returning) {
    visitExpr(expr, (each) => {
      if (each.kind === "subQuery") collect(each.query, inner);
      if (
        each.kind === "column" && each.entry !== target &&
        !inner.has(each.entry)
      ) outside = true;
    });
  }
  return !outside;
}

function collect(query: Query, into: Set<RangeEntry>): void {
  if (query.kind === "set") {
    collect(query.left, into);
    collect(query.right, into);
    return;
  }
  for (const entry of entriesOf(query.from)) into.add(entry);
}

/** Whether new values may be printed twice, in checks and generated columns and in their own places. */
function setsAtOnce(
  { set, checks, relation, from, ignores }: Update,
  { dialect }: Pick<Environment, "dialect">,
): boolean {
  if (ignores) return false;
  // A row that a join finds twice is assigned once and evaluated twice.
  if (dialect === "mysql" && from.length > 0) return false;
  const repeats = checks.length > 0 ||
    set.some(({ column }) => relation.columns[column]?.generated === "s");
  return !repeats || !set.some(({ value }) => isVolatile(quietly(value)));
}

/**
 * @param statement The modification.
 * @param printer Where it is printed.
 * @returns SQLite's statement.
 */
export function printModification(
  statement: Native,
  printer: StepPrinter,
): string {
  const ctes = printWith(statement.ctes, printer);
  switch (statement.kind) {
    case "insert":
      return ctes + printInsert(statement, printer);
    case "update":
      return ctes + printUpdate(statement, printer);
    case "delete":
      return ctes + printDelete(statement, printer);
  }
}

function column(statement: Native, index: number): string {
  return quoteName(statement.relation.columns[index]?.storage ?? "");
}

/** SQLite's RETURNING knows the table by its own name only. */
function printReturning(statement: Native, printer: StepPrinter): string {
  const { target, returning, relation } = statement;
  if (returning.length === 0) return "";
  const nested = returning.some(({ expr }) =>
    contains(expr, ({ kind }) => kind === "subQuery")
  );
  if (nested && /^[tw]\d/i.test(relation.storage)) {
    throw notSupported("a sub-query in this RETURNING");
  }
  const prefix = nested ? `${quoteName(relation.storage)}.` : "";
  const texts = printer.renamed(
    target,
    (index) => `${prefix}${column(statement, index)}`,
    () =>
      returning.map(({ expr }, index) =>
        `${printExpression(expr, printer)} AS c${index}`
      ),
  );
  return ` RETURNING ${texts.join(", ")}`;
}

function printInsert(insert: Insert, printer: StepPrinter): string {
  const { target, relation, columns, conflict } = insert;
  const source = printSource(insert, printer);
  const alias = conflict?.update === undefined &&
      (conflict === undefined || !notes(printer))
    ? ""
    : ` AS ${aliasOf(target)}`;
  const names = columns.map((index) => column(insert, index));
  const list = names.length === 0 ? "" : ` (${names.join(", ")})`;
  return `INSERT INTO ${tableName(relation.storage)}${alias}${list} ${source}${
    printConflict(insert, printer)
  }${printReturning(insert, printer)}`;
}

/**
 * @param insert INSERT.
 * @returns Its rows when it has them written out.
 */
function valueRows(
  insert: Insert,
): readonly (readonly Expr[])[] | undefined {
  const { source } = insert;
  if (
    source.kind !== "select" || source.ctes.length > 0 ||
    source.orderBy.length > 0 || source.limit !== undefined ||
    source.offset !== undefined || source.where !== undefined ||
    source.from.length !== 1
  ) return undefined;
  const [item] = source.from;
  if (item?.kind !== "entry" || item.entry.source.kind !== "values") {
    return undefined;
  }
  const { entry } = item;
  const direct = source.targets.every(({ expr }, index) =>
    expr.kind === "column" && expr.entry === entry && expr.index === index
  );
  return direct ? item.entry.source.rows : undefined;
}

function printSource(insert: Insert, printer: StepPrinter): string {
  const { source, checks, target, columns, conflict } = insert;
  const rows = valueRows(insert);
  // Only a key that the statement names must be there once.
  const several = conflict?.update !== undefined &&
    conflict.index !== undefined && rows?.length !== 1 && !givesOneRow(source);
  const { relation, ignores } = insert;
  const refers = ignores
    ? printReferences(
      relation,
      printer.env.catalog,
      (each) => `s.c${columns.indexOf(relation.columns.indexOf(each))}`,
    )
    : undefined;
  if (checks.length === 0 && refers === undefined) {
    if (several) {
      return printDistinctRows(insert, printQuery(source, printer), printer);
    }
    if (rows !== undefined) return printValues(rows, printer);
    const text = printQuery(source, printer);
    // Without WHERE, SQLite would read ON CONFLICT as the ON of a join.
    return conflict === undefined ? text : `SELECT * FROM (${text}) WHERE 1`;
  }
  const [row] = rows ?? [];
  if (refers === undefined && rows?.length === 1 && row?.every(isCheap)) {
    const values = row.map((expr) => printExpression(expr, printer).sql);
    const at = (index: number) => values[columns.indexOf(index)] ?? "NULL";
    const checked = printer.renamed(
      target,
      at,
      () => printChecked(checks, "new", "1", printer),
    );
    return `SELECT ${values.join(", ")} WHERE ${checked}`;
  }
  const at = (index: number) => `s.c${columns.indexOf(index)}`;
  const plain = printQuery(source, printer);
  const text = several ? printDistinctRows(insert, plain, printer) : plain;
  const checked = printer.renamed(
    target,
    at,
    () => printChecked(checks, "new", refers ?? "1", printer, "s.c0 IS s.c0"),
  );
  return `SELECT * FROM (SELECT * FROM (${text}) ${barrier}) AS s WHERE ${checked}`;
}

function printConflict(insert: Insert, printer: StepPrinter): string {
  const { conflict, target } = insert;
  if (conflict === undefined) return "";
  const { index, update } = conflict;
  const on = index === undefined
    ? ""
    : ` (${index.keys.map((key) => bare(key, insert, printer)).join(", ")})${
      index.where === undefined
        ? ""
        : ` WHERE ${bare(index.where, insert, printer)}`
    }`;
  if (update === undefined) {
    return notes(printer)
      ? printIgnored(insert)
      : ` ON CONFLICT${on} DO NOTHING`;
  }
  const { set, where, excluded, existing, checks } = update;
  printer.rename(excluded, (at) => `excluded.${column(insert, at)}`);
  const values = new Map(
    set.map((each) => [each.column, quietly(each.value)]),
  );
  const number = update.replaces === true
    ? undefined
    : numberColumn(insert.relation);
  const told = number === undefined ? "" : `, excluded.${number}`;
  const assigned = printAssigned(set, {
    relation: insert.relation,
    old: (at) => `${aliasOf(target)}.${column(insert, at)}`,
    value: (expr) => printExpression(expr, printer).sql,
    ...(notes(printer)
      ? {
        same: (value) =>
          `${update.replaces === true ? noteName.replaced : noteName.same}(${
            value + told
          })`,
        changed: (value) =>
          `${noteName.replaced}(${value}${told}${
            number === undefined ? "" : `, ${aliasOf(target)}.${number}`
          })`,
      }
      : {}),
    checked: (value) =>
      printChecked(
        checks.map((check) => afterSet(check, target, values)),
        "new",
        value,
        printer,
        `${aliasOf(target)}._rowid_ IS NOT NULL`,
      ),
  });
  if (checks.length > 0 && [...values.values()].some(isVolatile)) {
    throw notSupported("a volatile value in ON CONFLICT under row security");
  }
  // As in PostgreSQL, the row that is there is checked when WHERE has chosen it.
  const checked = printChecked(
    existing,
    "conflicting",
    "1",
    printer,
    `${aliasOf(target)}._rowid_ IS NOT NULL`,
  );
  const own = where === undefined
    ? undefined
    : printExpression(where, printer).sql;
  const guard = existing.length === 0
    ? own === undefined ? "" : ` WHERE ${own}`
    : own === undefined
    ? ` WHERE ${checked}`
    : ` WHERE CASE WHEN ${own} THEN ${checked} ELSE 0 END`;
  return ` ON CONFLICT${on} DO UPDATE SET ${assigned}${guard}`;
}

/** Whether the session counts rows as MySQL does. */
const notes = ({ env }: StepPrinter) => env.dialect === "mysql";

/**
 * @param printer Where a statement is printed.
 * @returns What notes a row that stays the same; nothing where nobody wants to know.
 */
export function sameNote(
  printer: StepPrinter,
): ((value: string) => string) | undefined {
  return notes(printer) ? (value) => `${noteName.same}(${value})` : undefined;
}

/** A key as the index has it: SQLite compares the texts, in which nothing may be bound. */
function bare(expr: Expr, insert: Insert, printer: StepPrinter): string {
  const literal = new StepPrinter(printer.env, {
    literals: true,
    columns: new Map([[insert.target, (index) => column(insert, index)]]),
  });
  return printExpression(expr, literal).sql;
}

/** A check over the row as it will be: assigned columns are what is assigned. */
function afterSet(
  check: RowCheck,
  target: RangeEntry,
  values: ReadonlyMap<number, Expr>,
): RowCheck {
  return { ...check, expr: substitute(check.expr, target, values) };
}

/**
 * @param set Assignments.
 * @param checks Checks over the new row.
 * @param target The target.
 * @returns The checks over the old row and what is assigned.
 */
export function checksAfter(
  set: readonly Assignment[],
  checks: readonly RowCheck[],
  target: RangeEntry,
): RowCheck[] {
  const values = new Map(
    set.map((each) => [each.column, quietly(each.value)]),
  );
  return checks.map((check) => afterSet(check, target, values));
}

function printUpdate(update: Update, printer: StepPrinter): string {
  const { target, relation, set, checks, from, where } = update;
  const clauses = printFrom(from, where, printer, target);
  const checked = checksAfter(set, checks, target);
  const assigned = printAssigned(set, {
    relation,
    old: (at) => `${aliasOf(target)}.${column(update, at)}`,
    value: (expr) => printExpression(expr, printer).sql,
    same: sameNote(printer),
    checked: (value) =>
      printChecked(
        checked,
        "new",
        value,
        printer,
        `${aliasOf(target)}._rowid_ IS NOT NULL`,
      ),
  });
  return `UPDATE ${tableName(relation.storage)} AS ${
    aliasOf(target)
  } SET ${assigned}${clauses.from === "" ? "" : ` FROM ${clauses.from}`}${
    clauses.where === "" ? "" : ` WHERE ${clauses.where}`
  }${printReturning(update, printer)}`;
}

function printDelete(statement: Delete, printer: StepPrinter): string {
  const { target, relation, using, where } = statement;
  const clauses = printFrom(using, where, printer, target);
  const alias = aliasOf(target);
  const table = `${tableName(relation.storage)} AS ${alias}`;
  const referring = statement.ignores
    ? printReferring(relation, printer.env.catalog, alias)
    : undefined;
  // Asked of the rows alone that WHERE has found.
  const own = referring === undefined
    ? clauses.where
    : clauses.where === ""
    ? referring
    : `(${clauses.where}) AND CASE WHEN ${clauses.where} THEN ${referring} ELSE 0 END`;
  const condition = clauses.from === ""
    ? own
    : `${alias}._rowid_ IN (SELECT ${alias}._rowid_ FROM ${table}, ${clauses.from}${
      clauses.where === "" ? "" : ` WHERE ${clauses.where}`
    })`;
  return `DELETE FROM ${table}${condition === "" ? "" : ` WHERE ${condition}`}${
    printReturning(statement, printer)
  }`;
}

function substitute(
  expr: Expr,
  target: RangeEntry,
  values: ReadonlyMap<number, Expr>,
): Expr {
  const move = (each: Expr): Expr =>
    each.kind === "column" && each.entry === target
      ? values.get(each.index) ?? each
      : mapChildren(each, move);
  return move(expr);
}
