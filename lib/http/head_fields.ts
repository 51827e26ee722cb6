/**
 * The header fields of a request (RFC 9110 §5, RFC 9112 §5, §6) and what they say of the message itself.
 *
 * A client sends the same fields with each request of a connection, so they are read once and serve all
 * heads that have them; who works something out of them may keep it by `headers`.
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

/** The fields of a head. */
export interface HeadFields {
  /** The lines that they were read from, each with a line end before it. */
  readonly text: string;
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

/** What no line of a head may hold: control characters, a CR or LF by itself among them. */
// deno-lint-ignore no-control-regex -- control characters are what is looked for
export const forbidden = /[\0-\x08\x0a-\x1f\x7f]/;

/** A host and its port (RFC 9110 §7.2). */
export const authority =
  /^(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/;

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

/**
 * @param what What is wrong.
 * @returns The problem of a request that cannot be read.
 */
export function malformed(what: string): Problem {
  return new Problem("validation_failed", `Cannot read request: ${what}`);
}

/** @returns The problem of a head that holds what no line may. */
export function controlCharacter(): Problem {
  return malformed("its header holds a control character");
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
 * Reads the fields of a head.
 *
 * @param text Their lines, each with a line end before it; one character a byte.
 * @param old Whether the sender speaks HTTP/1.0.
 * @returns What they say.
 * @throws {Problem} `validation_failed` when they are malformed, `payload_too_large` when they are too
 *   many.
 */
export function parseFields(text: string, old: boolean): HeadFields {
  const lines = text.split("\r\n");
  if (lines.length - 1 > maxHeaderFields) {
    throw new Problem(
      "payload_too_large",
      `Cannot read request: it has more than ${maxHeaderFields} header fields`,
    );
  }
  const headers = new Fields();
  for (let i = 1; i < lines.length; i++) {
    const field = lines[i] as string;
    if (forbidden.test(field)) throw controlCharacter();
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
  const connection = headers.own("connection")?.toLowerCase().split(",")
    .map((option) => trimmed(option, 0)) ?? [];
  return {
    text,
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
