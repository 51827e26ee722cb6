import { deepEqual, equal, match } from "node:assert/strict";
import { join } from "node:path";
import { writeSelfExtracting } from "../../../scripts/compile/self_extracting.ts";

/** Stands for Deno: prints what it was given, or waits for SIGTERM. */
const deno = `#!/bin/sh
[ "$1" = --version ] && exit "\${FAKE_FAULT-0}"
printf '%s\\n' "$@"
printf 'env %s\\n' "$DENO_DIR" "$HELIOSDB_SQLITE_LIBRARY" "$DENO_NO_UPDATE_CHECK" "$(umask)"
case " $* " in
  *" wait "*) trap 'exit 7' TERM; echo "pid $$"; while :; do sleep 0.02; done ;;
esac
exit 5
`;

interface Place {
  /** Parent of everything the test makes; anybody may enter it. */
  readonly folder: string;
  readonly executable: string;
  start(options?: StartOptions): Promise<Started>;
}

interface StartOptions {
  args?: string[];
  env?: Record<string, string>;
  uid?: number;
  cwd?: string;
}

interface Started {
  code: number;
  out: string;
  err: string;
}

async function withExecutable(
  body: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const executable = join(folder, "heliosdb-nano");
  const bytes = (text: string) => new TextEncoder().encode(text);
  try {
    await Deno.chmod(folder, 0o755);
    await writeSelfExtracting(executable, [
      { path: "deno", content: bytes(deno), executable: true },
      { path: "app/main.ts", content: bytes("") },
      {
        path: "libsqlite3.so",
        content: crypto.getRandomValues(new Uint8Array(60_000)),
      },
    ], {
      version: "1.2.3",
      target: "any",
      library: "libsqlite3.so",
      flags: ["--allow-net", "--allow-env=A_*,B"],
    });
    await body({
      folder,
      executable,
      start: (options) => start(executable, options),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function start(
  executable: string,
  { args = [], env = {}, uid, cwd }: StartOptions = {},
): Promise<Started> {
  // Not run by itself: a file that was just written is busy while any other test starts a program.
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [executable, ...args],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
    .toSorted();
}

const nobody = 65_534;
const isRoot = Deno.uid() === 0;

Deno.test("launcher.sh passes arguments, exit code and environment on", async () => {
  await withExecutable(async ({ folder, start }) => {
    const HOME = join(folder, "a home");
    const { code, out, err } = await start({
      args: ["start", "--x", "a b", "", "c'd"],
      env: { HOME },
    });

    const cache = join(HOME, ".cache/heliosdb-nano");
    const [id] = await names(cache);
    const program = join(cache, id ?? "");
    equal(err, "");
    equal(code, 5);
    deepEqual(out.split("\n").slice(0, -1), [
      "run",
      "--quiet",
      "--cached-only",
      "--no-remote",
      "--no-config",
      "--no-lock",
      "--node-modules-dir=manual",
      "--allow-net",
      "--allow-env=A_*,B",
      join(program, "app/main.ts"),
      "start",
      "--x",
      "a b",
      "",
      "c'd",
      `env ${join(program, "cache")}`,
      `env ${join(program, "libsqlite3.so")}`,
      "env 1",
      "env 0022",
    ]);
    equal((await Deno.stat(cache)).mode! & 0o777, 0o700);
    equal((await Deno.stat(program)).mode! & 0o777, 0o700);
  });
});

Deno.test("launcher.sh unpacks once", async () => {
  await withExecutable(async ({ folder, start }) => {
    const env = { HOME: folder };
    await start({ env });
    const cache = join(folder, ".cache/heliosdb-nano");
    const [id] = await names(cache);
    const before = await Deno.stat(join(cache, id ?? "", "deno"));

    equal((await start({ env })).code, 5);

    const after = await Deno.stat(join(cache, id ?? "", "deno"));
    equal(after.ino, before.ino);
    deepEqual(await names(cache), [id]);
  });
});

Deno.test("launcher.sh is safe when several start at once in an empty home", async () => {
  await withExecutable(async ({ folder, start }) => {
    const started = await Promise.all(
      Array.from({ length: 8 }, () => start({ env: { HOME: folder } })),
    );

    deepEqual(
      started.map(({ code, err }) => [code, err]),
      Array(8).fill([5, ""]),
    );
    equal((await names(join(folder, ".cache/heliosdb-nano"))).length, 1);
  });
});

for (
  const [what, env, expected] of [
    ["$HELIOSDB_CACHE_DIR", {
      HELIOSDB_CACHE_DIR: "@/own",
      XDG_CACHE_HOME: "@/xdg",
      HOME: "@",
    }, "own"],
    [
      "$XDG_CACHE_HOME",
      { XDG_CACHE_HOME: "@/xdg", HOME: "@" },
      "xdg/heliosdb-nano",
    ],
    ["$HOME when $XDG_CACHE_HOME is no absolute path", {
      XDG_CACHE_HOME: "xdg",
      HOME: "@",
    }, ".cache/heliosdb-nano"],
    [
      "$TMPDIR when there is no home",
      { TMPDIR: "@" },
      `heliosdb-nano-${Deno.uid()}`,
    ],
  ] as const
) {
  Deno.test(`launcher.sh unpacks into ${what}`, async () => {
    await withExecutable(async ({ folder, start }) => {
      const place = Object.entries(env).map((
        [name, path],
      ) => [name, path.replace("@", folder)]);

      const { code, err } = await start({ env: Object.fromEntries(place) });

      deepEqual([code, err], [5, ""]);
      equal((await names(join(folder, expected))).length, 1);
      equal((await Deno.stat(join(folder, expected))).mode! & 0o777, 0o700);
    });
  });
}

Deno.test("launcher.sh takes a relative $HELIOSDB_CACHE_DIR from where it is started", async () => {
  await withExecutable(async ({ folder, start }) => {
    const { code, out } = await start({
      env: { HELIOSDB_CACHE_DIR: "here" },
      cwd: folder,
    });

    equal(code, 5);
    match(out, /^env \/.*\/here\/[0-9a-f]{32}\/cache$/m);
  });
});

Deno.test("launcher.sh is replaced by the program, so that signals reach it", async () => {
  await withExecutable(async ({ folder, executable }) => {
    const child = new Deno.Command("sh", {
      args: [executable, "wait"],
      env: { HELIOSDB_CACHE_DIR: join(folder, "cache") },
      stdout: "piped",
    }).spawn();
    let text = "";
    for await (
      const piece of child.stdout.pipeThrough(new TextDecoderStream())
    ) {
      text += piece;
      if (!/^pid \d+\n/m.test(text)) continue;
      equal(/^pid (\d+)$/m.exec(text)?.[1], String(child.pid));
      child.kill("SIGTERM");
    }

    equal((await child.status).code, 7);
  });
});

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
