/**
 * Functions of users that could not be put in the place of their call: run on the connection whose
 * statement calls them.
 *
 * @module
 */

import type { Datum } from "../../../sql/datum.ts";
import { notSupported } from "../../../sql/error.ts";
import { runFunction } from "../user_functions.ts";
import { rowsText } from "../../sqlite/rows_text.ts";
import type { Services } from "../services.ts";

/** See the top of the file. */
export const functionServices: Services = {
  call_sql([oid, ...args], core) {
    const { rows } = runFunction(core, Number(oid), args as Datum[]);
    return rows[0]?.[0] ?? null;
  },
  call_sql_rows([oid, ...args], core) {
    const { rows, types } = runFunction(core, Number(oid), args as Datum[]);
    return rowsText(rows, types);
  },
  sleep([seconds]) {
    if (!(Number(seconds) > 0)) return "";
    throw notSupported("pg_sleep() inside a larger statement");
  },
};
