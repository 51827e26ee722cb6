import { deepEqual, equal, match } from "node:assert/strict";
import { join } from "node:path";
import { names, withExecutable } from "./launcher_support.ts";

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
      join(program, "app/main.js"),
      "start",
      "--x",
      "a b",
      "",
      "c'd",
      `env ${join(program, "cache")}`,
      `env ${join(program, "libsqlite3.so")}`,
      "env 1",
      `env ${Deno.umask().toString(8).padStart(4, "0")}`,
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
