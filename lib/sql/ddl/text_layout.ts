/**
 * Text that PostgreSQL lays out in lines: a keyword begins a line, indented as deep as its query is.
 *
 * @module
 */

/** How far a query inside another one is indented, and what hangs below its keyword. */
export const indent = { query: 8, list: 4, join: 4 } as const;

/** Past this, lines are not indented any further. */
const deepest = 40;

/** See the top of the file. */
export class TextLayout {
  #text = "";
  /** Spaces before a line of the query that is being written. */
  level = 0;

  /** @param text To be written where the last ended. */
  add(text: string): void {
    this.#text += text;
  }

  /** Takes blanks at the end away. */
  trimEnd(): void {
    this.#text = this.#text.replace(/ +$/, "");
  }

  /**
   * Begins a line.
   *
   * @param text Its first word.
   * @param depth Spaces before it.
   */
  line(text: string, depth: number): void {
    this.trimEnd();
    this.#text += `\n${
      " ".repeat(Math.max(0, Math.min(depth, deepest)))
    }${text}`;
  }

  /**
   * Begins a line that belongs to the query itself, such as FROM.
   *
   * @param text Its first word.
   * @param more Spaces beside those of the query.
   */
  clause(text: string, more: number): void {
    this.line(text, Math.max(0, this.level - indent.query) + more);
  }

  /**
   * @param write Writes something.
   * @returns It, which is not in the text yet.
   */
  apart(write: () => void): string {
    const before = this.#text;
    this.#text = "";
    write();
    const text = this.#text;
    this.#text = before;
    return text;
  }

  /** @returns What was written. */
  toString(): string {
    return this.#text;
  }
}
