/**
 * Runs a corpus against two servers and says where they differ.
 *
 * @module
 */

import pg from "pg";
import type { CorpusStatement } from "./sql_corpus.ts";

/** Where a server is. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
}

/** What a statement came to. */
export type Answer =
  | {
    readonly columns: readonly (readonly [name: string, type: string])[];
    readonly rows: readonly (readonly (string | null)[])[];
    readonly command: string;
    readonly count: number | null;
  }
  | {
    readonly code: string;
    readonly message: string;
    readonly detail: string | undefined;
    readonly constraint: string | undefined;
    readonly column: string | undefined;
    readonly table: string | undefined;
  };

/** A statement on which the two do not agree. */
export interface Difference {
  readonly statement: CorpusStatement;
  readonly expected: Answer;
  readonly actual: Answer;
}

/** A comparison. */
export interface Comparison {
  readonly compared: number;
  /** Differences that no line of the corpus accepts. */
  readonly differences: readonly Difference[];
  /** Statements marked as different that are. */
  readonly accepted: readonly CorpusStatement[];
  /** Statements marked as different that are not. */
  readonly stale: readonly CorpusStatement[];
  /** Errors whose code agrees and whose words do not. */
  readonly otherWords: readonly Difference[];
}

/** First oid of users' objects. */
const firstUserOid = 16384;

/**
 * @param statements The corpus.
 * @param oracle What PostgreSQL says to each.
 * @param actual What we say to each.
 * @returns Where they differ.
 */
export function compare(
  statements: readonly CorpusStatement[],
  oracle: readonly Answer[],
  actual: readonly Answer[],
): Comparison {
  const differences: Difference[] = [];
  const otherWords: Difference[] = [];
  const accepted: CorpusStatement[] = [];
  const stale: CorpusStatement[] = [];
  statements.forEach((statement, index) => {
    const pair = {
      statement,
      expected: oracle[index] as Answer,
      actual: actual[index] as Answer,
    };
    const same = agree(statement.sql, pair.expected, pair.actual);
    if (statement.differs !== undefined) {
      (same ? stale : accepted).push(statement);
    } else if (!same) differences.push(pair);
    else if (words(pair.expected) !== words(pair.actual)) otherWords.push(pair);
  });
  return {
    compared: statements.length,
    differences,
    accepted,
    stale,
    otherWords,
  };
}

/**
 * Runs statements one after the other on one connection.
 *
 * @param address Server.
 * @param statements What to run.
 * @param setUp Text run before, whose answer does not matter.
 * @returns An answer for each.
 */
export async function answersOf(
  address: ServerAddress,
  statements: readonly CorpusStatement[],
  setUp = "",
): Promise<Answer[]> {
  const client = new pg.Client({
    ...address,
    database: address.database ?? "postgres",
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => {});
  await client.connect();
  try {
    if (setUp !== "") await client.query(setUp);
    const answers: Answer[] = [];
    for (const { sql } of statements) answers.push(await answer(client, sql));
    return answers;
  } finally {
    await client.end();
  }
}

async function answer(client: pg.Client, text: string): Promise<Answer> {
  try {
    const result = await client.query({
      text,
      rowMode: "array",
      types: { getTypeParser: () => (value: unknown) => value },
    } as pg.QueryArrayConfig);
    // deno-lint-ignore no-explicit-any
    const last: any = Array.isArray(result) ? result.at(-1) : result;
    return {
      columns: (last.fields ?? []).map((
        field: { name: string; dataTypeID: number },
      ) => [field.name, typeName(field.dataTypeID)] as const),
      rows: last.rows ?? [],
      command: last.command,
      count: last.rowCount,
    };
  } catch (error) {
    const { code, message, detail, constraint, column, table } =
      // deno-lint-ignore no-explicit-any
      error as any;
    if (code === undefined) throw error;
    return { code, message, detail, constraint, column, table };
  }
}

function typeName(type: number): string {
  return type >= firstUserOid ? "of a user" : String(type);
}

function agree(sql: string, expected: Answer, actual: Answer): boolean {
  if ("code" in expected || "code" in actual) {
    return "code" in expected && "code" in actual &&
      expected.code === actual.code &&
      expected.constraint === actual.constraint &&
      expected.column === actual.column && expected.table === actual.table;
  }
  const ordered = /\border\s+by\b/i.test(sql);
  const rows = (answer: typeof expected) => {
    const texts = answer.rows.map((row) => JSON.stringify(row));
    return (ordered ? texts : texts.sort()).join("\n");
  };
  return JSON.stringify(expected.columns) === JSON.stringify(actual.columns) &&
    expected.command === actual.command && expected.count === actual.count &&
    rows(expected) === rows(actual);
}

function words(answer: Answer): string {
  return "code" in answer ? `${answer.message}\n${answer.detail ?? ""}` : "";
}
