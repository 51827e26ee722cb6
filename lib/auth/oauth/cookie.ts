/**
 * The one cookie there is: it ties a sign-in at a provider to the browser that
 * began it (RFC 6749, section 10.12; RFC 6265).
 *
 * `SameSite=Lax`, because the browser comes back from the provider's site. The
 * path over http is `/auth/v1`, not the callback alone: `/authorize` must see
 * the cookie too, to let a second tab share it. Over https the `__Host-` prefix
 * keeps other hosts of the domain from planting one, at the price of path `/`.
 *
 * @module
 */

import { secretPattern } from "../secrets.ts";

/** How the browser reaches this server. */
export interface CookieOptions {
  /** Whether that is https (also when a proxy in front speaks it). */
  secure: boolean;
}

const lifetimeSeconds = 600;

function cookieName(secure: boolean): string {
  return secure ? "__Host-heliosdb_oauth" : "heliosdb_oauth";
}

/**
 * @param header Value of the `Cookie` header, `null` if there is none.
 * @param options How the browser reaches this server.
 * @returns The cookie's value; `undefined` when it is absent, an empty text
 * when it is malformed or there are two that differ, which matches no flow.
 */
export function readFlowCookie(
  header: string | null,
  { secure }: CookieOptions,
): string | undefined {
  const prefix = `${cookieName(secure)}=`;
  const values = new Set(
    (header ?? "").split(";").map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(prefix))
      .map((pair) => pair.slice(prefix.length)),
  );
  const [value] = values;
  if (value === undefined) return undefined;
  return values.size === 1 && secretPattern.test(value) ? value : "";
}

/**
 * @param value What {@linkcode OAuthFlows.begin} gave.
 * @param options How the browser reaches this server.
 * @returns Value of the `Set-Cookie` header.
 */
export function flowCookie(value: string, { secure }: CookieOptions): string {
  const attributes = `Max-Age=${lifetimeSeconds}; HttpOnly; SameSite=Lax`;
  const place = secure ? "Path=/; Secure" : "Path=/auth/v1";
  return `${cookieName(secure)}=${value}; ${place}; ${attributes}`;
}

// Browsers send Sec-Fetch-* to https and loopback only: elsewhere the name has
// to do. Text browsers keep cookies too.
const browserNames =
  /Mozilla\/|AppleWebKit|Gecko\/|Chrome\/|Firefox\/|FxiOS\/|CriOS\/|Safari\/|Edg[A-Za-z]*\/|OPR\/|Opera|MSIE |Trident\/|Lynx\/|w3m\/|Links|Dillo\/|NetSurf\//i;

/** Header fields that browsers send of their own accord and scripts do not. */
const browserFields = [
  "sec-fetch-site",
  "sec-fetch-mode",
  "sec-fetch-dest",
  "sec-fetch-user",
  "sec-ch-ua",
  "sec-ch-ua-mobile",
  "sec-ch-ua-platform",
];

/**
 * @param headers Headers of a request.
 * @returns Whether a browser seems to have sent it, rather than a script.
 */
export function looksLikeBrowser(
  headers: Pick<Headers, "get" | "has">,
): boolean {
  return browserFields.some((name) => headers.has(name)) ||
    browserNames.test(headers.get("user-agent") ?? "");
}
