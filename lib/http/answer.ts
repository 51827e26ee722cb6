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

/** What ends a header field, or a text in C. */
const lineEnd = /[\0\r\n]/;

/** Statuses whose answers have no body, not even an empty one (RFC 9110 §15.3.5, §15.4.5). */
const bodiless: ReadonlySet<number> = new Set([204, 304]);

/**
 * An answer whose text is known, so that it can be sent without asking the platform for each part
 * again, which costs more than all the rest of answering. The platform hears of fields and text only
 * when somebody asks for them: filling its `Headers` takes it longer than a query.
 */
export class TextAnswer extends Response {
  /** The body. */
  readonly content: string;
  #fields: Readonly<Record<string, string>> | undefined;
  /** What the platform makes of it, once asked. */
  #platform: Response | undefined;

  /**
   * @param content The body; empty with a status that has none.
   * @param status HTTP status.
   * @param fields Header fields.
   * @throws {TypeError} When one of them would begin another.
   */
  constructor(
    content: string,
    status: number,
    fields: Readonly<Record<string, string>>,
  ) {
    super(null, { status });
    for (const value of Object.values(fields)) {
      // As the platform would: what stands at the ends is cut off, what stands within is refused.
      if (lineEnd.test(value) && lineEnd.test(value.trim())) {
        throw new TypeError(
          "Cannot answer: a header field holds an end of a line",
        );
      }
    }
    this.content = content;
    this.#fields = fields;
  }

  /** Header fields; whoever asks may change them, so what was known of them no longer counts. */
  override get headers(): Headers {
    const { headers } = this.#asPlatform();
    this.#fields = undefined;
    return headers;
  }

  /** Header fields, if they are still those of the beginning. */
  get fields(): Readonly<Record<string, string>> | undefined {
    return this.#fields;
  }

  override get body(): Response["body"] {
    return this.#asPlatform().body;
  }

  override get bodyUsed(): boolean {
    return this.#platform?.bodyUsed ?? false;
  }

  override arrayBuffer(): ReturnType<Response["arrayBuffer"]> {
    return this.#asPlatform().arrayBuffer();
  }

  override blob(): ReturnType<Response["blob"]> {
    return this.#asPlatform().blob();
  }

  override bytes(): ReturnType<Response["bytes"]> {
    return this.#asPlatform().bytes();
  }

  override clone(): Response {
    return this.#asPlatform().clone();
  }

  override formData(): ReturnType<Response["formData"]> {
    return this.#asPlatform().formData();
  }

  override json(): ReturnType<Response["json"]> {
    return this.#asPlatform().json();
  }

  override text(): ReturnType<Response["text"]> {
    return this.#asPlatform().text();
  }

  #asPlatform(): Response {
    return this.#platform ??= new Response(
      bodiless.has(this.status) ? null : this.content,
      { status: this.status, headers: this.#fields ?? {} },
    );
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
  return new TextAnswer("", 204, headers);
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
