/**
 * Finds the word that says what kind of statement a text is.
 *
 * @module
 */

const space = /[\s;\uFEFF]+/y;
const word = /[A-Za-z]+/y;

/**
 * Skips what SQLite skips before a statement: space, semicolons, comments.
 *
 * @param sql Text of a statement.
 * @returns Where the statement itself begins; the length of the text when there is none.
 */
export function statementStart(sql: string): number {
  let at = 0;
  for (let next = at; next >= 0; next = skip(sql, at)) at = next;
  return at;
}

/**
 * @param sql Text of a statement.
 * @returns Its first word in upper case; empty when it begins with none.
 */
export function firstWord(sql: string): string {
  word.lastIndex = statementStart(sql);
  return word.exec(sql)?.[0].toUpperCase() ?? "";
}

/** Gives the place after the space or comment at `at`; -1 when there is neither. */
function skip(sql: string, at: number): number {
  if (at >= sql.length) return -1;
  space.lastIndex = at;
  if (space.test(sql)) return space.lastIndex;
  if (sql.startsWith("--", at)) return after(sql, "\n", at + 2);
  if (sql.startsWith("/*", at)) return after(sql, "*/", at + 2);
  return -1;
}

function after(sql: string, end: string, from: number): number {
  const found = sql.indexOf(end, from);
  return found < 0 ? sql.length : found + end.length;
}
