/**
 * Finds the word that says what kind of statement a text is.
 *
 * @module
 */

/** One piece of what SQLite skips before a statement: space, semicolons, comments. */
const filler = /[\s;\uFEFF]+|--[^\n]*(?:\n|$)|\/\*(?:(?!\*\/)[^])*(?:\*\/|$)/y;
const word = /[A-Za-z]+/y;

/**
 * @param sql Text of a statement.
 * @returns Its first word in upper case; empty when it begins with none.
 */
export function firstWord(sql: string): string {
  let at = 0;
  for (;;) {
    word.lastIndex = at;
    const found = word.exec(sql);
    if (found !== null) return found[0].toUpperCase();
    filler.lastIndex = at;
    if (!filler.test(sql)) return "";
    at = filler.lastIndex;
  }
}
