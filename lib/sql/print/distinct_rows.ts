/**
 * Refuses to let ON CONFLICT DO UPDATE come to one row twice, where SQLite would go on.
 *
 * @module
 */

import type { Insert } from "../tree.ts";
import { printExpression } from "./expression.ts";
import { textLiteral } from "../sqlite_words.ts";
import type { StepPrinter } from "./step_printer.ts";
import { collationOf } from "./storage.ts";

/**
 * @param insert INSERT with ON CONFLICT DO UPDATE.
 * @param text Its source, printed.
 * @param printer Where it is printed.
 * @returns The source, which fails when two rows have the same keys.
 */
export function printDistinctRows(
  insert: Insert,
  text: string,
  printer: StepPrinter,
): string {
  const { target, columns, conflict } = insert;
  const index = conflict?.index;
  const names = columns.map((_, at) => `c${at}`).join(", ");
  const at = (each: number) => `s.c${columns.indexOf(each)}`;
  const { keys, counted } = printer.renamed(target, at, () => {
    const values = (index?.keys ?? []).map((key) => {
      const collation = collationOf(printer.env, key.type);
      const value = printExpression(key, printer).sql;
      return collation === undefined ? value : `${value} COLLATE ${collation}`;
    });
    return {
      keys: values,
      counted: [
        ...values.map((value) => `${value} IS NOT NULL`),
        ...(index?.where === undefined
          ? []
          : [printExpression(index.where, printer).sql]),
      ],
    };
  });
  const twice = `pg_error('21000', ${
    textLiteral("ON CONFLICT DO UPDATE command cannot affect row a second time")
  }, ${
    textLiteral(JSON.stringify({
      hint:
        "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.",
    }))
  })`;
  // Numbered by itself: beside the other window, rows would come in the order of its keys.
  const numbered = `SELECT t.*, row_number() OVER () AS o FROM (${text}) AS t`;
  return `SELECT ${names} FROM (SELECT s.*, count(*) FILTER (WHERE ${
    counted.join(" AND ") || "0"
  }) OVER (PARTITION BY ${
    keys.join(", ") || "1"
  }) AS n FROM (${numbered}) AS s) WHERE CASE WHEN n > 1 THEN ${twice} ELSE 1 END ORDER BY o`;
}
