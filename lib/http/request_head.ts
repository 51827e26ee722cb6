/**
 * Reads the head of a request: request line and header fields (RFC 9112 §2 to §6).
 *
 * Strict on purpose: whatever two programs in a chain could read in two ways is refused (bare CR or
 * LF, folded lines, a space before the colon, repeated framing fields), because that is what request
 * smuggling is made of. Knows nothing of sockets.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
import type { HeaderReader } from "./call.ts";

/** Header fields of one request, at most. */
export const maxHeaderFields = 100;

/** How the body of a request is delimited (RFC 9112 §6.3). */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" };

/** What stands before the body. */
export interface RequestHead {
  readonly method: string;
  /** Path of the target, undecoded. */
  readonly path: string;
  /** Query of the target without its question mark, undecoded. */
  readonly search: string;
  readonly headers: HeaderReader;
  readonly framing: Framing;
  /** Whether the connection may serve another request. */
  readonly keepAlive: boolean;
  /** Whether the sender waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
  /** Whether the sender speaks HTTP/1.0. */
  readonly old: boolean;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

// What no line of a head may hold: control characters, a CR or LF by itself among them.
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const forbidden = /[\0-\x08\x0a-\x1f\x7f]/;

const requestLine =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([^ ]+) HTTP\/1\.([01])$/;

/** What a request line may begin with, to tell early what will never become one. */
const beginning =
  /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?: [^ \r\n]*(?: [HTP/1.0]{0,8}\r?)?)?)?$/;

const authority = /^(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/;

/** Fields of which a second one would make the request mean two things. */
const single = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "content-type",
  "content-encoding",
  "authorization",
  "expect",
  "origin",
]);

class Fields implements HeaderReader {
  readonly #values = new Map<string, string>();

  add(name: string, value: string): void {
    const before = this.#values.get(name);
    if (before === undefined) {
      this.#values.set(name, value);
    } else if (single.has(name)) {
      throw malformed(`header ${name} was sent twice`);
    } else {
      this.#values.set(
        name,
        `${before}${name === "cookie" ? "; " : ", "}${value}`,
      );
    }
  }

  get(name: string): string | null {
    return this.own(name) ?? this.own(name.toLowerCase()) ?? null;
  }

  /** As `get`, for a name that is in lower case already. */
  own(name: string): string | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  entries(): Iterable<readonly [string, string]> {
    return this.#values.entries();
  }
}

function malformed(what: string): Problem {
  return new Problem("validation_failed", `Cannot read request: ${what}`);
}

/** `/path?query` of a target (RFC 9112 §3.2). */
function originForm(target: string, method: string): string {
  if (target.startsWith("/")) return target;
  if (target === "*" && method === "OPTIONS") return target;
  const absolute = /^https?:\/\/([^/?#]+)([^#]*)$/i.exec(target);
  if (absolute === null || !authority.test(absolute[1] ?? "")) {
    throw malformed("its target must be a path");
  }
  const rest = absolute[2] ?? "";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** Bytes beyond ASCII, which some clients leave as they are, become what they should have sent. */
function percentEncoded(target: string): string {
  if (!/[\x80-\xff]/.test(target)) return target;
  return target.replace(
    /[\x80-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `text` from `start` without spaces and tabs around it; a regular expression would be quadratic. */
function trimmed(text: string, start: number): string {
  let from = start;
  let to = text.length;
  while (from < to && (text[from] === " " || text[from] === "\t")) from += 1;
  while (to > from && (text[to - 1] === " " || text[to - 1] === "\t")) to -= 1;
  return text.slice(from, to);
}

function framingOf(headers: Fields, old: boolean): Framing {
  const length = headers.own("content-length");
  const coding = headers.own("transfer-encoding");
  if (coding !== undefined) {
    if (length !== undefined) {
      throw malformed("it has both content-length and transfer-encoding");
    }
    if (old || coding.toLowerCase() !== "chunked") {
      throw malformed("its transfer-encoding must be chunked");
    }
    return { kind: "chunked" };
  }
  if (length === undefined) return { kind: "none" };
  if (!/^\d{1,15}$/.test(length)) {
    throw malformed("its content-length is not a number");
  }
  return Number(length) === 0
    ? { kind: "none" }
    : { kind: "length", length: Number(length) };
}

/**
 * Tells whether a beginning can still become a request, so that garbage is answered at once.
 *
 * @param text Everything received so far, one character a byte.
 * @returns Whether it is worth waiting for the rest.
 */
export function isPlausible(text: string): boolean {
  const end = text.indexOf("\n");
  return end < 0
    ? beginning.test(text)
    : requestLine.test(text.slice(0, Math.max(0, end - 1)));
}

/**
 * Reads a head.
 *
 * @param text The head without the empty line that ends it, one character a byte.
 * @returns What it says.
 * @throws {Problem} `validation_failed` when it is malformed, `payload_too_large` when it has too
 * many fields.
 */
export function parseHead(text: string): RequestHead {
  const lines = text.split("\r\n");
  if (lines.some((each) => forbidden.test(each))) {
    throw malformed("its header holds a control character");
  }
  const [first = "", ...fields] = lines;
  const line = requestLine.exec(first);
  if (line === null) {
    throw malformed("its first line is not that of an HTTP/1.1 request");
  }
  const [, method = "", rawTarget = "", minor] = line;
  const old = minor === "0";
  if (fields.length > maxHeaderFields) {
    throw new Problem(
      "payload_too_large",
      `Cannot read request: it has more than ${maxHeaderFields} header fields`,
    );
  }

  const headers = new Fields();
  for (const field of fields) {
    const colon = field.indexOf(":");
    const name = field.slice(0, Math.max(0, colon)).toLowerCase();
    // Also refuses folded lines and a space before the colon (RFC 9112 §5.1, §5.2).
    if (!token.test(name)) throw malformed("a header field has no proper name");
    headers.add(name, trimmed(field, colon + 1));
  }

  const host = headers.own("host");
  if (host === undefined ? !old : !authority.test(host)) {
    throw malformed("it needs one proper host header");
  }
  const target = originForm(percentEncoded(rawTarget), method);
  if (target.includes("#")) {
    throw malformed("its target must not have a fragment");
  }
  const question = target.indexOf("?");
  const connection = headers.own("connection")?.toLowerCase().split(",")
    .map((option) => trimmed(option, 0)) ?? [];
  return {
    method,
    path: question < 0 ? target : target.slice(0, question),
    search: question < 0 ? "" : target.slice(question + 1),
    headers,
    framing: framingOf(headers, old),
    keepAlive: old
      ? connection.includes("keep-alive") && !connection.includes("close")
      : !connection.includes("close"),
    expectsContinue: !old &&
      headers.own("expect")?.toLowerCase() === "100-continue",
    old,
  };
}
