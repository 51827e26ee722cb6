/**
 * Errors as MySQL words them: a number, an SQLSTATE, a sentence.
 *
 * @module
 */

/** A failure with MySQL's number and SQLSTATE. */
export class MysqlError extends Error {
  override name = "MysqlError";

  /**
   * @param errno Number, for example 1064.
   * @param sqlState Five letters, for example `42000`.
   * @param message Sentence for the client.
   */
  constructor(
    readonly errno: number,
    readonly sqlState: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * @param feature What is not there, in MySQL's words.
 * @returns Error 1235.
 */
export function notSupportedYet(feature: string): MysqlError {
  return new MysqlError(
    1235,
    "42000",
    `This version of MySQL doesn't yet support '${feature}'`,
  );
}

/** Characters of the statement that a syntax error shows. */
const shown = 80;

/**
 * @param text Statement.
 * @param at Offset of the token that is not understood.
 * @returns Error 1064 with the text from there on.
 */
export function syntaxError(text: string, at: number): MysqlError {
  let line = 1;
  for (
    let i = text.indexOf("\n");
    i >= 0 && i < at;
    i = text.indexOf("\n", i + 1)
  ) {
    line++;
  }
  return new MysqlError(
    1064,
    "42000",
    `You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${
      text.slice(at, at + shown)
    }' at line ${line}`,
  );
}
