/**
 * Decides where a finished sign-in may send the browser, for a session goes
 * with it.
 *
 * Parsed origins and paths are compared, never text prefixes. An address that
 * two parsers could read differently is refused rather than understood.
 *
 * @module
 */

import { Problem } from "../../base/problem.ts";

/** The operator's list. */
export interface RedirectAllowList {
  /**
   * @param redirectTo What a client asked for.
   * @returns The address in its canonical spelling, query included.
   * @throws {Problem} `redirect_not_allowed` when the list does not hold it.
   */
  check(redirectTo: string): string;
}

const maxLength = 2048;
/** Spaces and control characters vanish in URL parsers, backslashes become slashes. */
const treacherous = /[\p{C}\p{Z}\\#]/u;
/** Schemes whose addresses run or read something instead of going somewhere. */
const neverAllowed =
  /^(?:javascript|data|vbscript|file|blob|about|ws|wss|ftp):$/;

/**
 * Builds the list.
 *
 * @param entries Absolute URLs without a query. `https://app.example/done`
 * allows this origin and path, `https://app.example/done/*` everything below
 * it, `com.example.app://done` (any scheme but http and https) exactly itself.
 * @returns The list; without entries it allows nothing.
 * @throws {RangeError} When an entry is none of these.
 */
export function createRedirectAllowList(
  entries: readonly string[],
): RedirectAllowList {
  const exact = new Set<string>();
  const folders: URL[] = [];
  for (const entry of entries) {
    const url = parseEntry(entry);
    if (url.pathname.endsWith("/*")) {
      url.pathname = url.pathname.slice(0, -1);
      folders.push(url);
    } else {
      exact.add(url.href);
    }
  }

  function allows(url: URL): boolean {
    const place = new URL(url);
    place.search = "";
    if (exact.has(place.href)) return true;
    // "%2f" is a slash to some servers: it could climb out of the folder.
    if (/%(?:2f|5c)/i.test(url.pathname)) return false;
    return folders.some(({ origin, pathname }) =>
      url.origin === origin && url.pathname.startsWith(pathname)
    );
  }

  return {
    check(redirectTo) {
      const url = parseStrictly(redirectTo);
      if (url !== null && allows(url)) return url.href;
      throw new Problem(
        "redirect_not_allowed",
        "Cannot start the sign-in: redirect_to is not on the list of allowed redirects",
      );
    },
  };
}

/** Reads an address that is spelled the one way every parser reads alike. */
function parseStrictly(text: string): URL | null {
  if (text.length > maxLength || treacherous.test(text)) return null;
  const url = URL.parse(text);
  if (url === null || neverAllowed.test(url.protocol)) return null;
  if (url.username !== "" || url.password !== "") return null;
  if (!isHttp(url)) return url;
  // The authority must be the host as it was parsed: no user info, no decimal
  // or octal address, no percent-encoded or Unicode host name.
  const authority = /^https?:\/\/([^/?]+)/i.exec(text)?.[1]?.toLowerCase();
  const port = url.protocol === "https:" ? ":443" : ":80";
  const canonical = authority === url.host ||
    (url.port === "" && authority === `${url.host}${port}`);
  return canonical ? url : null;
}

function parseEntry(entry: string): URL {
  function refuse(reason: string): never {
    throw new RangeError(`Cannot allow redirects to "${entry}": ${reason}`);
  }
  const url = parseStrictly(entry);
  if (url === null) {
    refuse("it must be an absolute URL, in its plain spelling, no fragment");
  }
  if (entry.includes("?")) refuse("it must have no query");
  const rest = isHttp(url) && url.pathname.endsWith("/*")
    ? url.href.slice(0, -1)
    : url.href;
  if (rest.includes("*")) {
    refuse("a star may only stand for what is below a path, as in /path/*");
  }
  return url;
}

function isHttp(url: URL): boolean {
  return url.protocol === "https:" || url.protocol === "http:";
}
