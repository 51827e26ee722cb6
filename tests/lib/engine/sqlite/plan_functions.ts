/**
 * Functions that the tests of plans call.
 *
 * @module
 */

import type { Datum } from "../../../../lib/sql/datum.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import type { FunctionEntry } from "../../../../lib/sql/functions/registry.ts";
import { oid } from "../../../../lib/sql/types/type.ts";

/**
 * @param name SQLite's name.
 * @param call JavaScript.
 * @param more Other properties.
 * @returns A function.
 */
export function entry(
  name: string,
  call: FunctionEntry["call"],
  more: Partial<FunctionEntry> = {},
): FunctionEntry {
  return {
    oid: 1,
    name,
    schema: 11,
    kind: "function",
    args: [],
    argNames: [],
    defaults: [],
    variadic: false,
    returns: oid.text,
    columns: [],
    strict: true,
    volatility: "i",
    leakproof: false,
    sqliteName: name,
    call,
    ...more,
  };
}

let counter = 0;

/** Functions of the tests. */
export const functions: readonly FunctionEntry[] = [
  entry("t_upper", ([s]) => String(s).toUpperCase()),
  entry("t_fail", ([s]) => {
    throw new SqlError("22012", `failed with ${s}`, { detail: "on purpose" });
  }),
  entry("t_fail_at", ([n, at]) => {
    if (n === at) throw new SqlError("22012", "division by zero");
    return n as Datum;
  }, { returns: oid.int8 }),
  entry("t_counter", () => ++counter, { volatility: "v", returns: oid.int8 }),
  entry("t_setting", ([name], { setting }) => setting(String(name)) ?? null),
  entry(
    "t_service",
    ([name], { services }) =>
      services.call(String(name), [1n, new Uint8Array([1])]),
  ),
  entry(
    "t_type",
    ([number], context) =>
      context.type(Number(number))?.output("x", context) ?? null,
  ),
  entry("t_half", ([n]) => Number(n) / 2, { returns: oid.float8 }),
  entry("t_echo", ([v]) => v as Datum, { strict: false, returns: oid.text }),
  entry("t_same", ([v]) => v as Datum, { returns: oid.anyelement }),
  entry("t_series", undefined, {
    kind: "rows",
    columns: [{ name: "n", type: oid.int8 }, { name: "x", type: oid.float8 }],
    rows: function* ([n]) {
      for (let i = 1; i <= Number(n); i++) yield [i, i];
    },
  }),
  entry("t_concat", undefined, {
    kind: "aggregate",
    strict: false,
    aggregate: {
      init: () => [] as Datum[],
      step: (state, [v]) => [...state, v],
      inverse: (state) => state.slice(1),
      final: (state) => state.join(","),
    },
  }),
];

/** Orders of the tests. */
export const collations = [
  { name: "backwards", compare: (a: string, b: string) => a < b ? 1 : -1 },
];
