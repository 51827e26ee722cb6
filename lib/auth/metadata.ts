/**
 * Bounds `user_metadata`: it travels in every access token, so it must stay small.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";

/** Largest `user_metadata`, in bytes of JSON. A token carries it, and a header carries the token. */
export const maxUserMetadataBytes = 4096;

/**
 * @param data What a user wants to keep with the account.
 * @returns The same.
 * @throws {Problem} `validation_failed` when it is too large.
 */
export function checkUserMetadata(
  data: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (
    new TextEncoder().encode(JSON.stringify(data)).length > maxUserMetadataBytes
  ) {
    throw new Problem(
      "validation_failed",
      `User metadata must be at most ${maxUserMetadataBytes} bytes of JSON, keep more in a table of your own`,
    );
  }
  return data;
}

/**
 * Merges as GoTrue does: keys are replaced one by one, `null` removes a key.
 *
 * @param present What is kept now.
 * @param change What the user sent.
 * @returns The merged object.
 * @throws {Problem} `validation_failed` when it is too large.
 */
export function mergeUserMetadata(
  present: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const merged = new Map(Object.entries(present));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return checkUserMetadata(Object.fromEntries(merged));
}
