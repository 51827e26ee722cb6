/**
 * Prints LATERAL, which SQLite does not have: arguments of a table-valued function may refer to the left,
 * so the rows of the query come as one JSON array.
 *
 * @module
 */

import type { Query, RangeEntry } from "../tree.ts";
import { printQuery } from "./query.ts";
import { aliasOf, type StepPrinter } from "./step_printer.ts";
import { jsonValue } from "./storage.ts";

/**
 * @param entry Entry that stands for the query.
 * @param query A query that refers to entries on its left.
 * @param printer Where it is printed.
 * @returns The item.
 */
export function printLateral(
  entry: RangeEntry,
  query: Query,
  printer: StepPrinter,
): string {
  const values = query.targets.map(({ expr }, index) =>
    jsonValue(printer.env, expr.type, { sql: `c${index}`, simple: false })
  );
  const text = `json_each((SELECT json_group_array(json_array(${
    values.join(", ")
  })) FROM (${printQuery(query, printer)}))) AS ${aliasOf(entry)}`;
  nameFields(entry, printer);
  return text;
}

function nameFields(entry: RangeEntry, printer: StepPrinter): void {
  const stand: RangeEntry = {
    ...entry,
    source: { kind: "function", calls: [], ordinality: false, lateral: true },
  };
  printer.rename(
    entry,
    (index) =>
      printer.column({
        kind: "column",
        entry: stand,
        index,
        type: entry.columns[index]?.type ?? 0,
        typmod: -1,
      }),
  );
}
