/**
 * Header fields that every answer has.
 *
 * An API has no page to protect, so the strictest policy fits: nothing may be loaded or framed, no
 * referrer, no sniffing. Answers are about one caller at one moment: no cache keeps them unless an
 * answer says otherwise (RFC 6749 §5.1 demands this for tokens).
 *
 * @module
 */

const constant = [
  "x-content-type-options: nosniff",
  "content-security-policy: default-src 'none'; frame-ancestors 'none'",
  "referrer-policy: no-referrer",
  "cache-control: no-store",
  "pragma: no-cache",
  "",
].join("\r\n");

/** Two years: what browsers' lists of such hosts ask for. */
const transportSecurity = "strict-transport-security: max-age=63072000\r\n";

/**
 * Writes the header lines that every answer has.
 *
 * @param options Whether we serve TLS ourselves, and the clock for the `Date` field.
 * @returns Function from a request's id to the lines, each with its line end.
 */
export function commonLines(
  { tls, now }: { tls: boolean; now: () => number },
): (requestId: string) => string {
  const fixed = tls ? constant + transportSecurity : constant;
  let second = NaN;
  let dated = "";
  return (requestId) => {
    const present = Math.floor(now() / 1000);
    if (present !== second) {
      second = present;
      dated = `${fixed}date: ${new Date(second * 1000).toUTCString()}\r\n`;
    }
    return `${dated}x-request-id: ${requestId}\r\n`;
  };
}
