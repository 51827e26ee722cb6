/**
 * Puts a file in place all at once.
 *
 * @module
 */

import { dirname } from "node:path";

/**
 * Writes a file under a name of its own and renames it, so that nobody ever sees half of it and a
 * program that runs from the old one goes on.
 *
 * @param path File to make or replace.
 * @param pieces Its content.
 * @param mode Its permissions.
 */
export async function replaceFile(
  path: string,
  pieces: readonly Uint8Array[],
  mode: number,
): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${crypto.randomUUID()}`;
  try {
    using file = await Deno.open(temporary, {
      write: true,
      createNew: true,
      mode,
    });
    for (const piece of pieces) {
      for (let rest = piece; rest.length > 0;) {
        rest = rest.subarray(await file.write(rest));
      }
    }
    await Deno.chmod(temporary, mode);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
