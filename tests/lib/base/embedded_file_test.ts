import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { copyOutEmbedded } from "../../../lib/base/embedded_file.ts";

const content = new TextEncoder().encode("machine code");

async function withFolder(
  body: (folder: string, source: URL) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(join(folder, "library.so"), content);
    await body(
      join(folder, "cache", "deep"),
      pathToFileURL(join(folder, "library.so")),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
const inode = async (path: string) => (await Deno.stat(path)).ino;

Deno.test("copyOutEmbedded() copies into a private folder that it makes", async () => {
  await withFolder(async (folder, source) => {
    const copy = await copyOutEmbedded(source, folder);

    deepEqual(await Deno.readFile(copy), content);
    match(copy, /[0-9a-f]{64}-library\.so$/);
    equal((await Deno.stat(copy)).mode! & 0o777, 0o600);
    equal((await Deno.stat(folder)).mode! & 0o777, 0o700);
  });
});

Deno.test("copyOutEmbedded() takes the copy of an earlier start", async () => {
  await withFolder(async (folder, source) => {
    const before = await inode(await copyOutEmbedded(source, folder));

    equal(await inode(await copyOutEmbedded(source, folder)), before);
    equal((await names(folder)).length, 1);
  });
});

for (
  const [what, bytes] of [["shorter", "machine"], [
    "altered",
    "machine c0de",
  ]] as const
) {
  Deno.test(`copyOutEmbedded() replaces a copy that was ${what}`, async () => {
    await withFolder(async (folder, source) => {
      const copy = await copyOutEmbedded(source, folder);
      await Deno.writeTextFile(copy, bytes);

      equal(await copyOutEmbedded(source, folder), copy);
      deepEqual(await Deno.readFile(copy), content);
    });
  });
}

Deno.test("copyOutEmbedded() does not load through a symbolic link", async () => {
  await withFolder(async (folder, source) => {
    const copy = await copyOutEmbedded(source, folder);
    await Deno.remove(copy);
    await Deno.symlink(source.pathname, copy);

    equal(await copyOutEmbedded(source, folder), copy);
    equal((await Deno.lstat(copy)).isSymlink, false);
  });
});

Deno.test("copyOutEmbedded() refuses a folder that others can write to", async () => {
  await withFolder(async (folder, source) => {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.chmod(folder, 0o777);

    await rejects(
      () => copyOutEmbedded(source, folder),
      /others can write there, set HELIOSDB_CACHE_DIR/,
    );
    deepEqual(await names(folder), []);
  });
});

Deno.test({
  name: "copyOutEmbedded() refuses a folder of somebody else",
  ignore: Deno.uid() !== 0,
  fn: () =>
    withFolder(async (folder, source) => {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      await Deno.chown(folder, 65_534, 65_534);

      await rejects(
        () => copyOutEmbedded(source, folder),
        /set HELIOSDB_CACHE_DIR/,
      );
    }),
});

Deno.test("copyOutEmbedded() is safe when several start at once", async () => {
  await withFolder(async (folder, source) => {
    const copies = await Promise.all(
      Array.from({ length: 8 }, () => copyOutEmbedded(source, folder)),
    );

    equal(new Set(copies).size, 1);
    equal((await names(folder)).length, 1);
  });
});
