/**
 * Status and headers of what `/rest/v1` answers.
 *
 * @module
 */

import { TextAnswer } from "../lib/http/answer.ts";
import type { Call } from "../lib/http/call.ts";
import type { RestAnswer, RestCall } from "../lib/rest/context.ts";
import { canonicalSearch } from "../lib/rest/grammar/canonical_search.ts";
import { contentType } from "../lib/rest/grammar/media_types.ts";
import { appliedPreferences } from "../lib/rest/grammar/preferences.ts";
import type { Preferences } from "../lib/rest/request.ts";
import type { Relation } from "../lib/rest/schema/picture.ts";
import type { RestRequest } from "./rest_request.ts";

/** What was done, and what it came to. */
export interface Answered {
  readonly verb: "read" | "insert" | "put" | "update" | "delete";
  readonly answer: RestAnswer;
  readonly table: Relation;
}

/**
 * Answers a request for a table or view.
 *
 * @param request The request.
 * @param answered What it came to.
 * @returns The answer.
 */
export function relationAnswer(
  request: RestRequest,
  { verb, answer, table }: Answered,
): Response {
  const { call, rest } = request;
  const fields: Record<string, string> = {};
  const { body, page, total, location } = answer;
  switch (verb) {
    case "read":
      fields["content-range"] = pageRange(answer);
      fields["content-location"] = contentLocation(call, answer);
      fields["vary"] = "Accept, Prefer, Range, Origin";
      break;
    case "update":
      fields["content-range"] = `${page === 0 ? "*" : `0-${page - 1}`}/${
        total ?? "*"
      }`;
      break;
    case "insert":
    case "delete":
      fields["content-range"] = `*/${total ?? "*"}`;
  }
  if (location !== undefined) {
    fields["location"] = `/rest/v1/${
      encodeURIComponent(table.name)
    }?${location}`;
  }
  const keyed = table.primaryKey.length > 0 ||
    (verb === "insert" && call.query.has("on_conflict"));
  return finish(request, answer, {
    status: statusOf(verb, answer),
    fields,
    applied: applied(rest, verb, keyed),
    body,
  });
}

function statusOf(verb: Answered["verb"], answer: RestAnswer): number {
  const shown = answer.body !== undefined;
  switch (verb) {
    case "read":
      return pageStatus(answer);
    case "insert":
      // Of an upsert that only found rows nothing was created.
      return answer.inserted === 0 && answer.page > 0 ? 200 : 201;
    case "put":
      return !shown ? 204 : answer.inserted === 0 ? 200 : 201;
    case "update":
    case "delete":
      return shown ? 200 : 204;
  }
}

/**
 * @param answer A page.
 * @returns 206 when it is known not to be all.
 */
export function pageStatus({ page, total }: RestAnswer): number {
  return total !== undefined && page < total ? 206 : 200;
}

/**
 * @param answer A page.
 * @returns `Content-Range`: first and last row, and how many there are.
 */
export function pageRange({ page, offset, total }: RestAnswer): string {
  const range = page === 0 ? "*" : `${offset}-${offset + page - 1}`;
  return `${range}/${total ?? "*"}`;
}

/** Which preferences counted for a request of this kind. */
function applied(
  { prefer, limits }: RestCall,
  verb: Answered["verb"],
  keyed: boolean,
): Partial<Preferences> {
  const writes = verb !== "read";
  const inserts = verb === "insert";
  return {
    ...common(prefer, limits.transactionEnd),
    resolution: inserts && keyed ? prefer.resolution : undefined,
    missing: inserts || verb === "update" ? prefer.missing : undefined,
    return: writes ? prefer.return : undefined,
    maxAffected: verb === "update" || verb === "delete"
      ? prefer.maxAffected
      : undefined,
  };
}

/**
 * @param prefer Preferences of a request.
 * @param transactionEnd Whether `tx` is obeyed.
 * @returns Those that count for each kind of request.
 */
export function common(
  { count, handling, timezone, tx }: Preferences,
  transactionEnd: boolean,
): Partial<Preferences> {
  return { count, handling, timezone, tx: transactionEnd ? tx : undefined };
}

/**
 * Puts an answer together.
 *
 * @param request The request.
 * @param answer What it came to.
 * @param parts Status, headers, preferences that counted, body.
 * @returns The answer.
 */
export function finish(
  { rest, profile }: Pick<RestRequest, "rest" | "profile">,
  answer: RestAnswer,
  { status, fields, applied, body, void: nothing = false }: {
    status: number;
    fields: Record<string, string>;
    applied: Partial<Preferences>;
    body: string | undefined;
    void?: boolean;
  },
): Response {
  const preferences = appliedPreferences(applied);
  if (preferences !== undefined) fields["preference-applied"] = preferences;
  if (profile !== undefined) fields["content-profile"] = profile;
  const warning = warningOf(answer);
  if (warning !== undefined) fields["warning"] = warning;
  if (status === 204 || nothing) {
    return new TextAnswer("", 204, fields);
  }
  if (body !== undefined || status === 200 || status === 206) {
    fields["content-type"] = contentType(rest.media);
  }
  return new TextAnswer(body ?? "", status, fields);
}

/** RFC 9111, 5.5 dropped the field, but nothing else tells a person who looks at a page of rows. */
function warningOf(
  { cutAt, calledByTarget }: RestAnswer,
): string | undefined {
  if (cutAt === undefined && calledByTarget === undefined) return undefined;
  const warnings: string[] = [];
  if (cutAt !== undefined) {
    warnings.push(
      `Cut at ${cutAt} rows: ask for the rest with limit and offset`,
    );
  }
  if (calledByTarget !== undefined) {
    const { name, target } = calledByTarget;
    warnings.push(
      `The embed '${name}' was called '${target}': call it by its alias`,
    );
  }
  return warnings.map((text) =>
    `299 heliosdb-nano "${text.replace(/["\\]/g, "?")}"`
  ).join(", ");
}

/** Path and parameters, in one spelling for all requests of one page. */
function contentLocation(
  { path, search }: Call,
  { search: known }: RestAnswer,
): string {
  const canonical = known ?? canonicalSearch(search);
  return canonical === "" ? path : `${path}?${canonical}`;
}

/**
 * Answers OPTIONS: what can be done with a table or view, whoever asks.
 *
 * @param table The table or view.
 * @returns The answer.
 */
export function relationOptions(table: Relation): Response {
  const allow = [
    "OPTIONS",
    "GET",
    "HEAD",
    ...(table.insertable ? ["POST"] : []),
    ...(table.insertable && table.updatable && table.primaryKey.length > 0
      ? ["PUT"]
      : []),
    ...(table.updatable ? ["PATCH"] : []),
    ...(table.deletable ? ["DELETE"] : []),
  ];
  return new TextAnswer("", 200, { allow: allow.join(",") });
}
