import { deepEqual, equal, match } from "node:assert/strict";
import { join } from "node:path";
import { isRoot, names, nobody, withExecutable } from "./launcher_support.ts";

Deno.test({
  name: "launcher.sh refuses a cache folder of somebody else",
  ignore: !isRoot,
  async fn() {
    await withExecutable(async ({ folder, start }) => {
      const HELIOSDB_CACHE_DIR = join(folder, "cache");
      await Deno.mkdir(HELIOSDB_CACHE_DIR);
      await Deno.chown(HELIOSDB_CACHE_DIR, nobody, nobody);

      const { code, out, err } = await start({ env: { HELIOSDB_CACHE_DIR } });

      deepEqual([code, out], [1, ""]);
      match(
        err,
        /^heliosdb-nano: Cannot use the cache folder ".*": it belongs to somebody else, set HELIOSDB_/,
      );
      deepEqual(await names(HELIOSDB_CACHE_DIR), []);
    });
  },
});

Deno.test({
  name: "launcher.sh does not run what somebody else unpacked",
  ignore: !isRoot,
  async fn() {
    await withExecutable(async ({ folder, start }) => {
      const HELIOSDB_CACHE_DIR = join(folder, "cache");
      await start({ env: { HELIOSDB_CACHE_DIR } });
      const [id] = await names(HELIOSDB_CACHE_DIR);
      await Deno.chown(join(HELIOSDB_CACHE_DIR, id ?? ""), nobody, nobody);

      const { code, out, err } = await start({ env: { HELIOSDB_CACHE_DIR } });

      deepEqual([code, out], [1, ""]);
      match(err, /it belongs to somebody else/);
    });
  },
});

Deno.test("launcher.sh refuses a cache folder that others can write to", async () => {
  await withExecutable(async ({ folder, start }) => {
    const HELIOSDB_CACHE_DIR = join(folder, "cache");
    await Deno.mkdir(HELIOSDB_CACHE_DIR);
    await Deno.chmod(HELIOSDB_CACHE_DIR, 0o777);

    const { code, err } = await start({ env: { HELIOSDB_CACHE_DIR } });

    equal(code, 1);
    match(err, /others can write there, set HELIOSDB_CACHE_DIR/);
  });
});

Deno.test("launcher.sh refuses a symbolic link below a shared $TMPDIR", async () => {
  await withExecutable(async ({ folder, start }) => {
    await Deno.mkdir(join(folder, "mine"));
    await Deno.symlink("mine", join(folder, `heliosdb-nano-${Deno.uid()}`));

    const { code, err } = await start({ env: { TMPDIR: folder } });

    equal(code, 1);
    match(err, /it is a symbolic link/);
    deepEqual(await names(join(folder, "mine")), []);
  });
});

Deno.test("launcher.sh says so when it cannot write to the cache folder", async () => {
  await withExecutable(async ({ folder, start }) => {
    const HELIOSDB_CACHE_DIR = join(folder, "cache");
    await Deno.mkdir(HELIOSDB_CACHE_DIR, { mode: 0o500 });
    // Nothing is read-only for root.
    if (isRoot) await Deno.chown(HELIOSDB_CACHE_DIR, nobody, nobody);

    const { code, err } = await start({
      env: { HELIOSDB_CACHE_DIR },
      ...(isRoot ? { uid: nobody } : {}),
    });

    equal(code, 1);
    match(
      err,
      /^heliosdb-nano: Cannot write to the cache folder ".*": Permission denied, set HELIOSDB_CACHE_DIR .*\n$/,
    );
  });
});

Deno.test("launcher.sh says so when the cache folder cannot be made", async () => {
  await withExecutable(async ({ executable, start }) => {
    const { code, err } = await start({
      env: { HELIOSDB_CACHE_DIR: join(executable, "cache") },
    });

    equal(code, 1);
    match(
      err,
      /^heliosdb-nano: Cannot make the cache folder ".*": Not a directory, set HELIOSDB_CACHE_DIR .*\n$/,
    );
  });
});

Deno.test("launcher.sh leaves nothing behind when the file was cut short", async () => {
  await withExecutable(async ({ folder, executable, start }) => {
    await Deno.truncate(
      executable,
      (await Deno.stat(executable)).size - 20_000,
    );
    const HELIOSDB_CACHE_DIR = join(folder, "cache");

    const { code, err } = await start({ env: { HELIOSDB_CACHE_DIR } });

    equal(code, 1);
    match(err, /^heliosdb-nano: Cannot unpack into the cache folder/);
    deepEqual(await names(HELIOSDB_CACHE_DIR), []);
  });
});

Deno.test("launcher.sh notices a byte that changed on the way", async () => {
  await withExecutable(async ({ folder, executable, start }) => {
    const { size } = await Deno.stat(executable);
    {
      using file = await Deno.open(executable, { read: true, write: true });
      await file.seek(size - 30_000, Deno.SeekMode.Start);
      await file.write(crypto.getRandomValues(new Uint8Array(8)));
    }

    const { code, err } = await start({
      env: { HELIOSDB_CACHE_DIR: join(folder, "cache") },
    });

    equal(code, 1);
    match(err, /^heliosdb-nano: Cannot unpack/);
  });
});

Deno.test("launcher.sh says so when the program does not run on this machine", async () => {
  await withExecutable(async ({ folder, start }) => {
    const HELIOSDB_CACHE_DIR = join(folder, "cache");

    const { code, err } = await start({
      env: { HELIOSDB_CACHE_DIR, FAKE_FAULT: "1" },
    });

    equal(code, 1);
    match(err, /^heliosdb-nano: Cannot run here what was built for any/);
    deepEqual(await names(HELIOSDB_CACHE_DIR), []);
  });
});

Deno.test("launcher.sh mends a folder that something swept through", async () => {
  await withExecutable(async ({ folder, start }) => {
    const HELIOSDB_CACHE_DIR = join(folder, "cache");
    await start({ env: { HELIOSDB_CACHE_DIR } });
    const [id] = await names(HELIOSDB_CACHE_DIR);
    await Deno.remove(join(HELIOSDB_CACHE_DIR, id ?? "", "deno"));

    const { code, err } = await start({ env: { HELIOSDB_CACHE_DIR } });

    deepEqual([code, err], [5, ""]);
    deepEqual(await names(HELIOSDB_CACHE_DIR), [id]);
  });
});

Deno.test("launcher.sh sweeps up what a killed start left, but not what may be at work", async () => {
  await withExecutable(async ({ folder, start }) => {
    const HELIOSDB_CACHE_DIR = join(folder, "cache");
    for (const name of [".unpack-old", ".unpack-new"]) {
      await Deno.mkdir(join(HELIOSDB_CACHE_DIR, name, "deno"), {
        recursive: true,
        mode: 0o700,
      });
    }
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await Deno.utime(join(HELIOSDB_CACHE_DIR, ".unpack-old"), longAgo, longAgo);

    equal((await start({ env: { HELIOSDB_CACHE_DIR } })).code, 5);

    const left = (await names(HELIOSDB_CACHE_DIR)).filter((name) =>
      name.startsWith(".")
    );
    deepEqual(left, [".unpack-new"]);
  });
});
