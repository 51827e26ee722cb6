/**
 * Types that the catalog's tables are made of: numbers of transactions and rows, vectors of numbers,
 * names of objects that stand for their numbers.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { int32Bytes, int64Bytes, integerDatum, viewOf } from "./binary.ts";
import { int2Range, readInteger, readUnsigned32 } from "./integer.ts";
import { textType } from "./text.ts";
import { oid, type PgType } from "./type.ts";

const shape = {
  schema: 11,
  kind: "b",
  category: "U",
  preferred: false,
  element: 0,
} as const;

const output = (value: NonNullable<Datum>) => String(value);

/** `xid` and `cid`: unsigned, wrapping around without a word. */
function counter(number: number, name: string, array: number): PgType {
  return {
    ...shape,
    oid: number,
    name,
    length: 4,
    array,
    input: (text) => {
      const match = /^\s*(\d+)/.exec(text);
      return match === null
        ? 0
        : Number(BigInt.asUintN(32, BigInt(match[1] as string)));
    },
    output,
    send: (value) => int32Bytes(Number(value) | 0),
    receive: (bytes) => viewOf(bytes, 4).getUint32(0),
  };
}

/** `xid`. */
export const xidType = counter(oid.xid, "xid", 1011);
/** `cid`. */
export const cidType = counter(oid.cid, "cid", 1012);

/** `xid8`. */
export const xid8Type: PgType = {
  ...shape,
  oid: 5069,
  name: "xid8",
  length: 8,
  array: 271,
  input: (text) => {
    const match = /^\s*(\d+)/.exec(text);
    return match === null
      ? 0
      : integerDatum(BigInt.asIntN(63, BigInt(match[1] as string)));
  },
  output,
  send: (value) => int64Bytes(value as number | bigint),
  receive: (bytes) => integerDatum(viewOf(bytes, 8).getBigInt64(0)),
};

/** A type that is nothing but its text, in a checked form. */
function textual(
  number: number,
  name: string,
  options: { array: number; length: number; form?: RegExp },
): PgType {
  const { array, length, form } = options;
  return {
    ...textType,
    ...shape,
    oid: number,
    name,
    length,
    array,
    input(text) {
      if (form === undefined || form.test(text)) return text;
      throw new SqlError(
        "22P02",
        `invalid input syntax for type ${name}: "${text}"`,
      );
    },
  };
}

/** `tid`. */
export const tidType = textual(oid.tid, "tid", {
  array: 1010,
  length: 6,
  form: /^\(\d{1,10},\d{1,5}\)$/,
});
/** `pg_lsn`. */
export const lsnType = textual(3220, "pg_lsn", {
  array: 3221,
  length: 8,
  form: /^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/,
});
/** `aclitem`. */
export const aclItemType = textual(1033, "aclitem", {
  array: 1034,
  length: 12,
});
/** `pg_node_tree`. */
export const nodeTreeType: PgType = {
  ...textual(oid.pgNodeTree, "pg_node_tree", { array: 0, length: -1 }),
  category: "Z",
};
/** `refcursor`. */
export const refcursorType = textual(1790, "refcursor", {
  array: 2201,
  length: -1,
});

/** `int2vector`, `oidvector`: numbers with blanks between them; an array as a datum. */
function vector(
  number: number,
  name: string,
  options: {
    array: number;
    element: number;
    read: (text: string) => number | bigint;
  },
): PgType {
  const { array, element, read } = options;
  return {
    ...shape,
    oid: number,
    name,
    length: -1,
    category: "A",
    element,
    array,
    collation: "pg_array",
    input: (text) => {
      const words = text.split(/\s+/).filter((word) => word !== "");
      return `[${words.map(read).join(",")}]`;
    },
    output: (value) => (JSON.parse(value as string) as number[]).join(" "),
  };
}

/** `int2vector`. */
export const int2vectorType = vector(oid.int2vector, "int2vector", {
  array: 1006,
  element: oid.int2,
  read: (text) => readInteger(text, int2Range),
});
/** `oidvector`. */
export const oidvectorType = vector(oid.oidvector, "oidvector", {
  array: 1013,
  element: oid.oid,
  read: (text) => readUnsigned32(text, "oid"),
});

/** A number of an object that is written as its name; the engine knows the names. */
function alias(number: number, name: string, array: number): PgType {
  return {
    ...shape,
    category: "N",
    oid: number,
    name,
    length: 4,
    array,
    input: (text, _typmod, context) =>
      /^\d+$/.test(text)
        ? readUnsigned32(text, "oid")
        : text === "-"
        ? 0
        : context.services.call(`${name}in`, [text]),
    output: (value, context) =>
      Number(value) === 0
        ? "-"
        : String(context.services.call(`${name}out`, [value])),
    send: (value) => int32Bytes(Number(value) | 0),
    receive: (bytes) => viewOf(bytes, 4).getUint32(0),
  };
}

/** `regclass` and its kin. */
export const aliasTypes: readonly PgType[] = [
  alias(oid.regproc, "regproc", 1008),
  alias(oid.regprocedure, "regprocedure", 2207),
  alias(2203, "regoper", 2208),
  alias(2204, "regoperator", 2209),
  alias(oid.regclass, "regclass", 2210),
  alias(oid.regtype, "regtype", 2211),
  alias(oid.regconfig, "regconfig", 3735),
  alias(3769, "regdictionary", 3770),
  alias(oid.regnamespace, "regnamespace", 4090),
  alias(oid.regrole, "regrole", 4097),
  alias(4191, "regcollation", 4192),
];
