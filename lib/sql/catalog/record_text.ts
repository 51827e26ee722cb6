/**
 * Text form of rows of a known type: `(1,"a b",)` (manual, 8.16.6).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { oid } from "../types/type.ts";

/** Type of one field. */
export interface FieldType {
  readonly type: number;
  readonly typmod: number;
}

function malformed(text: string, detail: string): SqlError {
  return new SqlError("22P02", `malformed record literal: "${text}"`, {
    detail,
  });
}

/**
 * Splits the text of a row.
 *
 * @param text Text as a client writes it.
 * @returns Texts of the fields, `null` for NULL.
 * @throws {SqlError} 22P02.
 */
export function splitRecord(text: string): (string | null)[] {
  let at = 0;
  const skipSpace = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  skipSpace();
  if (text[at] !== "(") throw malformed(text, "Missing left parenthesis.");
  at++;
  const fields: (string | null)[] = [];
  for (;;) {
    let field: string | null = null;
    let quoted = false;
    for (;;) {
      const character = text[at];
      if (character === undefined) {
        throw malformed(text, "Unexpected end of input.");
      }
      if (!quoted && (character === "," || character === ")")) break;
      at++;
      if (character === "\\") {
        const next = text[at++];
        if (next === undefined) {
          throw malformed(text, "Unexpected end of input.");
        }
        field = (field ?? "") + next;
      } else if (character === '"') {
        if (!quoted) {
          quoted = true;
          field ??= "";
        } else if (text[at] === '"') {
          field = `${field ?? ""}"`;
          at++;
        } else {
          quoted = false;
        }
      } else {
        field = (field ?? "") + character;
      }
    }
    fields.push(field);
    if (text[at++] === ")") break;
  }
  skipSpace();
  if (at < text.length) {
    throw malformed(text, "Junk after right parenthesis.");
  }
  return fields;
}

/**
 * @param text Text as a client writes it.
 * @param fields Types of the fields.
 * @param context Where types are found.
 * @returns Datum of the row.
 * @throws {SqlError} 22P02 and whatever the fields' types throw.
 */
export function readRecord(
  text: string,
  fields: readonly FieldType[],
  context: EvalContext,
): string {
  // A row type without columns is written "()", which splits into one NULL.
  const texts = splitRecord(text);
  if (fields.length === 0 && texts.length === 1 && texts[0] === null) {
    return "[]";
  }
  if (texts.length < fields.length) throw malformed(text, "Too few columns.");
  if (texts.length > fields.length) throw malformed(text, "Too many columns.");
  const values = fields.map(({ type, typmod }, i) => {
    const field = texts[i] ?? null;
    return field === null
      ? null
      : context.type(type)?.input(field, typmod, context) ?? null;
  });
  return recordDatum(values);
}

/**
 * @param values Datums of the fields.
 * @returns Datum of the row.
 */
export function recordDatum(values: readonly Datum[]): string {
  const parts = values.map((value) => {
    if (typeof value === "bigint") return String(value);
    if (value instanceof Uint8Array) {
      return JSON.stringify(`\\x${value.toHex()}`);
    }
    return JSON.stringify(value);
  });
  return `[${parts.join(",")}]`;
}

/**
 * @param datum Datum of a row.
 * @param fields Types of the fields.
 * @param context Where types are found.
 * @returns PostgreSQL's text.
 */
export function writeRecord(
  datum: string,
  fields: readonly FieldType[],
  context: EvalContext,
): string {
  // Integers beyond 2^53 must not pass through a float.
  const values = JSON.parse(
    datum,
    // deno-lint-ignore no-explicit-any
    ((_key: string, value: unknown, source: any) =>
      typeof value === "number" && Number.isInteger(value) &&
        !Number.isSafeInteger(value)
        ? BigInt(source?.source ?? value)
        : value) as (key: string, value: unknown) => unknown,
  ) as Datum[];
  const texts = fields.map(({ type }, i) => {
    const value = fieldDatum(values[i] ?? null, type);
    if (value === null) return "";
    const text = context.type(type)?.output(value, context) ?? String(value);
    return quoteField(text);
  });
  return `(${texts.join(",")})`;
}

/** JSON has no bytes, so {@linkcode recordDatum} writes them as text. */
function fieldDatum(value: Datum, type: number): Datum {
  return type === oid.bytea && typeof value === "string"
    ? Uint8Array.fromHex(value.slice(2))
    : value;
}

/**
 * @param text Text of a field.
 * @returns It, in quotes where a record's text needs them.
 */
export function quoteField(text: string): string {
  return text === "" || /[\s"\\(),]/.test(text)
    ? `"${text.replaceAll("\\", "\\\\").replaceAll('"', '""')}"`
    : text;
}
