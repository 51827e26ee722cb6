/**
 * Failures of `/rest/v1`, in the one form that PostgREST's clients read.
 *
 * @module
 */

import { Problem } from "../lib/base/problem.ts";
import { EngineError } from "../lib/engine/engine.ts";
import { TextAnswer } from "../lib/http/answer.ts";
import type { Call } from "../lib/http/call.ts";
import { restStatus } from "../lib/http/rest_status.ts";
import { statusOf } from "../lib/http/status.ts";
import { RestError } from "../lib/rest/error.ts";

/** What a failure looks like. */
interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
  readonly hint: string | null;
  readonly status: number;
  readonly headers: Record<string, string>;
}

/**
 * @param error What was thrown.
 * @param context The request, and whether its caller showed no token.
 * @returns The answer.
 * @throws What is none of the failures that a caller may see.
 */
export function restProblem(
  error: unknown,
  { call, anonymous }: { call: Call; anonymous: boolean },
): Response {
  const { status, headers, ...body } = failureOf(error, call, anonymous);
  return new TextAnswer(JSON.stringify(body), status, {
    "content-type": "application/json; charset=utf-8",
    // RFC 9209; for HEAD, which has no body to read the code from.
    "proxy-status": `heliosdb-nano; error=${body.code}`,
    ...headers,
  });
}

function failureOf(
  error: unknown,
  call: Call,
  anonymous: boolean,
): Failure {
  if (error instanceof RestError) {
    const { code, message, details = null, hint = null, allow, total } = error;
    return {
      code,
      message,
      details,
      hint,
      status: restStatus(code, anonymous),
      headers: {
        ...(allow === undefined ? {} : { allow: allow.join(", ") }),
        // RFC 9110, 15.5.17
        ...(total === undefined ? {} : { "content-range": `*/${total}` }),
      },
    };
  }
  if (error instanceof EngineError) {
    return engineFailure(error, anonymous);
  }
  if (error instanceof Problem) return problemFailure(error, call);
  throw error;
}

function engineFailure(error: EngineError, anonymous: boolean): Failure {
  const { sqlState: code, message, fields } = error;
  const status = restStatus(code, anonymous);
  // What the machine could not do is for the log; its wording may name files.
  if (status === 500 && code.startsWith("XX")) throw error;
  const headers: Record<string, string> = {};
  if (status === 401) headers["www-authenticate"] = "Bearer";
  if (status === 503) headers["retry-after"] = "1";
  return {
    code,
    message,
    details: fields.detail ?? null,
    hint: fields.hint ?? null,
    status,
    headers,
  };
}

function problemFailure(problem: Problem, call: Call): Failure {
  const { code, message, retryAfter } = problem;
  const failure = {
    details: null,
    hint: null,
    status: statusOf(code),
    headers: {} as Record<string, string>,
  };
  if (retryAfter !== undefined) {
    failure.headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfter)));
  }
  switch (code) {
    case "invalid_token":
      failure.headers["www-authenticate"] =
        call.request.headers.has("authorization") ||
          call.request.headers.has("apikey")
          ? `Bearer error="invalid_token", error_description="${message}"`
          : "Bearer";
      return { ...failure, code: "PGRST301", message };
    case "bad_json":
    case "validation_failed":
      return { ...failure, code: "PGRST102", message };
    default:
      return { ...failure, code, message };
  }
}
