/**
 * Comparison of records, field by field (manual, 9.25.6), and `pg_typeof`.
 *
 * @module
 */

import { type Definition, fn, op } from "./define.ts";

/** See the top of the file. */
export const recordFunctions: readonly Definition[] = [
  // A record is kept as an array of its fields' datums.
  ...["=", "<>", "<", "<=", ">", ">="].map((symbol) =>
    op(`record ${symbol} record = bool`, {
      sql: ([a, b]) => `(${a} ${symbol} ${b} COLLATE pg_array)`,
    })
  ),
  fn("pg_typeof(any) regtype", {
    strict: false,
    volatility: "s",
    withTypes: true,
    call: (args) => {
      const types = String(args.at(-1));
      return /^record\(/.test(types) ? 2249 : Number(types);
    },
  }),
];
