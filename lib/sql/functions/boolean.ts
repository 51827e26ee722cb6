/**
 * Functions of `bool`.
 *
 * @module
 */

import { aggregate, cast, type Definition, fn } from "./define.ts";
import { comparisons } from "./text_compare.ts";

const asText = (a: { toString(): string } | undefined) =>
  `CASE ${a} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`;

/** See the top of the file. */
export const booleanFunctions: readonly Definition[] = [
  ...comparisons("bool", "bool"),
  cast("bool -> int4", "explicit", { sql: ([a]) => `${a}` }),
  cast("int4 -> bool", "explicit", { sql: ([a]) => `(${a} <> 0)` }),
  ...["text", "varchar", "bpchar"].map((type) =>
    cast(`bool -> ${type}`, "assignment", { sql: ([a]) => `(${asText(a)})` })
  ),
  ...["bool_and", "every"].map((name) =>
    aggregate(`${name}(bool) bool`, { sql: ([a]) => `min(${a})` })
  ),
  aggregate("bool_or(bool) bool", { sql: ([a]) => `max(${a})` }),
  fn("booland_statefunc(bool, bool) bool", {
    sql: ([a, b]) => `(${a} AND ${b})`,
  }),
  fn("boolor_statefunc(bool, bool) bool", {
    sql: ([a, b]) => `(${a} OR ${b})`,
  }),
];
