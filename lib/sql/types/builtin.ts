/**
 * Every built-in type, by its number.
 *
 * @module
 */

import { arrayType } from "./array.ts";
import { boolType } from "./boolean.ts";
import { byteaType } from "./bytea.ts";
import { dateType } from "./date.ts";
import { float4Type, float8Type } from "./float.ts";
import { int2Type, int4Type, int8Type, oidType } from "./integer.ts";
import { intervalType } from "./interval.ts";
import { jsonType } from "./json.ts";
import { jsonbType } from "./jsonb.ts";
import { jsonpathType } from "./jsonpath.ts";
import { numericType } from "./numeric.ts";
import { pseudoTypes, recordType } from "./pseudo.ts";
import {
  aclItemType,
  aliasTypes,
  cidType,
  int2vectorType,
  lsnType,
  nodeTreeType,
  oidvectorType,
  refcursorType,
  tidType,
  xid8Type,
  xidType,
} from "./system.ts";
import {
  bpcharType,
  byteCharType,
  cstringType,
  nameType,
  textType,
  unknownType,
  varcharType,
} from "./text.ts";
import { timestampType, timestampTzType } from "./timestamp.ts";
import { timeType, timeTzType } from "./time.ts";
import { tsqueryType, tsvectorType } from "./text_search.ts";
import type { PgType } from "./type.ts";
import { uuidType } from "./uuid.ts";

const elements: readonly PgType[] = [
  boolType,
  byteaType,
  byteCharType,
  nameType,
  int8Type,
  int2Type,
  int2vectorType,
  int4Type,
  textType,
  oidType,
  tidType,
  xidType,
  cidType,
  oidvectorType,
  jsonType,
  nodeTreeType,
  float4Type,
  float8Type,
  unknownType,
  aclItemType,
  bpcharType,
  varcharType,
  dateType,
  timeType,
  timestampType,
  timestampTzType,
  intervalType,
  timeTzType,
  numericType,
  refcursorType,
  recordType,
  cstringType,
  uuidType,
  lsnType,
  jsonbType,
  jsonpathType,
  tsvectorType,
  tsqueryType,
  xid8Type,
  ...aliasTypes,
  ...pseudoTypes,
];

/** Types of `pg_catalog`. */
export const builtinTypes: ReadonlyMap<number, PgType> = new Map(
  elements.flatMap((type) =>
    type.array === 0 ? [type] : [type, arrayType(type)]
  ).map((type) => [type.oid, type]),
);
