/**
 * What a statement came to.
 *
 * @module
 */

import type {
  FetchResult,
  PreparedStatement,
} from "../engine/client_session.ts";
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

/** What MySQL's command line shows below the number of rows. */
export function infoOf(verb: string, rows: number, warnings: number): string {
  switch (verb) {
    case "update":
      return `Rows matched: ${rows}  Changed: ${rows}  Warnings: ${warnings}`;
    case "insert":
    case "replace":
      return rows > 1
        ? `Records: ${rows}  Duplicates: 0  Warnings: ${warnings}`
        : "";
    default:
      return "";
  }
}

/** Number at the end of a command tag. */
export function countOf({ tag = "" }: FetchResult): number {
  const at = tag.lastIndexOf(" ");
  return at < 0 ? 0 : Number(tag.slice(at + 1)) || 0;
}
