/**
 * Reads comma-separated values (RFC 4180) whose first line names the columns.
 *
 * Rows come out as JSON text at once, without an object for each: a body of megabytes would hold up
 * everybody else for seconds.
 *
 * @module
 */

import { RestError } from "../error.ts";

/** Rows of a CSV text. */
export interface CsvRows {
  /** Names in the first line, each once. */
  readonly names: readonly string[];
  /** JSON text of an array with an object for each line after the first. */
  readonly json: string;
  readonly count: number;
}

/**
 * @param text CSV.
 * @returns Its rows; `NULL` without quotes is null, nothing is an empty text. Of columns of one name the last
 *   counts.
 * @throws {RestError} PGRST102 when lines differ in length or a quote does not end.
 */
export function parseCsv(text: string): CsvRows {
  const reader = new CsvReader(text);
  const header = reader.line();
  if (header === undefined) throw new RestError("PGRST102", "Empty CSV body");
  const names = header.map((cell) => cell ?? "NULL");
  const last = new Map(names.map((name, i) => [name, i]));
  const members = [...last].map(([name, i]) =>
    [`${JSON.stringify(name)}:`, i] as const
  );
  const rows: string[] = [];
  for (
    let cells = reader.line();
    cells !== undefined;
    cells = reader.line()
  ) {
    if (cells.length !== names.length) {
      throw new RestError(
        "PGRST102",
        "All lines must have same number of fields",
      );
    }
    let row = "";
    for (const [name, i] of members) {
      row += `${row === "" ? "{" : ","}${name}${JSON.stringify(cells[i])}`;
    }
    rows.push(`${row}}`);
  }
  return {
    names: [...last.keys()],
    json: `[${rows.join(",")}]`,
    count: rows.length,
  };
}

const quote = 0x22;
const comma = 0x2c;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Goes over a text once. */
class CsvReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Values of the next line that is a row; nothing at the end. */
  line(): (string | null)[] | undefined {
    const text = this.#text;
    while (this.#at < text.length) {
      const start = this.#at;
      const cells = [this.#cell()];
      while (text.charCodeAt(this.#at) === comma) {
        this.#at++;
        cells.push(this.#cell());
      }
      // An empty line, mostly the last, is no row.
      const empty = this.#at === start;
      if (text.charCodeAt(this.#at) === carriageReturn) this.#at++;
      if (text.charCodeAt(this.#at) === lineFeed) this.#at++;
      if (!empty) return cells;
    }
    return undefined;
  }

  #cell(): string | null {
    const text = this.#text;
    const start = this.#at;
    if (text.charCodeAt(start) === quote) return this.#quoted();
    let at = start;
    while (at < text.length && !isEnd(text.charCodeAt(at))) at++;
    this.#at = at;
    const cell = text.slice(start, at);
    return cell === "NULL" ? null : cell;
  }

  #quoted(): string {
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
      if (this.#text.charCodeAt(this.#at) !== quote) break;
      text += '"';
      start = ++this.#at;
    }
    if (
      this.#at < this.#text.length &&
      !isEnd(this.#text.charCodeAt(this.#at))
    ) {
      throw new RestError(
        "PGRST102",
        "Cannot read CSV: text follows a value in quotes",
      );
    }
    return text;
  }
}

function isEnd(character: number): boolean {
  return character === comma || character === lineFeed ||
    character === carriageReturn;
}
