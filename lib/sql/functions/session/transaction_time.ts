/**
 * `now()` and its kin (manual, 9.9.5). The resolver binds them where it can.
 *
 * @module
 */

import { type Definition, fn } from "../define.ts";

/** See the top of the file. */
export const transactionTimeFunctions: readonly Definition[] = [
  ...["now", "transaction_timestamp"].map((name) =>
    fn(`${name}() timestamptz`, {
      volatility: "s",
      call: (_, context) => context.transactionTime,
    })
  ),
  fn("statement_timestamp() timestamptz", {
    volatility: "s",
    call: (_, context) => context.statementTime,
  }),
];
