/**
 * Changes names inside stored queries and expressions when what they mean is called something else.
 *
 * @module
 */

import type { Node, SelectStmt } from "@pgsql/types";
import type { Relation, StoredExpression } from "../catalog/catalog.ts";
import { type Holder, storedIn, storedNames } from "../catalog/dependencies.ts";
import { type NameVisitor, walkNames } from "../catalog/name_walk.ts";
import { notSupported } from "../error.ts";
import { retext } from "./retext.ts";
import { keepOutputName, withQuery } from "./stored_query.ts";
import type { Work } from "./work.ts";

/** A stored tree with new names in it. */
interface Rewritten {
  readonly holder: Holder;
  readonly node: Node;
}

/** Makes a visitor that changes names and calls `changed` when it did. */
export type Renamer = (changed: () => void, holder: Holder) => NameVisitor;

/**
 * Looks for the names, in the catalog as it is before the change.
 *
 * @param work Statement.
 * @param renamer Changes them.
 * @returns To be called when the catalog has the new name: stores the changed trees and their texts.
 */
export function renameReferences(work: Work, renamer: Renamer): () => void {
  const rewritten: Rewritten[] = [];
  for (const relation of work.catalog.objects("relation").values()) {
    for (const holder of storedIn(relation)) {
      const node = structuredClone(holder.node);
      let isChanged = false;
      const visitor = renamer(() => {
        isChanged = true;
      }, holder);
      walkNames(
        node,
        storedNames(
          work.catalog,
          holder.holder.kind === "view" ? undefined : relation,
        ),
        visitor,
      );
      if (isChanged) rewritten.push({ holder, node });
    }
  }
  return () => {
    for (const each of rewritten) store(work, each);
  };
}

function store(
  work: Work,
  { holder: { relation, holder, node: old }, node }: Rewritten,
): void {
  const now = work.relation(relation.oid);
  const replace = (
    stored: StoredExpression | undefined,
    row: Relation | undefined = now,
  ) =>
    stored?.node === old
      ? retext(work.env, { node, text: stored.text }, row)
      : stored;
  switch (holder.kind) {
    case "view":
      work.putRelation(withQuery(now, node));
      break;
    case "default":
      work.putRelation({
        ...now,
        columns: now.columns.map((each) =>
          each.number === holder.column
            ? { ...each, default: replace(each.default) }
            : each
        ),
      });
      break;
    case "check":
      work.putRelation({
        ...now,
        constraints: now.constraints.map((each) =>
          each.oid === holder.constraint
            ? { ...each, check: replace(each.check) }
            : each
        ),
      });
      break;
    case "index":
      work.putRelation({
        ...now,
        indexes: now.indexes.map((each) =>
          each.oid === holder.index
            ? {
              ...each,
              keys: each.keys.map((key) => ({
                ...key,
                expression: replace(key.expression),
              })),
              predicate: replace(each.predicate),
            }
            : each
        ),
      });
      break;
    case "policy":
      work.putRelation({
        ...now,
        policies: now.policies.map((each) =>
          each.oid === holder.policy
            ? {
              ...each,
              using: replace(each.using),
              withCheck: replace(each.withCheck),
            }
            : each
        ),
      });
      break;
  }
}

/**
 * @param renamers Some renamers.
 * @returns One that does what all of them do.
 */
export function bothRenamers(...renamers: readonly Renamer[]): Renamer {
  return (changed, holder) => {
    const visitors = renamers.map((each) => each(changed, holder));
    return {
      relation: (...args) =>
        visitors.forEach((each) => each.relation?.(...args)),
      column: (...args) => visitors.forEach((each) => each.column?.(...args)),
      function: (...args) =>
        visitors.forEach((each) => each.function?.(...args)),
      type: (...args) => visitors.forEach((each) => each.type?.(...args)),
      relationOid: (...args) =>
        visitors.forEach((each) => each.relationOid?.(...args)),
    };
  };
}

function setLast(nodes: Node[] | undefined, text: string): void {
  nodes?.splice(-1, 1, { String: { sval: text } });
}

function partsOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) =>
    "String" in node ? node.String.sval ?? "" : ""
  );
}

/**
 * @param relation Relation.
 * @param number Number of its column.
 * @param old Name that the column has.
 * @param name Name that it gets.
 * @returns Changes references to it.
 */
export function columnRenamer(
  relation: number,
  number: number,
  old: string,
  name: string,
): Renamer {
  return (changed) => ({
    query: (select: SelectStmt) => keepOutputName(select, old),
    column: (ref, entry, column) => {
      if (entry.relation?.oid !== relation || column.number !== number) return;
      changed();
      if (!entry.renamed) setLast(ref.fields, name);
    },
    using: (shared, entry) => {
      if (entry.relation?.oid === relation && shared === old) {
        throw notSupported(
          "renaming a column that a JOIN ... USING of a view names",
        );
      }
    },
  });
}

/**
 * @param relation Relation.
 * @param name Name that it gets.
 * @returns Changes references to it.
 */
export function relationRenamer(relation: number, name: string): Renamer {
  return (changed) => ({
    relation: (range, found) => {
      if (found.oid !== relation) return;
      changed();
      // Columns are qualified by the old name.
      range.alias ??= { aliasname: found.name };
      range.relname = name;
    },
    column: (ref, entry) => {
      if (entry.range !== undefined || entry.relation?.oid !== relation) return;
      const fields = ref.fields ?? [];
      if (fields.length < 2) return;
      changed();
      ref.fields = [{ String: { sval: name } }, ...fields.slice(-1)];
    },
    relationOid: (oid) => {
      if (oid === relation) changed();
    },
  });
}

/**
 * @param relation Relation.
 * @param schema Name of the schema that it moves to.
 * @returns Changes references to it.
 */
export function relationMover(relation: number, schema: string): Renamer {
  return (changed) => ({
    relation: (range, found) => {
      if (found.oid !== relation) return;
      changed();
      range.schemaname = schema;
    },
    relationOid: (oid) => {
      if (oid === relation) changed();
    },
  });
}

/**
 * @param old Schema and name of types or functions; no name for all of a schema.
 * @param to Schema and name that they get.
 * @returns Changes references to types and functions.
 */
export function qualifiedRenamer(
  old: { readonly schema: string; readonly name?: string },
  to: { readonly schema: string; readonly name?: string },
  what: { readonly types: boolean; readonly functions: boolean },
): Renamer {
  return (changed) => {
    const rename = (nodes: Node[] | undefined) => {
      const parts = partsOf(nodes);
      if (parts.length !== 2 || parts[0] !== old.schema) return;
      if (old.name !== undefined && parts[1] !== old.name) return;
      changed();
      nodes?.splice(
        0,
        2,
        { String: { sval: to.schema } },
        { String: { sval: to.name ?? parts[1] ?? "" } },
      );
    };
    return {
      type: ({ names }) => {
        if (what.types) rename(names);
      },
      function: ({ funcname }) => {
        if (what.functions) rename(funcname);
      },
    };
  };
}

/**
 * @param schema Oid of a schema.
 * @param old Name that it has.
 * @param name Name that it gets.
 * @returns Changes references to everything in it.
 */
export function schemaRenamer(
  schema: number,
  old: string,
  name: string,
): Renamer {
  const rest = qualifiedRenamer({ schema: old }, { schema: name }, {
    types: true,
    functions: true,
  });
  return (changed, holder) => ({
    ...rest(changed, holder),
    relation: (range, found) => {
      if (found.schema !== schema) return;
      changed();
      range.schemaname = name;
    },
  });
}
