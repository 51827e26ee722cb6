/**
 * The flags that the program runs with: those of the `start` task, so that the task and both forms of
 * the executable cannot differ.
 *
 * @module
 */

import { join } from "node:path";

/**
 * Reads the flags of the `start` task, in `deno.json`.
 *
 * @param root Folder of the project.
 * @returns What stands between `deno run` and the program, without what is about the lock file.
 */
export async function startFlags(root: string): Promise<string[]> {
  const config = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const command: unknown = config?.tasks?.start?.command;
  const flags = typeof command === "string"
    ? /^deno run (?<flags>.*) dist\/start\/main\.js start$/.exec(command)
      ?.groups?.flags
    : undefined;
  if (flags === undefined) {
    throw new Error(
      "Cannot read the start task: its command is not `deno run … dist/start/main.js start`",
    );
  }
  // An executable brings its packages and has no lock file.
  return flags.split(/\s+/).filter((flag) => flag !== "--frozen");
}
