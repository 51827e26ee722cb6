/**
 * Where the benchmark keeps its databases.
 *
 * @module
 */

import { root } from "./paths.ts";

const prefix = "heliosdb-bench-";

/**
 * Makes a folder on a disk: where the temporary files of the machine are in memory, which makes
 * every sync free, a folder beside the sources.
 *
 * @returns Its path.
 */
export async function makeFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix });
  if (!await isInMemory(folder)) return folder;
  await Deno.remove(folder);
  return await Deno.makeTempDir({ prefix: `.${prefix}`, dir: root });
}

/** Asks GNU's `stat`; where there is another one, memory is not what temporary files are in. */
async function isInMemory(folder: string): Promise<boolean> {
  const { success, stdout } = await new Deno.Command("stat", {
    args: ["--file-system", "--format=%T", folder],
    stdin: "null",
    stderr: "null",
  }).output();
  const type = new TextDecoder().decode(stdout).trim();
  return success && (type === "tmpfs" || type === "ramfs");
}
