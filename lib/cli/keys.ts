/**
 * What `keys` prints.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- roles and claims have their own names

/** A key. */
export interface PrintedKey {
  readonly token: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** The keys, and whether everybody could make them. */
export interface PrintedKeys {
  readonly anon: PrintedKey;
  readonly serviceRole: PrintedKey;
  readonly secretIsKnown: boolean;
}

/**
 * @param keys The keys.
 * @param json Whether a program reads it.
 * @returns The text, and what is said beside it on standard error.
 */
export function keysText(
  { anon, serviceRole, secretIsKnown }: PrintedKeys,
  json: boolean,
): { text: string; warning: string | undefined } {
  const warning = secretIsKnown
    ? "WARNING: the keys are signed with the development secret that everybody knows: set JWT_SECRET"
    : undefined;
  if (json) {
    const object = {
      anon: anon.token,
      service_role: serviceRole.token,
      expires_at: anon.expiresAt,
    };
    return { text: JSON.stringify(object, null, 2), warning };
  }
  const end = new Date(anon.expiresAt * 1000).toISOString().slice(0, 10);
  const text = [
    "anon, for browsers and apps: row security decides what it sees",
    anon.token,
    "",
    "service_role, for your own servers: it passes row security, keep it secret",
    serviceRole.token,
    "",
    `Both end on ${end}, or as soon as JWT_SECRET changes: then make new ones.`,
  ].join("\n");
  return { text, warning };
}
