/**
 * Reads comma-separated values (RFC 4180) whose first line names the columns.
 *
 * @module
 */

import { RestError } from "../error.ts";

/**
 * @param text CSV.
 * @returns An object for each line after the first; `NULL` without quotes is null, nothing is an empty text.
 * @throws {RestError} PGRST102 when lines differ in length or a quote does not end.
 */
export function parseCsv(text: string): Record<string, string | null>[] {
  const lines = new CsvReader(text).lines();
  const header = lines.shift();
  if (header === undefined) throw new RestError("PGRST102", "Empty CSV body");
  const names = header.map(({ text }) => text);
  return lines.map((cells) => {
    if (cells.length !== names.length) {
      throw new RestError(
        "PGRST102",
        "All lines must have same number of fields",
      );
    }
    const row: Record<string, string | null> = Object.create(null);
    cells.forEach(({ text, quoted }, i) => {
      row[names[i]!] = text === "NULL" && !quoted ? null : text;
    });
    return row;
  });
}

/** A value, and whether it stood in quotes. */
interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

/** Goes over a text once. */
class CsvReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  lines(): Cell[][] {
    const lines: Cell[][] = [];
    while (this.#at < this.#text.length) {
      const line = this.#line();
      // An empty line, mostly the last, is no row.
      if (line.length > 1 || line[0]!.quoted || line[0]!.text !== "") {
        lines.push(line);
      }
    }
    return lines;
  }

  #line(): Cell[] {
    const cells = [this.#cell()];
    while (this.#text[this.#at] === ",") {
      this.#at++;
      cells.push(this.#cell());
    }
    if (this.#text[this.#at] === "\r") this.#at++;
    if (this.#text[this.#at] === "\n") this.#at++;
    return cells;
  }

  #cell(): Cell {
    if (this.#text[this.#at] === '"') return this.#quoted();
    const start = this.#at;
    while (this.#at < this.#text.length && !isEnd(this.#text[this.#at]!)) {
      this.#at++;
    }
    return { text: this.#text.slice(start, this.#at), quoted: false };
  }

  #quoted(): Cell {
    let text = "";
    let start = ++this.#at;
    for (;;) {
      const end = this.#text.indexOf('"', start);
      if (end < 0) {
        throw new RestError(
          "PGRST102",
          "Cannot read CSV: a quote does not end",
        );
      }
      text += this.#text.slice(start, end);
      this.#at = end + 1;
      if (this.#text[this.#at] !== '"') break;
      text += '"';
      start = ++this.#at;
    }
    const next = this.#text[this.#at];
    if (next !== undefined && !isEnd(next)) {
      throw new RestError(
        "PGRST102",
        "Cannot read CSV: text follows a value in quotes",
      );
    }
    return { text, quoted: true };
  }
}

function isEnd(character: string): boolean {
  return character === "," || character === "\n" || character === "\r";
}
