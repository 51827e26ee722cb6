/**
 * Pseudo-types: what functions may be declared with (manual, 8.21).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { quoteField } from "../catalog/record_text.ts";
import { SqlError } from "../error.ts";
import { parseArray } from "./array_datum.ts";
import { oid, type PgType } from "./type.ts";

function pseudo(
  number: number,
  name: string,
  length: number,
  array = 0,
): PgType {
  return {
    oid: number,
    name,
    schema: 11,
    length,
    kind: "p",
    category: "P",
    preferred: false,
    element: 0,
    array,
    input() {
      throw new SqlError(
        "0A000",
        `cannot accept a value of type ${name}`,
      );
    },
    output: (value) => String(value),
  };
}

/** Fields of a row whose types are not known here are shown as they are kept. */
function writeUntyped(value: NonNullable<Datum>): string {
  const fields = parseArray(value as string).map((field) =>
    field === null ? "" : quoteField(
      Array.isArray(field)
        ? writeUntyped(JSON.stringify(field))
        : String(field),
    )
  );
  return `(${fields.join(",")})`;
}

/** `record`: a row that no table has. */
export const recordType: PgType = {
  ...pseudo(oid.record, "record", -1, oid.recordArray),
  collation: "pg_array",
  input() {
    throw new SqlError(
      "0A000",
      "input of anonymous composite types is not implemented",
    );
  },
  output: writeUntyped,
};

/** All others. */
export const pseudoTypes: readonly PgType[] = [
  pseudo(oid.any, "any", 4),
  pseudo(oid.anyarray, "anyarray", -1),
  {
    ...pseudo(oid.void, "void", 4),
    input: () => "",
    output: () => "",
    send: () => new Uint8Array(0),
  },
  pseudo(oid.trigger, "trigger", 4),
  pseudo(2280, "language_handler", 4),
  pseudo(2281, "internal", 8),
  pseudo(oid.anyelement, "anyelement", 4),
  pseudo(oid.anynonarray, "anynonarray", 4),
  pseudo(oid.anyenum, "anyenum", 4),
  pseudo(3115, "fdw_handler", 4),
  pseudo(3310, "tsm_handler", 4),
  pseudo(269, "table_am_handler", 4),
  pseudo(325, "index_am_handler", 4),
  pseudo(3831, "anyrange", -1),
  pseudo(3838, "event_trigger", 4),
  pseudo(4537, "anymultirange", -1),
  pseudo(oid.anycompatible, "anycompatible", 4),
  pseudo(oid.anycompatiblearray, "anycompatiblearray", -1),
  pseudo(oid.anycompatiblenonarray, "anycompatiblenonarray", 4),
  pseudo(5080, "anycompatiblerange", -1),
];
