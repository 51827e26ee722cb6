/**
 * Reads the signatures by which built-in functions are written down (`lib/sql/functions/define.ts`).
 *
 * @module
 */

import { fixedOid } from "../catalog/catalog.ts";
import { oid } from "../types/type.ts";

/** What a signature says. */
export interface Signature {
  readonly schema: number;
  readonly name: string;
  readonly args: readonly number[];
  readonly variadic: boolean;
  readonly returns: number;
  /** Columns of a set. */
  readonly columns: readonly { readonly name: string; readonly type: number }[];
}

/** Numbers of types that `oid` does not name, and of array types, as in PostgreSQL. */
const more: Readonly<Record<string, number>> = {
  int2vector: 22,
  oidvector: 30,
  "pg_node_tree": 194,
  cidr: 650,
  macaddr: 829,
  inet: 869,
  aclitem: 1033,
  bit: 1560,
  varbit: 1562,
  money: 790,
  regoper: 2203,
  regoperator: 2204,
  regdictionary: 3769,
  regcollation: 4191,
  "pg_lsn": 3220,
  "pg_snapshot": 5038,
  xid8: 5069,
  internal: 2281,
  anyrange: 3831,
  anymultirange: 4537,
  anycompatiblerange: 5080,
  "event_trigger": 3838,
  gtsvector: 3642,
  refcursor: 1790,
};

const arrays: Readonly<Record<string, number>> = {
  bool: 1000,
  bytea: 1001,
  char: 1002,
  name: 1003,
  int2: 1005,
  int2vector: 1006,
  int4: 1007,
  regproc: 1008,
  text: 1009,
  tid: 1010,
  xid: 1011,
  cid: 1012,
  oidvector: 1013,
  bpchar: 1014,
  varchar: 1015,
  int8: 1016,
  float4: 1021,
  float8: 1022,
  oid: 1028,
  aclitem: 1034,
  timestamp: 1115,
  date: 1182,
  time: 1183,
  timestamptz: 1185,
  interval: 1187,
  numeric: 1231,
  cstring: 1263,
  timetz: 1270,
  json: 199,
  xml: 143,
  record: 2287,
  regprocedure: 2207,
  regclass: 2210,
  regtype: 2211,
  uuid: 2951,
  "pg_lsn": 3221,
  tsvector: 3643,
  tsquery: 3645,
  regconfig: 3735,
  jsonb: 3807,
  jsonpath: 4073,
  regnamespace: 4090,
  regrole: 4097,
  xid8: 271,
};

const aliases: Readonly<Record<string, string>> = {
  integer: "int4",
  int: "int4",
  bigint: "int8",
  smallint: "int2",
  boolean: "bool",
  decimal: "numeric",
  real: "float4",
};

const camel = (name: string) =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * @param text Name of a type as in `pg_type`, `[]` after it for arrays.
 * @returns Its number.
 * @throws {Error} When there is no such type: a mistake in our own tables.
 */
export function builtinTypeOid(text: string): number {
  const name = text.replaceAll('"', "").trim();
  if (name.endsWith("[]")) {
    const element = name.slice(0, -2);
    const found = arrays[aliases[element] ?? element];
    if (found !== undefined) return found;
  } else if (name.startsWith("_") && arrays[name.slice(1)] !== undefined) {
    return arrays[name.slice(1)] as number;
  } else {
    const known = aliases[name] ?? name;
    const number = (oid as Readonly<Record<string, number>>)[camel(known)] ??
      (oid as Readonly<Record<string, number>>)[known] ?? more[known];
    if (number !== undefined) return number;
    // `anyarray` is a name of its own; `record[]` and the like are above.
  }
  throw new Error(`Cannot read signature: type "${text}" is unknown`);
}

/** @returns What stands between commas, trimmed; nothing for an empty text. */
function list(text: string): string[] {
  return text.trim() === "" ? [] : text.split(",").map((part) => part.trim());
}

const schemas: Readonly<Record<string, number>> = {
  "pg_catalog": fixedOid.pgCatalog,
  "information_schema": fixedOid.informationSchema,
  auth: fixedOid.auth,
  "pg_mysql": fixedOid.mysql,
  public: fixedOid.public,
};

/**
 * @param text `name(type, …) type`, or `name(type, …) (column type, …)` for a set; `schema.` may
 *   stand before the name.
 * @returns What it says.
 * @throws {Error} When it is not of that form.
 */
export function readFunction(text: string): Signature {
  const open = text.indexOf("(");
  const close = text.indexOf(")", open);
  if (open < 1 || close < 0) {
    throw new Error(`Cannot read signature "${text}"`);
  }
  let name = text.slice(0, open).trim();
  let schema: number = fixedOid.pgCatalog;
  const dot = name.indexOf(".");
  if (dot > 0) {
    schema = schemas[name.slice(0, dot)] ?? fixedOid.pgCatalog;
    name = name.slice(dot + 1);
  }
  let variadic = false;
  const args = list(text.slice(open + 1, close)).map((part) => {
    const word = /^VARIADIC\s+(.*)$/i.exec(part);
    if (word === null) return builtinTypeOid(part);
    variadic = true;
    return builtinTypeOid(word[1] as string);
  });
  const result = text.slice(close + 1).trim().replace(/^setof\s+/i, "");
  if (!result.startsWith("(")) {
    const returns = builtinTypeOid(result);
    return {
      schema,
      name,
      args,
      variadic,
      returns,
      columns: [{ name, type: returns }],
    };
  }
  const columns = list(result.slice(1, result.lastIndexOf(")"))).map((part) => {
    const space = part.lastIndexOf(" ");
    return {
      name: part.slice(0, space).trim().replaceAll('"', ""),
      type: builtinTypeOid(part.slice(space + 1)),
    };
  });
  const [only] = columns;
  return {
    schema,
    name,
    args,
    variadic,
    returns: columns.length === 1 && only !== undefined
      ? only.type
      : oid.record,
    columns,
  };
}

/**
 * @param text `left op right = result`, or `op right = result`.
 * @returns What it says; the name is the operator's symbol.
 * @throws {Error} When it is not of that form.
 */
export function readOperator(text: string): Signature {
  const words = text.trim().split(/\s+/);
  const result = words.at(-1);
  if (
    result === undefined || words.at(-2) !== "=" ||
    (words.length !== 4 && words.length !== 5)
  ) throw new Error(`Cannot read signature "${text}"`);
  const operands = words.slice(0, -2);
  const name = operands.splice(operands.length - 2, 1)[0] as string;
  return {
    schema: fixedOid.pgCatalog,
    name,
    args: operands.map(builtinTypeOid),
    variadic: false,
    returns: builtinTypeOid(result),
    columns: [],
  };
}

/**
 * @param text `source -> target`.
 * @returns What it says; the name is the target's.
 * @throws {Error} When it is not of that form.
 */
export function readCast(text: string): Signature {
  const [source, target, rest] = text.split("->").map((part) => part.trim());
  if (source === undefined || target === undefined || rest !== undefined) {
    throw new Error(`Cannot read signature "${text}"`);
  }
  return {
    schema: fixedOid.pgCatalog,
    name: target,
    args: [builtinTypeOid(source)],
    variadic: false,
    returns: builtinTypeOid(target),
    columns: [],
  };
}
