/**
 * `pg_constraint`, `pg_depend`, `pg_description` (manual, chapter 53).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of system catalogs

import type { Node } from "@pgsql/types";
import {
  type Catalog,
  type Constraint,
  fixedOid,
  type Index,
  type Relation,
  type StoredExpression,
} from "../catalog/catalog.ts";
import { storedNames, usesOf } from "../catalog/dependencies.ts";
import { oid as typeOid } from "../types/type.ts";
import { derivedOid } from "./derived_oid.ts";
import { arrayDatum } from "./form.ts";
import type { SystemRow, SystemTables } from "./system_table.ts";

/** Oids of the catalogs that other catalogs name in `classid`. */
export const classOid = {
  pgClass: 1259,
  pgType: 1247,
  pgProc: 1255,
  pgConstraint: 2606,
  pgAttrdef: 2604,
  pgRewrite: 2618,
  pgNamespace: 2615,
  pgPolicy: 3256,
  pgExtension: 3079,
  pgDatabase: 1262,
  pgAuthid: 1260,
} as const;

/** Equality operators of keys, by type of the key; others are not asked for by any tool seen. */
const equality: Readonly<Record<number, number>> = {
  [typeOid.int2]: 94,
  [typeOid.int4]: 96,
  [typeOid.int8]: 410,
  [typeOid.text]: 98,
  [typeOid.varchar]: 98,
  [typeOid.uuid]: 2972,
};

function constraintRow(
  catalog: Catalog,
  relation: Relation,
  constraint: Constraint,
): SystemRow {
  const { foreign } = constraint;
  const operators = foreign === undefined
    ? null
    : arrayDatum(constraint.columns.map((number) =>
      equality[
        relation.columns.find((each) => each.number === number)?.type ?? 0
      ] ?? 96
    ));
  return {
    oid: constraint.oid,
    conname: constraint.name,
    connamespace: relation.schema,
    contype: constraint.kind,
    condeferrable: constraint.deferrable,
    condeferred: constraint.initiallyDeferred,
    convalidated: constraint.validated,
    conrelid: relation.oid,
    contypid: 0,
    conindid: constraint.index ??
      (foreign === undefined ? 0 : indexOfKey(catalog, foreign)),
    conparentid: 0,
    confrelid: foreign?.table ?? 0,
    confupdtype: foreign?.onUpdate ?? " ",
    confdeltype: foreign?.onDelete ?? " ",
    confmatchtype: foreign?.match ?? " ",
    conislocal: true,
    coninhcount: 0,
    connoinherit: constraint.kind !== "c",
    conkey: constraint.columns.length === 0
      ? null
      : arrayDatum(constraint.columns),
    confkey: foreign === undefined ? null : arrayDatum(foreign.columns),
    conpfeqop: operators,
    conppeqop: operators,
    conffeqop: operators,
    conbin: constraint.check?.text ?? null,
  };
}

function indexOfKey(
  catalog: Catalog,
  { table, columns }: NonNullable<Constraint["foreign"]>,
): number {
  const wanted = [...columns].sort().join();
  return catalog.relation(table)?.indexes.find(({ unique, keys }) =>
    unique && keys.map(({ column }) => column).sort().join() === wanted
  )?.oid ?? 0;
}

function dependency(
  from: readonly [classid: number, object: number, column?: number],
  to: readonly [classid: number, object: number, column?: number],
  type: "n" | "a" | "i" | "p",
): SystemRow {
  return {
    classid: from[0],
    objid: from[1],
    objsubid: from[2] ?? 0,
    refclassid: to[0],
    refobjid: to[1],
    refobjsubid: to[2] ?? 0,
    deptype: type,
  };
}

function expressionsOf(index: Index): StoredExpression[] {
  const keys = index.keys.flatMap(({ expression }) => expression ?? []);
  return index.predicate === undefined ? keys : [...keys, index.predicate];
}

/** What a stored query or expression needs. */
function* usedBy(
  catalog: Catalog,
  from: readonly [classid: number, object: number],
  node: Node,
  row?: Relation,
): Iterable<SystemRow> {
  const uses = usesOf(node, storedNames(catalog, row));
  for (const [relation, columns] of uses.relations) {
    if (relation === row?.oid) continue;
    for (const column of columns.size === 0 ? [0] : columns) {
      yield dependency(from, [classOid.pgClass, relation, column], "n");
    }
  }
  for (const each of uses.functions) {
    yield dependency(from, [classOid.pgProc, each], "n");
  }
  for (const each of uses.types) {
    if (each < fixedOid.firstUser) continue;
    yield dependency(from, [classOid.pgType, each], "n");
  }
}

/** What dumps and `\d` follow: who owns a sequence, an index, a default, a rule. */
function* dependencies(catalog: Catalog): Iterable<SystemRow> {
  const { pgClass, pgConstraint, pgAttrdef, pgRewrite, pgNamespace } = classOid;
  for (const relation of catalog.relations()) {
    if (relation.system && relation.schema === fixedOid.pgCatalog) continue;
    yield dependency(
      [pgClass, relation.oid],
      [pgNamespace, relation.schema],
      "n",
    );
    const owner = relation.sequence?.ownedBy;
    if (owner !== undefined) {
      const identity = catalog.relation(owner.table)?.columns
        .find(({ number }) => number === owner.column)?.identity;
      yield dependency(
        [pgClass, relation.oid],
        [pgClass, owner.table, owner.column],
        identity === "" || identity === undefined ? "a" : "i",
      );
    }
    for (const constraint of relation.constraints) {
      for (const column of constraint.columns) {
        yield dependency(
          [pgConstraint, constraint.oid],
          [pgClass, relation.oid, column],
          "a",
        );
      }
      if (constraint.index !== undefined) {
        yield dependency(
          [pgClass, constraint.index],
          [pgConstraint, constraint.oid],
          "i",
        );
      }
      if (constraint.check !== undefined) {
        yield* usedBy(
          catalog,
          [pgConstraint, constraint.oid],
          constraint.check.node,
          relation,
        );
      }
      if (constraint.foreign !== undefined) {
        for (const column of constraint.foreign.columns) {
          yield dependency(
            [pgConstraint, constraint.oid],
            [pgClass, constraint.foreign.table, column],
            "n",
          );
        }
      }
    }
    for (const column of relation.columns) {
      if (column.default === undefined) continue;
      const from = [
        pgAttrdef,
        derivedOid(relation.oid, column.number),
      ] as const;
      yield dependency(from, [pgClass, relation.oid, column.number], "a");
      yield* usedBy(catalog, from, column.default.node, relation);
    }
    if (relation.view !== undefined) {
      const from = [pgRewrite, derivedOid(relation.oid, 0)] as const;
      yield dependency(from, [pgClass, relation.oid], "i");
      if (relation.system) continue;
      yield* usedBy(catalog, from, relation.view.node);
    }
    for (const policy of relation.policies) {
      const from = [classOid.pgPolicy, policy.oid] as const;
      yield dependency(from, [pgClass, relation.oid], "a");
      for (const stored of [policy.using, policy.withCheck]) {
        if (stored === undefined) continue;
        yield* usedBy(catalog, from, stored.node, relation);
      }
    }
    for (const index of relation.indexes) {
      const from = [pgClass, index.oid] as const;
      for (const stored of expressionsOf(index)) {
        yield* usedBy(catalog, from, stored.node, relation);
      }
      if (relation.constraints.some((each) => each.index === index.oid)) {
        continue;
      }
      for (const { column } of index.keys) {
        if (column === 0) continue;
        yield dependency(from, [pgClass, relation.oid, column], "a");
      }
    }
  }
}

function* descriptions(catalog: Catalog): Iterable<SystemRow> {
  const row = (
    classoid: number,
    objoid: number,
    description: string | undefined,
    objsubid = 0,
  ): SystemRow[] =>
    description === undefined
      ? []
      : [{ classoid, objoid, objsubid, description }];
  const { pgClass, pgConstraint, pgNamespace, pgProc, pgPolicy } = classOid;
  for (const schema of catalog.schemas()) {
    yield* row(pgNamespace, schema.oid, schema.comment);
  }
  for (const relation of catalog.relations()) {
    yield* row(pgClass, relation.oid, relation.comment);
    for (const column of relation.columns) {
      yield* row(pgClass, relation.oid, column.comment, column.number);
    }
    for (const constraint of relation.constraints) {
      yield* row(pgConstraint, constraint.oid, constraint.comment);
    }
    for (const index of relation.indexes) {
      yield* row(pgClass, index.oid, index.comment);
    }
    for (const policy of relation.policies) {
      yield* row(pgPolicy, policy.oid, policy.comment);
    }
  }
  for (const each of catalog.functions()) {
    yield* row(pgProc, each.oid, each.comment);
  }
}

/** See the top of the file. */
export const constraintTables: SystemTables = {
  *pg_constraint(catalog) {
    for (const relation of catalog.relations()) {
      for (const constraint of relation.constraints) {
        yield constraintRow(catalog, relation, constraint);
      }
    }
    for (const type of catalog.types()) {
      for (
        const { oid, name, check } of catalog.domain(type.oid)?.checks ?? []
      ) {
        yield {
          oid,
          conname: name,
          connamespace: type.schema,
          contype: "c",
          condeferrable: false,
          condeferred: false,
          convalidated: true,
          conrelid: 0,
          contypid: type.oid,
          conindid: 0,
          conparentid: 0,
          confrelid: 0,
          confupdtype: " ",
          confdeltype: " ",
          confmatchtype: " ",
          conislocal: true,
          coninhcount: 0,
          connoinherit: false,
          conbin: check.text,
        };
      }
    }
  },
  pg_depend: dependencies,
  pg_description: descriptions,
};
