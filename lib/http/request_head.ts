/**
 * Reads the head of a request: its first line here, its fields in `head_fields.ts` (RFC 9112 §2 to §6).
 *
 * Strict on purpose: whatever two programs in a chain could read in two ways is refused (bare CR or
 * LF, folded lines, a space before the colon, repeated framing fields), because that is what request
 * smuggling is made of. Knows nothing of sockets.
 *
 * @module
 */

import {
  authority,
  controlCharacter,
  forbidden,
  type HeadFields,
  malformed,
  parseFields,
} from "./head_fields.ts";

/** What stands before the body. */
export interface RequestHead {
  readonly method: string;
  /** Path of the target, undecoded. */
  readonly path: string;
  /** Query of the target without its question mark, undecoded. */
  readonly search: string;
  readonly fields: HeadFields;
}

const requestLine =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([^ ]+) HTTP\/1\.([01])$/;

/** What a request line may begin with, to tell early what will never become one. */
const beginning =
  /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?: [^ \r\n]*(?: [HTP/1.0]{0,8}\r?)?)?)?$/;

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
 * @param last Fields of the request before it on the same connection.
 * @returns What it says.
 * @throws {Problem} `validation_failed` when it is malformed, `payload_too_large` when it has too
 * many fields.
 */
export function parseHead(text: string, last?: HeadFields): RequestHead {
  const lineEnd = text.indexOf("\r\n");
  const first = lineEnd < 0 ? text : text.slice(0, lineEnd);
  if (forbidden.test(first)) throw controlCharacter();
  const line = requestLine.exec(first);
  if (line === null) {
    throw malformed("its first line is not that of an HTTP/1.1 request");
  }
  const [, method = "", rawTarget = "", minor] = line;
  const old = minor === "0";
  const rest = lineEnd < 0 ? "" : text.slice(lineEnd);
  const fields = last !== undefined && last.text === rest && last.old === old
    ? last
    : parseFields(rest, old);
  const target = originForm(percentEncoded(rawTarget), method);
  if (target.includes("#")) {
    throw malformed("its target must not have a fragment");
  }
  const question = target.indexOf("?");
  return {
    method,
    path: question < 0 ? target : target.slice(0, question),
    search: question < 0 ? "" : target.slice(question + 1),
    fields,
  };
}
