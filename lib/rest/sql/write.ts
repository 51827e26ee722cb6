/**
 * INSERT, UPDATE and DELETE, with the rows that they wrote as an answer.
 *
 * @module
 */

import { RestError } from "../error.ts";
import type { BodyRows } from "../body/rows.ts";
import { elementsOf, membersOf } from "../body/members.ts";
import type { Relation, RestColumn } from "../schema/picture.ts";
import { cellSql } from "./cell.ts";
import { columnOf } from "./resolve.ts";
import { parentColumns } from "./names.ts";
import { ident, type Params, qualified } from "./text.ts";
import type { FieldRef, Ordering, RowsNode } from "./tree.ts";

/** Alias of the relation that a statement changes. */
export const target = "t";

/** What happens to a row whose key is there already. */
export interface Conflict {
  readonly columns: readonly string[];
  readonly merge: boolean;
}

/** What INSERT is made of. */
export interface InsertOptions {
  readonly relation: Relation;
  readonly rows: BodyRows;
  /** Whether what a row has not becomes the column's default rather than NULL. */
  readonly missingDefault: boolean;
  readonly conflict?: Conflict | undefined;
}

/**
 * @param relation A table or view.
 * @param keys Keys of a body, or `columns=`.
 * @returns Their columns.
 * @throws {RestError} PGRST204.
 */
export function writtenColumns(
  relation: Relation,
  keys: readonly string[],
): RestColumn[] {
  return keys.map((key) => {
    const column = relation.columns.get(key);
    if (column !== undefined) return column;
    throw new RestError(
      "PGRST204",
      `Could not find the '${key}' column of '${relation.name}' in the schema cache`,
    );
  });
}

/**
 * @param options What to insert; at least one row.
 * @param params Takes its values.
 * @returns INSERT without RETURNING.
 */
export function insertSql(
  { relation, rows, missingDefault, conflict }: InsertOptions,
  params: Params,
): string {
  const columns = writtenColumns(relation, rows.keys);
  return `${sourceSql(relation, columns, { rows, missingDefault, params })}${
    conflict === undefined ? "" : conflictSql(relation, columns, conflict)
  }`;
}

/**
 * @param relation What gets rows.
 * @param columns Columns that get a value; at least one.
 * @returns `INSERT INTO … (…)`.
 */
export function intoSql(
  relation: Relation,
  columns: readonly Pick<RestColumn, "name">[],
): string {
  return `${intoTable(relation)} (${
    columns.map(({ name }) => ident(name)).join(", ")
  })`;
}

function intoTable({ schema, name }: Relation): string {
  return `INSERT INTO ${qualified(schema, name)} AS ${target}`;
}

function sourceSql(
  relation: Relation,
  columns: readonly RestColumn[],
  { rows, missingDefault, params }: {
    rows: BodyRows;
    missingDefault: boolean;
    params: Params;
  },
): string {
  if (columns.length === 0) {
    const [first] = relation.columns.keys();
    if (first === undefined || rows.count === 1) {
      return `${intoTable(relation)} DEFAULT VALUES`;
    }
    return `${intoSql(relation, [{ name: first }])} VALUES ${
      Array(rows.count).fill("(DEFAULT)").join(", ")
    }`;
  }
  const into = intoSql(relation, columns);
  const names = columns.map(({ name }) => ident(name)).join(", ");
  const ragged = missingDefault && rows.ragged === true;
  if (rows.count === 1 || ragged) {
    const absent = missingDefault ? "DEFAULT" : "NULL";
    const tuples = (rows.single ? [rows.json] : elementsOf(rows.json)).map(
      (element) => {
        const members = membersOf(element);
        return `(${
          columns.map((column) => {
            const json = members.get(column.name);
            return json === undefined ? absent : cellSql(json, column, params);
          }).join(", ")
        })`;
      },
    );
    return `${into} VALUES ${tuples.join(", ")}`;
  }
  return `${into} SELECT ${names} FROM ${recordset(columns, rows, params)}`;
}

function recordset(
  columns: readonly RestColumn[],
  { json, single }: BodyRows,
  params: Params,
): string {
  return `json_to_recordset(${
    params.add(single ? `[${json}]` : json)
  }::json) AS _b(${
    columns.map(({ name, type }) => `${ident(name)} ${type}`).join(", ")
  })`;
}

function conflictSql(
  relation: Relation,
  columns: readonly RestColumn[],
  { columns: keys, merge }: Conflict,
): string {
  for (const key of keys) columnOf(relation, key);
  const on = ` ON CONFLICT (${keys.map(ident).join(", ")})`;
  if (!merge || columns.length === 0) return `${on} DO NOTHING`;
  return `${on} DO UPDATE SET ${
    columns.map(({ name }) => `${ident(name)} = EXCLUDED.${ident(name)}`)
      .join(", ")
  }`;
}

/**
 * Counts the rows that an upsert will meet; asked in the same transaction, before it.
 *
 * @param options What is going to be inserted.
 * @param params Takes its values.
 * @returns A SELECT of `n`; nothing where no row can be there, for a part of the key is not given.
 */
export function existingSql(
  { relation, rows, conflict }: InsertOptions,
  params: Params,
): string | undefined {
  if (conflict === undefined || rows.count === 0) return undefined;
  const { columns: keys } = conflict;
  if (!keys.every((key) => rows.keys.includes(key))) return undefined;
  const pairs = keys.map((key) => `${target}.${ident(key)} = _b.${ident(key)}`);
  return `SELECT count(*) AS n FROM ${
    recordset(writtenColumns(relation, keys), rows, params)
  } JOIN ${qualified(relation.schema, relation.name)} AS ${target} ON ${
    pairs.join(" AND ")
  }`;
}

/**
 * @param relation What changes.
 * @param body One row: the new values; at least one.
 * @param options Conditions; whether what is missing becomes the default.
 * @returns UPDATE without RETURNING.
 */
export function updateSql(
  relation: Relation,
  body: BodyRows,
  { where, missingDefault, params }: {
    where: string;
    missingDefault: boolean;
    params: Params;
  },
): string {
  const members = membersOf(
    body.single ? body.json : elementsOf(body.json)[0] ?? "{}",
  );
  const absent = missingDefault ? "DEFAULT" : "NULL";
  const sets = writtenColumns(relation, body.keys).map((column) => {
    const json = members.get(column.name);
    return `${ident(column.name)} = ${
      json === undefined ? absent : cellSql(json, column, params)
    }`;
  });
  return `UPDATE ${
    qualified(relation.schema, relation.name)
  } AS ${target} SET ${sets.join(", ")}${where}`;
}

/**
 * @param relation What loses rows.
 * @param where Conditions.
 * @returns DELETE without RETURNING.
 */
export function deleteSql(relation: Relation, where: string): string {
  return `DELETE FROM ${
    qualified(relation.schema, relation.name)
  } AS ${target}${where}`;
}

/** What a statement returns of the rows that it wrote. */
export interface Returned {
  readonly columns: readonly string[];
  /** Name under which it returns the whole row too, for what is computed from that. */
  readonly whole?: string | undefined;
}

/**
 * Puts the rows that a statement wrote in front of a SELECT, which reads them as `_w`.
 *
 * @param returned What it returns.
 * @returns `WITH _w AS (` and ` RETURNING …) `, to stand around an INSERT, UPDATE or DELETE.
 */
export function writtenRows(
  { columns, whole }: Returned,
): [before: string, after: string] {
  const returning = columns.map((name) => `${target}.${ident(name)}`);
  if (whole !== undefined) returning.push(`${target} AS ${ident(whole)}`);
  return ["WITH _w AS (", ` RETURNING ${returning.join(", ")}) `];
}

/**
 * @param node What is asked of the rows that were written.
 * @returns What this needs; at least one column.
 */
export function returnedColumns(node: RowsNode): Returned {
  const names = new Set<string>();
  let computed = false;
  const add = ({ column: { name, computedBy } }: FieldRef) => {
    if (computedBy !== undefined) computed = true;
    else names.add(name);
  };
  for (const output of node.outputs) {
    if (output.kind === "field" && output.field !== undefined) {
      add(output.field);
    }
  }
  for (const { relationship } of node.embeds) {
    if (relationship.computed !== undefined) computed = true;
    for (const name of parentColumns(relationship)) names.add(name);
  }
  for (const { field, embed } of node.order satisfies readonly Ordering[]) {
    if (embed === undefined) add(field);
  }
  const { columns } = node.source;
  if (names.size === 0) {
    const [first] = columns.keys();
    if (first !== undefined) names.add(first);
  }
  if (!computed) return { columns: [...names] };
  let whole = "_row";
  while (columns.has(whole)) whole = `_${whole}`;
  return { columns: [...names], whole };
}
