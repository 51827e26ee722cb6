/**
 * Turns an answer into the bytes that go over the connection (RFC 9112 §4, §6).
 *
 * @module
 */

import { TextAnswer } from "./answer.ts";

/** What the connection adds to an answer. */
export interface AnswerFrame {
  /** Header lines that every answer has, each with its line end; a field of the answer's own wins. */
  readonly common: string;
  /** Whether the connection ends after this answer. */
  readonly close: boolean;
  /** Whether the request was sent with HTTP/1.0. */
  readonly old?: boolean;
  /** Whether the body is left out, as for `HEAD` (RFC 9110 §9.3.2). */
  readonly headOnly?: boolean;
}

const reasons: Readonly<Record<number, string>> = {
  100: "Continue",
  200: "OK",
  201: "Created",
  204: "No Content",
  206: "Partial Content",
  300: "Multiple Choices",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

const encoder = new TextEncoder();

/** What the fields about the body and the connection take at most. */
const roomForEnd = 96;

// What may not stand in a header value: control characters, of which a line end would begin another
// field, and bytes beyond ASCII, which would become two in UTF-8 and break the count of bytes.
const improper = /[^\t\x20-\x7e]/;

/**
 * Encodes an answer.
 *
 * @param answer Status, header fields, body.
 * @param frame What the connection adds.
 * @param room Written to if the answer fits, for a buffer of one's own costs more than filling it.
 * @returns Head and body.
 */
export function answerBytes(
  answer: Response,
  frame: AnswerFrame,
  room: Uint8Array = new Uint8Array(),
): Uint8Array | Promise<Uint8Array> {
  if (answer instanceof TextAnswer) {
    const { content, status, fields } = answer;
    if (fields !== undefined) {
      const start = startOf(status, Object.entries(fields), frame);
      return inRoom(start, content, { status, frame, room }) ??
        joined(start, encoder.encode(content), { status, frame });
    }
  }
  return platformAnswerBytes(answer, frame);
}

/** Writes the body first, which tells its length, and the head right before it; nothing if they do not fit. */
function inRoom(
  start: string,
  content: string,
  { status, frame, room }: {
    status: number;
    frame: AnswerFrame;
    room: Uint8Array;
  },
): Uint8Array | undefined {
  const bodyAt = start.length + roomForEnd;
  if (frame.headOnly || bodyAt + content.length > room.length) return undefined;
  const { read, written } = encoder.encodeInto(content, room.subarray(bodyAt));
  if (read < content.length) return undefined;
  // A head is ASCII, so its characters are its bytes.
  const head = start + endOf(status, written, frame);
  const headAt = bodyAt - head.length;
  encoder.encodeInto(head, room.subarray(headAt, bodyAt));
  return room.subarray(headAt, bodyAt + written);
}

async function platformAnswerBytes(
  answer: Response,
  frame: AnswerFrame,
): Promise<Uint8Array> {
  const { status } = answer;
  const start = startOf(status, answer.headers, frame);
  // `answer.body` is not asked for: the platform would build a stream only to be asked.
  return joined(
    start,
    bodiless(status) ? new Uint8Array() : await answer.bytes(),
    { status, frame },
  );
}

/** These two never have a body, so no length of one either (RFC 9110 §15.3.5, §15.4.5). */
function bodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** Status line and header fields. */
function startOf(
  status: number,
  fields: Iterable<readonly [string, string]>,
  { common }: AnswerFrame,
): string {
  let start = `HTTP/1.1 ${status} ${reasons[status] ?? ""}\r\n`;
  let others = common;
  for (const [name, value] of fields) {
    const proper = improper.test(value)
      ? value.replace(/[^\t\x20-\x7e]/g, "?")
      : value;
    start += `${name}: ${proper}\r\n`;
    // This one every answer has, and no common line is.
    if (name !== "content-type" && others.includes(`${name}: `)) {
      others = without(others, name);
    }
    // The old word for `no-cache` counts for some caches beside whatever else is said.
    if (name === "cache-control") others = without(others, "pragma");
  }
  return start + others;
}

/**
 * The fields about the body and the connection, and the empty line. A handler that made no body for HEAD says
 * nothing of the length that it would have (RFC 9110 §8.6).
 */
function endOf(
  status: number,
  length: number,
  { close, old, headOnly = false }: AnswerFrame,
): string {
  const framing = bodiless(status) || (headOnly && length === 0)
    ? ""
    : `content-length: ${length}\r\n`;
  const connection = close
    ? "connection: close\r\n"
    : old
    ? "connection: keep-alive\r\n"
    : "";
  return `${framing}${connection}\r\n`;
}

function joined(
  start: string,
  body: Uint8Array,
  { status, frame }: { status: number; frame: AnswerFrame },
): Uint8Array {
  const head = start + endOf(status, body.length, frame);
  if (frame.headOnly) return encoder.encode(head);
  const bytes = new Uint8Array(head.length + body.length);
  encoder.encodeInto(head, bytes);
  bytes.set(body, head.length);
  return bytes;
}

function without(lines: string, name: string): string {
  return lines.split("\r\n").filter((line) => !line.startsWith(`${name}: `))
    .join("\r\n");
}
