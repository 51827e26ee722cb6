/**
 * What MySQL does with the keys of a column that is dropped: they go on without it (MySQL manual, 15.1.9),
 * unless a foreign key needs it, or a check of several columns.
 *
 * @module
 */

import type { Column, Index, Relation } from "../catalog/catalog.ts";
import { MysqlError } from "../mysql/error.ts";
import { quoteName } from "../sqlite_words.ts";
import { createIndexStorage } from "./sqlite_schema.ts";
import { verifyUnique } from "./verify_rows.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param relation Table.
 * @param column Column that is about to be dropped.
 * @returns The table, whose keys of several columns have lost it.
 * @throws {MysqlError} 1828, 1829 when a foreign key needs it; 3959 when a check of several columns does.
 * @throws {SqlError} 23505 when rows differ in the column alone.
 */
export async function shrinkIndexes(
  work: Work,
  relation: Relation,
  column: Column,
): Promise<Relation> {
  checkForeignKeys(work, relation, column);
  checkChecks(relation, column);
  const { number } = column;
  let table = relation;
  for (const index of relation.indexes) {
    const keys = index.keys.filter((key) => key.column !== number);
    // One of that column alone goes with it.
    if (keys.length === index.keys.length || keys.length === 0) continue;
    const shrunk: Index = {
      ...index,
      keys,
      include: index.include.filter((each) => each !== number),
    };
    if (index.storage !== "") {
      await work.run(`DROP INDEX ${quoteName(index.storage)}`);
    }
    table = work.putRelation({
      ...table,
      indexes: table.indexes.map((each) => each === index ? shrunk : each),
      constraints: table.constraints.map((each) =>
        each.index === index.oid
          ? { ...each, columns: each.columns.filter((one) => one !== number) }
          : each
      ),
    });
    if (index.unique) await verifyUnique(work, table, shrunk);
    await createIndexStorage(work, table, shrunk);
  }
  return table;
}

/** A check of that column alone goes with it. */
function checkChecks(
  { constraints }: Relation,
  { name, number }: Column,
): void {
  const found = constraints.find(({ kind, columns }) =>
    kind === "c" && columns.length > 1 && columns.includes(number)
  );
  if (found === undefined) return;
  throw new MysqlError(
    3959,
    "HY000",
    `Check constraint '${found.name}' uses column '${name}', hence column cannot be dropped or renamed.`,
  );
}

function checkForeignKeys(
  work: Work,
  { oid, constraints }: Relation,
  { name, number }: Column,
): void {
  const own = constraints.find(({ foreign, columns }) =>
    foreign !== undefined && columns.includes(number)
  );
  if (own !== undefined) {
    throw new MysqlError(
      1828,
      "HY000",
      `Cannot drop column '${name}': needed in a foreign key constraint '${own.name}'`,
    );
  }
  for (const other of work.catalog.objects("relation").values()) {
    const found = other.constraints.find(({ foreign }) =>
      foreign?.table === oid && foreign.columns.includes(number)
    );
    if (found === undefined) continue;
    throw new MysqlError(
      1829,
      "HY000",
      `Cannot drop column '${name}': needed in a foreign key constraint '${found.name}' of table '${other.name}'`,
    );
  }
}
