/**
 * What ENUM and SET columns are made of and count as.
 *
 * Each function is told the type in MySQL's words; the few types of a statement are read once.
 *
 * @module
 */

import { SqlError } from "../../error.ts";
import type { Datum } from "../../datum.ts";
import {
  declaredPlace,
  declaredText,
  type ListType,
  placeOf,
  readList,
} from "../../mysql/list_type.ts";
import { type Definition, fn } from "../define.ts";

const most = 200;
const lists = new Map<string, ListType>();

function listNamed(type: string): ListType {
  let found = lists.get(type);
  if (found !== undefined) return found;
  found = readList(type) ?? { word: "enum", labels: [] };
  if (lists.size >= most) lists.clear();
  lists.set(type, found);
  return found;
}

/** The error of a column's check, for a value that is not in its list. */
const notListed = (column: string): SqlError =>
  new SqlError("23514", `Data truncated for column '${column}'`, {
    column,
    constraint: `.${column}.list`,
  });

function listed(found: string | undefined, column: Datum): string {
  if (found === undefined) throw notListed(column as string);
  return found;
}

/** See the top of the file. */
export const mysqlLists: readonly Definition[] = [
  fn("pg_mysql.list_place(text, text) numeric", {
    call: (a) => String(placeOf(listNamed(a[1] as string), a[0] as string)),
  }),
  fn("pg_mysql.list_small_place(text, text) int8", {
    call: (a) => Number(placeOf(listNamed(a[1] as string), a[0] as string)),
  }),
  fn("pg_mysql.listed_text(text, text, text) text", {
    call: (a) =>
      listed(
        declaredText(listNamed(a[1] as string), a[0] as string),
        a[2] as string,
      ),
  }),
  fn("pg_mysql.listed_place(int8, text, text) text", {
    call: (a) =>
      listed(
        declaredPlace(listNamed(a[1] as string), BigInt(a[0] as number)),
        a[2] as string,
      ),
  }),
];
