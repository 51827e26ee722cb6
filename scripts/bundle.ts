/**
 * Makes `dist/start`, the program's modules in a few files, from which the `start` task runs.
 *
 * When they are there already and no source has changed since, this returns at once.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BundledFile } from "./compile/bundle.ts";
import { sourceFiles } from "./compile/program_files.ts";
import { replaceFile } from "./compile/replace_file.ts";

const encoder = new TextEncoder();

/** Folder of the bundle, relative to the project. */
export const bundleFolder = "dist/start";

/** Says what the bundle beside it was made from. */
const stampName = "made-from";

/**
 * Brings the bundle up to date.
 *
 * @param root Folder of the project.
 * @returns Whether it had to be made.
 */
export async function ensureBundle(root: string): Promise<boolean> {
  const folder = join(root, bundleFolder);
  const stamp = await stampOf(root);
  if (await readText(join(folder, stampName)) === stamp) return false;

  // Loaded only when there is something to do.
  const { bundle } = await import("./compile/bundle.ts");
  const files = await bundle(root);
  const isProgram = ({ name }: BundledFile) => name === "main.js";
  const parts = files.filter((file) => !isProgram(file));
  // The program last, so that there is never one without its parts.
  for (const { name, content } of [...parts, ...files.filter(isProgram)]) {
    await replaceFile(join(folder, name), [content], 0o644);
  }
  await replaceFile(join(folder, stampName), [encoder.encode(stamp)], 0o644);
  const kept = new Set([stampName, ...files.map(({ name }) => name)]);
  for await (const { name } of Deno.readDir(folder)) {
    if (!kept.has(name) && /^[\w-]+\.js$/.test(name)) {
      await Deno.remove(join(folder, name)).catch(() => {});
    }
  }
  return true;
}

/** Differs when a source, a dependency or the way of bundling does. */
async function stampOf(root: string): Promise<string> {
  const hash = createHash("sha256");
  const also = ["deno.lock", "scripts/compile/bundle.ts"];
  for (const path of [...await sourceFiles(root), ...also]) {
    const { size, mtime } = await Deno.stat(join(root, path));
    hash.update(`${path} ${size} ${mtime?.getTime()}\n`);
  }
  return hash.digest("hex");
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
  try {
    await ensureBundle(root);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
