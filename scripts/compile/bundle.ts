/**
 * Puts the program's modules into a few files, because Deno needs longer to find and load eight hundred
 * modules than to run what a start runs, and keeps their texts with all comments in memory.
 *
 * What `main.ts` imports when it is needed stays in files of its own, which are loaded when they are
 * needed; names stay as they are, so that a log tells where an error came from.
 *
 * @module
 */

import { join } from "node:path";
import { npmPackages } from "./npm_packages.ts";

/** Packages with files beside their modules (machine code, WebAssembly), which Deno loads as packages. */
export const loadedAsPackages: readonly string[] = [
  "@node-rs/argon2",
  "libpg-query",
];

/** What a program starts with: itself, and the module of its threads. */
const entryPoints = {
  "main": "main.ts",
  "read_worker": "lib/engine/sqlite/read_worker.ts",
};

/** One file of a bundle. */
export interface BundledFile {
  /** Its name, for example `main.js`. */
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Bundles the program.
 *
 * @param root Folder of the project.
 * @returns The files, for one folder; `main.js` is the program.
 * @throws {Error} When something cannot be resolved.
 */
export async function bundle(root: string): Promise<BundledFile[]> {
  // Not loaded by those who only pass by.
  const { build, stop } = await import("esbuild");
  const packages = await Deno.makeTempDir({ prefix: "heliosdb-nano-" });
  try {
    await linkPackages(root, packages);
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints,
      outdir: join(root, "dist"),
      write: false,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "neutral",
      target: "esnext",
      mainFields: ["module", "main"],
      conditions: ["import", "module"],
      nodePaths: [packages],
      external: ["node:*", ...loadedAsPackages],
      chunkNames: "[name]-[hash]",
      // Names stay: they are what a stack shows.
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: "none",
      logLevel: "silent",
    });
    return outputFiles.map(({ path, contents }) => ({
      name: path.slice(join(root, "dist").length + 1),
      content: contents,
    }));
  } finally {
    await stop();
    await Deno.remove(packages, { recursive: true });
  }
}

/** Makes a `node_modules` of links, in which esbuild looks packages up. */
async function linkPackages(root: string, folder: string): Promise<void> {
  const linked = new Map<string, string>();
  for (const { key, name, folder: place } of await npmPackages(root)) {
    const other = linked.get(name);
    if (other !== undefined) {
      throw new Error(
        `Cannot bundle the program: it needs both ${other} and ${key}`,
      );
    }
    linked.set(name, key);
    const link = join(folder, name);
    await Deno.mkdir(join(link, ".."), { recursive: true });
    await Deno.symlink(place, link, { type: "junction" });
  }
}
