/**
 * `to_reg*`, `pg_*_is_visible`, comments, sizes, access control lists (manual, tables 9.75 to 9.101).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of system catalogs

import { type AclKind, builtinAcl } from "../catalog/acl.ts";
import { aclTexts } from "../catalog/privileges.ts";
import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { type Call, type Definition, fn, rows } from "../functions/define.ts";
import { parseArray } from "../types/array_datum.ts";
import { classOid } from "./constraint_tables.ts";
import {
  functionByOid,
  functionsIn,
  isVisible,
  pathOf,
  relationFinder,
  relationOrIndex,
} from "./names.ts";
import { regServices } from "./reg_types.ts";
import { catalogOf } from "./system_table.ts";
import { updatableColumns } from "./updatable.ts";

const stable = { volatility: "s" } as const;

/** NULL where a name names nothing. */
function orNull(name: string): Call {
  return ([text], context) => {
    try {
      return regServices[name]?.(context, text ?? null) ?? null;
    } catch (error) {
      if (error instanceof SqlError) return null;
      throw error;
    }
  };
}

const relationVisible: Call = ([number], context) => {
  const catalog = catalogOf(context);
  const found = relationOrIndex(catalog, Number(number));
  return found === undefined
    ? null
    : isVisible(context, found, relationFinder(catalog));
};

const functionVisible: Call = ([number], context) => {
  const catalog = catalogOf(context);
  const found = functionByOid(catalog, Number(number));
  if (found === undefined) return null;
  return pathOf(context).some((schema) =>
    functionsIn(catalog, schema, found.name).some(({ oid }) => oid === number)
  );
};

const typeVisible: Call = ([number], context) => {
  const catalog = catalogOf(context);
  const found = catalog.type(Number(number));
  if (found === undefined) return null;
  return isVisible(
    context,
    found,
    (schema, name) => catalog.typeNamed(schema, name)?.oid,
  );
};

/** The comment on an object, if it has one. */
function comment(
  context: EvalContext,
  number: Datum | undefined,
  classId: number,
  column = 0,
): string | null {
  const catalog = catalogOf(context);
  const key = Number(number);
  if (classId === classOid.pgClass) {
    const relation = catalog.relation(key);
    if (column > 0) {
      return relation?.columns.find((each) => each.number === column)
        ?.comment ?? null;
    }
    if (relation !== undefined) return relation.comment ?? null;
    for (const table of catalog.relations()) {
      const index = table.indexes.find(({ oid }) => oid === key);
      if (index !== undefined) return index.comment ?? null;
    }
    return null;
  }
  if (classId === classOid.pgNamespace) {
    return catalog.schema(key)?.comment ?? null;
  }
  if (classId === classOid.pgProc) {
    return catalog.userFunction(key)?.comment ?? null;
  }
  for (const relation of catalog.relations()) {
    const found = [...relation.constraints, ...relation.policies]
      .find(({ oid }) => oid === key);
    if (found !== undefined) return found.comment ?? null;
  }
  return null;
}

const classes: Readonly<Record<string, number>> = {
  pg_class: classOid.pgClass,
  pg_proc: classOid.pgProc,
  pg_namespace: classOid.pgNamespace,
  pg_constraint: classOid.pgConstraint,
  pg_policy: classOid.pgPolicy,
  pg_type: classOid.pgType,
};

const aclKinds: Readonly<Record<string, AclKind>> = {
  r: "table",
  c: "column",
  s: "sequence",
  S: "sequence",
  f: "function",
  n: "schema",
  T: "type",
  d: "database",
};

const words: Readonly<Record<string, string>> = {
  r: "SELECT",
  a: "INSERT",
  w: "UPDATE",
  d: "DELETE",
  D: "TRUNCATE",
  x: "REFERENCES",
  t: "TRIGGER",
  X: "EXECUTE",
  U: "USAGE",
  C: "CREATE",
  T: "TEMPORARY",
  c: "CONNECT",
};

function prettySize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let size = bytes;
  let unit = 0;
  while (Math.abs(size) >= 10 * 1024 && unit < units.length - 1) {
    size = Math.round(size / 1024);
    unit++;
  }
  return `${size} ${units[unit]}`;
}

/** See the top of the file. */
export const lookupFunctions: readonly Definition[] = [
  fn("to_regclass(text) regclass", { ...stable, call: orNull("regclassin") }),
  fn("to_regtype(text) regtype", { ...stable, call: orNull("regtypein") }),
  fn("to_regproc(text) regproc", { ...stable, call: orNull("regprocin") }),
  fn("to_regprocedure(text) regprocedure", {
    ...stable,
    call: orNull("regprocedurein"),
  }),
  fn("to_regnamespace(text) regnamespace", {
    ...stable,
    call: orNull("regnamespacein"),
  }),
  fn("to_regrole(text) regrole", { ...stable, call: orNull("regrolein") }),
  fn("pg_table_is_visible(oid) bool", { ...stable, call: relationVisible }),
  fn("pg_type_is_visible(oid) bool", { ...stable, call: typeVisible }),
  fn("pg_function_is_visible(oid) bool", { ...stable, call: functionVisible }),
  ...[
    "operator",
    "opclass",
    "opfamily",
    "collation",
    "conversion",
    "ts_config",
    "ts_dict",
    "ts_parser",
    "ts_template",
    "statistics_obj",
  ].map((name) =>
    fn(`pg_${name}_is_visible(oid) bool`, { ...stable, call: () => true })
  ),
  fn("obj_description(oid) text", {
    ...stable,
    call: ([number], context) => comment(context, number, classOid.pgClass),
  }),
  fn("obj_description(oid, name) text", {
    ...stable,
    call: ([number, name], context) =>
      comment(context, number, classes[String(name)] ?? 0),
  }),
  fn("col_description(oid, int4) text", {
    ...stable,
    call: ([number, column], context) =>
      comment(context, number, classOid.pgClass, Number(column)),
  }),
  fn("shobj_description(oid, name) text", {
    ...stable,
    call: ([number, name], context) =>
      name === "pg_authid"
        ? catalogOf(context).role(Number(number))?.comment ?? null
        : null,
  }),
  ...[
    "pg_relation_size",
    "pg_table_size",
    "pg_total_relation_size",
    "pg_indexes_size",
  ]
    .map((name) =>
      fn(`${name}(regclass) int8`, {
        volatility: "v",
        call: ([number], context) =>
          context.services.call("relation_size", [name, number ?? null]),
      })
    ),
  fn("pg_database_size(name) int8", {
    volatility: "v",
    call: (_, context) => context.services.call("database_size", []),
  }),
  fn("pg_database_size(oid) int8", {
    volatility: "v",
    call: (_, context) => context.services.call("database_size", []),
  }),
  fn("pg_size_pretty(int8) text", {
    call: ([size]) => prettySize(Number(size)),
  }),
  fn("pg_size_pretty(numeric) text", {
    call: ([size]) => prettySize(Number(size)),
  }),
  fn("pg_tablespace_location(oid) text", { ...stable, call: () => "" }),
  fn("pg_relation_filenode(regclass) oid", {
    ...stable,
    call: ([number]) => number ?? null,
  }),
  fn("pg_relation_is_publishable(regclass) bool", {
    ...stable,
    call: () => false,
  }),
  fn("pg_relation_is_updatable(regclass, bool) int4", {
    ...stable,
    call: ([number], context) => {
      const relation = catalogOf(context).relation(Number(number));
      const columns = relation && updatableColumns(context, relation);
      if (columns === undefined) return 0;
      // 4 for UPDATE, 8 for INSERT, 16 for DELETE.
      return columns.size === 0 ? 16 : 28;
    },
  }),
  fn("pg_column_is_updatable(regclass, int2, bool) bool", {
    ...stable,
    call: ([number, column], context) => {
      const relation = catalogOf(context).relation(Number(number));
      const columns = relation && updatableColumns(context, relation);
      return columns?.has(Number(column)) ?? false;
    },
  }),
  fn("pg_is_other_temp_schema(oid) bool", {
    ...stable,
    call: ([number], context) => {
      const name = catalogOf(context).schema(Number(number))?.name ?? "";
      return name.startsWith("pg_temp_") &&
        !pathOf(context).includes(Number(number));
    },
  }),
  fn("pg_my_temp_schema() oid", {
    ...stable,
    call: (_, context) =>
      pathOf(context).find((schema) =>
        catalogOf(context).schema(schema)?.name.startsWith("pg_temp_")
      ) ?? 0,
  }),
  fn("pg_sequence_last_value(regclass) int8", {
    volatility: "v",
    call: ([number], context) =>
      context.services.call("sequence_last_value", [number ?? null]),
  }),
  fn('acldefault("char", oid) aclitem[]', {
    call: ([kind, owner], context) => {
      const acl = aclKinds[String(kind)];
      return acl === undefined ? "[]" : JSON.stringify(
        aclTexts(catalogOf(context), builtinAcl(acl, Number(owner))) ?? [],
      );
    },
  }),
  rows(
    "aclexplode(aclitem[]) (grantor oid, grantee oid, privilege_type text, is_grantable bool)",
    {
      ...stable,
      *rows([acl], context) {
        const catalog = catalogOf(context);
        const role = (name: string) =>
          name === ""
            ? 0
            : catalog.roleNamed(name.replace(/^"(.*)"$/, "$1"))?.oid ?? 0;
        for (const item of JSON.parse(String(acl)) as string[]) {
          const match = /^(.*)=([A-Za-z*]*)\/(.*)$/.exec(item);
          if (match === null) continue;
          const [, grantee = "", letters = "", grantor = ""] = match;
          for (
            const [, letter = "", star] of letters.matchAll(/([A-Za-z])(\*?)/g)
          ) {
            yield [
              role(grantor),
              role(grantee),
              words[letter] ?? letter,
              star === "*",
            ];
          }
        }
      },
    },
  ),
  ...(["int2vector", "oidvector", "int2[]", "int4[]", "oid[]", "text[]"].map(
    (type) => {
      const element = type === "int2vector"
        ? "int2"
        : type === "oidvector"
        ? "oid"
        : type.slice(0, -2);
      return rows(
        `information_schema._pg_expandarray(${type}) (x ${element}, n int4)`,
        {
          *rows([array]) {
            for (const [at, x] of parseArray(String(array)).entries()) {
              yield [x as Datum, at + 1];
            }
          },
        },
      );
    },
  )),
  rows("pg_options_to_table(text[]) (option_name text, option_value text)", {
    ...stable,
    *rows([options]) {
      for (const option of JSON.parse(String(options)) as string[]) {
        const at = option.indexOf("=");
        yield at < 0
          ? [option, null]
          : [option.slice(0, at), option.slice(at + 1)];
      }
    },
  }),
];
