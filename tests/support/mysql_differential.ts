/**
 * Runs files of MySQL statements on MariaDB and on ours and compares what they give.
 *
 * A file is a list of statements that end with `;` at the end of a line. A line `-- differs: why` before a
 * statement says that the answers may differ; the statement is run all the same. Rows are compared in order
 * where the statement sorts them, otherwise as a set; of errors the number is compared.
 *
 * @module
 */

/** A statement of a file. */
export interface Case {
  readonly file: string;
  readonly sql: string;
  /** Why the answers may differ. */
  readonly differs: string | undefined;
}

/** What a server answers: rows as text, or the number of an error. */
export type Answer =
  | {
    readonly rows: readonly (readonly (string | null)[])[];
    /** What OK says; nothing for rows. */
    readonly ok?: {
      readonly affected: number;
      readonly insertId: number;
      readonly info: string;
      readonly warnings: number;
    } | undefined;
  }
  | { readonly errno: number; readonly message: string };

/** A server. */
export interface Side {
  run(sql: string): Promise<Answer>;
}

/** How many agree, and where they do not. */
export interface Comparison {
  readonly total: number;
  readonly agreed: number;
  readonly accepted: number;
  readonly differences: readonly string[];
}

/**
 * @param file Name of the file.
 * @param text Its text.
 * @returns Its statements.
 */
export function readCases(file: string, text: string): Case[] {
  return text.split(/;[ \t]*\n/).flatMap((part): Case[] => {
    const differs = /^-- differs: (.*)$/m.exec(part)?.[1];
    const sql = part.split("\n").filter((line) => !line.startsWith("-- ")).join(
      "\n",
    ).trim();
    return sql === "" ? [] : [{ file, sql, differs }];
  });
}

/** Numbers that say the same in the two servers' words. */
const alike: readonly (readonly number[])[] = [
  [1054, 1054],
  [1292, 1525],
  [3819, 4025],
  [1062, 1586],
  [1364, 1364],
  [1146, 1932],
];

function sameError(a: number, b: number): boolean {
  return a === b || alike.some((pair) => pair.includes(a) && pair.includes(b));
}

const shown = (answer: Answer) =>
  "errno" in answer
    ? `${answer.errno} ${answer.message}`
    : JSON.stringify(answer.ok ?? answer.rows);

/** Statements that tell how many rows they changed. */
const writes =
  /^\s*(?:INSERT|REPLACE|UPDATE|DELETE|CREATE\s+TABLE\b[^]*\bSELECT)\b/i;

function same(sql: string, a: Answer, b: Answer): boolean {
  if ("errno" in a || "errno" in b) {
    return "errno" in a && "errno" in b && sameError(a.errno, b.errno);
  }
  if (writes.test(sql) && JSON.stringify(a.ok) !== JSON.stringify(b.ok)) {
    return false;
  }
  const texts = (rows: Extract<Answer, { rows: unknown }>) =>
    rows.rows.map((row) =>
      // MySQL names the table of a key, MariaDB does not.
      JSON.stringify(row).replace(/(for key ')[^'.]*\./, "$1")
        // And the other way about for columns; MariaDB compares some texts as decimals.
        .replace(/(for column )`[^`]*`\.`[^`]*`\.`([^`]*)`/, "$1'$2'")
        .replace("Truncated incorrect DECIMAL", "Truncated incorrect DOUBLE")
    );
  const left = texts(a);
  const right = texts(b);
  if (!/\bORDER\s+BY\b/i.test(sql)) {
    left.sort();
    right.sort();
  }
  return left.length === right.length &&
    left.every((row, at) => row === right[at]);
}

/**
 * @param cases Statements.
 * @param theirs MariaDB.
 * @param ours Ours.
 * @returns The comparison.
 */
export async function compareSides(
  cases: readonly Case[],
  theirs: Side,
  ours: Side,
): Promise<Comparison> {
  let agreed = 0;
  let accepted = 0;
  const differences: string[] = [];
  for (const { file, sql, differs } of cases) {
    const their = await theirs.run(sql);
    const our = await ours.run(sql);
    if (same(sql, their, our)) agreed++;
    else if (differs !== undefined) accepted++;
    else {differences.push(
        `${file}: ${sql}\n  theirs: ${shown(their)}\n  ours:   ${shown(our)}`,
      );}
  }
  return { total: cases.length, agreed, accepted, differences };
}
