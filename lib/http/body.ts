/**
 * Reads a JSON body: bounded in bytes, time, depth and width, strict about what it is.
 *
 * UTF-8 only (RFC 8259 §8.1); a byte order mark at the start is skipped. Compressed bodies are
 * refused, so the bytes counted are the bytes there are. A refusal never repeats what was sent.
 *
 * @module
 */

import type { z } from "zod";
import { byteText } from "../base/byte_text.ts";
import { Problem } from "../base/problem.ts";
import { collect } from "./collect.ts";
import type { Call, HeaderReader, IncomingRequest } from "./call.ts";
import { checkShape } from "./json_shape.ts";
import { invalid } from "./validation.ts";

/** Limits of {@linkcode readJson}. */
export interface ReadJsonOptions {
  /**
   * Bytes at most.
   *
   * @default {1048576}
   */
  limit?: number;
  /**
   * Milliseconds until the last byte must have come.
   *
   * @default {15000}
   */
  deadlineMs?: number;
  /**
   * Whether an empty body counts as `{}`, whatever its content type.
   *
   * @default {false}
   */
  optional?: boolean;
}

// `ignoreBOM: false` is the platform's way to say that a byte order mark is skipped.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

const mediaType = /^application\/json[ \t]*(?:;|$)/i;
const charset = /;[ \t]*charset[ \t]*=[ \t]*"?([^";\s]*)/i;

function checkHeaders(headers: HeaderReader): void {
  const type = headers.get("content-type") ?? "";
  if (!mediaType.test(type) || !isUtf8(type)) {
    throw new Problem(
      "unsupported_media_type",
      "Cannot read body: content type must be application/json in UTF-8",
    );
  }
  checkEncoding(headers);
}

function isUtf8(type: string): boolean {
  const set = charset.exec(type)?.[1]?.toLowerCase() ?? "utf-8";
  return set === "utf-8" || set === "utf8";
}

function checkEncoding(headers: HeaderReader): void {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new Problem(
      "unsupported_media_type",
      "Cannot read body: content encoding must be identity, compressed bodies are not read",
    );
  }
}

/** Waits for `read`, but no longer than `deadlineMs`. */
async function within<T>(read: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Problem(
          "request_timeout",
          `Cannot read body: not complete after ${deadlineMs / 1000} seconds`,
        ),
      );
    }, deadlineMs);
  });
  try {
    return await Promise.race([read, late]);
  } catch (error) {
    if (error instanceof Problem) throw error;
    // Nobody is likely to read this answer: the connection broke.
    throw new Problem(
      "bad_json",
      "Cannot read body: connection closed before its end",
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Most bodies have come already and need not be waited for. */
function readBytes(
  { body, headers }: IncomingRequest,
  limit: number,
  deadlineMs: number,
): Uint8Array | Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  // A length that is announced too large need not be waited for.
  const announced = Number(headers.get("content-length") ?? 0);
  if (announced > limit) throw tooLarge(limit);
  return body.takeReady?.() ??
    within(collect(body, { announced, limit }), deadlineMs).then((bytes) => {
      if (bytes === undefined) throw tooLarge(limit);
      return bytes;
    });
}

function tooLarge(limit: number): Problem {
  return new Problem(
    "payload_too_large",
    `Cannot read body: it is longer than ${limit} bytes`,
  );
}

/** Looking at each byte first is quicker than the decoder up to here. */
const short = 400;

function textOf(bytes: Uint8Array): string {
  if (bytes.length <= short && isAscii(bytes)) return byteText(bytes);
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Problem("bad_json", "Cannot read body: it is not valid UTF-8");
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! >= 0x80) return false;
  }
  return true;
}

/**
 * Reads the body of a request as text, whatever its media type.
 *
 * @param call The request.
 * @param options Limits.
 * @returns The text, at once if it has come already; empty when there is no body.
 * @throws {Problem} `unsupported_media_type`, `payload_too_large`, `request_timeout` or `bad_json`.
 */
export function readText(
  { request }: Pick<Call, "request">,
  { limit = 1024 * 1024, deadlineMs = 15_000 }: Omit<
    ReadJsonOptions,
    "optional"
  > = {},
): string | Promise<string> {
  if (!isUtf8(request.headers.get("content-type") ?? "")) {
    throw new Problem(
      "unsupported_media_type",
      "Cannot read body: its text must be in UTF-8",
    );
  }
  checkEncoding(request.headers);
  const bytes = readBytes(request, limit, deadlineMs);
  return bytes instanceof Promise ? bytes.then(textOf) : textOf(bytes);
}

function parse(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  checkShape(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("bad_json", "Cannot read body: it is not valid JSON");
  }
}

/**
 * Reads the JSON body of a request.
 *
 * @param call The request.
 * @param schema What the value must be.
 * @param options Limits.
 * @returns The value as the schema gives it.
 * @throws {Problem} `unsupported_media_type`, `payload_too_large`, `request_timeout`, `bad_json` or
 * `validation_failed`.
 */
export async function readJson<S extends z.ZodType>(
  call: Pick<Call, "request">,
  schema: S,
  options: ReadJsonOptions = {},
): Promise<z.output<S>> {
  const { limit = 1024 * 1024, deadlineMs = 15_000, optional = false } =
    options;
  const { request } = call;
  if (!optional) checkHeaders(request.headers);
  const bytes = await readBytes(request, limit, deadlineMs);
  const absent = optional && bytes.length === 0;
  if (optional && !absent) checkHeaders(request.headers);
  const value = absent ? {} : parse(bytes);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error.issues, value);
  return parsed.data;
}
