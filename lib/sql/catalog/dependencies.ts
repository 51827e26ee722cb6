/**
 * What depends on what: which objects would lose their meaning if another went away.
 *
 * @module
 */

import type { FuncCall, Node, TypeName } from "@pgsql/types";
import {
  type Catalog,
  fixedOid,
  type Relation,
  type StoredExpression,
} from "./catalog.ts";
import { type NameContext, walkNames } from "./name_walk.ts";

/** What a stored query or expression uses. */
export interface Uses {
  /** Relations, with the numbers of the columns that are named. */
  readonly relations: Map<number, Set<number>>;
  readonly functions: Set<number>;
  readonly types: Set<number>;
}

/** Stored trees name everything by schema, save what is built in. */
const storedPath: readonly number[] = [fixedOid.pgCatalog];

/**
 * @param catalog Where names are looked up.
 * @param row Table whose row the expression is about.
 * @returns Context for names in stored trees.
 */
export function storedNames(catalog: Catalog, row?: Relation): NameContext {
  return { catalog, searchPath: storedPath, row };
}

/**
 * @param node Stored query or expression.
 * @param context Where names are looked up.
 * @returns What it uses.
 */
export function usesOf(node: Node, context: NameContext): Uses {
  const uses: Uses = {
    relations: new Map(),
    functions: new Set(),
    types: new Set(),
  };
  const columnsOf = (oid: number) => {
    let columns = uses.relations.get(oid);
    if (columns === undefined) uses.relations.set(oid, columns = new Set());
    return columns;
  };
  walkNames(node, context, {
    relation: (_range, relation) => void columnsOf(relation.oid),
    column: (_ref, { relation }, column) => {
      if (relation !== undefined) columnsOf(relation.oid).add(column.number);
    },
    row: (_ref, { relation }) => {
      if (relation === undefined) return;
      const columns = columnsOf(relation.oid);
      for (const { number } of relation.columns) columns.add(number);
    },
    using: (name, { relation, names }) => {
      const column = relation?.columns[names?.indexOf(name) ?? -1];
      if (relation !== undefined && column !== undefined) {
        columnsOf(relation.oid).add(column.number);
      }
    },
    relationOid: (oid) => void columnsOf(oid),
    function: (call) => {
      for (const oid of functionsOf(call, context)) uses.functions.add(oid);
    },
    type: (name) => {
      const type = typeOf(name, context);
      if (type !== undefined) uses.types.add(type);
    },
  });
  return uses;
}

function parts(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) =>
    "String" in node ? node.String.sval ?? "" : ""
  );
}

/** Functions of users that a call may mean; which of several is not told apart. */
function functionsOf(
  { funcname, args = [] }: FuncCall,
  { catalog, searchPath }: NameContext,
): number[] {
  const names = parts(funcname);
  const name = names.at(-1) ?? "";
  const schema = names.at(-2);
  const schemas = schema === undefined
    ? searchPath
    : [catalog.schemaNamed(schema)?.oid ?? 0];
  return schemas.flatMap((each) =>
    catalog.functionsNamed(each, name)
      .filter((found) =>
        found.args.filter(({ mode }) => mode !== "o" && mode !== "t").length >=
          args.length
      )
      .map(({ oid }) => oid)
  );
}

function typeOf(
  { names }: TypeName,
  { catalog, searchPath }: NameContext,
): number | undefined {
  const name = parts(names).at(-1) ?? "";
  const schema = parts(names).at(-2);
  const schemas = schema === undefined
    ? searchPath
    : [catalog.schemaNamed(schema)?.oid ?? 0];
  for (const each of schemas) {
    const found = catalog.typeNamed(each, name);
    if (found !== undefined) return found.oid;
  }
  return undefined;
}

/** A stored expression and what has it. */
export interface Holder {
  readonly relation: Relation;
  readonly holder:
    | { readonly kind: "default"; readonly column: number }
    | { readonly kind: "check"; readonly constraint: number }
    | { readonly kind: "index"; readonly index: number }
    | { readonly kind: "policy"; readonly policy: number }
    | { readonly kind: "view" };
  readonly node: Node;
}

/**
 * @param relation Relation.
 * @returns Every stored expression and query in it.
 */
export function* storedIn(relation: Relation): Iterable<Holder> {
  const one = (
    holder: Holder["holder"],
    expression: StoredExpression | undefined,
  ): Holder[] =>
    expression === undefined
      ? []
      : [{ relation, holder, node: expression.node }];
  for (const column of relation.columns) {
    yield* one({ kind: "default", column: column.number }, column.default);
  }
  for (const { oid, check } of relation.constraints) {
    yield* one({ kind: "check", constraint: oid }, check);
  }
  for (const { oid, keys, predicate } of relation.indexes) {
    const holder: Holder["holder"] = { kind: "index", index: oid };
    for (const { expression } of keys) yield* one(holder, expression);
    yield* one(holder, predicate);
  }
  for (const { oid, using, withCheck } of relation.policies) {
    const holder: Holder["holder"] = { kind: "policy", policy: oid };
    yield* one(holder, using);
    yield* one(holder, withCheck);
  }
  if (relation.view !== undefined) {
    yield { relation, holder: { kind: "view" }, node: relation.view.node };
  }
}
