/**
 * Changes the SQLite tables themselves.
 *
 * Where PostgreSQL changes its catalog only (a constraint added or dropped, a column dropped, a column
 * added that is NULL in every row), so does this: the text in `sqlite_master` is replaced, which is safe as
 * long as the columns keep their places, and the schema's version is raised so that every connection
 * reads it again. All of it is part of the transaction.
 *
 * @module
 */

import type { Index, Relation } from "../catalog/catalog.ts";
import { notSupported } from "../error.ts";
import {
  checkTrigger,
  indexText,
  schemaRow,
  tableText,
  type TableTextOptions,
  triggerTexts,
} from "./sqlite_table.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Work } from "./work.ts";

/**
 * Makes the table of a new relation and its indexes.
 *
 * @param work Statement; the relation is in its catalog already.
 * @param relation Table or materialized view.
 */
export async function createStorage(
  work: Work,
  relation: Relation,
): Promise<void> {
  await run(work, tableText(relation, work.env));
  for (const text of triggerTexts(relation, work.env)) await work.run(text);
  for (const index of relation.indexes) {
    await createIndexStorage(work, relation, index);
  }
}

/**
 * Makes an index, if SQLite is to have it.
 *
 * @param work Statement.
 * @param relation Its table.
 * @param index The index.
 */
export async function createIndexStorage(
  work: Work,
  relation: Relation,
  index: Index,
): Promise<void> {
  if (index.storage === "") return;
  await run(work, indexText(relation, index, work.env));
}

/** SQLite does not look into sub-queries in CHECKs and indexes, to which a few expressions come down. */
async function run(work: Work, sql: string): Promise<void> {
  try {
    await work.run(sql);
  } catch (error) {
    if (
      error instanceof Error &&
      /subqueries prohibited|non-deterministic functions prohibited/.test(
        error.message,
      )
    ) throw notSupported("such an expression in a constraint or index");
    throw error;
  }
}

/**
 * Gives tables the text that the catalog asks for.
 *
 * @param work Statement; the relations are in its catalog as they will be.
 * @param relations Tables.
 * @param options What to leave out for now.
 */
export async function replaceTableTexts(
  work: Work,
  relations: Iterable<Relation>,
  options: TableTextOptions = {},
): Promise<void> {
  const tables = [...relations].filter(({ storage }) => storage !== "");
  const texts = tables.map((relation) => ({
    storage: relation.storage,
    text: tableText(relation, work.env, options),
  }));
  if (texts.length === 0) return;
  const [[version] = []] = await work.run("PRAGMA schema_version");
  await work.run("PRAGMA writable_schema = ON");
  try {
    for (const { storage, text } of texts) {
      await work.run(
        `UPDATE sqlite_master SET sql = $1 WHERE ${schemaRow(storage)}`,
        [text],
      );
    }
  } finally {
    // Reads the schema again, too.
    await work.run("PRAGMA writable_schema = RESET");
  }
  // After the schema was read, so that a rollback knows that it changed.
  await work.run(`PRAGMA schema_version = ${Number(version ?? 0) + 1}`);
  for (const relation of tables) await replaceTriggers(work, relation, options);
  // SQLite looks at the new text now rather than when somebody writes a row.
  for (const { storage } of texts) {
    await run(work, `DELETE FROM ${quoteName(storage)} WHERE 0`);
  }
}

async function replaceTriggers(
  work: Work,
  relation: Relation,
  { withoutChecks = false }: TableTextOptions,
): Promise<void> {
  const there = await work.run(
    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1 AND substr(name, 1, $2) = $3",
    [relation.storage, checkTrigger.length, checkTrigger],
  );
  for (const [name] of there) {
    await work.run(`DROP TRIGGER ${quoteName(String(name))}`);
  }
  if (withoutChecks) return;
  for (const text of triggerTexts(relation, work.env)) await work.run(text);
}
