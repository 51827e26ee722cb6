/**
 * Builds `dist/heliosdb-nano`, the program in one file.
 *
 * `deno compile` makes it where Deno's base runtime can be had; elsewhere the self-extracting form is
 * built from the same sources and packages. Either is started once before it is called built.
 *
 * ```sh
 * deno task compile                    # whichever form can be built here
 * deno task compile --self-extracting  # that form, without asking the network
 * ```
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { run } from "./run.ts";
import {
  buildSelfExtracting,
  type ExecutableParts,
  versionOf,
} from "./compile/self_extracting.ts";
import { buildStandalone } from "./compile/standalone.ts";
import { ensureSqliteLibrary } from "./sqlite_library.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Builds one form or the other and names it. */
async function build(
  parts: ExecutableParts,
  selfExtracting: boolean,
): Promise<string> {
  if (!selfExtracting) {
    const denort = Deno.env.get("DENORT_BIN");
    const result = await buildStandalone(parts, { denort });
    if (result.built) {
      console.log(result.listing.trim());
      return "deno compile";
    }
    console.log(
      `Deno's base runtime cannot be had here (${result.reason}), so the self-extracting form is built instead.`,
    );
  }
  const unpacked = await buildSelfExtracting(parts);
  return `self-extracting, ${megabytes(unpacked)} when unpacked`;
}

/** Starts what was built, so that nobody is handed a file that does not run. */
async function tryOut({ output }: ExecutableParts): Promise<void> {
  const cache = await Deno.makeTempDir({ prefix: "heliosdb-nano-" });
  try {
    const { success, stdout, stderr } = await run([output, "--version"], {
      env: { HELIOSDB_CACHE_DIR: cache },
    });
    const version = await versionOf(root);
    if (success && stdout.includes(`heliosdb-nano ${version}`)) return;
    await Deno.remove(output);
    const hint = Deno.env.has("DENORT_BIN")
      ? ", is $DENORT_BIN a base runtime (denort)?"
      : "";
    throw new Error(
      `Cannot use "${output}": --version answers "${
        (stdout || stderr).trim()
      }"${hint}`,
    );
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { "self-extracting": { type: "boolean", default: false } },
  });
  const started = performance.now();
  const library = await ensureSqliteLibrary();
  if (library === undefined) {
    throw new Error(
      "Cannot build the executable without SQLite: run `apt-get install gcc libc6-dev`",
    );
  }
  const parts: ExecutableParts = {
    root,
    library,
    output: `${root}/dist/heliosdb-nano`,
  };
  const form = await build(parts, values["self-extracting"]);
  await tryOut(parts);

  const { size } = await Deno.stat(parts.output);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `Built ${relative(root, parts.output)} (${form}): ${
      megabytes(size)
    }, in ${seconds} s.`,
  );
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
