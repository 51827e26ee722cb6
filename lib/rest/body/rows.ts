/**
 * The body of a write as rows: JSON, CSV or a form, brought to one shape.
 *
 * @module
 */

import { RestError } from "../error.ts";
import { type CsvRows, parseCsv } from "./csv.ts";

/** Rows that a body holds. */
export interface BodyRows {
  /** JSON text: of an array of objects, or of one object. */
  readonly json: string;
  /** Whether it is one object rather than an array. */
  readonly single: boolean;
  readonly count: number;
  /** Keys of the rows; the same in each, unless `columns` named them. */
  readonly keys: readonly string[];
  /** The object, where it is one and came as JSON. */
  readonly value?: Record<string, unknown>;
  /** Whether rows lack some of the keys, which only `columns` allows. */
  readonly ragged?: boolean;
}

/** Media types of bodies that hold rows. */
export type RowsMedia = "json" | "csv" | "form";

/**
 * Reads rows.
 *
 * @param text The body.
 * @param media What it is.
 * @param columns `columns=`: the keys that count.
 * @returns The rows.
 * @throws {RestError} PGRST102.
 */
export function readRows(
  text: string,
  media: RowsMedia,
  columns: readonly string[] | undefined,
): BodyRows {
  switch (media) {
    case "csv":
      return csvRows(parseCsv(text), columns);
    case "form":
      return jsonRows(formObject(text), undefined, columns);
    case "json":
      return jsonRows(parseJson(text), text, columns);
  }
}

/**
 * @param text JSON text.
 * @returns Its value.
 * @throws {RestError} PGRST102.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError("PGRST102", "Empty or invalid json");
  }
}

/**
 * @param text `application/x-www-form-urlencoded`.
 * @returns An object of texts; of a repeated key the last.
 */
export function formObject(text: string): Record<string, string> {
  const object: Record<string, string> = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) object[key] = value;
  return object;
}

function csvRows(
  { names, json, count }: CsvRows,
  columns: readonly string[] | undefined,
): BodyRows {
  const rows = { json, count, single: false };
  if (columns === undefined) return { ...rows, keys: count === 0 ? [] : names };
  const ragged = columns.some((name) => !names.includes(name));
  return { ...rows, keys: columns, ragged };
}

function jsonRows(
  value: unknown,
  text: string | undefined,
  columns: readonly string[] | undefined,
): BodyRows {
  if (isObject(value)) return objectRow(value, text, columns);
  // Upstream takes any other value for an array without rows.
  const elements = Array.isArray(value) ? value : [];
  if (!elements.every(isObject)) throw keysMustMatch();
  const [first] = elements;
  const keys = columns ?? (first === undefined ? [] : Object.keys(first));
  const json = Array.isArray(value) ? text ?? JSON.stringify(value) : "[]";
  if (columns !== undefined) {
    return {
      json,
      single: false,
      count: elements.length,
      keys,
      ragged: elements.some((element) =>
        !columns.every((key) => Object.hasOwn(element, key))
      ),
    };
  }
  for (let i = 1; i < elements.length; i++) {
    const element = elements[i] as Record<string, unknown>;
    if (
      Object.keys(element).length !== keys.length ||
      !keys.every((key) => Object.hasOwn(element, key))
    ) throw keysMustMatch();
  }
  return { json, single: false, count: elements.length, keys };
}

function objectRow(
  value: Record<string, unknown>,
  text: string | undefined,
  columns: readonly string[] | undefined,
): BodyRows {
  const row = {
    json: text ?? JSON.stringify(value),
    single: true,
    count: 1,
    keys: columns ?? Object.keys(value),
    value,
  };
  return columns === undefined ? row : {
    ...row,
    ragged: !columns.every((key) => Object.hasOwn(value, key)),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keysMustMatch(): RestError {
  return new RestError("PGRST102", "All object keys must match");
}
