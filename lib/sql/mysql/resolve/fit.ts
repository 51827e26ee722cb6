/**
 * Makes values fit their columns in statements that refuse none: IGNORE, and all without strict mode.
 *
 * @module
 */

import type { ModifyTarget } from "../../analyze/modify_target.ts";
import { fitColumn } from "../../analyze/new_row.ts";
import type { Scope } from "../../analyze/scope.ts";
import { baseTypeOf } from "../../analyze/type_facts.ts";
import type { Column } from "../../catalog/catalog.ts";
import { dayNote, fitNote, scaleNote } from "../../functions/helpers.ts";
import { type FitSpec, hasImplicit } from "../../functions/mysql/fit.ts";
import type { FunctionEntry } from "../../functions/registry.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { listOfColumn } from "../list_type.ts";
import { isYear } from "../year.ts";
import { toText } from "./convert.ts";
import { kindOf } from "./kinds.ts";

/** How a statement takes values that do not fit: it makes them fit, also the NULL of a single row. */
export type Leniency = "ignore" | "lax";

const bits: Readonly<Record<string, number>> = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
};

function integerRange(
  word: string,
  type: number,
): Extract<FitSpec["to"], { kind: "integer" }> {
  const [, name = "", size] = /^([a-z]+)(?:\((\d+)\))?/.exec(word) ?? [];
  const make = (min: bigint, max: bigint) => ({
    kind: "integer" as const,
    min: String(min),
    max: String(max),
  });
  const own = type === oid.int2 ? 16 : type === oid.int4 ? 32 : 64;
  if (name === "bit") return make(0n, (1n << BigInt(size ?? 1)) - 1n);
  const width = bits[name] ?? own;
  return word.includes("unsigned")
    ? make(0n, (1n << BigInt(width)) - 1n)
    : make(-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n);
}

function kindFor(
  column: Column,
  scope: Scope,
  isText: boolean,
): FitSpec["to"] {
  const { type, typmod } = baseTypeOf(scope.env, column.type, column.typmod);
  const word = column.mysql?.type ?? "";
  const signed = !word.includes("unsigned");
  const listed = listOfColumn(column);
  if (listed !== undefined) return { kind: "list", list: listed, isText };
  if (isYear(column)) return { kind: "year", isText };
  switch (type) {
    case oid.int2:
    case oid.int4:
    case oid.int8:
      return integerRange(word, type);
    case oid.numeric:
      return typmod < 4 ? { kind: "other" } : {
        kind: "decimal",
        precision: (typmod - 4) >> 16 & 0xffff,
        scale: (typmod - 4) & 0x7ff,
        signed,
      };
    case oid.float4:
    case oid.float8:
      return { kind: "float", signed };
    case oid.text:
    case oid.varchar:
    case oid.bpchar:
      return { kind: "text", length: typmod < 4 ? undefined : typmod - 4 };
    case oid.bytea: {
      const size = /^(?:var)?binary\((\d+)\)/.exec(word)?.[1];
      return {
        kind: "bytes",
        length: size === undefined ? undefined : Number(size),
      };
    }
    case oid.date:
      return { kind: "date" };
    case oid.timestamp:
    case oid.timestamptz:
      return { kind: "moment" };
    case oid.interval:
      return word.startsWith("time") ? { kind: "time" } : { kind: "other" };
    default:
      return { kind: "other" };
  }
}

/** Kinds whose values are made here; a text of the others is read by the column's type. */
const finished: ReadonlySet<FitSpec["to"]["kind"]> = new Set([
  "integer",
  "year",
  "decimal",
  "float",
  "text",
  "bytes",
]);

function fitted(
  expr: Expr,
  spec: FitSpec,
  column: Column,
  scope: Scope,
): Expr {
  const kind = kindOf(expr, scope);
  const value = kind === "bytes" ? expr : toText(expr, scope);
  const made = (type: number, typmod: number): Expr => ({
    kind: "call",
    function: fitNote,
    args: [value, {
      kind: "constant",
      type: oid.text,
      typmod: -1,
      value: JSON.stringify(spec),
    }],
    type,
    typmod,
  });
  scope.statement.writes = true;
  return finished.has(spec.to.kind)
    ? made(column.type, column.typmod)
    : fitColumn(made(oid.text, -1), column, scope);
}

/** What gives a value. */
export interface FitPlace {
  readonly list: "values" | "set";
  /** Number of the row, where it is written out; rows are counted otherwise. */
  readonly row?: number | undefined;
  /** Whether it is the only row of an INSERT, whose NULL is an error without IGNORE. */
  readonly alone?: boolean | undefined;
}

const noteCall = (
  entry: FunctionEntry,
  value: Expr,
  ...more: readonly (string | number)[]
): Expr => ({
  kind: "call",
  function: entry,
  args: [
    value,
    ...more.map((each): Expr => ({
      kind: "constant",
      type: typeof each === "number" ? oid.int4 : oid.text,
      typmod: -1,
      value: each,
    })),
  ],
  type: value.type,
  typmod: -1,
});

/** In strict mode too, a decimal may lose digits and a moment its time: that is noted where it can happen. */
function noted(
  expr: Expr,
  column: Column,
  scope: Scope,
  { row = 0 }: FitPlace,
): Expr {
  if (scope.env.dialect !== "mysql" || column.generated !== "") return expr;
  const kind = kindOf(expr, scope);
  const { type, typmod } = baseTypeOf(scope.env, column.type, column.typmod);
  const written = expr.kind === "constant" ? String(expr.value) : undefined;
  if (type === oid.numeric && typmod >= 4) {
    const scale = (typmod - 4) & 0x7ff;
    const may = kind === "decimal"
      ? expr.typmod < 4 || ((expr.typmod - 4) & 0x7ff) > scale
      : kind === "float" || kind === "text" || kind === "open";
    const [, digits = ""] = /\.(\d*?)0*$/.exec(written ?? "") ?? [];
    if (!may || (written !== undefined && digits.length <= scale)) return expr;
    const value = fitColumn(expr, { ...column, type, typmod: -1 }, scope);
    return noteCall(scaleNote, value, column.name, row, scale);
  }
  if (type === oid.date) {
    const may = kind === "moment" ||
      (written !== undefined && kind === "text" && written.includes(":"));
    if (!may) return expr;
    const value = fitColumn(
      expr,
      { ...column, type: oid.timestamp, typmod: -1 },
      scope,
    );
    return noteCall(dayNote, value, column.name, row);
  }
  return expr;
}

/**
 * @param expr Value that the statement gives.
 * @param column Column.
 * @param scope Where.
 * @param place What gives it.
 * @returns The value as the column takes it.
 */
export function fitGiven(
  expr: Expr,
  column: Column,
  scope: Scope,
  place: FitPlace,
): Expr {
  const { leniency } = scope.statement;
  if (leniency === undefined) {
    return fitColumn(noted(expr, column, scope, place), column, scope);
  }
  const same = expr.kind === "column" && expr.type === column.type &&
    expr.typmod === column.typmod;
  if (
    column.generated !== "" ||
    (same && (!column.notNull || expr.entry.alias === "excluded"))
  ) return fitColumn(expr, column, scope);
  return fitted(
    expr,
    {
      column: column.name,
      place: place.list,
      to: kindFor(column, scope, kindOf(expr, scope) === "text"),
      whenNull: !column.notNull || column.identity !== ""
        ? "null"
        : place.alone === true && leniency === "lax"
        ? "error"
        : "default",
    },
    column,
    scope,
  );
}

/**
 * @param target Target.
 * @param column Column that must have a value, and was given none.
 * @param scope Where.
 * @returns The default of its type; nothing when that is refused.
 */
export function fitMissing(
  target: ModifyTarget,
  column: Column,
  scope: Scope,
): Expr | undefined {
  if (scope.statement.leniency === undefined) return undefined;
  const spec: FitSpec = {
    column: column.name,
    place: "values",
    to: kindFor(column, target.scope, true),
    whenNull: "missing",
  };
  if (!hasImplicit(spec)) return undefined;
  return fitted(
    { kind: "constant", type: oid.text, typmod: -1, value: null },
    spec,
    column,
    scope,
  );
}
