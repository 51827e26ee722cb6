/**
 * The outermost SELECT: the page as one text, how many rows it holds, how many there are.
 *
 * @module
 */

import { outputNames, rowAlias } from "./names.ts";
import { ident } from "./text.ts";
import type { RowsNode } from "./tree.ts";

/** The form that the rows of an answer take. */
export type AnswerForm =
  /** An array of objects. */
  | "array"
  /** The same without members that are null. */
  | "array stripped"
  /** Comma-separated values (RFC 4180), a header first. */
  | "csv"
  /** The bare values of a function's only column. */
  | "values"
  /** Nothing: only the number of rows counts. */
  | "none";

/** What the statement of an answer is made of. */
export interface AnswerParts {
  /** SELECT of the page. */
  readonly rows: string;
  /** Names of its columns. */
  readonly names: readonly string[];
  readonly form: AnswerForm;
  /** SELECT with a row for each of those that the page is cut from. */
  readonly all?: string | undefined;
}

/**
 * @param parts Page, form, count.
 * @returns A SELECT of one row: `body` text, `page` rows in it and, if counted, `total`.
 */
export function answerSql({ rows, names, form, all }: AnswerParts): string {
  const row = rowAlias(names);
  const total = all === undefined
    ? ""
    : `, (SELECT count(*) FROM (${all}) AS _all) AS total`;
  return `SELECT ${
    bodySql(form, row, names)
  } AS body, count(*) AS page${total} FROM (${rows}) AS ${row}`;
}

function bodySql(
  form: AnswerForm,
  row: string,
  names: readonly string[],
): string {
  switch (form) {
    case "array":
      return `coalesce(json_agg(row_to_json(${row})), '[]')::text`;
    case "array stripped":
      return `coalesce(json_agg(json_strip_nulls(row_to_json(${row}))), '[]')::text`;
    case "values":
      return `coalesce(json_agg(${row}.${ident(names[0] ?? "")}), '[]')::text`;
    case "csv":
      // A row as text is what CSV wants, but for its parentheses.
      return `string_agg(substr(${row}::text, 2, length(${row}::text) - 2), E'\\n')`;
    case "none":
      return "NULL::text";
  }
}

/**
 * @param node What was asked for.
 * @returns The first line of its CSV.
 */
export function csvHeader(node: RowsNode): string {
  return outputNames(node).map((name) =>
    /[",\r\n\\ ()]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name
  ).join(",");
}
