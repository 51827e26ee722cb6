/**
 * MySQL's FIRST and AFTER: a table's columns in another order.
 *
 * Columns are numbered in their order, so that everybody sees the same one: the table is as if it had been
 * made anew with them. The values change places inside the rows, which stay where they are; indexes are
 * made anew; constraints, foreign keys in both directions and owned sequences get the new numbers.
 * Policies, views, defaults and generated columns mean columns by name and stay as they are, and rights
 * belong to the column.
 *
 * What means columns by their places and cannot be followed is an error: values of the table's row
 * type that are stored, functions that return it, and views that name its columns in order.
 *
 * @module
 */

import type { AlterTableCmd, Node } from "@pgsql/types";
import { columnIndex } from "../analyze/column_index.ts";
import type { Constraint, Index, Relation } from "../catalog/catalog.ts";
import { storedIn, storedNames } from "../catalog/dependencies.ts";
import { walkNames } from "../catalog/name_walk.ts";
import { arrayOfRow } from "../catalog/user_types.ts";
import { notSupported, SqlError } from "../error.ts";
import { quoteName } from "../sqlite_words.ts";
import { describe } from "./address.ts";
import { findColumn } from "./alter_column.ts";
import { DependencyGraph } from "./dependents.ts";
import { defElems, optionText, walkTree } from "./nodes.ts";
import { unknownColumn } from "./mysql_names.ts";
import { droppedName } from "./remove_objects.ts";
import { createIndexStorage, replaceTableTexts } from "./sqlite_schema.ts";
import type { Work } from "./work.ts";

/** Number of a column now, by the one that it had. */
type Numbers = ReadonlyMap<number, number>;

/**
 * @param work Statement.
 * @param relation Table.
 * @param command `ALTER COLUMN … OPTIONS`: `mysql_first`, or `mysql_after` with the name of a column.
 * @throws {MysqlError} 1054.
 * @throws {SqlError} 0A000 for what the order of columns matters to.
 */
export async function placeColumn(
  work: Work,
  relation: Relation,
  { name = "", def }: AlterTableCmd,
): Promise<void> {
  const [option] = def !== undefined && "List" in def
    ? defElems(def.List.items)
    : [];
  const isFirst = option?.defname === "mysql_first";
  if (
    work.env.dialect !== "mysql" || option === undefined ||
    !(isFirst || option.defname === "mysql_after")
  ) throw notSupported("ALTER COLUMN ... OPTIONS");
  const moved = findColumn(relation, name);
  const others = relation.columns.filter((each) => each !== moved);
  const before = optionText(option);
  const at = isFirst ? 0 : columnIndex(others, before, work.env) + 1;
  if (!isFirst && at === 0) throw unknownColumn(relation, before);
  const order = others.toSpliced(at, 0, moved);
  if (order.every((each, i) => each === relation.columns[i])) return;
  checkUses(work, relation);
  const numbers: Numbers = new Map(
    [...order, ...relation.dropped ?? []].map(({ number }, i) => [
      number,
      i + 1,
    ]),
  );
  const after = renumbered(relation, numbers);
  await rewrite(work, relation, {
    ...after,
    columns: order.map((each, i) => ({ ...each, number: i + 1 })),
  }, numbers);
}

/** Refuses what would take one column for another. */
function checkUses(work: Work, relation: Relation): void {
  const what =
    `cannot change the order of the columns of table "${relation.name}"`;
  const graph = new DependencyGraph(work);
  for (const oid of [relation.rowType, arrayOfRow(relation.rowType)]) {
    for (const { address, auto } of graph.of({ kind: "type", oid })) {
      const uses = address.kind !== "function" ||
        returns(work, address.oid, relation);
      if (auto || !uses) continue;
      throw new SqlError(
        "0A000",
        `${what} because ${describe(work, address)} uses its row type`,
      );
    }
  }
  for (const other of work.catalog.objects("relation").values()) {
    for (const { node, holder } of storedIn(other)) {
      if (!namesByPlace(work, other, node, relation)) continue;
      throw new SqlError(
        "0A000",
        `${what} because ${holder.kind} "${other.name}" names them in that order`,
      );
    }
  }
}

function returns(work: Work, oid: number, { rowType }: Relation): boolean {
  const found = work.catalog.userFunction(oid);
  return found !== undefined &&
    (found.returns === rowType || found.returns === arrayOfRow(rowType));
}

/** `t AS x (a, b)`, `(t JOIN u) AS x (a, b)`. */
function namesByPlace(
  work: Work,
  holder: Relation,
  node: Node,
  relation: Relation,
): boolean {
  let isUsed = false;
  let isNamed = false;
  walkNames(
    node,
    storedNames(work.catalog, holder.view === undefined ? holder : undefined),
    {
      relation: ({ alias }, { oid }) => {
        if (oid !== relation.oid) return;
        isUsed = true;
        if ((alias?.colnames ?? []).length > 0) isNamed = true;
      },
    },
  );
  if (!isUsed || isNamed) return isNamed;
  walkTree({ node }, (kind, each) => {
    const alias = each["alias"] as { colnames?: Node[] } | undefined;
    if (kind === "JoinExpr" && (alias?.colnames ?? []).length > 0) {
      isNamed = true;
    }
  });
  return isNamed;
}

const mapped = (columns: readonly number[], numbers: Numbers) =>
  columns.map((each) => numbers.get(each) ?? each);

/** Everything of a relation that counts the table's columns, besides the columns themselves. */
function renumbered(relation: Relation, numbers: Numbers): Relation {
  const { oid, dropped, constraints, indexes } = relation;
  return {
    ...relation,
    ...(dropped === undefined ? {} : {
      // They are named after their numbers, or the next one that goes would have one's name.
      dropped: dropped.map((each) => {
        const number = numbers.get(each.number) ?? each.number;
        return { number, storage: droppedName(number) };
      }),
    }),
    constraints: constraints.map((each): Constraint => ({
      ...each,
      columns: mapped(each.columns, numbers),
      ...(each.foreign?.table !== oid ? {} : {
        foreign: {
          ...each.foreign,
          columns: mapped(each.foreign.columns, numbers),
        },
      }),
    })),
    indexes: indexes.map((each): Index => ({
      ...each,
      keys: each.keys.map((key) => ({
        ...key,
        column: numbers.get(key.column) ?? key.column,
      })),
      include: mapped(each.include, numbers),
    })),
  };
}

/** The same of another relation: its foreign keys to the table, and a sequence that a column owns. */
function following(
  other: Relation,
  table: number,
  numbers: Numbers,
): Relation | undefined {
  const owner = other.sequence?.ownedBy;
  if (other.sequence !== undefined && owner?.table === table) {
    const column = numbers.get(owner.column) ?? owner.column;
    return {
      ...other,
      sequence: { ...other.sequence, ownedBy: { table, column } },
    };
  }
  if (!other.constraints.some(({ foreign }) => foreign?.table === table)) {
    return undefined;
  }
  return {
    ...other,
    constraints: other.constraints.map((each) =>
      each.foreign?.table !== table ? each : {
        ...each,
        foreign: {
          ...each.foreign,
          columns: mapped(each.foreign.columns, numbers),
        },
      }
    ),
  };
}

async function rewrite(
  work: Work,
  before: Relation,
  after: Relation,
  numbers: Numbers,
): Promise<void> {
  const stored = before.indexes.filter(({ storage }) => storage !== "");
  for (const { storage } of stored) {
    await work.run(`DROP INDEX ${quoteName(storage)}`);
  }
  const followers = [...work.catalog.objects("relation").values()]
    .filter(({ oid }) => oid !== before.oid)
    .flatMap((other) => following(other, before.oid, numbers) ?? []);
  const referring = followers.filter(({ kind }) => kind === "r");
  // While the rows change, nobody looks at them.
  const options = { withoutChecks: true, withoutKeys: true };
  await replaceTableTexts(work, [before, ...referring], options);
  await work.run(shuffle(before, numbers));
  work.putRelation(after);
  for (const each of followers) work.putRelation(each);
  await replaceTableTexts(work, [after], options);
  for (const index of after.indexes) {
    await createIndexStorage(work, after, index);
  }
  await replaceTableTexts(work, [after, ...referring]);
}

/** Puts each value where its column will be; what was dropped is left behind. */
function shuffle(
  { storage, columns, dropped = [] }: Relation,
  numbers: Numbers,
): string {
  const places = new Map(
    [...columns, ...dropped].map((each) => [each.number, each.storage]),
  );
  const set = [...numbers].flatMap(([number, place]) => {
    if (number === place) return [];
    const isDropped = dropped.some((each) => each.number === number);
    const value = isDropped ? "NULL" : quoteName(places.get(number) ?? "");
    return [`${quoteName(places.get(place) ?? "")} = ${value}`];
  });
  return `UPDATE ${quoteName(storage)} SET ${set.join(", ")}`;
}
