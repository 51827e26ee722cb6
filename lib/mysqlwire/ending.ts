/**
 * What a statement came to.
 *
 * @module
 */

import type {
  FetchResult,
  PreparedStatement,
} from "../engine/client_session.ts";
import type { QueryStatement } from "../sql/mysql/dialect.ts";
import type { StatementNotes } from "../sql/statement_notes.ts";
import type { Outcome } from "./messages.ts";

/** What a statement came to; what the client is told of it waits until it is known what follows. */
export interface Ending {
  /** Whether rows were sent. */
  readonly rows: boolean;
  readonly outcome: Omit<Outcome, "status">;
  /** Whether a cursor was opened, so that the columns are all that is sent. */
  readonly cursor?: boolean;
  /** Plans of a statement that means the same when its text comes again. */
  readonly prepared?: readonly PreparedStatement[] | undefined;
}

/** OK and nothing more. */
export const nothing: Ending = { rows: false, outcome: {} };

/** Number at the end of a command tag. */
export function countOf({ tag = "" }: FetchResult): number {
  const at = tag.lastIndexOf(" ");
  return at < 0 ? 0 : Number(tag.slice(at + 1)) || 0;
}

/** What was counted of a statement that writes rows. */
export interface Written {
  readonly statement: QueryStatement;
  /** Whether it made a table of the rows of a query. */
  readonly copied: boolean;
  /** Rows that were inserted, updated (though to the same) or deleted. */
  readonly touched: number;
  readonly counts: StatementNotes["counts"];
  /** CLIENT_FOUND_ROWS: rows that stayed the same count. */
  readonly countsFound: boolean;
  readonly warnings: number;
}

/**
 * What the OK packet says of a statement that writes rows (MySQL C API, `mysql_affected_rows()`,
 * `mysql_insert_id()`, `mysql_info()`).
 *
 * @param written What was counted.
 */
export function wroteRows(written: Written): {
  readonly affected: number;
  readonly insertId: number;
  readonly info: string;
} {
  const { statement, copied, touched, counts, countsFound, warnings } = written;
  const { same, replaced, ignored } = counts;
  const changed = touched - same;
  if (statement.verb === "update") {
    const found = touched + ignored;
    return {
      affected: countsFound ? found : changed,
      insertId: counts.asked ?? 0,
      info:
        `Rows matched: ${found}  Changed: ${changed}  Warnings: ${warnings}`,
    };
  }
  if (copied) {
    return {
      affected: touched,
      insertId: counts.first ?? 0,
      info: `Records: ${touched}  Duplicates: 0  Warnings: ${warnings}`,
    };
  }
  const inserts = statement.verb === "insert" || statement.verb === "replace";
  if (!inserts) return { affected: touched, insertId: 0, info: "" };
  const again = replaced + (countsFound && statement.updates ? same : 0);
  const records = touched + ignored;
  // Rows of a query are duplicates when they change something, however rows are counted.
  const duplicates = statement.ignore
    ? records - changed
    : statement.several === "query"
    ? replaced
    : again;
  return {
    affected: changed + again,
    insertId: counts.first ?? counts.asked ??
      (changed > 0 ? counts.given ?? 0 : 0),
    info: statement.several !== undefined
      ? `Records: ${records}  Duplicates: ${duplicates}  Warnings: ${warnings}`
      : "",
  };
}
