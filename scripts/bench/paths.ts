/**
 * Where things are.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/**
 * @param url A `file:` URL.
 * @returns Its path.
 */
export function fromFileUrl(url: URL): string {
  return fileURLToPath(url);
}

/** The folder of `deno.json`. */
export const root: string = fromFileUrl(new URL("../../", import.meta.url));
