/**
 * Reads the statements of `tests/corpora/postgresql/*.sql`.
 *
 * A statement ends with `;` at the end of a line. A comment line `-- differs: <name>` before it says that
 * our answer is another one, for the reason that `docs/postgresql.md` gives under that name.
 *
 * @module
 */

/** One statement of the corpus. */
export interface CorpusStatement {
  /** Path and line, for example `types.sql:12`. */
  readonly at: string;
  readonly sql: string;
  /** Name of the accepted difference. */
  readonly differs: string | undefined;
}

/**
 * @param name Name of the file.
 * @param text Its content.
 * @returns Its statements in order.
 */
export function readCorpus(name: string, text: string): CorpusStatement[] {
  const statements: CorpusStatement[] = [];
  let lines: string[] = [];
  let first = 0;
  let differs: string | undefined;
  text.split("\n").forEach((line, index) => {
    if (lines.length === 0) {
      if (line.trim() === "") return;
      if (line.startsWith("--")) {
        differs = /^-- differs: (\S+)$/.exec(line)?.[1] ?? differs;
        return;
      }
      first = index + 1;
    }
    lines.push(line);
    if (!line.trimEnd().endsWith(";")) return;
    statements.push({
      at: `${name}:${first}`,
      sql: lines.join("\n").trimEnd().slice(0, -1),
      differs,
    });
    lines = [];
    differs = undefined;
  });
  if (lines.length > 0) {
    throw new Error(
      `Cannot read ${name}: no end of the statement at line ${first}`,
    );
  }
  return statements;
}
