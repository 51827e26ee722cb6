/**
 * Our answers beside those of PostgreSQL 15, statement by statement.
 *
 * @module
 */

import { deepEqual, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { compareCorpora, corpusFiles } from "../support/differential_run.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const leastStatements = 1500;

/** Names of accepted differences: the first column of a table in `docs/postgresql.md`. */
async function explained(): Promise<Set<string>> {
  const text = await Deno.readTextFile(`${root}/docs/postgresql.md`);
  return new Set(
    [...text.matchAll(/^\| `([\w-]+)` +\|/gm)].map((match) => match[1] ?? ""),
  );
}

Deno.test("the corpus gives what PostgreSQL gives, save for differences that docs/postgresql.md explains", async (t) => {
  const names = await explained();
  let compared = 0;
  let accepted = 0;
  await compareCorpora(await corpusFiles(root), async (name, result) => {
    compared += result.compared;
    accepted += result.accepted.length;
    await t.step(name, () => {
      deepEqual(
        result.differences.map(({ statement, expected, actual }) => ({
          at: statement.at,
          sql: statement.sql,
          expected,
          actual,
        })),
        [],
      );
      deepEqual(result.stale.map(({ at }) => at), []);
      deepEqual(
        result.accepted.filter(({ differs = "" }) => !names.has(differs))
          .map(({ at, differs }) => `${at}: ${differs}`),
        [],
      );
    });
  });
  // deno-lint-ignore no-console -- the rate is worth seeing
  console.log(
    `${
      compared - accepted
    } of ${compared} statements agree, ${accepted} differ as documented`,
  );
  ok(compared >= leastStatements, `${compared} statements`);
});
