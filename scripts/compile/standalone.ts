/**
 * Builds the executable with `deno compile`, with everything embedded that the program needs.
 *
 * This form needs Deno's base runtime (`denort`), from Deno's own download host or `$DENORT_BIN`.
 *
 * @module
 */

import { basename, join } from "node:path";
import { npmPackages } from "./npm_packages.ts";
import { sourceFiles, unloadedFiles } from "./program_files.ts";
import { run } from "../run.ts";
import type { ExecutableParts } from "./self_extracting.ts";
import { startFlags } from "./start_flags.ts";

/** Folder of embedded files that are no sources, relative to `main.ts`. */
export const embeddedFolder = "dist/embedded";

/** What came of it. */
export type StandaloneResult =
  | {
    readonly built: true;
    /** Deno's list of embedded files. */
    readonly listing: string;
  }
  | {
    readonly built: false;
    /** Why the base runtime could not be had. */
    readonly reason: string;
  };

/** Settings of {@linkcode buildStandalone}. */
export interface StandaloneOptions {
  /** The base runtime, as `$DENORT_BIN`; fetched by Deno when not given. */
  denort?: string | undefined;
}

/**
 * Builds the executable.
 *
 * @param parts What it is made of.
 * @param options Base runtime.
 * @returns The list of embedded files, or why there is no base runtime.
 * @throws {Error} When the program itself cannot be compiled.
 */
export async function buildStandalone(
  { root, library, output }: ExecutableParts,
  { denort }: StandaloneOptions = {},
): Promise<StandaloneResult> {
  const packages = await npmPackages(root);
  const folder = join(root, embeddedFolder);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.copyFile(library, join(folder, basename(library)));
  // Deno replaces no file that it did not make itself, such as the other form of the executable.
  const temporary = `${output}.${crypto.randomUUID()}`;
  try {
    const { success, stderr } = await run([
      Deno.execPath(),
      "compile",
      "--frozen",
      "--exclude-unused-npm",
      ...(await startFlags(root)),
      ...(await extraFiles(root, library)).flatMap((path) => [
        "--include",
        path,
      ]),
      ...(await unloadedFiles(packages)).flatMap((path) => ["--exclude", path]),
      "--app-name",
      "heliosdb-nano",
      "--output",
      temporary,
      "main.ts",
    ], { cwd: root, env: denort === undefined ? {} : { DENORT_BIN: denort } });
    if (success) {
      await Deno.rename(temporary, output);
      const listing = stderr.replaceAll(basename(temporary), basename(output));
      return { built: true, listing };
    }
    if (denort !== undefined || !stderr.includes("Setting up base binary.")) {
      const reason = stderr.replace(/\n+Stack backtrace:[^]*/, "").trim();
      throw new Error(`Cannot compile main.ts: ${reason}`);
    }
    // Deno's list of causes ends with the one that says what happened.
    const causes = [...stderr.matchAll(/^ +\d+: (?!<unknown>)(.*)$/gm)];
    return { built: false, reason: causes.at(-1)?.[1] ?? "no reason given" };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Files that no import leads to: workers, pages, WebAssembly, the SQLite library. */
async function extraFiles(root: string, library: string): Promise<string[]> {
  const { stdout } = await run([Deno.execPath(), "info", "--json", "main.ts"], {
    cwd: root,
  });
  const graph: { modules: { local?: string | null }[] } = JSON.parse(stdout);
  const imported = new Set(graph.modules.map(({ local }) => local));
  const rest = (await sourceFiles(root)).filter((path) =>
    !imported.has(join(root, path))
  );
  return [join(embeddedFolder, basename(library)), ...rest];
}
