/**
 * Expressions made up by the hundred give what PostgreSQL gives.
 *
 * @module
 */

import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { startPostgresql } from "../../scripts/postgresql_server.ts";
import { answersOf } from "../support/differential.ts";
import { startProgram } from "../support/program.ts";
import { expressions } from "../support/sql_expressions.ts";

const cases = 1500;
/**
 * Errors of constants that PostgreSQL works out while it plans, though their branch is never reached, or never
 * does because it has seen a NULL. Few expressions may differ by that.
 */
const folds = /^error (?:22012|22003|22023)$/;

Deno.test("SELECT of an expression that was made up gives PostgreSQL's answer", async () => {
  await using oracle = await startPostgresql();
  await using program = await startProgram();
  const statements = fc.sample(expressions, {
    numRuns: cases,
    seed: 20_261_124,
  })
    .map((text, index) => ({
      at: String(index),
      sql: `SELECT ${text} AS x`,
      differs: undefined,
    }));
  const [expected, actual] = await Promise.all([
    answersOf(oracle, statements),
    answersOf(
      { host: "127.0.0.1", port: program.pgPort, user: "postgres" },
      statements,
    ),
  ]);
  let folded = 0;
  const wrong = statements.flatMap(({ sql }, index) => {
    const ours = essence(actual[index]);
    const theirs = essence(expected[index]);
    if (ours === theirs) return [];
    if (folds.test(theirs) !== folds.test(ours)) {
      folded++;
      return [];
    }
    return [{ sql, ours, theirs }];
  });
  ok(folded <= cases / 100, `${folded} of ${cases}`);
  deepEqual(wrong.slice(0, 20), []);
});

/** Value and type, or the code of the error. */
function essence(
  answer: Awaited<ReturnType<typeof answersOf>>[number] | undefined,
): string {
  if (answer === undefined) return "nothing";
  return "code" in answer
    ? `error ${answer.code}`
    : JSON.stringify([answer.columns, answer.rows]);
}
