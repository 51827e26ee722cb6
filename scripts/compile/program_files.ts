/**
 * Gathers what the program consists of: its sources and its packages, as entries of an archive.
 *
 * The packages are laid out as a `node_modules` folder of the kind that package managers make: each
 * package once in a store, beside links to what it may import, so that two versions of one package can
 * live together. With such a folder Deno asks no registry, no lock file and no `.npmrc`.
 *
 * @module
 */

import { dirname, join, relative, sep } from "node:path";
import { isLoaded } from "./loaded_files.ts";
import type { NpmPackage } from "./npm_packages.ts";
import type { TarEntry } from "./tar.ts";

/** What of the project's folder belongs to the program. */
export const programParts = [
  "main.ts",
  "deno.json",
  "LICENSE",
  "lib",
  "routes",
] as const;

/**
 * Lists the program's own files.
 *
 * @param root Folder of the project.
 * @returns Their paths, relative to `root`, with `/` between parts, in a fixed order.
 */
export async function sourceFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  for (const part of programParts) {
    files.push(...await filesBelow(join(root, part)));
  }
  return files.map((file) => relative(root, file).replaceAll(sep, "/"))
    .toSorted();
}

/** What a package says of the terms under which it may be handed on. */
const licence = /^(?:licen[cs]e|notice|copying)(?:[.-].*)?$/i;

/**
 * Reads the licences of packages that are part of a bundle.
 *
 * @param packages The packages.
 * @param target Folder inside the archive.
 * @returns One entry a file.
 */
export async function licenceEntries(
  packages: readonly NpmPackage[],
  target: string,
): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for (const { key, folder } of packages) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || !licence.test(name)) continue;
      entries.push({
        path: `${target}/${key.replaceAll("/", "+")}/${name}`,
        content: await Deno.readFile(join(folder, name)),
      });
    }
  }
  return entries;
}

/**
 * Reads packages and lays them out.
 *
 * @param packages The packages.
 * @param target Folder inside the archive, `…/node_modules`.
 * @returns One entry a file or link.
 */
export async function packageEntries(
  packages: readonly NpmPackage[],
  target: string,
): Promise<TarEntry[]> {
  const byKey = new Map(packages.map((each) => [each.key, each]));
  const folderOf = ({ key, name }: NpmPackage) =>
    `${target}/.store/${key.replaceAll("/", "+")}/node_modules/${name}`;
  const entries: TarEntry[] = [];
  const link = (path: string, to: NpmPackage) =>
    entries.push({
      path,
      content: {
        link: relative(dirname(path), folderOf(to)).replaceAll(sep, "/"),
      },
    });

  for (const each of packages) {
    const folder = folderOf(each);
    for (const file of await filesBelow(each.folder)) {
      const path = relative(each.folder, file).replaceAll(sep, "/");
      if (!isLoaded(each.name, path)) continue;
      entries.push({
        path: `${folder}/${path}`,
        content: await Deno.readFile(file),
      });
    }
    const store = folder.slice(0, -each.name.length);
    for (const key of each.dependencies) {
      const dependency = byKey.get(key);
      if (dependency !== undefined && dependency !== each) {
        link(`${store}${dependency.name}`, dependency);
      }
    }
    if (each.direct) link(`${target}/${each.name}`, each);
  }
  return entries;
}

/**
 * Lists what of packages is never loaded.
 *
 * @param packages The packages.
 * @returns Absolute paths.
 */
export async function unloadedFiles(
  packages: readonly NpmPackage[],
): Promise<string[]> {
  const unloaded: string[] = [];
  for (const { name, folder } of packages) {
    for (const file of await filesBelow(folder)) {
      const path = relative(folder, file).replaceAll(sep, "/");
      if (!isLoaded(name, path)) unloaded.push(file);
    }
  }
  return unloaded;
}

/** Lists the files at or below a path; nothing when there is none. */
async function filesBelow(path: string): Promise<string[]> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  if (!info.isDirectory) return [path];
  const files: string[] = [];
  for await (const entry of Deno.readDir(path)) {
    files.push(...await filesBelow(join(path, entry.name)));
  }
  return files;
}
