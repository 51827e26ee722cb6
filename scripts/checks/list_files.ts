/**
 * Lists the files that belong to the project: those that git tracks or would take up.
 *
 * @module
 */

import { run } from "../run.ts";

/**
 * @param root Folder of the project.
 * @returns Paths relative to it, sorted; files that were deleted are left out.
 */
export async function listFiles(root: string): Promise<string[]> {
  const { success, stdout, stderr } = await run(
    [
      "git",
      "ls-files",
      "--cached",
      "--others",
      "--exclude-standard",
      "--deduplicate",
      "-z",
    ],
    { cwd: root },
  );
  if (!success) {
    throw new Error(`Cannot list the project's files: ${stderr.trim()}`);
  }
  const paths = stdout.split("\0").filter((path) => path !== "").toSorted();
  const present = await Promise.all(
    paths.map((path) => exists(`${root}/${path}`)),
  );
  return paths.filter((_, index) => present[index]);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
