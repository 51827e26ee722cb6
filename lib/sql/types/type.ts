/**
 * What a PostgreSQL type is to us: its numbers, its text and binary forms, its order.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";

/** Numbers of the built-in types (`pg_type.oid`), which drivers know by heart. */
export const oid = {
  bool: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  int2: 21,
  int2vector: 22,
  int4: 23,
  regproc: 24,
  text: 25,
  oid: 26,
  tid: 27,
  xid: 28,
  cid: 29,
  oidvector: 30,
  json: 114,
  xml: 142,
  pgNodeTree: 194,
  float4: 700,
  float8: 701,
  unknown: 705,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  timetz: 1266,
  numeric: 1700,
  regprocedure: 2202,
  regclass: 2205,
  regtype: 2206,
  record: 2249,
  cstring: 2275,
  any: 2276,
  anyarray: 2277,
  void: 2278,
  trigger: 2279,
  anyelement: 2283,
  recordArray: 2287,
  anynonarray: 2776,
  uuid: 2950,
  anyenum: 3500,
  tsvector: 3614,
  tsquery: 3615,
  regconfig: 3734,
  jsonb: 3802,
  regnamespace: 4089,
  regrole: 4096,
  jsonpath: 4072,
  anycompatible: 5077,
  anycompatiblearray: 5078,
  anycompatiblenonarray: 5079,
} as const;

/** Category letters of `pg_type.typcategory` (manual, table 53.65). */
export type TypeCategory =
  | "A"
  | "B"
  | "C"
  | "D"
  | "E"
  | "N"
  | "P"
  | "S"
  | "T"
  | "U"
  | "X"
  | "Z";

/** A type. */
export interface PgType {
  /** `pg_type.oid`. */
  readonly oid: number;
  /** `pg_type.typname`, for example `int4`, `_text`. */
  readonly name: string;
  /** Oid of its schema; 11 is `pg_catalog`. */
  readonly schema: number;
  /** `pg_type.typlen`: bytes, -1 for variable length, -2 for cstring. */
  readonly length: number;
  /** Base, composite, domain, enum, pseudo. */
  readonly kind: "b" | "c" | "d" | "e" | "p";
  /** Category, for the choice among overloaded functions. */
  readonly category: TypeCategory;
  /** Whether it is preferred within its category. */
  readonly preferred: boolean;
  /** Type of its elements, for an array; 0 otherwise. */
  readonly element: number;
  /** Type of arrays of it; 0 if there is none. */
  readonly array: number;
  /** SQLite collation that gives its order and equality; nothing for SQLite's binary one. */
  readonly collation?: string | undefined;
  /** Base type and modifier, default, NOT NULL and checks of a domain are in the catalog. */
  readonly baseType?: number | undefined;
  /** Modifier of a domain's base type. */
  readonly baseTypmod?: number | undefined;

  /**
   * Reads the text form.
   *
   * @param text Text as a client writes it.
   * @param typmod `pg_attribute.atttypmod`, -1 for none.
   * @param context Time zone and so on.
   * @throws {SqlError} 22P02, 22007, 22008, 22003, 22001 as PostgreSQL.
   */
  input(text: string, typmod: number, context: EvalContext): Datum;
  /** Writes the text form. */
  output(value: NonNullable<Datum>, context: EvalContext): string;
  /** Writes the binary form; absent when the type has none here. */
  readonly send?:
    | ((value: NonNullable<Datum>, context: EvalContext) => Uint8Array)
    | undefined;
  /** Reads the binary form (22P03 when it is wrong). */
  readonly receive?:
    | ((bytes: Uint8Array, typmod: number, context: EvalContext) => Datum)
    | undefined;
  /**
   * Fits a value to a modifier: rounds a numeric, checks or pads characters, cuts seconds.
   *
   * @param explicit Whether the cast was written out, which cuts where an assignment refuses (22001).
   */
  readonly applyTypmod?:
    | ((value: NonNullable<Datum>, typmod: number, explicit: boolean) => Datum)
    | undefined;
  /** Reads modifiers, for example `[10, 2]` of `numeric(10,2)`, into a typmod. */
  readonly typmodIn?: ((modifiers: readonly number[]) => number) | undefined;
  /** Writes a typmod, for example `(10,2)`; for `format_type`. */
  readonly typmodOut?: ((typmod: number) => string) | undefined;
}

/** Looks types up. */
export interface TypeSource {
  /** @returns The type, `undefined` if there is none. */
  type(oid: number): PgType | undefined;
}
