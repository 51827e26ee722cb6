/**
 * `tls-server-end-point` (RFC 5929, 4): the digest of our certificate, which a client signs so that
 * nobody can sit between with another one.
 *
 * @module
 */

import { hash } from "node:crypto";

/** Digest for each signature algorithm, by the DER of its object identifier; MD5 and SHA-1 give SHA-256. */
const digests: Readonly<
  Record<string, "sha224" | "sha256" | "sha384" | "sha512">
> = {
  "2a864886f70d010104": "sha256", // md5WithRSAEncryption
  "2a864886f70d010105": "sha256", // sha1WithRSAEncryption
  "2a864886f70d01010e": "sha224", // sha224WithRSAEncryption
  "2a864886f70d01010b": "sha256", // sha256WithRSAEncryption
  "2a864886f70d01010c": "sha384", // sha384WithRSAEncryption
  "2a864886f70d01010d": "sha512", // sha512WithRSAEncryption
  "2a8648ce3d0401": "sha256", // ecdsa-with-SHA1
  "2a8648ce3d040301": "sha224", // ecdsa-with-SHA224
  "2a8648ce3d040302": "sha256", // ecdsa-with-SHA256
  "2a8648ce3d040303": "sha384", // ecdsa-with-SHA384
  "2a8648ce3d040304": "sha512", // ecdsa-with-SHA512
};

/** One element of DER: where its content begins and ends. */
function element(
  der: Uint8Array,
  at: number,
): { start: number; end: number } {
  const first = der[at + 1] ?? 0;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    length = 0;
    for (let left = first & 0x7f; left > 0; left--) {
      length = length * 256 + (der[start++] ?? 0);
    }
  }
  return { start, end: start + length };
}

/** Certificate ::= SEQUENCE { tbsCertificate, SEQUENCE { algorithm, … }, signature } */
function signatureAlgorithm(der: Uint8Array): string {
  const tbs = element(der, element(der, 0).start);
  const identifier = element(der, element(der, tbs.end).start);
  return der.subarray(identifier.start, identifier.end).toHex();
}

/**
 * @param pem Certificate chain, PEM; the first is ours.
 * @returns What a client binds to; `undefined` when the certificate's signature names no digest
 *   (Ed25519, RSASSA-PSS), so that channel binding cannot be offered.
 */
export function endPointOf(pem: string): Uint8Array | undefined {
  const body = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem)?.[1];
  if (body === undefined) return undefined;
  const der = Uint8Array.fromBase64(body.replace(/\s/g, ""));
  const digest = digests[signatureAlgorithm(der)];
  return digest === undefined ? undefined : hash(digest, der, "buffer");
}
