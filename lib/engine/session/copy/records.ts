/**
 * Cuts COPY data into records and fields.
 *
 * @module
 */

import { SqlError } from "../../../sql/error.ts";
import type { CopyFormat } from "./options.ts";

/** A record. */
export interface CopyRecord {
  /** Number of its last line, from 1. */
  readonly line: number;
  /** The record as it was sent. */
  readonly text: string;
  /** Fields; `null` is NULL. */
  readonly fields: (string | null)[];
  /** CSV: which fields were in quotes. */
  readonly quoted?: readonly boolean[] | undefined;
}

/** Longest record. */
export const longestRecord = 256 * 1024 * 1024;

/** See the top of the file. */
export class RecordReader {
  readonly #format: CopyFormat;
  readonly #decoder = new TextDecoder("utf-8", {
    fatal: true,
    ignoreBOM: true,
  });
  #text = "";
  #line = 0;
  #ended = false;
  /** Whether lines end with a carriage return before the newline; unknown before the first. */
  #returns: boolean | undefined;

  /**
   * @param format How the data is written.
   */
  constructor(format: CopyFormat) {
    this.#format = format;
  }

  /** Lines read so far. */
  get line(): number {
    return this.#line;
  }

  /**
   * @param bytes More data; nothing at the end.
   * @returns The records that are complete now.
   */
  *read(bytes?: Uint8Array): Iterable<CopyRecord> {
    if (this.#ended) return;
    this.#text += this.#decode(bytes);
    if (this.#text.length > longestRecord) {
      throw new SqlError("54000", "COPY record is too long");
    }
    let at = 0;
    try {
      while (!this.#ended && at < this.#text.length) {
        const end = this.#recordEnd(at, bytes === undefined);
        if (end < 0) break;
        const text = this.#withoutReturn(this.#text.slice(at, end));
        at = end + 1;
        if (text === "\\.") {
          this.#ended = true;
          break;
        }
        yield this.#record(text);
      }
    } finally {
      this.#text = this.#text.slice(at);
    }
  }

  #decode(bytes: Uint8Array | undefined): string {
    try {
      const text = bytes === undefined
        ? this.#decoder.decode()
        : this.#decoder.decode(bytes, { stream: true });
      if (text.includes("\0")) throw new TypeError();
      return text;
    } catch {
      throw new SqlError("22021", 'invalid byte sequence for encoding "UTF8"');
    }
  }

  /** @returns Where the record that begins at `from` ends; -1 if that is not there yet. */
  #recordEnd(from: number, final: boolean): number {
    const text = this.#text;
    for (let at = from;;) {
      const end = text.indexOf("\n", at);
      if (end < 0 && !final) return -1;
      const until = end < 0 ? text.length : end;
      const open = this.#format.csv
        ? this.#isOpen(from, until)
        : end >= 0 && isEscaped(text, from, end);
      if (!open || end < 0) {
        this.#countLines(from, until);
        if (!open) return until;
        throw new SqlError("22P04", "unterminated CSV quoted field", {
          where: shown(text.slice(from)),
        });
      }
      at = end + 1;
    }
  }

  /** As PostgreSQL counts: lines inside the first record are not known for such yet. */
  #countLines(from: number, until: number): void {
    const first = this.#line === 0;
    this.#line++;
    if (this.#format.csv && !first) {
      this.#line += linesIn(this.#text, from, until);
    }
  }

  /** Whether a quote is open at `end`. */
  #isOpen(from: number, end: number): boolean {
    const { quote, escape } = this.#format;
    const text = this.#text;
    let open = false;
    if (quote === escape) {
      for (
        let at = text.indexOf(quote, from);
        at >= 0 && at < end;
        at = text.indexOf(quote, at + 1)
      ) open = !open;
      return open;
    }
    for (let at = from; at < end; at++) {
      const c = text[at];
      if (open && c === escape) at++;
      else if (c === quote) open = !open;
    }
    return open;
  }

  #withoutReturn(text: string): string {
    this.#returns ??= text.endsWith("\r");
    return this.#returns && text.endsWith("\r") ? text.slice(0, -1) : text;
  }

  #record(text: string): CopyRecord {
    return this.#format.csv
      ? csvRecord(text, this.#line, this.#format)
      : textRecord(text, this.#line, this.#format);
  }
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0;
  for (
    let at = text.indexOf("\n", from);
    at >= 0 && at < to;
    at = text.indexOf("\n", at + 1)
  ) lines++;
  return lines;
}

/** Whether an odd number of backslashes stands before `end`. */
function isEscaped(text: string, from: number, end: number): boolean {
  let at = end;
  while (at > from && text.charCodeAt(at - 1) === 92) at--;
  return (end - at) % 2 === 1;
}

function textRecord(
  text: string,
  line: number,
  { delimiter, null: nothing }: CopyFormat,
): CopyRecord {
  const fields: (string | null)[] = text.split(delimiter);
  if (!text.includes("\\")) {
    if (nothing !== "\\N") {
      for (let i = 0; i < fields.length; i++) {
        if (fields[i] === nothing) fields[i] = null;
      }
    }
    return { line, text, fields };
  }
  const joined: (string | null)[] = [];
  for (let i = 0; i < fields.length; i++) {
    let raw = fields[i] as string;
    // A delimiter after a backslash belongs to the field.
    while (isEscaped(raw, 0, raw.length) && i + 1 < fields.length) {
      raw += delimiter + fields[++i];
    }
    joined.push(raw === nothing ? null : unescape(raw));
  }
  return { line, text, fields: joined };
}

const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function unescape(raw: string): string {
  if (!raw.includes("\\")) return raw;
  let bytes = false;
  const text = raw.replaceAll(
    /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S])|$)/g,
    (
      whole: string,
      octal: string | undefined,
      hex: string | undefined,
      other: string | undefined,
    ) => {
      if (octal !== undefined || hex !== undefined) {
        const value = octal === undefined
          ? parseInt(hex as string, 16)
          : parseInt(octal, 8) & 0xff;
        if (value === 0) {
          throw new SqlError(
            "22021",
            'invalid byte sequence for encoding "UTF8": 0x00',
          );
        }
        if (value < 0x80) return String.fromCharCode(value);
        bytes = true;
        // Bytes beyond ASCII are put together below.
        return String.fromCharCode(0xdc00 + value);
      }
      return other === undefined ? whole : escapes[other] ?? other;
    },
  );
  return bytes ? joinBytes(text) : text;
}

function joinBytes(text: string): string {
  const encoder = new TextEncoder();
  const parts: number[] = [];
  for (const c of text) {
    const code = c.charCodeAt(0);
    if (c.length === 1 && code >= 0xdc80 && code <= 0xdcff) {
      parts.push(code - 0xdc00);
    } else parts.push(...encoder.encode(c));
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(parts),
    );
  } catch {
    throw new SqlError("22021", 'invalid byte sequence for encoding "UTF8"');
  }
}

function csvRecord(
  text: string,
  line: number,
  { delimiter, quote, escape, null: nothing }: CopyFormat,
): CopyRecord {
  if (!text.includes(quote)) {
    const fields: (string | null)[] = text.split(delimiter);
    for (let i = 0; i < fields.length; i++) {
      if (fields[i] === nothing) fields[i] = null;
    }
    return { line, text, fields };
  }
  const fields: (string | null)[] = [];
  const quoted: boolean[] = [];
  let field = "";
  let wasQuoted = false;
  let open = false;
  const push = () => {
    fields.push(!wasQuoted && field === nothing ? null : field);
    quoted.push(wasQuoted);
    field = "";
    wasQuoted = false;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (open) {
      const next = text[i + 1];
      if (c === escape && (next === quote || next === escape)) {
        field += next;
        i++;
      } else if (c === quote) open = false;
      else field += c;
    } else if (c === quote) {
      open = true;
      wasQuoted = true;
    } else if (c === delimiter) push();
    else field += c;
  }
  push();
  return { line, text, fields, quoted };
}

const longestShown = 100;

/**
 * @param text Data of the client.
 * @returns It as a context line shows it.
 */
export function shown(text: string): string {
  const characters = [...text.slice(0, 2 * longestShown + 2)];
  return characters.length > longestShown
    ? `${characters.slice(0, longestShown).join("")}...`
    : text;
}
