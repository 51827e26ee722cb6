/**
 * Answers: JSON, and the one form in which every failure is told.
 *
 * A failure carries the names that three kinds of client look for: `error` and `message` (ours),
 * `error_code` and `msg` (GoTrue before 2024), `code` and `message` (GoTrue since 2024-01-01),
 * `error` and `error_description` (OAuth 2, RFC 6749 §5.2). Headers that every answer has are added
 * by the server (`headers.ts`), not here.
 *
 * @module
 */

import type { Problem } from "../base/problem.ts";
import type { Call, IncomingRequest } from "./call.ts";
import { statusOf } from "./status.ts";

/** What may differ from a plain 200. */
export interface AnswerInit {
  /**
   * HTTP status.
   *
   * @default {200}
   */
  status?: number;
  /** Headers beside `Content-Type`. */
  headers?: Readonly<Record<string, string>>;
}

/** The API version of GoTrue whose error shape we answer, echoed so that its clients read `code`. */
const apiVersion = "2024-01-01";

/**
 * An answer whose text is known, so that it can be sent without asking the platform for each part
 * again, which costs more than all the rest of answering. Otherwise an ordinary `Response`.
 */
export class TextAnswer extends Response {
  #fields: Readonly<Record<string, string>> | undefined;

  /**
   * @param content The body.
   * @param status HTTP status.
   * @param fields Header fields.
   */
  constructor(
    readonly content: string,
    status: number,
    fields: Readonly<Record<string, string>>,
  ) {
    super(content, { status, headers: fields });
    this.#fields = fields;
  }

  /** Header fields; whoever asks may change them, so what was known of them no longer counts. */
  override get headers(): Headers {
    this.#fields = undefined;
    return super.headers;
  }

  /** Header fields, if they are still those of the beginning. */
  get fields(): Readonly<Record<string, string>> | undefined {
    return this.#fields;
  }
}

/**
 * Answers a value as JSON.
 *
 * @param body Value that `JSON.stringify` takes.
 * @param init Status and further headers.
 * @returns The answer.
 */
export function json(body: unknown, init: AnswerInit = {}): Response {
  return new TextAnswer(JSON.stringify(body), init.status ?? 200, {
    "content-type": "application/json",
    ...init.headers,
  });
}

/**
 * Answers a text.
 *
 * @param content The text.
 * @param contentType Its media type.
 * @returns The answer, status 200.
 */
export function text(content: string, contentType: string): Response {
  return new TextAnswer(content, 200, { "content-type": contentType });
}

/**
 * Answers 204 without a body.
 *
 * @param headers Further headers.
 * @returns The answer.
 */
export function noContent(
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(null, { status: 204, headers });
}

function wantsApiVersion(request: IncomingRequest): boolean {
  const version = request.headers.get("x-supabase-api-version");
  // Dates of one fixed width compare as texts.
  return version !== null && /^\d{4}-\d{2}-\d{2}$/.test(version) &&
    version >= apiVersion;
}

function challenge(request: IncomingRequest, message: string): string {
  // RFC 6750 §3.1: a request without any credentials is told no reason.
  if (!request.headers.has("authorization")) return `Bearer realm="heliosdb"`;
  const text = message.replace(/[^\x20-\x7e]|["\\]/g, "'");
  return `Bearer realm="heliosdb", error="invalid_token", error_description="${text}"`;
}

/**
 * Answers a failure.
 *
 * @param problem Code and sentence.
 * @param call The request that failed.
 * @returns The answer.
 */
export function problemAnswer(
  problem: Problem,
  call: Pick<Call, "request">,
): Response {
  const { code, message } = problem;
  const headers: Record<string, string> = {};
  if (code === "invalid_token") {
    headers["www-authenticate"] = challenge(call.request, message);
  }
  if (problem.retryAfter !== undefined) {
    headers["retry-after"] = String(Math.max(1, Math.ceil(problem.retryAfter)));
  }
  if (problem.allow !== undefined) headers["allow"] = problem.allow.join(", ");
  if (wantsApiVersion(call.request)) {
    headers["x-supabase-api-version"] = apiVersion;
  }
  const body = {
    error: code,
    message,
    code,
    "error_code": code,
    msg: message,
    "error_description": message,
  };
  return json(body, { status: statusOf(code), headers });
}
