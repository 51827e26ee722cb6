/**
 * Resolves the names of columns and rows.
 *
 * @module
 */

import type { ColumnRef as ColumnRefNode } from "@pgsql/types";
import type { ColumnRef, Expr, RangeEntry } from "../tree.ts";
import { isWide, withoutSign } from "../mysql/unsigned.ts";
import { oid } from "../types/type.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { locate } from "./locations.ts";
import { missingColumnHint, missingEntry } from "./missing_name.ts";
import type { Scope, ScopeEntry } from "./scope.ts";
import { nameParts } from "./type_name.ts";

/** Columns that every table has in PostgreSQL. */
const systemColumns: ReadonlySet<string> = new Set([
  "ctid",
  "cmin",
  "cmax",
  "xmin",
  "xmax",
]);

/**
 * Resolves a name in an expression.
 *
 * @param node Name in the parse tree.
 * @param scope Where it stands.
 * @returns A column, a whole row, or an argument of the function whose body this is.
 * @throws {SqlError} 42703, 42702, 42P01.
 */
export function resolveName(node: ColumnRefNode, scope: Scope): Expr {
  const parts = nameParts(node.fields);
  const star = parts.at(-1) === "*" && node.fields?.at(-1) !== undefined &&
    "A_Star" in (node.fields.at(-1) as object);
  if (star) {
    // A row inside an expression, as in count(t.*); lists of targets are spread by the query's part.
    return wholeRowNamed(parts.slice(0, -1), scope, node.location);
  }
  const found = parts.length === 1
    ? unqualified(parts[0] as string, scope, node.location)
    : qualified(parts, scope, node.location);
  return locate(
    scope.env.dialect === "mysql" && isWide(found) ? withoutSign(found) : found,
    node.location,
  );
}

/**
 * @param entry Something in FROM.
 * @param index Which of its columns.
 * @returns The column.
 */
export function columnOf(entry: RangeEntry, index: number): ColumnRef {
  const column = entry.columns[index];
  if (column === undefined) throw new RangeError("Cannot find column");
  return {
    kind: "column",
    entry,
    index,
    type: column.type,
    typmod: column.typmod,
  };
}

/** @returns The column of that name at the innermost level that has one. */
function unqualified(
  name: string,
  scope: Scope,
  location: number | undefined,
): Expr {
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    const found = atLevel(name, level, location);
    if (found !== undefined) return found;
  }
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    const system = systemColumn(name, level.entries, location, scope);
    if (system !== undefined) return system;
  }
  const folded = inAnyCase(name, scope, location);
  if (folded !== undefined) return folded;
  const row = findEntry(name, undefined, scope);
  if (row !== undefined) return wholeRow(row);
  const argument = argumentNamed(name, scope);
  if (argument !== undefined) return argument;
  throw errorAt(
    "42703",
    `column "${name}" does not exist`,
    location,
    missingColumnHint(name, undefined, scope),
  );
}

/** To MySQL's clients the case of a column's name does not matter. */
function inAnyCase(
  name: string,
  scope: Scope,
  location: number | undefined,
): Expr | undefined {
  if (scope.env.dialect !== "mysql") return undefined;
  const wanted = name.toLowerCase();
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    const names = new Set([
      ...level.merged.map((each) => each.name),
      ...level.entries.flatMap(({ entry, visible }) =>
        visible ? entry.columns.map((column) => column.name) : []
      ),
    ]);
    for (const each of names) {
      if (each.toLowerCase() !== wanted) continue;
      return atLevel(each, level, location);
    }
  }
  return undefined;
}

function atLevel(
  name: string,
  level: Scope,
  location: number | undefined,
): Expr | undefined {
  let found: Expr | undefined;
  const take = (expr: Expr) => {
    if (found !== undefined) {
      throw errorAt(
        "42702",
        `column reference "${name}" is ambiguous`,
        location,
      );
    }
    found = expr;
  };
  for (const merged of level.merged) {
    if (merged.name === name) take({ ...merged.expr });
  }
  for (const { entry, visible, hidden } of level.entries) {
    if (!visible) continue;
    entry.columns.forEach((column, index) => {
      if (column.name === name && hidden?.has(index) !== true) {
        take(columnOf(entry, index));
      }
    });
  }
  return found;
}

function argumentNamed(name: string, scope: Scope): Expr | undefined {
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    const found = level.arguments?.get(name);
    if (found !== undefined) return { ...found };
  }
  return undefined;
}

/** `t.c`, `s.t.c`. */
function qualified(
  parts: readonly string[],
  scope: Scope,
  location: number | undefined,
): Expr {
  if (parts.length > 4) {
    throw errorAt(
      "42601",
      `improper qualified name (too many dotted names): ${parts.join(".")}`,
      location,
    );
  }
  const name = parts.at(-1) as string;
  const table = parts.at(-2) as string;
  const schema = parts.at(-3);
  const entry = findEntry(table, schema, scope);
  if (entry === undefined) {
    const argument = schema === undefined
      ? argumentNamed(parts.join("."), scope)
      : undefined;
    if (argument !== undefined) return argument;
    throw missingEntry(table, scope, location);
  }
  const matches = entry.entry.columns.flatMap((column, index) =>
    column.name === name ? [index] : []
  );
  const [index, second] = matches;
  if (second !== undefined) {
    throw errorAt(
      "42702",
      `column reference "${name}" is ambiguous`,
      location,
    );
  }
  if (index !== undefined) return columnOf(entry.entry, index);
  if (scope.env.dialect === "mysql") {
    const folded = entry.entry.columns.findIndex((column) =>
      column.name.toLowerCase() === name.toLowerCase()
    );
    if (folded >= 0) return columnOf(entry.entry, folded);
  }
  const system = systemColumn(name, [entry], location, scope);
  if (system !== undefined) return system;
  throw errorAt(
    "42703",
    `column ${table}.${name} does not exist`,
    location,
    missingColumnHint(name, table, scope),
  );
}

/**
 * Finds an entry of FROM, at this level or outside.
 *
 * @param table Its alias, or the name of the table.
 * @param schema Schema that was written before it.
 * @param scope Where to begin.
 * @returns The entry at the innermost level that has one.
 */
export function findEntry(
  table: string,
  schema: string | undefined,
  scope: Scope,
): ScopeEntry | undefined {
  const wanted = schema === undefined
    ? undefined
    : scope.env.catalog.schemaNamed(schema)?.oid;
  if (schema !== undefined && wanted === undefined) return undefined;
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    const found = level.entries.find((each) =>
      each.entry.alias === table &&
      (wanted === undefined || each.schema === wanted)
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function wholeRowNamed(
  parts: readonly string[],
  scope: Scope,
  location: number | undefined,
): Expr {
  const table = parts.at(-1);
  if (table === undefined) {
    throw errorAt(
      "42601",
      'row expansion via "*" is not supported here',
      location,
    );
  }
  const entry = findEntry(table, parts.at(-2), scope);
  if (entry === undefined) {
    throw missingEntry(table, scope, location);
  }
  return locate(wholeRow(entry), location);
}

/**
 * @param found An entry of FROM.
 * @returns Its row as one value; the value itself for a function that gives single values.
 */
export function wholeRow({ entry, nullable }: ScopeEntry): Expr {
  const { source } = entry;
  if (
    source.kind === "function" && !source.ordinality &&
    source.calls.length === 1 && entry.columns.length === 1 &&
    source.calls[0]?.type === entry.columns[0]?.type
  ) return columnOf(entry, 0);
  // Columns with negative numbers are no part of the row.
  const shown = entry.columns.flatMap(({ number }, index) =>
    number < 0 ? [] : [columnOf(entry, index)]
  );
  return {
    kind: "row",
    type: source.kind === "table" && source.relation.rowType !== 0
      ? source.relation.rowType
      : oid.record,
    typmod: -1,
    fields: shown,
    names: shown.map(({ index }) => entry.columns[index]?.name ?? ""),
    ...(nullable === true ? { nullIfAll: true } : {}),
  };
}

/** Place of a row in its table, by which MySQL's UPDATE … LIMIT finds it again. */
function rowNumber(entry: RangeEntry): Expr {
  return { kind: "column", entry, index: -1, type: oid.int8, typmod: -1 };
}

function systemColumn(
  name: string,
  entries: readonly ScopeEntry[],
  location: number | undefined,
  scope: Scope,
): Expr | undefined {
  const entry = entries.find(({ entry }) => entry.source.kind === "table");
  if (entry === undefined || entry.entry.source.kind !== "table") {
    return undefined;
  }
  if (name === "ctid" && scope.env.dialect === "mysql") {
    return rowNumber(entry.entry);
  }
  if (systemColumns.has(name)) {
    throw notSupportedAt(`system column "${name}"`, location);
  }
  return name === "tableoid"
    ? {
      kind: "constant",
      type: oid.oid,
      typmod: -1,
      value: entry.entry.source.relation.oid,
    }
    : undefined;
}
