/**
 * Builds the self-extracting form of the executable: a shell script with a compressed archive behind
 * it, which holds Deno, the program's sources, its packages and the SQLite library.
 *
 * The machine it runs on needs `sh`, `tar`, `gzip`, `tail`, `mktemp` and `mv`, and no network.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { npmPackages } from "./npm_packages.ts";
import { packageEntries, sourceEntries } from "./program_files.ts";
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

/**
 * Builds the executable.
 *
 * @param parts What it is made of.
 * @returns Bytes before compression.
 */
export async function buildSelfExtracting(
  { root, library, output }: ExecutableParts,
): Promise<number> {
  const complete = new TextEncoder().encode("Everything is here.\n");
  const entries: TarEntry[] = [
    {
      path: "deno",
      content: await Deno.readFile(Deno.execPath()),
      executable: true,
    },
    { path: basename(library), content: await Deno.readFile(library) },
    ...await sourceEntries(root, "app"),
    ...await packageEntries(await npmPackages(root), "app/node_modules"),
    { path: "complete", content: complete },
  ];
  const { payload, sha256, size } = await pack(entries);
  const launcher = await fillLauncher({
    VERSION: await versionOf(root),
    TARGET: Deno.build.target,
    ID: sha256.slice(0, 32),
    LIBRARY: basename(library),
    FLAGS: (await startFlags(root)).map(shellQuote).join(" "),
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

/**
 * Fills the placeholders of `launcher.sh`.
 *
 * @param values Text of each placeholder but `@SKIP@`, which is the number of the line behind the text.
 * @returns The text that goes before the archive.
 */
export async function fillLauncher(
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
