/**
 * A system catalog as something that is worked out from the catalog's picture whenever it is asked for, so
 * that it is always what the statement's transaction sees.
 *
 * Each is a view over a function that gives its rows: `pg_class` is
 * `SELECT * FROM heliosdb_pg_class() OFFSET 0`. The offset keeps SQLite from asking the function once for each
 * row of a join; it makes a table of the rows and an index where one helps.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Catalog, Column, Relation } from "../catalog/catalog.ts";
import { fixedOid } from "../catalog/catalog.ts";
import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { type Definition, rows } from "../functions/define.ts";
import { builtinTypes } from "../types/builtin.ts";
import { oid as builtinOid } from "../types/type.ts";
import { catalogColumns } from "./catalog_columns.ts";

/** Values by column; a column that is missing is NULL. */
export type SystemRow = Readonly<Record<string, Datum | boolean | undefined>>;

/** Gives the rows of one catalog. */
export type SystemRows = (
  catalog: Catalog,
  context: EvalContext,
) => Iterable<SystemRow>;

/** Rows by name of the catalog. */
export type SystemTables = Readonly<Record<string, SystemRows>>;

/** A column as the tables of this folder write it. */
interface SystemColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
}

/** Numbers that PostgreSQL gives to row types of its catalogs are not needed by anybody; these are ours. */
const firstRowType = 14_000;

const typeNumbers = new Map(
  [...builtinTypes.values()].map((type) => [type.name, type.oid]),
);

/**
 * @param name For example `int4`, `text[]`.
 * @returns Its number.
 */
function typeNumber(name: string): number {
  const found = typeNumbers.get(
    name.endsWith("[]") ? `_${name.slice(0, -2)}` : name,
  );
  if (found === undefined) throw new Error(`Cannot find type ${name}`);
  return found;
}

function readColumns(text: string): SystemColumn[] {
  return text.split(", ").map((each) => {
    const [name = "", type = ""] = each.split(" ");
    return {
      name,
      type: type.replace("?", ""),
      notNull: !type.endsWith("?"),
    };
  });
}

/**
 * @param text `column type, …`; a question mark after the type where NULL may be.
 * @returns Columns of a relation.
 */
export function readSystemColumns(text: string): Column[] {
  return readColumns(text).map((column, at) => ({
    number: at + 1,
    name: column.name,
    storage: column.name,
    type: typeNumber(column.type),
    typmod: -1,
    notNull: column.notNull,
    generated: "",
    identity: "",
    acl: null,
  }));
}

/** @returns The catalog that a statement sees. */
export function catalogOf({ catalog }: EvalContext): Catalog {
  if (catalog === undefined) {
    throw new SqlError("0A000", "system catalogs cannot be read here");
  }
  return catalog;
}

/**
 * @param tables Rows of the catalogs that have any.
 * @returns A function for each catalog.
 */
export function systemFunctions(tables: SystemTables): Definition[] {
  return Object.entries(catalogColumns).map(([name, [, text]]) => {
    const columns = readColumns(text);
    const signature = columns.map((column) => `${column.name} ${column.type}`);
    const rowsOf = tables[name];
    return rows(`heliosdb_${name}() (${signature.join(", ")})`, {
      volatility: "s",
      *rows(_, context) {
        if (rowsOf === undefined) return;
        for (const row of rowsOf(catalogOf(context), context)) {
          yield columns.map((column) => row[column.name] ?? null);
        }
      },
    });
  });
}

/** @returns The catalogs as relations. */
export function systemRelations(): Relation[] {
  return Object.entries(catalogColumns).map(([name, [oid, text]], index) => ({
    oid,
    name,
    schema: fixedOid.pgCatalog,
    kind: "v",
    owner: fixedOid.postgres,
    persistence: "p",
    columns: [...readSystemColumns(text), tableOid],
    constraints: [],
    indexes: [],
    policies: [],
    rowSecurity: false,
    forceRowSecurity: false,
    acl: name === "pg_authid" ? null : [
      { grantee: 10, grantor: 10, privileges: "arwdDxt" },
      { grantee: 0, grantor: 10, privileges: "r" },
    ],
    storage: "",
    rowType: firstRowType + index,
    view: {
      text: "",
      node: selectFrom(`heliosdb_${name}`, oid),
      securityInvoker: false,
      securityBarrier: false,
      checkOption: "",
    },
    system: true,
  }));
}

/** A column that `*` leaves out. */
const tableOid: Column = {
  number: -6,
  name: "tableoid",
  storage: "tableoid",
  type: builtinOid.oid,
  typmod: -1,
  notNull: true,
  generated: "",
  identity: "",
  acl: null,
};

/** `SELECT *, <oid>::oid FROM pg_catalog.<name>() OFFSET 0`. */
function selectFrom(name: string, oid: number): Node {
  const text = (sval: string): Node => ({ String: { sval } });
  return {
    SelectStmt: {
      targetList: [{
        ResTarget: { val: { ColumnRef: { fields: [{ A_Star: {} }] } } },
      }, {
        ResTarget: {
          val: {
            TypeCast: {
              arg: { A_Const: { ival: { ival: oid } } },
              typeName: { names: [text("pg_catalog"), text("oid")] },
            },
          },
        },
      }],
      fromClause: [{
        RangeFunction: {
          functions: [{
            List: {
              items: [{
                FuncCall: {
                  funcname: [text("pg_catalog"), text(name)],
                  funcformat: "COERCE_EXPLICIT_CALL",
                },
              }],
            },
          }],
        },
      }],
      limitOffset: { A_Const: { ival: {} } },
      limitOption: "LIMIT_OPTION_COUNT",
      op: "SETOP_NONE",
    },
  };
}
