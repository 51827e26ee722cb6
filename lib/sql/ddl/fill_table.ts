/**
 * Fills a table with what a query gives.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import { compileQuery } from "../compile.ts";
import type { Environment } from "../environment.ts";
import { notSupported } from "../error.ts";
import type { QueryPlan, Slot } from "../plan.ts";
import { quoteNames, sqliteLiteral } from "./sqlite_text.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param relation Table, whose columns are those of the query.
 * @param query Query.
 * @param env Whose rights count.
 * @returns How many rows it has now.
 */
export async function fillTable(
  work: Work,
  relation: Relation,
  query: Node,
  env: Environment,
): Promise<number> {
  const plan = compileQuery(query, env, work.context.text);
  const [step] = plan.steps;
  if (step === undefined || plan.steps.length > 1) {
    throw notSupported("such a query in CREATE TABLE AS");
  }
  if (relation.columns.length === 0) return 0;
  const sql = inlineSlots(
    step.sql,
    step.slots.map((slot) => slotText(work, plan, slot)),
  );
  await work.run(
    `INSERT INTO ${quoteName(relation.storage)} (${
      quoteNames(relation.columns.map(({ storage }) => storage))
    }) ${sql}`,
  );
  const [[count] = []] = await work.run("SELECT changes()");
  return Number(count ?? 0);
}

function slotText(work: Work, plan: QueryPlan, slot: Slot): string {
  switch (slot.from) {
    case "literal":
      return sqliteLiteral(slot.value, slot.type);
    case "param":
      return sqliteLiteral(
        work.context.params?.[slot.number - 1] ?? null,
        plan.params[slot.number - 1],
      );
    case "session":
      return sqliteLiteral(work.context.sessionValue(slot.value));
    case "rows":
      throw new TypeError("Cannot write out rows that are not known yet");
  }
}

/** Names, texts, bytes and comments, in which a question mark means nothing. */
const tokens = /"(?:[^"]|"")*"|'(?:[^']|'')*'|\?(\d+)/g;

/**
 * Puts literals where values would be bound.
 *
 * @param sql SQLite text with `?1`, `?2`, ….
 * @param literals SQLite literals.
 * @returns The text with them.
 */
export function inlineSlots(sql: string, literals: readonly string[]): string {
  return sql.replaceAll(
    tokens,
    (token, number: string | undefined) =>
      number === undefined ? token : literals[Number(number) - 1] ?? "NULL",
  );
}
