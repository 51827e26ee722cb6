/**
 * Prints a query over what one modification in its WITH returns, in two steps: SQLite modifies, and the
 * rows that it returns are handed to the query as one value.
 *
 * That suits a query which reads nothing of the table that was modified, for it would see the data as
 * they are after the change (manual, 7.8.4).
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import type { Step } from "../plan.ts";
import type { Modification, Query } from "../tree.ts";
import { isNative, printModification } from "./modification.ts";
import { printQuery } from "./query.ts";
import { entriesIn, modificationOf, referencesTo } from "./staged.ts";
import { aliasOf, StepPrinter } from "./step_printer.ts";
import { elementValue } from "./storage.ts";

/**
 * @param statement A resolved statement.
 * @param env Its environment.
 * @returns The steps; nothing when it must be done in another way.
 */
export function printGathered(
  statement: Query | Modification,
  env: Environment,
): Step[] | undefined {
  if (statement.kind !== "select" && statement.kind !== "set") return undefined;
  const [cte, ...others] = statement.ctes;
  if (cte === undefined || others.some(modificationOf)) return undefined;
  const modification = modificationOf(cte);
  if (
    modification === undefined || modification.kind === "merge" ||
    modification.returning.length === 0 || !isNative(modification, env)
  ) return undefined;
  const query: Query = { ...statement, ctes: others };
  const reads = entriesIn(query);
  if (
    reads.some(({ source }) =>
      source.kind === "table" && source.relation === modification.relation
    )
  ) return undefined;

  const types = modification.returning.map(({ expr }) => expr.type);
  const first = new StepPrinter(env);
  const modify = printModification(modification, first);
  const sources = new Map<(typeof reads)[number], string>();
  const second = new StepPrinter(env, { sources });
  const rows = second.slot({ from: "rows", step: 0 });
  for (const entry of referencesTo(cte, statement)) {
    sources.set(entry, `json_each(${rows})`);
    second.rename(entry, (index) =>
      elementValue(
        env,
        types[index] ?? 0,
        `(${aliasOf(entry)}.value ->> ${index})`,
      ));
  }
  return [
    {
      sql: modify,
      slots: first.slots,
      answers: false,
      counts: false,
      gathers: types,
    },
    {
      sql: printQuery(query, second),
      slots: second.slots,
      answers: true,
      counts: true,
    },
  ];
}
