/**
 * `pg_get_*`, `format_type`: definitions and names of objects (manual, table 9.76).
 *
 * @module
 */

import type { Catalog, Index, Relation } from "../catalog/catalog.ts";
import type { Datum } from "../datum.ts";
import { notSupported, SqlError } from "../error.ts";
import { type Definition, fn, rows } from "../functions/define.ts";
import {
  constraintDefinition,
  functionArguments,
  functionDefinition,
  functionResult,
  indexColumnDefinition,
  indexDefinition,
} from "./definitions.ts";
import { derivedOid } from "./derived_oid.ts";
import {
  findRelationOid,
  isVisible,
  labelOf,
  relationFinder,
} from "./names.ts";
import { expressionOf, viewText } from "./stored_text.ts";
import { catalogOf } from "./system_table.ts";
import { formatTypeText } from "./type_text.ts";

const stable = { volatility: "s" } as const;

function findIndex(
  catalog: Catalog,
  number: Datum | undefined,
): { readonly table: Relation; readonly index: Index } | undefined {
  for (const table of catalog.relations()) {
    const index = table.indexes.find(({ oid }) => oid === number);
    if (index !== undefined) return { table, index };
  }
  return undefined;
}

const constraintDef: NonNullable<Parameters<typeof fn>[1]["call"]> = (
  [number, pretty],
  context,
) => {
  const catalog = catalogOf(context);
  for (const relation of catalog.relations()) {
    const found = relation.constraints.find(({ oid }) => oid === number);
    if (found !== undefined) {
      return constraintDefinition(context, relation, found, pretty === 1);
    }
  }
  for (const type of catalog.types()) {
    const found = catalog.domain(type.oid)?.checks
      .find(({ oid }) => oid === number);
    if (found !== undefined) {
      return constraintDefinition(context, undefined, {
        ...found,
        kind: "c",
        columns: [],
        deferrable: false,
        initiallyDeferred: false,
        validated: true,
      }, pretty === 1);
    }
  }
  return null;
};

const indexDef: typeof constraintDef = ([number, at, pretty], context) => {
  const found = findIndex(catalogOf(context), number);
  if (found === undefined) return null;
  return Number(at ?? 0) === 0
    ? indexDefinition(context, found.table, found.index, pretty === 1)
    : indexColumnDefinition(context, found.table, found.index, {
      at: Number(at),
      pretty: pretty === 1,
    });
};

const expression: typeof constraintDef = ([text, number, pretty], context) =>
  expressionOf(context, Number(number), String(text), pretty === 1);

const viewDef: typeof constraintDef = ([number, pretty], context) =>
  viewText(
    context,
    catalogOf(context).relation(Number(number)),
    pretty === 1,
  );

const namedViewDef: typeof constraintDef = ([name, pretty], context) => {
  const found = findRelationOid(context, String(name));
  if (found === undefined) {
    throw new SqlError("42P01", `relation "${String(name)}" does not exist`);
  }
  return viewText(context, catalogOf(context).relation(found), pretty === 1);
};

const ruleDef: typeof constraintDef = ([number], context) => {
  for (const relation of catalogOf(context).relations()) {
    if (derivedOid(relation.oid, 0) !== number) continue;
    return `CREATE RULE "_RETURN" AS\n    ON SELECT TO ${
      labelOf(context, relation, false)
    } DO INSTEAD ${viewText(context, relation, false)}`;
  }
  return null;
};

/** See the top of the file. */
export const definitionFunctions: readonly Definition[] = [
  fn("format_type(oid, int4) text", {
    ...stable,
    strict: false,
    oid: 1081,
    call: ([type, typmod], context) =>
      type === null ? null : formatTypeText(
        context,
        Number(type),
        typmod === null || typmod === undefined ? null : Number(typmod),
      ),
  }),
  fn("pg_get_expr(pg_node_tree, oid) text", { ...stable, call: expression }),
  fn("pg_get_expr(pg_node_tree, oid, bool) text", {
    ...stable,
    call: expression,
  }),
  fn("pg_get_constraintdef(oid) text", { ...stable, call: constraintDef }),
  fn("pg_get_constraintdef(oid, bool) text", {
    ...stable,
    call: constraintDef,
  }),
  fn("pg_get_indexdef(oid) text", { ...stable, call: indexDef }),
  fn("pg_get_indexdef(oid, int4, bool) text", { ...stable, call: indexDef }),
  fn("pg_get_viewdef(oid) text", { ...stable, call: viewDef }),
  fn("pg_get_viewdef(oid, bool) text", { ...stable, call: viewDef }),
  fn("pg_get_viewdef(oid, int4) text", {
    ...stable,
    call: ([number], context) =>
      viewText(context, catalogOf(context).relation(Number(number)), true),
  }),
  fn("pg_get_viewdef(text) text", { ...stable, call: namedViewDef }),
  fn("pg_get_viewdef(text, bool) text", { ...stable, call: namedViewDef }),
  fn("pg_get_ruledef(oid, bool) text", { ...stable, call: ruleDef }),
  fn("pg_get_ruledef(oid) text", { ...stable, call: ruleDef }),
  fn("pg_get_functiondef(oid) text", {
    ...stable,
    call: ([number], context) => {
      const found = catalogOf(context).userFunction(Number(number));
      return found === undefined ? null : functionDefinition(context, found);
    },
  }),
  fn("pg_get_function_arguments(oid) text", {
    ...stable,
    call: ([number], context) => {
      const found = catalogOf(context).userFunction(Number(number));
      return found === undefined ? "" : functionArguments(context, found, true);
    },
  }),
  fn("pg_get_function_identity_arguments(oid) text", {
    ...stable,
    call: ([number], context) => {
      const found = catalogOf(context).userFunction(Number(number));
      return found === undefined
        ? ""
        : functionArguments(context, found, false);
    },
  }),
  fn("pg_get_function_result(oid) text", {
    ...stable,
    call: ([number], context) => {
      const found = catalogOf(context).userFunction(Number(number));
      return found === undefined ? null : functionResult(context, found);
    },
  }),
  fn("pg_get_function_arg_default(oid, int4) text", {
    ...stable,
    call: ([number, at], context) =>
      catalogOf(context).userFunction(Number(number))
        ?.args[Number(at) - 1]?.default?.text ?? null,
  }),
  // Drivers know arrays by the name of their input function.
  fn("array_in(cstring, oid, int4) anyarray", {
    oid: 750,
    volatility: "s",
    call: () => {
      throw notSupported("function array_in");
    },
  }),
  fn("pg_get_function_sqlbody(oid) text", { ...stable, call: () => null }),
  fn("pg_get_triggerdef(oid) text", { ...stable, call: () => null }),
  fn("pg_get_triggerdef(oid, bool) text", { ...stable, call: () => null }),
  // There are no partitions: only the relation itself would be one of its ancestors, were it one.
  rows("pg_partition_ancestors(regclass) (relid regclass)", {
    ...stable,
    *rows() {},
  }),
  rows(
    "pg_partition_tree(regclass) (relid regclass, parentrelid regclass, isleaf bool, level int4)",
    { ...stable, *rows() {} },
  ),
  fn("pg_partition_root(regclass) regclass", { ...stable, call: () => null }),
  fn("pg_get_partkeydef(oid) text", { ...stable, call: () => null }),
  fn("pg_get_partition_constraintdef(oid) text", {
    ...stable,
    call: () => null,
  }),
  fn("pg_get_statisticsobjdef(oid) text", { ...stable, call: () => null }),
  fn("pg_get_statisticsobjdef_columns(oid) text", {
    ...stable,
    call: () => null,
  }),
  fn("pg_get_replica_identity_index(regclass) regclass", {
    ...stable,
    call: () => null,
  }),
  fn("pg_get_userbyid(oid) name", {
    ...stable,
    call: ([number], context) =>
      catalogOf(context).role(Number(number))?.name ??
        `unknown (OID=${number})`,
  }),
  fn("pg_get_serial_sequence(text, text) text", {
    ...stable,
    call: ([table, column], context) => {
      const catalog = catalogOf(context);
      const relation = catalog.relation(
        findRelationOid(context, String(table)) ?? 0,
      );
      const number = relation?.columns.find(({ name }) => name === column)
        ?.number;
      for (const each of catalog.relations()) {
        const owner = each.sequence?.ownedBy;
        if (
          owner !== undefined && owner.table === relation?.oid &&
          owner.column === number
        ) return labelOf(context, each, false);
      }
      return null;
    },
  }),
  fn("pg_describe_object(oid, oid, int4) text", {
    ...stable,
    call: ([, number], context) => {
      const catalog = catalogOf(context);
      const relation = catalog.relation(Number(number));
      if (relation === undefined) return null;
      const visible = isVisible(context, relation, relationFinder(catalog));
      return `table ${labelOf(context, relation, visible)}`;
    },
  }),
  fn("pg_encoding_to_char(int4) name", {
    ...stable,
    call: ([encoding]) => encoding === 6 ? "UTF8" : "",
  }),
  fn("pg_char_to_encoding(name) int4", {
    ...stable,
    call: ([name]) => /^utf-?8$/i.test(String(name)) ? 6 : -1,
  }),
];
