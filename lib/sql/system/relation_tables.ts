/**
 * `pg_class`, `pg_attribute`, `pg_attrdef`, `pg_index`, `pg_sequence`, `pg_rewrite` (manual, chapter 53).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of system catalogs

import { figureName } from "../analyze/figure_name.ts";
import { aclTexts } from "../catalog/privileges.ts";
import {
  type Catalog,
  type Column,
  type Index,
  type Relation,
} from "../catalog/catalog.ts";
import type { EvalContext } from "../eval_context.ts";
import { oid as typeOid, type PgType } from "../types/type.ts";
import { arrayDatum, attributeStorage } from "./form.ts";
import { accessMethods, operatorClassOf } from "./access_method_tables.ts";
import { catalogColumns } from "./catalog_columns.ts";
import { derivedOid } from "./derived_oid.ts";
import { storedType } from "./stored_text.ts";
import {
  catalogOf,
  type SystemRow,
  type SystemTables,
} from "./system_table.ts";
import { ruleAction } from "./view_origins.ts";

const heapMethod = 2;
/** `pg_class.oid` of the catalogs that are tables in PostgreSQL and views here. */
const tables = new Set(Object.values(catalogColumns).map(([oid]) => oid));
const defaultCollation = 100;

/** @returns `relkind`. */
export function relationKind(relation: Relation): string {
  return tables.has(relation.oid) ? "r" : relation.kind;
}

/** @returns Collation of a type's values, 0 if it has none. */
export function collationOf(type: PgType | undefined): number {
  if (type === undefined) return 0;
  if (type.oid === typeOid.name) return 950;
  return type.category === "S" ||
      (type.category === "A" && type.element === typeOid.text)
    ? defaultCollation
    : 0;
}

function options({ view }: Relation): string | null {
  if (view === undefined) return null;
  const set = [
    view.securityBarrier ? "security_barrier=true" : "",
    view.securityInvoker ? "security_invoker=true" : "",
    view.checkOption === "" ? "" : `check_option=${view.checkOption}`,
  ].filter((each) => each !== "");
  return set.length === 0 ? null : arrayDatum(set);
}

function classRow(
  catalog: Catalog,
  relation: Relation,
  referenced: ReadonlySet<number>,
): SystemRow {
  const kind = relationKind(relation);
  return {
    oid: relation.oid,
    relname: relation.name,
    relnamespace: relation.schema,
    reltype: kind === "S" ? 0 : relation.rowType,
    reloftype: 0,
    relowner: relation.owner,
    relam: kind === "r" || kind === "m" ? heapMethod : 0,
    relfilenode: kind === "v" || kind === "c" ? 0 : relation.oid,
    reltablespace: 0,
    relpages: 0,
    reltuples: kind === "S" ? 1 : kind === "v" ? 0 : -1,
    relallvisible: 0,
    reltoastrelid: 0,
    relhasindex: relation.indexes.length > 0,
    relisshared: false,
    relpersistence: relation.persistence,
    relkind: kind,
    relnatts: kind === "S"
      ? 3
      : relation.columns.filter(({ number }) => number > 0).length,
    relchecks: relation.constraints.filter((each) => each.kind === "c").length,
    relhasrules: kind === "v" || kind === "m",
    relhastriggers: relation.constraints.some((each) => each.kind === "f") ||
      (!relation.system && referenced.has(relation.oid)),
    relhassubclass: false,
    relrowsecurity: relation.rowSecurity,
    relforcerowsecurity: relation.forceRowSecurity,
    relispopulated: relation.populated !== false,
    relreplident: !tables.has(relation.oid) && "rm".includes(kind)
      ? relation.replicaIdentity ?? "d"
      : "n",
    relispartition: false,
    relrewrite: 0,
    relfrozenxid: 0,
    relminmxid: 0,
    relacl: aclDatum(catalog, relation.acl),
    reloptions: options(relation),
    relpartbound: null,
  };
}

/** Tables that foreign keys refer to. */
function referencedTables(catalog: Catalog): Set<number> {
  const found = new Set<number>();
  for (const { constraints } of catalog.relations()) {
    for (const { foreign } of constraints) {
      if (foreign !== undefined) found.add(foreign.table);
    }
  }
  return found;
}

function aclDatum(catalog: Catalog, acl: Relation["acl"]): string | null {
  const texts = aclTexts(catalog, acl);
  return texts === null ? null : arrayDatum(texts);
}

function indexClassRow(relation: Relation, index: Index): SystemRow {
  return {
    oid: index.oid,
    relname: index.name,
    relnamespace: index.schema,
    reltype: 0,
    reloftype: 0,
    relowner: relation.owner,
    relam: accessMethods.get(index.method) ?? accessMethods.get("btree") ?? 0,
    relfilenode: index.oid,
    reltablespace: 0,
    relpages: 0,
    reltuples: 0,
    relallvisible: 0,
    reltoastrelid: 0,
    relhasindex: false,
    relisshared: false,
    relpersistence: relation.persistence,
    relkind: "i",
    relnatts: index.keys.length + index.include.length,
    relchecks: 0,
    relhasrules: false,
    relhastriggers: false,
    relhassubclass: false,
    relrowsecurity: false,
    relforcerowsecurity: false,
    relispopulated: true,
    relreplident: "n",
    relispartition: false,
    relrewrite: 0,
    relfrozenxid: 0,
    relminmxid: 0,
  };
}

function attributeRow(
  catalog: Catalog,
  relation: number,
  column: Pick<Column, "number" | "name" | "type" | "typmod">,
  more: SystemRow,
): SystemRow {
  const type = catalog.type(column.type);
  return {
    attrelid: relation,
    attname: column.name,
    atttypid: column.type,
    attstattarget: -1,
    attlen: type?.length ?? -1,
    attnum: column.number,
    attndims: type?.category === "A" ? 1 : 0,
    attcacheoff: -1,
    atttypmod: column.typmod,
    ...attributeStorage(type, catalog.type(type?.element ?? 0)),
    attcompression: "",
    attnotnull: false,
    atthasdef: false,
    atthasmissing: false,
    attidentity: "",
    attgenerated: "",
    attisdropped: false,
    attislocal: true,
    attinhcount: 0,
    attcollation: collationOf(type),
    ...more,
  };
}

function* attributes(
  catalog: Catalog,
  context: EvalContext,
): Iterable<SystemRow> {
  for (const relation of catalog.relations()) {
    for (const column of relation.columns) {
      yield attributeRow(catalog, relation.oid, column, {
        attnotnull: column.notNull,
        atthasdef: column.default !== undefined,
        attidentity: column.identity,
        attgenerated: column.generated,
        attacl: aclDatum(catalog, column.acl),
      });
    }
    if (relation.kind === "S") yield* sequenceAttributes(catalog, relation.oid);
    for (const index of relation.indexes) {
      yield* indexAttributes(context, relation, index);
    }
  }
}

function* sequenceAttributes(
  catalog: Catalog,
  relation: number,
): Iterable<SystemRow> {
  const columns = [
    ["last_value", typeOid.int8],
    ["log_cnt", typeOid.int8],
    ["is_called", typeOid.bool],
  ] as const;
  for (const [at, [name, type]] of columns.entries()) {
    const column = { number: at + 1, name, type, typmod: -1 };
    yield attributeRow(catalog, relation, column, { attnotnull: true });
  }
}

/** Names of an index's columns: those of the table, or what its expressions would be called. */
function keyNames(relation: Relation, index: Index): string[] {
  const taken = new Set<string>();
  const named = (name: string) => {
    let free = name;
    for (let n = 1; taken.has(free); n++) free = `${name}${n}`;
    taken.add(free);
    return free;
  };
  const ofColumn = (wanted: number) =>
    relation.columns.find(({ number }) => number === wanted)?.name ?? "";
  return [
    ...index.keys.map(({ column, expression }) =>
      named(
        expression === undefined
          ? ofColumn(column)
          : figureName(expression.node) ?? "expr",
      )
    ),
    ...index.include.map((number) => named(ofColumn(number))),
  ];
}

function* indexAttributes(
  context: EvalContext,
  relation: Relation,
  index: Index,
): Iterable<SystemRow> {
  const names = keyNames(relation, index);
  for (const [at, name] of names.entries()) {
    const { column, expression } = index.keys[at] ??
      { column: index.include[at - index.keys.length], expression: undefined };
    const typed = expression === undefined
      ? relation.columns.find(({ number }) => number === column)
      : storedType(context, relation, expression);
    yield attributeRow(catalogOf(context), index.oid, {
      number: at + 1,
      name,
      type: typed?.type ?? typeOid.text,
      typmod: typed?.typmod ?? -1,
    }, {});
  }
}

function* defaults(catalog: Catalog): Iterable<SystemRow> {
  for (const relation of catalog.relations()) {
    for (const column of relation.columns) {
      if (column.default === undefined) continue;
      yield {
        oid: derivedOid(relation.oid, column.number),
        adrelid: relation.oid,
        adnum: column.number,
        adbin: column.default.text,
      };
    }
  }
}

function* indexes(catalog: Catalog): Iterable<SystemRow> {
  for (const relation of catalog.relations()) {
    for (const index of relation.indexes) {
      const keys = index.keys.map((key) => key.column);
      const types = index.keys.map((key) =>
        catalog.type(
          relation.columns.find(({ number }) => number === key.column)?.type ??
            typeOid.text,
        )
      );
      const expressions = index.keys.flatMap(({ expression }) =>
        expression === undefined ? [] : [expression.text]
      );
      yield {
        indexrelid: index.oid,
        indrelid: relation.oid,
        indnatts: keys.length + index.include.length,
        indnkeyatts: keys.length,
        indisunique: index.unique,
        indnullsnotdistinct: index.nullsNotDistinct,
        indisprimary: index.primary,
        indisexclusion: false,
        indimmediate: true,
        indisclustered: false,
        indisvalid: true,
        indcheckxmin: false,
        indisready: true,
        indislive: true,
        indisreplident: false,
        indkey: arrayDatum([...keys, ...index.include]),
        indcollation: arrayDatum(types.map(collationOf)),
        indclass: arrayDatum(
          types.map((type) => operatorClassOf(index.method, type)),
        ),
        indoption: arrayDatum(
          index.keys.map((key) =>
            (key.descending ? 1 : 0) + (key.nullsFirst ? 2 : 0)
          ),
        ),
        indexprs: expressions.length === 0 ? null : expressions.join(", "),
        indpred: index.predicate?.text ?? null,
      };
    }
  }
}

function* sequences(catalog: Catalog): Iterable<SystemRow> {
  for (const { oid, sequence } of catalog.relations()) {
    if (sequence === undefined) continue;
    yield {
      seqrelid: oid,
      seqtypid: sequence.type,
      seqstart: sequence.start,
      seqincrement: sequence.increment,
      seqmax: sequence.max,
      seqmin: sequence.min,
      seqcache: sequence.cache,
      seqcycle: sequence.cycle,
    };
  }
}

function* rules(
  catalog: Catalog,
  context: EvalContext,
): Iterable<SystemRow> {
  for (const relation of catalog.relations()) {
    if (relation.view === undefined || tables.has(relation.oid)) continue;
    yield {
      oid: derivedOid(relation.oid, 0),
      rulename: "_RETURN",
      ev_class: relation.oid,
      ev_type: "1",
      ev_enabled: "O",
      is_instead: true,
      ev_qual: "<>",
      ev_action: ruleAction(context, relation),
    };
  }
}

/** See the top of the file. */
export const relationTables: SystemTables = {
  *pg_class(catalog) {
    const referenced = referencedTables(catalog);
    for (const relation of catalog.relations()) {
      yield classRow(catalog, relation, referenced);
      for (const index of relation.indexes) {
        yield indexClassRow(relation, index);
      }
    }
  },
  pg_attribute: attributes,
  pg_attrdef: defaults,
  pg_index: indexes,
  pg_sequence: sequences,
  pg_rewrite: rules,
  *pg_namespace(catalog) {
    for (const schema of catalog.schemas()) {
      yield {
        oid: schema.oid,
        nspname: schema.name,
        nspowner: schema.owner,
        nspacl: aclDatum(catalog, schema.acl),
      };
    }
  },
  *pg_policy(catalog) {
    for (const relation of catalog.relations()) {
      for (const policy of relation.policies) {
        yield {
          oid: policy.oid,
          polname: policy.name,
          polrelid: relation.oid,
          polcmd: policy.command,
          polpermissive: policy.permissive,
          polroles: arrayDatum(policy.roles),
          polqual: policy.using?.text ?? null,
          polwithcheck: policy.withCheck?.text ?? null,
        };
      }
    }
  },
};
