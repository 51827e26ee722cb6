/**
 * Compares our answers with PostgreSQL's, statement by statement, and prints every difference.
 *
 * ```sh
 * deno run -A tests/differential.ts                                  # the whole corpus
 * deno run -A tests/differential.ts tests/corpora/postgresql/types.sql --words
 * ```
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { fileURLToPath } from "node:url";
import type { Answer } from "./support/differential.ts";
import { compareCorpora, corpusFiles } from "./support/differential_run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function print(answer: Answer): string {
  if ("code" in answer) {
    const { code, message, detail, constraint, table, column } = answer;
    const more = Object.entries({ detail, constraint, table, column })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${value}`).join(" ");
    return `ERROR ${code} ${message} ${more}`;
  }
  const columns = answer.columns.map((column) => column.join(":")).join(", ");
  const rows = answer.rows.slice(0, 8).map((row) => JSON.stringify(row));
  return `${answer.command} ${answer.count} (${columns}) ${rows.join(" ")}`;
}

const showWords = Deno.args.includes("--words");
const named = Deno.args.filter((arg) => !arg.startsWith("--"));
const files = named.length > 0 ? named : await corpusFiles(root);
let compared = 0;
let wrong = 0;
await compareCorpora(files, (name, result) => {
  compared += result.compared;
  wrong += result.differences.length;
  console.log(
    `${name}: ${
      result.compared - result.differences.length
    } of ${result.compared}, other words ${result.otherWords.length}, stale ${result.stale.length}`,
  );
  const shown = showWords
    ? [...result.differences, ...result.otherWords]
    : result.differences;
  for (const { statement, expected, actual } of shown) {
    console.log(
      `\n${statement.at}\n  ${
        statement.sql.replaceAll("\n", "\n  ")
      }\n  PostgreSQL: ${print(expected)}\n  we:         ${print(actual)}`,
    );
  }
  for (const { at } of result.stale) console.log(`stale: ${at}`);
});
console.log(`\n${compared - wrong} of ${compared} agree`);
if (wrong > 0) Deno.exitCode = 1;
