/**
 * What committed changes of rows mean to those who are told of them: values as JSON, conditions on rows, and who
 * may see which.
 *
 * @module
 */

import type { Datum } from "../sql/datum.ts";
import type { Relation } from "../sql/catalog/catalog.ts";
import type { Identity } from "./engine.ts";

/** Values of a row, in the order of the table's columns. */
export type RowImage = readonly Datum[];

/** A condition on one column. */
export interface ColumnCondition {
  readonly column: string;
  readonly operator:
    | "eq"
    | "neq"
    | "lt"
    | "lte"
    | "gt"
    | "gte"
    | "in"
    | "is"
    | "like"
    | "ilike"
    | "isdistinct";
  /** Texts, as literals of the column's type; one but for `in`. */
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** One version of a table. */
export interface TableReader {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    /** `pg_type.typname`, for example `int4`, `_text`. */
    readonly type: string;
  }[];
  /** Places of the primary key's columns. */
  readonly key: readonly number[];
  /** Whether row security is on. */
  readonly rowSecurity: boolean;
  /** Whether whole old rows are told of (`REPLICA IDENTITY FULL`). */
  readonly wholeOldRows: boolean;

  /**
   * @param row A row.
   * @returns JSON text of each value, as `to_jsonb` would give it.
   */
  json(row: RowImage): string[];

  /**
   * @param condition A condition.
   * @returns Tells whether a row meets it; a NULL never does, save by `is` and `isdistinct`.
   * @throws {EngineError} 42703 for a column that is not there, 22P02 and so on for a text that is no value
   *   of it, 0A000 for an operator that its type does not have.
   */
  condition(condition: ColumnCondition): (row: RowImage) => boolean;
}

/** Tells whether a row may be seen. */
export type RowTest = (row: RowImage) => boolean;

/** Which policies are asked, and with which settings. */
export interface JudgeOptions {
  /**
   * `select` for rows that are read, `insert` for rows that are written.
   *
   * @default {"select"}
   */
  readonly command?: "select" | "insert";
  /** Settings that the policies may read. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** See the top of the file. */
export interface ChangeReader {
  /**
   * @param relation A table as a change or the catalog has it.
   * @returns What is to be known of it.
   */
  read(relation: Relation): TableReader;

  /**
   * @param schema Name of a schema.
   * @param name Name of a table.
   * @returns The table as it is now; `undefined` if there is none, or if it is the program's own.
   */
  find(schema: string, name: string): TableReader | undefined;

  /**
   * @param schema Name of a schema.
   * @returns Its tables as they are now.
   */
  tables(schema: string): TableReader[];

  /**
   * @param table A table.
   * @param role Name of a role.
   * @returns Places of the columns that the role may select now.
   */
  readable(table: TableReader, role: string): ReadonlySet<number>;

  /**
   * @returns Another value than before when a table, a right or a policy has changed since.
   */
  version(): unknown;

  /**
   * Common policies, which compare columns with claims or constants, are decided without a statement.
   *
   * @param table A table.
   * @param identity Who asks; the same claims object means the same person.
   * @returns What tells which rows may be seen, for as long as the version is the same; `undefined` where a
   *   statement has to be asked: {@linkcode ChangeReader.judge}. A promise the first time that a person asks.
   * @throws {EngineError} When a policy fails.
   */
  test(
    table: TableReader,
    identity: Identity,
  ): RowTest | undefined | Promise<RowTest | undefined>;

  /**
   * Asks the row policies as they are now, about rows that need not be in the table any more.
   *
   * Rights on the table and its columns are not asked. One statement serves all rows.
   *
   * @param table A table.
   * @param identity Who asks; the same claims object means the same person.
   * @param rows Rows.
   * @param options Command, settings.
   * @returns Whether each of them may be seen.
   * @throws {EngineError} When a policy fails.
   */
  judge(
    table: TableReader,
    identity: Identity,
    rows: readonly RowImage[],
    options?: JudgeOptions,
  ): Promise<readonly boolean[]>;
}
