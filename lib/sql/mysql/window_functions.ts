/**
 * Functions that only windows have (MySQL manual, 14.20.1); PostgreSQL has the same by the same names.
 *
 * @module
 */

/** Names of functions that only windows have. */
export const windowFunctions: ReadonlySet<string> = new Set([
  "row_number",
  "rank",
  "dense_rank",
  "percent_rank",
  "cume_dist",
  "ntile",
  "lag",
  "lead",
  "first_value",
  "last_value",
  "nth_value",
]);
