/**
 * `CREATE TABLE … (LIKE other INCLUDING …)`.
 *
 * @module
 */

import type { TableLikeClause } from "@pgsql/types";
import type { Column, Relation, StoredExpression } from "../catalog/catalog.ts";
import { walkNames } from "../catalog/name_walk.ts";
import { storedNames } from "../catalog/dependencies.ts";
import {
  hasPrivilege,
  permissionDenied,
  privilegedRelation,
  relationWord,
} from "../catalog/privileges.ts";
import { SqlError } from "../error.ts";
import { chooseColumnStorage, chooseStorage } from "./choose_name.ts";
import type { ColumnPlan } from "./columns.ts";
import {
  checkConstraintName,
  chooseConstraintName,
} from "./constraint_names.ts";
import { findRelation } from "./lookup.ts";
import { chooseIndexName } from "./index_name.ts";
import { ownedSequences } from "./owned_sequences.ts";
import { makeColumnSequence } from "./sequence.ts";
import { retext } from "./retext.ts";
import type { Work } from "./work.ts";

// Bits of TableLikeClause.options.
const including = {
  comments: 1,
  constraints: 4,
  defaults: 8,
  generated: 16,
  identity: 32,
  indexes: 64,
} as const;

/** Columns that LIKE stands for. */
export interface LikeResult {
  readonly source: Relation;
  readonly options: number;
  readonly plans: readonly ColumnPlan[];
  /** Number of a column here for each number there. */
  readonly numbers: ReadonlyMap<number, number>;
}

/** Where the columns go. */
export interface LikePlace {
  readonly table: string;
  /** Number of the first one. */
  readonly first: number;
  /** Names in SQLite of those before. */
  readonly taken: readonly string[];
}

/**
 * @param work Statement.
 * @param clause LIKE.
 * @param place Where the columns go.
 * @returns The columns.
 */
export function expandLike(
  work: Work,
  clause: TableLikeClause,
  { first, taken }: LikePlace,
): LikeResult {
  const source = findRelation(work, clause.relation ?? {});
  if (source.kind === "S") {
    throw new SqlError(
      "42809",
      `relation "${source.name}" is invalid in LIKE clause`,
      { detail: "This operation is not supported for sequences." },
    );
  }
  if (
    !hasPrivilege(
      work.catalog,
      work.role,
      privilegedRelation(source),
      "r",
    )
  ) throw permissionDenied(`${relationWord(source)} ${source.name}`);
  const options = clause.options ?? 0;
  const numbers = new Map<number, number>();
  const storages = [...taken];
  const plans = source.columns.map((column, i): ColumnPlan => {
    const number = first + i;
    numbers.set(column.number, number);
    const storage = chooseColumnStorage(storages, column.name, number);
    storages.push(storage);
    const keepsIdentity = (options & including.identity) !== 0 &&
      column.identity !== "";
    const keepsDefault = column.default !== undefined &&
      (options &
          (column.generated === ""
            ? including.defaults
            : including.generated)) !==
        0;
    const copy: Column = {
      number,
      name: column.name,
      storage,
      type: column.type,
      typmod: column.typmod,
      notNull: column.notNull,
      default: keepsDefault ? column.default : undefined,
      generated: keepsDefault ? column.generated : "",
      identity: keepsIdentity ? column.identity : "",
      ...(column.mysql === undefined ? {} : { mysql: column.mysql }),
      acl: null,
      comment: (options & including.comments) !== 0
        ? column.comment
        : undefined,
    };
    return {
      column: copy,
      serial: false,
      identityOptions: undefined,
      constraints: [],
    };
  });
  return { source, options, plans, numbers };
}

/**
 * Adds what needs the whole table: identities, checks, indexes.
 *
 * @param work Statement.
 * @param before The new table with all its columns; in the catalog.
 * @param like The columns.
 * @returns The table.
 */
export async function finishLike(
  work: Work,
  before: Relation,
  { source, options, plans, numbers }: LikeResult,
): Promise<Relation> {
  const isMysql = work.env.dialect === "mysql";
  // There a table's keys are its own, and are copied under their names.
  const own = (name: string) =>
    `${before.name}.${
      name.startsWith(`${source.name}.`)
        ? name.slice(source.name.length + 1)
        : name
    }`;
  let relation: Relation = isMysql && source.comment !== undefined
    ? { ...before, comment: source.comment }
    : before;
  for (const { column } of plans) {
    if (column.identity === "") continue;
    const original = source.columns.find((each) =>
      numbers.get(each.number) === column.number
    );
    const [sequence] = ownedSequences(work, source.oid, original?.number ?? 0);
    await makeColumnSequence(work, relation, column, [], sequence?.sequence);
  }
  const moved = (stored: StoredExpression) =>
    moveExpression(work, stored, source, relation);
  if ((options & including.constraints) !== 0) {
    for (const constraint of source.constraints) {
      if (constraint.kind !== "c" || constraint.check === undefined) continue;
      const name = isMysql && constraint.name.startsWith(`${source.name}.`)
        ? own(constraint.name)
        : constraint.name;
      checkConstraintName(relation, name);
      relation = {
        ...relation,
        constraints: [...relation.constraints, {
          ...constraint,
          name,
          oid: work.newOid(),
          columns: constraint.columns.map((each) => numbers.get(each) ?? each),
          check: moved(constraint.check),
          comment: (options & including.comments) !== 0
            ? constraint.comment
            : undefined,
        }],
      };
    }
  }
  if ((options & including.indexes) === 0) return relation;
  for (const index of source.indexes) {
    const owner = source.constraints.find((each) => each.index === index.oid);
    const keys = index.keys.map((key) => ({
      ...key,
      column: numbers.get(key.column) ?? 0,
      expression: key.expression && moved(key.expression),
      prefix: key.prefix && {
        ...key.prefix,
        column: numbers.get(key.prefix.column) ?? 0,
      },
    }));
    const number = work.newOid();
    const columns = keys.map(({ column }) =>
      relation.columns.find((each) => each.number === column)?.name ?? "expr"
    );
    const name = isMysql
      ? own(index.primary ? "PRIMARY" : index.name)
      : owner === undefined
      ? chooseIndexName(work, relation, columns)
      : chooseConstraintName(
        work,
        relation,
        owner.kind === "p" ? [] : columns,
        owner.kind === "p" ? "pkey" : "key",
        true,
      );
    relation = {
      ...relation,
      indexes: [...relation.indexes, {
        ...index,
        oid: number,
        name,
        schema: relation.schema,
        keys,
        include: index.include.map((each) => numbers.get(each) ?? each),
        predicate: index.predicate && moved(index.predicate),
        storage: index.storage === "" ? "" : chooseStorage(
          work.catalog,
          `${relation.storage}.${name}`,
          number,
        ),
      }],
      columns: index.primary
        ? relation.columns.map((each) =>
          keys.some(({ column }) => column === each.number)
            ? { ...each, notNull: true }
            : each
        )
        : relation.columns,
      constraints: owner === undefined ? relation.constraints : [
        ...relation.constraints,
        {
          ...owner,
          oid: work.newOid(),
          name,
          columns: owner.columns.map((each) => numbers.get(each) ?? each),
          index: number,
          comment: undefined,
        },
      ],
    };
  }
  return relation;
}

/** Makes an expression over one table an expression over another with the same columns. */
function moveExpression(
  work: Work,
  stored: StoredExpression,
  from: Relation,
  to: Relation,
): StoredExpression {
  const node = structuredClone(stored.node);
  walkNames(node, storedNames(work.catalog, from), {
    column: (ref, entry) => {
      const fields = ref.fields ?? [];
      if (entry.range === undefined && fields.length > 1) {
        ref.fields = fields.slice(-1);
      }
    },
  });
  return retext(work.env, { node, text: stored.text }, to);
}
