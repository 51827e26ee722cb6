/**
 * Finds the word that says what kind of statement a text is.
 *
 * @module
 */

const space = /[\s;\uFEFF]+/y;
const word = /[A-Za-z]+/y;

/**
 * Skips what SQLite skips before a statement (space, semicolons, comments) and reads one word.
 *
 * @param sql Text of a statement.
 * @returns Its first word in upper case; empty when it begins with none.
 */
export function firstWord(sql: string): string {
  for (let at = 0; at >= 0;) {
    word.lastIndex = at;
    const found = word.exec(sql);
    if (found !== null) return found[0].toUpperCase();
    at = skip(sql, at);
  }
  return "";
}

/** Gives the place after the space or comment at `at`; -1 when there is neither, or no end. */
function skip(sql: string, at: number): number {
  space.lastIndex = at;
  if (space.test(sql)) return space.lastIndex;
  if (sql.startsWith("--", at)) return after(sql, "\n", at + 2);
  if (sql.startsWith("/*", at)) return after(sql, "*/", at + 2);
  return -1;
}

function after(sql: string, end: string, from: number): number {
  const found = sql.indexOf(end, from);
  return found < 0 ? -1 : found + end.length;
}
