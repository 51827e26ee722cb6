import { deepEqual, equal } from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFolder, ensureBundle } from "../../scripts/bundle.ts";
import { sourceFiles } from "../../scripts/compile/program_files.ts";
import { versionOf } from "../../scripts/compile/self_extracting.ts";
import { run } from "../../scripts/run.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(
  /\/$/,
  "",
);

/** Copies what a bundle is made of. */
async function copyProject(target: string): Promise<void> {
  const also = ["deno.lock", "scripts/compile/bundle.ts"];
  for (const path of [...await sourceFiles(root), ...also]) {
    await Deno.mkdir(dirname(join(target, path)), { recursive: true });
    await Deno.copyFile(join(root, path), join(target, path));
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder)))
    .map(({ name }) => name).toSorted();
}

Deno.test("ensureBundle() makes the bundle when a source has changed, and a program that runs", async () => {
  const project = await Deno.realPath(await Deno.makeTempDir());
  const folder = join(project, bundleFolder);
  try {
    await copyProject(project);
    equal(await ensureBundle(project), true);
    equal(await ensureBundle(project), false);
    const names = await namesIn(folder);

    const { code, stdout, stderr } = await run([
      Deno.execPath(),
      "run",
      "--frozen",
      "--no-prompt",
      join(folder, "main.js"),
      "--version",
    ], { cwd: project });
    deepEqual([code, stdout], [
      0,
      `heliosdb-nano ${await versionOf(root)}\n`,
    ], stderr);

    const help = join(project, "lib/cli/help.ts");
    await Deno.writeTextFile(
      help,
      (await Deno.readTextFile(help)).replace("Usage:", "How to call it:"),
    );
    equal(await ensureBundle(project), true);
    const after = await namesIn(folder);
    equal(after.length, names.length);
    equal(after.every((name) => names.includes(name)), false);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
