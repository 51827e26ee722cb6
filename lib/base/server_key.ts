/**
 * The secret from which the salts of unknown roles are made: it lasts as long as the roles do, so that
 * a salt which changes with a restart tells nobody that its role does not exist.
 *
 * @module
 */

import { join } from "node:path";

const name = "wire.key";
const keyLength = 32;

/** Reads the key; `undefined` when there is none, or it is none. */
function readKey(path: string): Uint8Array | undefined {
  try {
    const bytes = Deno.readFileSync(path);
    return bytes.length === keyLength ? bytes : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Reads the key of a data directory, making it the first time.
 *
 * @param directory Data directory that this process holds; nothing for a database in memory.
 * @returns The key.
 */
export function serverKey(directory: string | undefined): Uint8Array {
  const fresh = crypto.getRandomValues(new Uint8Array(keyLength));
  if (directory === undefined) return fresh;
  const path = join(directory, name);
  const kept = readKey(path);
  if (kept !== undefined) return kept;
  // Put in place whole, whatever ends the process in between.
  const draft = `${path}.new`;
  Deno.writeFileSync(draft, fresh, { mode: 0o600 });
  Deno.renameSync(draft, path);
  return fresh;
}
