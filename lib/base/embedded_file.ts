/**
 * Copies a file that is embedded in an executable (`deno compile --include`) to where the operating
 * system can load it as code.
 *
 * The folder must be the user's own and closed to others; the copy is named after its content, checked
 * byte for byte at every start, and put in place all at once.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { fileTrouble } from "./file_trouble.ts";

/**
 * Makes sure that a copy of an embedded file is in a folder.
 *
 * @param file The embedded file, for example `new URL("./dist/embedded/x.so", import.meta.url)`.
 * @param folder Private folder for the copy; made when it is missing.
 * @returns Path of the copy.
 * @throws {Error} When the folder is somebody else's, open to others, or cannot be written.
 */
export async function copyOutEmbedded(
  file: URL,
  folder: string,
): Promise<string> {
  try {
    return await copyOut(file, folder);
  } catch (error) {
    const advice = "set HELIOSDB_CACHE_DIR to another folder";
    const trouble = fileTrouble(error, advice);
    if (trouble === undefined) throw error;
    throw new Error(`Cannot copy a library into "${folder}": ${trouble}`, {
      cause: error,
    });
  }
}

async function copyOut(file: URL, folder: string): Promise<string> {
  const content = await Deno.readFile(file);
  const target = join(folder, `${sha256(content)}-${basename(file.pathname)}`);

  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const place = await Deno.stat(folder);
  if (!place.isDirectory || !isPrivate(place)) {
    throw new Error(
      `Cannot copy a library into "${folder}": others can write there, ` +
        "set HELIOSDB_CACHE_DIR to a folder that is yours alone",
    );
  }
  if (await isIntact(target, content)) return target;

  const temporary = `${target}.${crypto.randomUUID()}`;
  try {
    await Deno.writeFile(temporary, content, { createNew: true, mode: 0o600 });
    await Deno.rename(temporary, target);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  return target;
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Tells whether only we can change something. Windows keeps its own lists instead of a mode. */
function isPrivate({ uid, mode }: Deno.FileInfo): boolean {
  if (uid === null || mode === null) return true;
  return uid === Deno.uid() && (mode & 0o022) === 0;
}

async function isIntact(path: string, content: Uint8Array): Promise<boolean> {
  try {
    const info = await Deno.lstat(path);
    if (!info.isFile || !isPrivate(info) || info.size !== content.length) {
      return false;
    }
    return sha256(await Deno.readFile(path)) === sha256(content);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
