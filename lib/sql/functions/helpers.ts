/**
 * SQLite functions of ours that only the printer calls; no SQL of a client reaches them by name.
 *
 * @module
 */

import { fixedOid } from "../catalog/catalog.ts";
import { quoteField } from "../catalog/record_text.ts";
import type { Datum } from "../datum.ts";
import { SqlError, type SqlErrorFields } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  type ArrayItem,
  elementDatum,
  parseArray,
  printArray,
} from "../types/array_datum.ts";
import { oid, type PgType } from "../types/type.ts";
import { type ArgumentType, readTypes } from "./argument_types.ts";
import { assignToArray, assignToJsonb } from "./assign_element.ts";
import { builtins } from "./builtins.ts";
import "./definitions.ts";
import type { AggregateCall, Call } from "./define.ts";
import { divisionCalls, noteCalls } from "./notes.ts";
import type { FunctionEntry } from "./registry.ts";
import { placeOf, replaced } from "./text.ts";

function typeOf(number: Datum | undefined, context: EvalContext): PgType {
  const found = context.type(Number(number));
  if (found !== undefined) return found;
  throw new SqlError("XX000", `cache lookup failed for type ${number}`);
}

/** `pg_error(state, message[, fields])`: fails. */
const error: Call = ([state, message, fields]) => {
  throw new SqlError(
    String(state),
    String(message),
    typeof fields === "string" ? JSON.parse(fields) as SqlErrorFields : {},
  );
};

/** `pg_in(type, typmod, text)`: reads a text. */
const input: Call = ([type, typmod, text], context) =>
  typeOf(type, context).input(String(text), Number(typmod), context);

/** `pg_out(type, value)`: writes a value. */
const output: Call = ([type, value], context) =>
  typeOf(type, context).output(value as NonNullable<Datum>, context);

/** `pg_typmod(type, typmod, explicit, value)`: fits a value, or each element of an array. */
const typmod: Call = ([type, modifier, explicit, value], context) => {
  const found = typeOf(type, context);
  const element = found.category === "A" && found.element !== 0
    ? context.type(found.element)
    : undefined;
  const fit = (element ?? found).applyTypmod;
  if (fit === undefined) return value as Datum;
  const one = (each: Datum) =>
    each === null ? null : fit(each, Number(modifier), Number(explicit) === 1);
  if (element === undefined) return one(value as Datum);
  const all = (items: readonly ArrayItem[]): ArrayItem[] =>
    items.map((item) =>
      Array.isArray(item)
        ? all(item)
        : one(elementDatum(item as Datum, element.oid))
    );
  return printArray(all(parseArray(String(value))), element.oid);
};

/** `pg_record_out(value, types)`: writes a row whose fields no catalog knows. */
const recordOutput: Call = ([value, types], context) =>
  writeRow(parseArray(String(value)), readTypes(types)[0]?.fields, context);

function writeRow(
  items: readonly ArrayItem[],
  fields: readonly { readonly type: ArgumentType }[] | undefined,
  context: EvalContext,
): string {
  const texts = items.map((item, index) => {
    if (item === null) return "";
    const type = fields?.[index]?.type;
    return quoteField(writeField(item, type, context));
  });
  return `(${texts.join(",")})`;
}

function writeField(
  item: ArrayItem,
  type: ArgumentType | undefined,
  context: EvalContext,
): string {
  if (type?.fields !== undefined && typeof item === "string") {
    return writeRow(parseArray(item), type.fields, context);
  }
  const found = type === undefined ? undefined : context.type(type.oid);
  if (found === undefined || Array.isArray(item)) {
    return typeof item === "string" ? item : JSON.stringify(item);
  }
  const datum = elementDatum(item as Datum, found.oid);
  return found.output(datum as NonNullable<Datum>, context);
}

/** `pg_array_flat(array)`: all elements in one dimension. */
const flat: Call = ([array]) => {
  const text = String(array);
  if (!text.startsWith("[[")) return text;
  const items = (parseArray(text) as readonly unknown[]).flat(Infinity);
  return printArray(items as ArrayItem[], 0);
};

/** `pg_array_even(array)`: the array, if all rows of each dimension are of one length. */
const even: Call = ([array]) => {
  const text = String(array);
  checkEven(parseArray(text));
  return text;
};

function checkEven(items: readonly ArrayItem[]): number[] {
  const [first, ...rest] = items.map((item) =>
    Array.isArray(item) ? checkEven(item as readonly ArrayItem[]) : []
  );
  const lengths = first ?? [];
  if (rest.some((other) => String(other) !== String(lengths))) {
    throw new SqlError(
      "2202E",
      "multidimensional arrays must have array expressions with matching dimensions",
    );
  }
  return [items.length, ...lengths];
}

/** `pg_subscript(type, array, index, …)`: one element, NULL outside. */
const subscript: Call = ([type, array, ...indexes], context) => {
  const found = typeOf(type, context);
  // The catalog's vectors begin at 0.
  const first = found.oid === oid.int2vector || found.oid === oid.oidvector
    ? 0
    : 1;
  let item: ArrayItem | undefined = parseArray(String(array));
  for (const index of indexes) {
    if (!Array.isArray(item)) return null;
    item = (item as readonly ArrayItem[])[Number(index) - first];
  }
  return item === undefined || Array.isArray(item)
    ? null
    : elementDatum(item as Datum, found.element);
};

/**
 * `pg_slice(element, array, given, lower, given, upper, …)`: a part of an array; `given` is 0 for a
 * bound that was left out.
 */
const slice: Call = ([element, array, ...bounds]) => {
  if (array === null || array === undefined) return null;
  const pairs: { from: number; to: number }[] = [];
  for (let at = 0; at < bounds.length; at += 4) {
    const [hasLower, lower, hasUpper, upper] = bounds.slice(at, at + 4);
    if (
      (Number(hasLower) === 1 && lower === null) ||
      (Number(hasUpper) === 1 && upper === null)
    ) return null;
    pairs.push({
      from: Number(hasLower) === 1 ? Number(lower) : 1,
      to: Number(hasUpper) === 1 ? Number(upper) : Number.MAX_SAFE_INTEGER,
    });
  }
  const cut = (items: readonly ArrayItem[], level: number): ArrayItem[] => {
    const pair = pairs[level];
    if (pair === undefined) return [...items];
    const part = items.slice(Math.max(pair.from, 1) - 1, Math.max(pair.to, 0));
    return part.map((item) =>
      Array.isArray(item) ? cut(item, level + 1) : item
    );
  };
  const items = parseArray(String(array));
  let depth = 0;
  for (
    let level: ArrayItem | undefined = items;
    Array.isArray(level);
    level = level[0]
  ) depth += 1;
  if (pairs.length > depth) return "[]";
  const made = cut(items, 0);
  // A slice that is empty in any dimension is an empty array.
  const empty = (value: ArrayItem): boolean =>
    Array.isArray(value) && (value.length === 0 || value.some(empty));
  return empty(made) ? "[]" : printArray(made, Number(element));
};

/** `pg_row_is_null(row, not)`: whether every field is NULL, or none. */
const rowIsNull: Call = ([row, not]) => {
  const wanted = Number(not) !== 1;
  if (row === null || row === undefined) return wanted;
  return parseArray(String(row)).every((field) => (field === null) === wanted);
};

/** Runs a user's function that could not be put in the place of its call. */
const callSql: Call = (args, context) =>
  context.services.call("call_sql", args);

/** The same for a function that returns a set: a JSON array of rows. */
const callSqlRows: Call = (args, context) =>
  context.services.call("call_sql_rows", args);

/** `pg_sequence_state(oid)`: where a sequence stands, as a JSON array of one row. */
const sequenceState: Call = (args, context) =>
  context.services.call("sequence_state", args);

function helper(
  name: string,
  call: Call,
  options: {
    readonly strict?: boolean;
    readonly volatility?: "i" | "s" | "v";
    readonly returns?: number;
  } = {},
): FunctionEntry {
  return {
    oid: 0,
    name,
    schema: fixedOid.pgCatalog,
    kind: "function",
    args: [],
    argNames: [],
    defaults: [],
    variadic: true,
    returns: options.returns ?? oid.any,
    columns: [],
    strict: options.strict ?? true,
    volatility: options.volatility ?? "i",
    leakproof: false,
    sqliteName: name,
    call,
  };
}

/** See {@linkcode assignToArray}. */
export const arrayAssignment: FunctionEntry = helper(
  "pg_array_assign",
  assignToArray,
  { strict: false },
);
/** See {@linkcode assignToJsonb}. */
export const jsonbAssignment: FunctionEntry = helper(
  "pg_jsonb_assign",
  assignToJsonb,
  { strict: false },
);

/** See the top of the file. Those with `real` in their names give floats, whose whole numbers are REAL too. */
export const helpers: readonly FunctionEntry[] = [
  // Immutable, or no index on an expression could hold it; it always stands in a branch of a CASE, which
  // SQLite evaluates only when it comes to it.
  helper("pg_error", error, { strict: false }),
  helper("pg_in", input, { volatility: "s" }),
  helper("pg_in_real", input, { volatility: "s", returns: oid.float8 }),
  helper("pg_out", output, { volatility: "s" }),
  helper("pg_typmod", typmod),
  helper("pg_record_out", recordOutput, { volatility: "s" }),
  helper("pg_instr", placeOf),
  helper("pg_replace", replaced),
  helper("pg_array_flat", flat),
  helper("pg_array_even", even),
  helper("pg_subscript", subscript),
  helper("pg_subscript_real", subscript, { returns: oid.float8 }),
  helper("pg_slice", slice, { strict: false }),
  arrayAssignment,
  jsonbAssignment,
  helper("pg_row_is_null", rowIsNull, { strict: false }),
  helper("pg_sequence_state", sequenceState, { volatility: "v" }),
  helper("pg_call_sql", callSql, { strict: false, volatility: "v" }),
  helper("pg_call_sql_real", callSql, {
    strict: false,
    volatility: "v",
    returns: oid.float8,
  }),
  helper("pg_call_sql_rows", callSqlRows, { strict: false, volatility: "v" }),
  ...Object.entries(divisionCalls).map(([name, call]) => helper(name, call)),
  ...Object.entries(noteCalls).map(([name, call]) =>
    helper(name, call, { strict: false, volatility: "v" })
  ),
];

/**
 * An aggregate of several arguments that takes them as one JSON array, because SQLite's DISTINCT takes
 * one argument only.
 *
 * @param entry Aggregate.
 * @returns It, under another name.
 */
export function packed(entry: FunctionEntry): FunctionEntry {
  const aggregate = entry.aggregate as AggregateCall<unknown>;
  const { args } = entry;
  return {
    ...entry,
    sqliteName: `${entry.sqliteName} packed`,
    aggregate: {
      init: () => aggregate.init(),
      step: (state, [values], context) =>
        aggregate.step(
          state,
          parseArray(String(values)).map((item, index) =>
            Array.isArray(item)
              ? JSON.stringify(item)
              : elementDatum(item as Datum, args[index] ?? oid.text)
          ),
          context,
        ),
      final: (state, context) => aggregate.final(state, context),
    },
  };
}

let every: readonly FunctionEntry[] | undefined;

/** @returns Everything that may be called in printed SQL and that SQLite does not have itself. */
export function allSqliteFunctions(): readonly FunctionEntry[] {
  if (every === undefined) {
    const entries = [...builtins().all()];
    every = [
      ...helpers,
      ...entries.filter(({ call, rows, aggregate }) =>
        call !== undefined || rows !== undefined || aggregate !== undefined
      ),
      ...entries.filter(({ aggregate }) => aggregate !== undefined).map(packed),
    ];
  }
  return every;
}
