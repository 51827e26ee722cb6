/**
 * Builds the self-extracting form of the executable: a shell script with a compressed archive behind
 * it, which holds Deno, the program, its packages and the SQLite library.
 *
 * The machine it runs on needs `sh`, `tar`, `gzip`, `tail`, `mktemp` and `mv`, and no network.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { bundle, loadedAsPackages } from "./bundle.ts";
import { npmPackages, packagesApart } from "./npm_packages.ts";
import { licenceEntries, packageEntries } from "./program_files.ts";
import { startFlags } from "./start_flags.ts";
import { tar, type TarEntry } from "./tar.ts";
import { replaceFile } from "./replace_file.ts";

/** What an executable is made of. */
export interface ExecutableParts {
  /** Folder of the project. */
  readonly root: string;
  /** The compiled SQLite library. */
  readonly library: string;
  /** File to write. */
  readonly output: string;
}

/** What the launcher must know of the program that it starts. */
export interface LauncherValues {
  readonly version: string;
  /** Machine it is for, for example `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  /** File name of the SQLite library. */
  readonly library: string;
  /** Flags of `deno run`. */
  readonly flags: readonly string[];
}

/**
 * Builds the executable.
 *
 * @param parts What it is made of.
 * @returns Bytes before compression.
 */
export async function buildSelfExtracting(
  { root, library, output }: ExecutableParts,
): Promise<number> {
  const name = basename(library);
  const entries: TarEntry[] = [
    {
      path: "deno",
      content: await Deno.readFile(Deno.execPath()),
      executable: true,
    },
    { path: name, content: await Deno.readFile(library) },
    ...await programEntries(root),
  ];
  return await writeSelfExtracting(output, entries, {
    version: await versionOf(root),
    target: Deno.build.target,
    library: name,
    flags: await startFlags(root),
  });
}

/** The program as a bundle, the packages that are none of it, and the licences of those that are. */
async function programEntries(root: string): Promise<TarEntry[]> {
  const packages = await npmPackages(root);
  const apart = packagesApart(packages, loadedAsPackages);
  const bundled = packages.filter((each) => !apart.includes(each));
  return [
    ...(await bundle(root)).map(({ name, content }) => ({
      path: `app/${name}`,
      content,
    })),
    {
      path: "app/LICENSE",
      content: await Deno.readFile(join(root, "LICENSE")),
    },
    ...await licenceEntries(bundled, "app/licences"),
    ...await packageEntries(apart, "app/node_modules"),
  ];
}

/**
 * Writes launcher and archive into one file.
 *
 * @param output File to write.
 * @param entries Content of the archive: `deno`, `app/main.js`, the library and what they need.
 * @param values What the launcher must know.
 * @returns Bytes before compression.
 */
export async function writeSelfExtracting(
  output: string,
  entries: readonly TarEntry[],
  { version, target, library, flags }: LauncherValues,
): Promise<number> {
  const { payload, sha256, size } = await pack([
    ...entries,
    // The launcher takes a folder for whole when this is in it.
    { path: "complete", content: new TextEncoder().encode(`${version}\n`) },
  ]);
  const launcher = await fillLauncher({
    VERSION: version,
    TARGET: target,
    ID: sha256.slice(0, 32),
    LIBRARY: shellQuote(library),
    FLAGS: flags.map(shellQuote).join(" "),
  });
  await replaceFile(output, [launcher, payload], 0o755);
  return size;
}

async function pack(
  entries: readonly TarEntry[],
): Promise<{ payload: Uint8Array; sha256: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  async function* archive(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (const piece of tar(entries)) {
      hash.update(piece);
      size += piece.length;
      yield piece as Uint8Array<ArrayBuffer>;
    }
  }
  const compressed = ReadableStream.from(archive()).pipeThrough(
    new CompressionStream("gzip"),
  );
  const payload = await new Response(compressed).bytes();
  return { payload, sha256: hash.digest("hex"), size };
}

/** Fills the placeholders of `launcher.sh`; `@SKIP@` is the number of the line behind its text. */
async function fillLauncher(
  values: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const template = await Deno.readTextFile(
    new URL("launcher.sh", import.meta.url),
  );
  const skip = String(template.split("\n").length);
  const text = template.replaceAll(
    /@([A-Z]+)@/g,
    (placeholder, name: string) => {
      const value = name === "SKIP" ? skip : values[name];
      if (value === undefined || value.includes("\n")) {
        throw new Error(
          `Cannot fill ${placeholder} of launcher.sh: ${
            value === undefined ? "no value" : "two lines"
          }`,
        );
      }
      return value;
    },
  );
  return new TextEncoder().encode(text);
}

/**
 * Quotes a text for the shell.
 *
 * @param text Any text without a NUL.
 * @returns One word of POSIX shell.
 */
export function shellQuote(text: string): string {
  return /^[\w./=,:@%+-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * @param root Folder of the project.
 * @returns The version in `deno.json`.
 */
export async function versionOf(root: string): Promise<string> {
  return JSON.parse(await Deno.readTextFile(join(root, "deno.json"))).version;
}
