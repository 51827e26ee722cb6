/**
 * Statements that insert one row, kept by the table, the keys of the row and the form of the answer: a client
 * that inserts one row after the other sends the same but for the values, so that only the first of its
 * requests is looked up and printed.
 *
 * Rights and policies are the database's to judge at each request, so that the caller does not matter.
 *
 * @module
 */

import { BoundedMap } from "../base/bounded_map.ts";
import type { BodyRows } from "./body/rows.ts";
import { membersOf } from "./body/members.ts";
import type { AnswerForm } from "./sql/answer.ts";
import { cellSql, valueSql } from "./sql/cell.ts";
import type { Relation, RestColumn } from "./schema/picture.ts";
import type { Params } from "./sql/text.ts";
import type { RowsNode } from "./sql/tree.ts";
import { intoSql, writtenColumns } from "./sql/write.ts";

/** What becomes of a row that was inserted. */
export interface Returning {
  /** What stands before and after the statement. */
  readonly around: readonly [before: string, after: string];
  readonly node: RowsNode;
}

/** How a row with certain keys is inserted. */
export interface InsertPlan {
  readonly columns: readonly RestColumn[];
  /** `INSERT INTO … (…) VALUES `. */
  readonly into: string;
  /** Nothing when the row is not answered. */
  readonly returning: Returning | undefined;
}

/** Plans of one table; an application has a few for each. */
const capacity = 100;
/** Longer lists of keys are rarely sent twice, and would fill the memory of whoever keeps them. */
const longest = 2000;

/** Plans of one server. */
export class InsertPlans {
  /** By the table as it is at present: a new picture has new ones. */
  readonly #tables = new WeakMap<Relation, BoundedMap<string, InsertPlan>>();

  /**
   * Finds or makes the plan of an insert.
   *
   * @param relation What gets the row.
   * @param keys Keys of the row, at least one.
   * @param shape What the answer depends on; nothing when the row is not answered.
   * @param returning Says how the row is answered; nothing when that depends on more than the shape.
   * @returns The plan; nothing where none can be made.
   * @throws {RestError} PGRST204 for a key that is no column.
   */
  find(
    relation: Relation,
    keys: readonly string[],
    shape: { readonly form: AnswerForm; readonly search: string } | undefined,
    returning: (columns: readonly RestColumn[]) => Returning | undefined,
  ): InsertPlan | undefined {
    let plans = this.#tables.get(relation);
    if (plans === undefined) {
      plans = new BoundedMap(capacity);
      this.#tables.set(relation, plans);
    }
    const key = keyOf(keys, shape);
    const known = plans.get(key);
    if (known !== undefined) return known;
    const columns = writtenColumns(relation, keys);
    const answered = shape && returning(columns);
    if (shape !== undefined && answered === undefined) return undefined;
    const plan = {
      columns,
      into: `${intoSql(relation, columns)} VALUES `,
      returning: answered,
    };
    if (key.length <= longest) plans.set(key, plan);
    return plan;
  }
}

/** Names of columns hold no NUL, so that as many keys joined by one less are these and no others. */
function keyOf(
  keys: readonly string[],
  shape: { readonly form: AnswerForm; readonly search: string } | undefined,
): string {
  const joined = keys.length === 1 ? keys[0]! : keys.join("\0");
  return shape === undefined
    ? `${keys.length} ${joined}`
    : `${keys.length} ${joined}\0${shape.form}\0${shape.search}`;
}

/**
 * @param columns Columns that get a value.
 * @param row The body, one object.
 * @param options Whether what it lacks becomes the column's default; takes the values.
 * @returns `(…)`, the values of the columns.
 */
export function tupleSql(
  columns: readonly RestColumn[],
  { value, json }: BodyRows & { readonly value: Record<string, unknown> },
  { missingDefault, params }: {
    readonly missingDefault: boolean;
    readonly params: Params;
  },
): string {
  let tuple = "(";
  let members: ReadonlyMap<string, string> | undefined;
  for (let i = 0; i < columns.length; i++) {
    if (i > 0) tuple += ", ";
    const column = columns[i]!;
    const { name } = column;
    if (!Object.hasOwn(value, name)) {
      tuple += missingDefault ? "DEFAULT" : "NULL";
      continue;
    }
    // As it was written only where that matters: a number keeps its digits.
    tuple += valueSql(value[name], column, params) ??
      cellSql((members ??= membersOf(json)).get(name)!, column, params);
  }
  return `${tuple})`;
}
