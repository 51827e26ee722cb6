/**
 * `SELECT … INTO @a, @b`: the one row of a query as values of user variables (MySQL manual, 15.2.13.1).
 *
 * @module
 */

import type { RowSink } from "../engine/client_session.ts";
import type { Datum } from "../sql/datum.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import type { MysqlSession } from "../sql/mysql/session.ts";
import type { OutputColumn } from "../sql/plan.ts";
import { evaluatedOf } from "./expression_value.ts";

/** See the top of the file; takes the rows. */
export class IntoVariables implements RowSink {
  readonly #names: readonly string[];
  readonly #columns: readonly OutputColumn[];
  #row: readonly Datum[] | undefined;
  #count = 0;

  /**
   * @param names Variables.
   * @param columns Columns of the query.
   * @throws {MysqlError} 1222 when they are not as many.
   */
  constructor(names: readonly string[], columns: readonly OutputColumn[]) {
    if (names.length !== columns.length) {
      throw new MysqlError(
        1222,
        "21000",
        "The used SELECT statements have a different number of columns",
      );
    }
    this.#names = names;
    this.#columns = columns;
  }

  row(values: readonly Datum[]): void {
    this.#count++;
    this.#row ??= [...values];
  }

  full(): undefined {}

  /**
   * Sets the variables; leaves them as they are when there was no row.
   *
   * @param mysql Session.
   * @param context The engine's.
   * @returns How many rows there were: one or none.
   * @throws {MysqlError} 1172 when there were more.
   */
  assign(mysql: MysqlSession, context: EvalContext): number {
    if (this.#count > 1) {
      throw new MysqlError(
        1172,
        "42000",
        "Result consisted of more than one row",
      );
    }
    this.#names.forEach((name, at) => {
      const column = this.#columns[at];
      if (this.#row === undefined || column === undefined) return;
      const value = this.#row[at] ?? null;
      mysql.setUserVariable(name, evaluatedOf(value, column, context));
    });
    return this.#count;
  }
}
