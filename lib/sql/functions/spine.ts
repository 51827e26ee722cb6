/**
 * Stands in for what the lists of definitions do not have yet; whatever they define goes first.
 *
 * @module
 */

import {
  aggregate,
  cast,
  type Definition,
  fn,
  op,
  windowFn,
} from "./define.ts";

const symbols = ["=", "<>", "<", "<=", ">", ">="];

const compare = (left: string, right = left) =>
  symbols.map((symbol) =>
    op(`${left} ${symbol} ${right} = bool`, {
      leakproof: true,
      sql: ([a, b]) => `(${a} ${symbol} ${b})`,
    })
  );

const integers = ["int2", "int4", "int8"];

const range: Readonly<Record<string, number>> = {
  int2: 32767,
  int4: 2147483647,
  int8: Number.MAX_SAFE_INTEGER,
};

const wider = (a: string, b: string) =>
  integers[Math.max(integers.indexOf(a), integers.indexOf(b))] as string;

/** See the top of the file. */
export const spine: readonly Definition[] = [
  ...integers.flatMap((a) =>
    integers.flatMap((b) => [
      ...compare(a, b),
      ...["+", "-", "*"].map((symbol) =>
        op(`${a} ${symbol} ${b} = ${wider(a, b)}`, {
          sql: ([x, y]) => `(${x} ${symbol} ${y})`,
        })
      ),
      op(`${a} / ${b} = ${wider(a, b)}`, {
        sql: ([x, y]) =>
          `(${x} / CASE ${y} WHEN 0 THEN pg_error('22012', 'division by zero') ELSE ${y} END)`,
      }),
      op(`${a} % ${b} = ${wider(a, b)}`, { sql: ([x, y]) => `(${x} % ${y})` }),
    ])
  ),
  ...integers.map((type) =>
    op(`- ${type} = ${type}`, { sql: ([x]) => `(-${x})` })
  ),
  ...integers.flatMap((a) =>
    integers.filter((b) => b !== a).map((b) =>
      cast(
        `${a} -> ${b}`,
        integers.indexOf(a) < integers.indexOf(b) ? "implicit" : "assignment",
        integers.indexOf(a) < integers.indexOf(b) ? { sql: ([x]) => `${x}` } : {
          sql: ([x]) =>
            `(CASE WHEN abs(${x}) > ${
              range[b]
            } THEN pg_error('22003', 'out of range') ELSE ${x} END)`,
        },
      )
    )
  ),
  ...integers.flatMap((type) => [
    cast(`${type} -> float8`, "implicit", {
      sql: ([x]) => `CAST(${x} AS REAL)`,
    }),
    cast(`${type} -> numeric`, "implicit", {
      sql: ([x]) => `CAST(${x} AS TEXT)`,
    }),
  ]),
  cast("numeric -> float8", "implicit", { sql: ([x]) => `CAST(${x} AS REAL)` }),
  cast("int4 -> bool", "explicit", { sql: ([x]) => `(${x} <> 0)` }),
  cast("bool -> int4", "explicit", { sql: ([x]) => `${x}` }),
  ...["float8", "numeric", "bool", "oid", "date", "timestamp", "timestamptz"]
    .flatMap((type) => compare(type)),
  ...["+", "-", "*", "/"].map((symbol) =>
    op(`float8 ${symbol} float8 = float8`, {
      sql: ([x, y]) => `(${x} ${symbol} ${y})`,
    })
  ),
  // SQLite compares their datums; the printer adds the collation, and the order of an enum's labels.
  ...["anyenum", "anyarray", "record"].flatMap((type) => compare(type)),
  fn("current_setting(text) text", {
    volatility: "s",
    call: ([name], context) => context.setting(String(name)) ?? null,
  }),
  fn("current_setting(text, bool) text", {
    volatility: "s",
    call: ([name], context) => context.setting(String(name)) ?? null,
  }),
  fn("pg_typeof(any) regtype", {
    strict: false,
    withTypes: true,
    call: (a) => Number(a.at(-1)),
  }),
  fn("now() timestamptz", {
    volatility: "s",
    call: (_, c) => c.transactionTime,
  }),
  fn("abs(int4) int4", { sql: ([x]) => `abs(${x})` }),
  aggregate("count() int8", { sql: () => "count(*)" }),
  aggregate("count(any) int8", {
    sql: ([x], distinct) => `count(${distinct ? "DISTINCT " : ""}${x})`,
  }),
  ...["int4", "int8", "text", "float8", "numeric", "date", "timestamptz"]
    .flatMap((type) => [
      aggregate(`max(${type}) ${type}`, { sql: ([x]) => `max(${x})` }),
      aggregate(`min(${type}) ${type}`, { sql: ([x]) => `min(${x})` }),
    ]),
  aggregate("max(anyenum) anyenum", { sql: ([x]) => `max(${x})` }),
  aggregate("min(anyenum) anyenum", { sql: ([x]) => `min(${x})` }),
  ...["int2", "int4"].map((type) =>
    aggregate(`sum(${type}) int8`, {
      sql: ([x], distinct) => `sum(${distinct ? "DISTINCT " : ""}${x})`,
    })
  ),
  aggregate<string | null>("string_agg(text, text) text", {
    sql: ([value, delimiter]) => `group_concat(${value}, ${delimiter})`,
    // For DISTINCT, which SQLite takes over one argument only.
    call: {
      init: () => null,
      step: (state, [value, delimiter]) =>
        value === null
          ? state
          : state === null
          ? String(value)
          : `${state}${delimiter ?? ""}${value}`,
      final: (state) => state,
    },
  }),
  windowFn("row_number() int8", { sql: () => "row_number()" }),
  windowFn("rank() int8", { sql: () => "rank()" }),
];
