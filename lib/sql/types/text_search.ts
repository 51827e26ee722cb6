/**
 * The types `tsvector` and `tsquery`: kept as the text PostgreSQL writes.
 *
 * @module
 */

import { parseQuery, printQuery } from "../text_search/query.ts";
import { parseVector, printVector } from "../text_search/vector.ts";
import { oid, type PgType } from "./type.ts";

const shape = {
  schema: 11,
  length: -1,
  kind: "b",
  category: "U",
  preferred: false,
  element: 0,
} as const;

/** `tsvector`. */
export const tsvectorType: PgType = {
  ...shape,
  oid: oid.tsvector,
  name: "tsvector",
  array: 3643,
  input: (text) => printVector(parseVector(text)),
  output: (value) => value as string,
};

/** `tsquery`. */
export const tsqueryType: PgType = {
  ...shape,
  oid: oid.tsquery,
  name: "tsquery",
  array: 3645,
  input: (text) => printQuery(parseQuery(text)),
  output: (value) => value as string,
};
