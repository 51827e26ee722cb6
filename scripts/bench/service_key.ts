/**
 * The key of a program that row level security does not restrict, as `heliosdb-nano keys` prints it.
 *
 * @module
 */

const lifetimeSeconds = 3600;
const encoder = new TextEncoder();

/**
 * @param secret Secret of the server.
 * @returns A token with the role `service_role` (RFC 7519, HS256).
 */
export async function serviceKey(secret: string): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const signed = [
    { typ: "JWT", alg: "HS256" },
    { role: "service_role", iat, exp: iat + lifetimeSeconds },
  ].map((part) => base64url(encoder.encode(JSON.stringify(part)))).join(".");
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signature = await crypto.subtle.sign(
    "HMAC",
    key,
    encoder.encode(signed),
  );
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
