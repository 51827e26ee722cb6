/**
 * Finds the npm packages that the program needs on this platform, as the lock file resolved them.
 *
 * Packages of tests and tools are not among them, nor are native addons for other platforms.
 *
 * @module
 */

import { join } from "node:path";
import { run } from "../run.ts";
import { isLoadedPackage } from "./loaded_files.ts";

/** A package as it lies in Deno's cache. */
export interface NpmPackage {
  /** Name and version, for example `jose@6.2.18`. */
  readonly key: string;
  /** Name, for example `@node-rs/argon2`. */
  readonly name: string;
  /** Folder that holds it. */
  readonly folder: string;
  /** Keys of the packages it may import. */
  readonly dependencies: readonly string[];
  /** Whether the program itself imports it. */
  readonly direct: boolean;
}

/** A machine, as far as a package's `os`, `cpu` and `libc` go. */
export interface Machine {
  readonly os: string;
  readonly cpu: string;
  readonly libc: string;
}

/** The machine that this Deno is made for; there is no Deno for musl. */
export const thisMachine: Machine = {
  os: Deno.build.os === "windows" ? "win32" : Deno.build.os,
  cpu: Deno.build.arch === "aarch64" ? "arm64" : "x64",
  libc: "glibc",
};

interface GraphModule {
  readonly kind: string;
  readonly npmPackage?: string | null;
}

interface GraphPackage {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly localPath: string;
}

/**
 * Lists the packages, fetching those that Deno's cache lacks.
 *
 * @param root Folder of the project.
 * @returns Packages that the program needs here.
 */
export async function npmPackages(root: string): Promise<NpmPackage[]> {
  const main = join(root, "main.ts");
  await deno(["install", "--quiet", "--frozen", "--entrypoint", main], root);
  const info = await deno(["info", "--json", main], root);
  const graph: {
    modules: GraphModule[];
    npmPackages: Record<string, GraphPackage>;
  } = JSON.parse(info);
  // The graph's list of packages is that of the lock file; what counts is what the modules import.
  const direct = new Set(
    graph.modules.flatMap(({ npmPackage }) => npmPackage ?? []),
  );

  const needed = new Map<string, NpmPackage>();
  const waiting = [...direct];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const found = graph.npmPackages[key];
    if (found === undefined || needed.has(key)) continue;
    const { name, dependencies, localPath } = found;
    if (!isLoadedPackage(name)) continue;
    const manifest = await readManifest(localPath);
    // Deno fetches only what suits the system and the processor; what it left out cannot be needed.
    if (manifest === undefined || !suits(manifest, thisMachine)) continue;
    needed.set(key, {
      key,
      name,
      folder: localPath,
      dependencies,
      direct: direct.has(key),
    });
    waiting.push(...dependencies);
  }
  return [...needed.values()].map((each) => ({
    ...each,
    dependencies: each.dependencies.filter((key) => needed.has(key)),
  }));
}

/**
 * Finds packages with all that they need.
 *
 * @param packages All packages.
 * @param names Names of some.
 * @returns These as what the program imports, and their dependencies.
 */
export function packagesApart(
  packages: readonly NpmPackage[],
  names: readonly string[],
): NpmPackage[] {
  const found = new Set(packages.filter(({ name }) => names.includes(name)));
  // A set goes on to what is added to it on the way.
  for (const { dependencies } of found) {
    for (const each of packages) {
      if (dependencies.includes(each.key)) found.add(each);
    }
  }
  return [...found];
}

/**
 * Tells whether a package is for a machine (npm's rules for `os`, `cpu` and `libc`).
 *
 * @param manifest Content of the package's `package.json`.
 * @param machine The machine.
 * @returns Whether it can be used there.
 */
export function suits(
  manifest: Partial<Record<keyof Machine, unknown>>,
  machine: Machine,
): boolean {
  return (["os", "cpu", "libc"] as const).every((property) => {
    const rule = manifest[property];
    if (!Array.isArray(rule) || rule.length === 0) return true;
    const value = machine[property];
    if (rule.includes(`!${value}`)) return false;
    return rule.includes(value) ||
      rule.every((entry) => String(entry).startsWith("!"));
  });
}

async function readManifest(
  folder: string,
): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function deno(args: string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await run([Deno.execPath(), ...args], {
    cwd,
  });
  if (!success) {
    throw new Error(`Cannot resolve the packages of main.ts: ${stderr.trim()}`);
  }
  return stdout;
}
