/**
 * Bodies of requests to `/rest/v1`.
 *
 * @module
 */

import { readText } from "../lib/http/body.ts";
import type { Call } from "../lib/http/call.ts";
import { checkShape } from "../lib/http/json_shape.ts";
import {
  type BodyRows,
  readRows,
  type RowsMedia,
} from "../lib/rest/body/rows.ts";
import { RestError } from "../lib/rest/error.ts";
import type { RestQuery } from "../lib/rest/request.ts";
import { cut } from "../lib/rest/grammar/scanner.ts";

/** Keys of all objects of a body: a bulk insert has many. */
const mostKeys = 2_000_000;

const medias: Readonly<Record<string, RowsMedia>> = {
  "": "json",
  "application/json": "json",
  "text/csv": "csv",
  "application/x-www-form-urlencoded": "form",
};

/**
 * Reads the rows of a write.
 *
 * @param call The request.
 * @param query Its `columns`.
 * @param limit Bytes at most.
 * @returns The rows, at once if the body has come already.
 * @throws {RestError | Problem} What cannot be read.
 */
export function rowsOf(
  call: Call,
  { columns }: RestQuery,
  limit: number,
): BodyRows | Promise<BodyRows> {
  const media = medias[mediaName(call)];
  if (media === undefined) throw badContentType(call);
  const text = bodyText(call, limit, media === "json");
  return text instanceof Promise
    ? text.then((text) => readRows(text, media, columns))
    : readRows(text, media, columns);
}

/**
 * @param call A request.
 * @returns The media type of its body without parameters, in lower case; empty if it says none.
 */
export function mediaName({ request }: Call): string {
  const type = request.headers.get("content-type") ?? "";
  if (type === "application/json") return type;
  return type.split(";", 1)[0]!.trim().toLowerCase();
}

/**
 * @param call A request.
 * @returns What tells that its body cannot be read.
 */
export function badContentType(call: Call): RestError {
  return new RestError(
    "PGRST102",
    `Content-Type not acceptable: ${cut(mediaName(call))}`,
  );
}

/**
 * @param call A request.
 * @param limit Bytes at most.
 * @param json Whether it must be JSON of a bounded shape.
 * @returns The body, at once if it has come already.
 */
export function bodyText(
  call: Call,
  limit: number,
  json: boolean,
): string | Promise<string> {
  const text = readText(call, { limit, deadlineMs: 30_000 });
  if (text instanceof Promise) {
    return text.then((text) => checked(text, json));
  }
  return checked(text, json);
}

function checked(text: string, json: boolean): string {
  if (json) checkShape(text, mostKeys);
  return text;
}
