/**
 * Decides what an e-mail address is and when two of them are the same.
 *
 * The address is checked against what mail really uses (RFC 5321 lengths, dot-atom local part, a
 * host name with at least two labels), not against all that RFC 5322 can spell: no quoted local
 * parts, no comments, no address literals. Nothing is trimmed: a space is an error, not noise.
 *
 * @module
 */

/** An address that passed. */
export interface EmailAddress {
  /** As it is kept and shown: lower case, NFC. */
  readonly email: string;
  /** Canonical key: two addresses with the same key are the same mailbox to us. */
  readonly key: string;
}

const maxAddressBytes = 254; // RFC 5321, 4.5.3.1.3, less the angle brackets
const maxLocalBytes = 64; // RFC 5321, 4.5.3.1.1
// RFC 5322 atext, and everything beyond ASCII (RFC 6531) that is not space or control.
const localPart =
  /^[\w!#$%&'*+/=?^`{|}~\-\u00a1-\u{10ffff}]+(?:\.[\w!#$%&'*+/=?^`{|}~\-\u00a1-\u{10ffff}]+)*$/u;
const invisible = /[\p{C}\p{Z}]/u;
const hostName =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * @param text What somebody typed.
 * @returns The address and its key, or `null` if it is not one.
 */
export function parseEmail(text: string): EmailAddress | null {
  if (
    text.length > maxAddressBytes || !text.isWellFormed() ||
    invisible.test(text)
  ) return null;
  const at = text.lastIndexOf("@");
  if (at < 1) return null;
  const local = text.slice(0, at).normalize("NFC").toLowerCase();
  if (byteLength(local) > maxLocalBytes || !localPart.test(local)) return null;
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === null) return null;
  const email = `${local}@${domain}`;
  if (byteLength(email) > maxAddressBytes) return null;
  const key = `${local.normalize("NFKC").toLowerCase()}@${domain}`;
  // Compatibility forms may hide a second "@" or a space (U+FF20 is one): then it is no address.
  if (key.lastIndexOf("@") !== key.indexOf("@") || invisible.test(key)) {
    return null;
  }
  return { email, key };
}

/** Turns a domain into lower-case ASCII (UTS 46), or answers `null` if it is no host name. */
function asciiDomain(domain: string): string | null {
  if (/[\s/\\?#:@[\]%]/.test(domain)) return null;
  const url = URL.parse(`http://${domain}`);
  if (url === null) return null;
  return url.hostname.length <= 253 && hostName.test(url.hostname)
    ? url.hostname
    : null;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
