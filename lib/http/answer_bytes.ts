/**
 * Turns an answer into the bytes that go over the connection (RFC 9112 §4, §6).
 *
 * @module
 */

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

// The head is ASCII: a header value of the platform's `Headers` may hold bytes beyond it, which
// would become two in UTF-8 and break the count below.
const beyondAscii = /[^\0-\x7f]/g;

/**
 * Encodes an answer.
 *
 * @param answer Status, header fields, body.
 * @param frame What the connection adds.
 * @returns Head and body.
 */
export async function answerBytes(
  answer: Response,
  frame: AnswerFrame,
): Promise<Uint8Array> {
  const { status } = answer;
  let head = `HTTP/1.1 ${status} ${reasons[status] ?? ""}\r\n`;
  let { common } = frame;
  for (const [name, value] of answer.headers) {
    head += `${name}: ${value}\r\n`;
    if (common.includes(`${name}: `)) common = without(common, name);
  }
  head += common;
  // These two never have a body (RFC 9110 §15.3.5, §15.4.5), so no length of it either.
  const bodiless = status === 204 || status === 304;
  // `answer.body` is not asked for: the platform would build a stream only to be asked.
  const body = bodiless ? new Uint8Array() : await answer.bytes();
  if (!bodiless) head += `content-length: ${body.length}\r\n`;
  if (frame.close) head += "connection: close\r\n";
  else if (frame.old) head += "connection: keep-alive\r\n";
  head = `${head}\r\n`.replace(beyondAscii, "?");
  if (body.length === 0 || frame.headOnly) return encoder.encode(head);
  const bytes = new Uint8Array(head.length + body.length);
  encoder.encodeInto(head, bytes);
  bytes.set(body, head.length);
  return bytes;
}

function without(lines: string, name: string): string {
  return lines.split("\r\n").filter((line) => !line.startsWith(`${name}: `))
    .join("\r\n");
}
