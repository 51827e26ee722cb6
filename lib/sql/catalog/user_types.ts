/**
 * Types that users make: enums, domains, the row types of tables, and arrays of all these.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { PgType } from "../types/type.ts";
import type { Relation } from "./catalog.ts";
import type { UserType } from "./objects.ts";
import { readRecord, writeRecord } from "./record_text.ts";

/** Finds a type that was made before. */
export type FindType = (oid: number) => PgType | undefined;

/**
 * @param type Enum or domain as it is stored.
 * @param find Finds the base type of a domain.
 * @returns The type.
 */
export function userType(type: UserType, find: FindType): PgType {
  return type.kind === "e" ? enumType(type) : domainType(type, find);
}

function enumType(type: UserType): PgType {
  const labels = new Set(type.enum?.labels.map(({ label }) => label));
  const check = (text: string) => {
    if (labels.has(text)) return text;
    throw new SqlError(
      "22P02",
      `invalid input value for enum ${type.name}: "${text}"`,
    );
  };
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  return {
    oid: type.oid,
    name: type.name,
    schema: type.schema,
    length: 4,
    kind: "e",
    category: "E",
    preferred: false,
    element: 0,
    array: type.array,
    input: check,
    output: String,
    send: (value) => encoder.encode(String(value)),
    receive: (bytes) => check(decoder.decode(bytes)),
  };
}

function domainType(type: UserType, find: FindType): PgType {
  const base = type.baseType === undefined ? undefined : find(type.baseType);
  if (base === undefined) {
    throw new TypeError(`Domain ${type.oid} has no base type`);
  }
  const baseTypmod = type.baseTypmod ?? -1;
  const { receive } = base;
  return {
    oid: type.oid,
    name: type.name,
    schema: type.schema,
    length: base.length,
    kind: "d",
    category: base.category,
    preferred: base.preferred,
    element: 0,
    array: type.array,
    collation: base.collation,
    baseType: base.oid,
    baseTypmod,
    input: (text, _typmod, context) => base.input(text, baseTypmod, context),
    output: (value, context) => base.output(value, context),
    send: base.send,
    receive: receive === undefined
      ? undefined
      : (bytes, _typmod, context) => receive(bytes, baseTypmod, context),
  };
}

/**
 * @param relation Table, view or composite type.
 * @returns Type of its rows.
 */
export function rowType(relation: Relation): PgType {
  return {
    oid: relation.rowType,
    name: relation.name,
    schema: relation.schema,
    length: -1,
    kind: "c",
    category: "C",
    preferred: false,
    element: 0,
    array: arrayOfRow(relation.rowType),
    collation: "pg_array",
    input: (text, _typmod, context) =>
      readRecord(text, relation.columns, context),
    output: (value, context) =>
      writeRecord(String(value), relation.columns, context),
  };
}

/**
 * @param rowType Oid of a row type.
 * @returns Oid of its arrays, which is given out together with it.
 */
export function arrayOfRow(rowType: number): number {
  return rowType + 1;
}
