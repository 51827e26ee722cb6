/**
 * Window functions (manual, 9.22): SQLite has them all under the same names.
 *
 * @module
 */

import { type Definition, windowFn } from "./define.ts";

const numbered = ["row_number() int8", "rank() int8", "dense_rank() int8"];
const fractions = ["percent_rank() float8", "cume_dist() float8"];

/** See the top of the file. */
export const windowFunctions: readonly Definition[] = [
  ...[...numbered, ...fractions].map((signature) =>
    windowFn(signature, {
      sql: () => `${signature.slice(0, signature.indexOf("("))}()`,
    })
  ),
  windowFn("ntile(int4) int4", {
    sql: ([n]) =>
      `ntile(CASE WHEN ${n} <= 0 THEN pg_error('22014', 'argument of ntile must be greater than zero') ELSE ${n} END)`,
  }),
  ...["lag", "lead"].flatMap((name) => [
    windowFn(`${name}(anyelement) anyelement`, {
      sql: ([value]) => `${name}(${value})`,
    }),
    windowFn(`${name}(anyelement, int4) anyelement`, {
      sql: ([value, offset]) => shifted(name, String(value), String(offset)),
    }),
    windowFn(`${name}(anycompatible, int4, anycompatible) anycompatible`, {
      sql: ([value, offset, otherwise]) =>
        shifted(name, `${value}`, `${offset}`, `, ${otherwise}`),
    }),
  ]),
  windowFn("first_value(anyelement) anyelement", {
    sql: ([value]) => `first_value(${value})`,
  }),
  windowFn("last_value(anyelement) anyelement", {
    sql: ([value]) => `last_value(${value})`,
  }),
  windowFn("nth_value(anyelement, int4) anyelement", {
    sql: ([value, n]) =>
      `nth_value(${value}, CASE WHEN ${n} <= 0 THEN pg_error('22016', 'argument of nth_value must be greater than zero') ELSE ${n} END)`,
  }),
];

/** SQLite refuses negative offsets, which look the other way in PostgreSQL. */
function shifted(
  name: string,
  value: string,
  offset: string,
  otherwise = "",
): string {
  return `${name}(${value}, ${offset}${otherwise})`;
}
