/**
 * Compiles the pinned SQLite once into the cache folder and says where it is.
 *
 * When the library is already there this returns at once and starts no other program. Without a
 * compiler or the source it says so and succeeds: the program then looks for the system's SQLite.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  cacheFolder,
  compileOptions,
  compilerFlags,
  libraryFileName,
  linuxFlags,
  sqliteSource,
} from "../lib/sqlite/library_file.ts";

const compilers = ["cc", "gcc", "clang"];

/** Writes one line of progress. */
type Say = (line: string) => void;

/**
 * Makes sure that the compiled library is in the cache folder.
 *
 * @param say Receives progress.
 * @returns Path of the library; nothing when it cannot be made here.
 */
export async function ensureSqliteLibrary(
  say: Say = console.error,
): Promise<string | undefined> {
  const folder = cacheFolder((name) => Deno.env.get(name));
  if (folder === undefined) {
    say("No cache folder: set HELIOSDB_CACHE_DIR. SQLite is not compiled.");
    return undefined;
  }
  const library = join(folder, libraryFileName());
  if (await exists(library)) return library;

  const compiler = await findCompiler();
  if (compiler === undefined) {
    say(
      "No C compiler (cc, gcc, clang), so the system's SQLite will be used if there is one. " +
        "To have the pinned one: apt-get install gcc libc6-dev",
    );
    return undefined;
  }
  const source = await findSource();
  if (source === undefined) {
    say(
      `Cannot fetch npm:${sqliteSource.npmPackage}, which holds SQLite's source, ` +
        "so the system's SQLite will be used if there is one.",
    );
    return undefined;
  }
  await verify(source);
  await makePrivate(folder);
  return await compile({ compiler, source, library, say });
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function run(
  program: string,
  args: string[],
): Promise<Deno.CommandOutput | undefined> {
  try {
    return await new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function findCompiler(): Promise<string | undefined> {
  for (const compiler of compilers) {
    if ((await run(compiler, ["--version"]))?.success) return compiler;
  }
  return undefined;
}

/** Asks Deno where the package lies, fetching it from npm when it is not cached yet. */
async function findSource(): Promise<string | undefined> {
  const { npmPackage, path } = sqliteSource;
  const specifier = `npm:${npmPackage}/package.json`;
  for (const fetchFirst of [false, true]) {
    if (fetchFirst) await run(Deno.execPath(), ["cache", specifier]);
    const info = await run(Deno.execPath(), ["info", "--json", specifier]);
    if (!info?.success) continue;
    const { npmPackages } = JSON.parse(new TextDecoder().decode(info.stdout));
    const folder: unknown = npmPackages?.[npmPackage]?.localPath;
    if (typeof folder !== "string") continue;
    const source = join(folder, path);
    if (await exists(source)) return source;
  }
  return undefined;
}

async function verify(source: string): Promise<void> {
  const sha256 = createHash("sha256")
    .update(await Deno.readFile(source))
    .digest("hex");
  if (sha256 !== sqliteSource.sha256) {
    throw new Error(
      `Cannot compile SQLite: "${source}" has SHA-256 ${sha256}, expected ${sqliteSource.sha256}`,
    );
  }
}

async function makePrivate(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  if (Deno.build.os !== "windows") await Deno.chmod(folder, 0o700);
}

interface CompileOptions {
  compiler: string;
  source: string;
  library: string;
  say: Say;
}

async function compile(
  { compiler, source, library, say }: CompileOptions,
): Promise<string> {
  // A name of its own and a rename: two that start at once both end well.
  const temporary = `${library}.${Deno.pid}.${crypto.randomUUID()}`;
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  say(
    `Compiling SQLite ${sqliteSource.version} with ${compiler}, once, about 40 s …`,
  );
  const progress = setInterval(() => say(`  … ${seconds()} s`), 10_000);
  try {
    const output = await run(compiler, [
      ...compilerFlags,
      ...compileOptions.map((option) => `-D${option}`),
      "-o",
      temporary,
      source,
      ...(Deno.build.os === "linux" ? linuxFlags : []),
    ]);
    if (!output?.success) {
      const reason = new TextDecoder().decode(output?.stderr).slice(0, 2000);
      throw new Error(
        `Cannot compile SQLite: ${compiler} failed; is libc6-dev installed?\n${reason}`,
      );
    }
    await Deno.chmod(temporary, 0o600);
    await Deno.rename(temporary, library);
  } finally {
    clearInterval(progress);
    await Deno.remove(temporary).catch(() => {});
  }
  say(`Compiled SQLite in ${seconds()} s: ${library}`);
  return library;
}

if (import.meta.main) {
  try {
    await ensureSqliteLibrary();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
