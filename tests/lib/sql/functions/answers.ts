/**
 * Runs files of expressions with what PostgreSQL 15 answered to them.
 *
 * A case is one line, what stands after `SELECT`, and a line `=> value` for each row: `NULL`, text with
 * line feeds, tabs and backslashes escaped, or `!! SQLSTATE message | detail | hint | context`. Lines that begin with
 * `#` are comments.
 *
 * @module
 */

import { EngineError } from "../../../../lib/engine/engine.ts";
import { type TestClient, testEngine } from "../../engine/session/support.ts";

/** A case. */
interface Answered {
  readonly line: number;
  readonly text: string;
  readonly answers: string[];
}

function readCases(text: string): Answered[] {
  const cases: Answered[] = [];
  text.split("\n").forEach((line, i) => {
    if (line === "" || line.startsWith("#")) return;
    if (line.startsWith("=>")) cases.at(-1)?.answers.push(line.slice(3));
    else cases.push({ line: i + 1, text: line, answers: [] });
  });
  return cases;
}

const escaped = (text: string) =>
  text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");

async function answersTo(
  client: TestClient,
  text: string,
): Promise<string[]> {
  try {
    const rows = await client.rows(`SELECT ${text}`);
    if (rows.length === 0) return ["(no rows)"];
    return rows.map(([value = null]) =>
      value === null ? "NULL" : escaped(value)
    );
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { detail = "", hint = "", where = "" } = error.fields;
    return [
      `!! ${error.sqlState} ${
        [error.message, detail, hint, where].map(escaped).join(" | ")
      }`,
    ];
  }
}

/** What differs from PostgreSQL. */
export interface Differences {
  readonly cases: number;
  /** Each with both answers. */
  readonly wrong: readonly string[];
}

/**
 * @param file File of cases.
 * @param setUp Statements to run first.
 * @returns What differs.
 */
export async function compareAnswers(
  file: URL,
  setUp = "",
): Promise<Differences> {
  const cases = readCases(await Deno.readTextFile(file));
  await using engine = await testEngine();
  const client = engine.client();
  if (setUp !== "") await client.run(setUp);
  const wrong: string[] = [];
  for (const { line, text, answers } of cases) {
    const own = (await answersTo(client, text)).join("\n   ");
    const expected = answers.join("\n   ");
    if (own !== expected) {
      wrong.push(`${line}: ${text}\n   ${own}\n PostgreSQL:\n   ${expected}`);
    }
  }
  return { cases: cases.length, wrong };
}
