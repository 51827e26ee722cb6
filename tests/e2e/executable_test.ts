/**
 * Builds the program in one file, in both forms, and uses it as a stranger would: in an empty home,
 * without a cache of Deno's.
 *
 * The form of `deno compile` cannot run without Deno's base runtime, so the plain `deno` binary takes
 * its place and the test looks at what is embedded.
 *
 * @module
 */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { npmPackages } from "../../scripts/compile/npm_packages.ts";
import { sourceFiles } from "../../scripts/compile/program_files.ts";
import { run } from "../../scripts/run.ts";
import {
  buildSelfExtracting,
  versionOf,
} from "../../scripts/compile/self_extracting.ts";
import { buildStandalone } from "../../scripts/compile/standalone.ts";
import { ensureSqliteLibrary } from "../../scripts/sqlite_library.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(
  /\/$/,
  "",
);
const nobody = 65_534;
const isRoot = Deno.uid() === 0;

async function sqliteLibrary(): Promise<string> {
  const library = await ensureSqliteLibrary(() => {});
  if (library === undefined) throw new Error("Cannot test without SQLite");
  return library;
}

Deno.test("buildStandalone() embeds all that the program needs", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const library = await sqliteLibrary();
    const output = join(folder, "heliosdb-nano");
    const result = await buildStandalone({ root, library, output }, {
      denort: Deno.execPath(),
    });
    ok(result.built);
    const binary = Buffer.from(await Deno.readFile(output));
    const { size: behind } = await Deno.stat(Deno.execPath());
    let last = behind;
    const holds = async (path: string) => {
      const content = await Deno.readFile(path);
      // What lies side by side in a folder mostly does in the executable: searching all of it takes long.
      const near = binary.subarray(last, last + 2_000_000).indexOf(content);
      const at = near < 0 ? binary.indexOf(content, behind) : last + near;
      if (at >= 0) last = at;
      return at >= 0;
    };

    await t.step(
      "the SQLite library",
      async () => equal(await holds(library), true),
    );

    await t.step("sources and pages", async () => {
      const unused = await neverLoaded();
      const missing: string[] = [];
      for (const path of await sourceFiles(root)) {
        if (unused.has(join(root, path))) continue;
        if (path !== "LICENSE" && !await holds(join(root, path))) {
          missing.push(path);
        }
      }
      deepEqual(missing, []);
    });

    await t.step("native addons and WebAssembly of the packages", async () => {
      const machineCode = /\.(node|wasm)$/;
      const found: string[] = [];
      for (const { folder } of await npmPackages(root)) {
        for await (const { name } of Deno.readDir(folder)) {
          if (!machineCode.test(name)) continue;
          found.push(name);
          equal(await holds(join(folder, name)), true, name);
        }
      }
      ok(found.some((name) => name.startsWith("argon2.")));
    });

    await t.step("the two files of Swagger UI, and no more of it", async () => {
      const packages = await npmPackages(root);
      const { folder } = packages.find(({ name }) =>
        name === "swagger-ui-dist"
      )!;
      for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
        equal(await holds(join(folder, name)), true, name);
      }
      for (
        const name of ["swagger-ui-bundle.js.map", "swagger-ui-es-bundle.js"]
      ) {
        equal(await holds(join(folder, name)), false, name);
      }
    });

    await t.step("no package of tests and tools", () => {
      for (
        const name of [
          "better-sqlite3",
          "oauth2-mock-server",
          "fast-check",
          "supabase",
          "playwright",
          "openapi-schema-validator",
        ]
      ) {
        equal(result.listing.includes(name), false, name);
      }
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Files that only types are imported from, which nothing needs when the program runs. */
async function neverLoaded(): Promise<Set<string>> {
  type Module = {
    specifier: string;
    local?: string | null;
    dependencies?: { code?: { specifier?: string } }[];
  };
  const { stdout } = await run([Deno.execPath(), "info", "--json", "main.ts"], {
    cwd: root,
  });
  const { modules, roots }: { modules: Module[]; roots: string[] } = JSON.parse(
    stdout,
  );
  const loaded = new Set(roots);
  // A set goes on to what is added to it on the way.
  for (const specifier of loaded) {
    const module = modules.find((each) => each.specifier === specifier);
    for (const { code } of module?.dependencies ?? []) {
      if (code?.specifier !== undefined) loaded.add(code.specifier);
    }
  }
  return new Set(
    modules.filter(({ specifier }) => !loaded.has(specifier))
      .flatMap(({ local }) => local ?? []),
  );
}

/** A place with the self-extracting executable and an empty home. */
interface Place {
  readonly folder: string;
  readonly executable: string;
  /** All that the environment holds. */
  readonly env: Record<string, string>;
}

async function withExecutable(
  body: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.chmod(folder, 0o755);
    const executable = join(folder, "heliosdb-nano");
    await buildSelfExtracting({
      root,
      library: await sqliteLibrary(),
      output: executable,
    });
    const home = join(folder, "home");
    await Deno.mkdir(home);
    const env = { PATH: Deno.env.get("PATH") ?? "", HOME: home, NO_COLOR: "1" };
    await body({ folder, executable, env });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes a program that starts the strict provider with the packages of this machine's Deno. */
async function providerProgram(folder: string): Promise<string> {
  const { stdout } = await run([Deno.execPath(), "info", "--json"]);
  const path = join(folder, "provider");
  const script = join(root, "tests/support/strict_provider.ts");
  await Deno.writeTextFile(
    path,
    `#!/bin/sh\nDENO_DIR='${
      JSON.parse(stdout).denoDir
    }' exec '${Deno.execPath()}' run --no-check --cached-only --allow-net '${script}' "$@"\n`,
    { mode: 0o700 },
  );
  return path;
}

/** Reads the documentation with all its files, which the executable brings. */
async function readDocs(url: string): Promise<void> {
  const page = await (await fetch(`${url}/docs`)).text();
  const files = [...page.matchAll(/"(docs\/[^"]+)"/g)];
  equal(files.length, 5);
  for (const [, file] of files) {
    const answer = await fetch(`${url}/${file}`);
    equal(answer.status, 200, file);
    ok((await answer.text()).length > 1000, file);
  }
  const { paths } = await (await fetch(`${url}/openapi.json`)).json();
  ok("/auth/v1/signup" in paths);
}

/** Asks a database for what takes a while. */
async function readLong(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      "CREATE TABLE long AS SELECT generate_series(1, 50000) AS n",
    );
    const { rows } = await client.query(
      "SELECT count(*)::int AS found FROM long WHERE md5(n::text) ~ '^[0-9]'",
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** Starts the server, waits for its banner, asks something and stops it. */
async function startAndStop(
  { executable, env }: Place,
  ask: (urls: { http: string; postgres: string }) => Promise<void> = () =>
    Promise.resolve(),
): Promise<{ code: number }> {
  const child = new Deno.Command(executable, {
    args: [
      "start",
      "--memory",
      "--http-port",
      "auto",
      "--port",
      "auto",
      "--mysql-listen",
      "off",
    ],
    clearEnv: true,
    env,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let asked = false;
  let text = "";
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const http = /http:\/\/[\w.:]+/.exec(text)?.[0];
    const postgres = /postgresql:\/\/[\w.:@/]+/.exec(text)?.[0];
    if (asked || http === undefined || postgres === undefined) continue;
    asked = true;
    try {
      equal((await fetch(`${http}/ready`)).status, 200);
      await readDocs(http);
      await ask({ http, postgres });
    } finally {
      child.kill("SIGTERM");
    }
  }
  return { code: (await child.status).code };
}

Deno.test("the self-extracting executable works in an empty home", async (t) => {
  await withExecutable(async (place) => {
    const { folder, executable, env } = place;
    const start = (args: string[], more: Record<string, string> = {}) =>
      run([executable, ...args], { clearEnv: true, env: { ...env, ...more } });
    const cache = join(env.HOME ?? "", ".cache/heliosdb-nano");

    await t.step("two that start at once pass the smoke script", async () => {
      const STRICT_PROVIDER = await providerProgram(folder);
      const smoke = (more: Record<string, string>) =>
        run(["bash", join(root, "scripts/smoke.sh"), executable], {
          clearEnv: true,
          env: { ...env, ...more },
        });

      const both = await Promise.all([smoke({}), smoke({ STRICT_PROVIDER })]);

      for (const { code, stdout, stderr } of both) {
        match(stdout, /\n[1-9]\d* passed, 0 failed\n$/, stdout + stderr);
        equal(code, 0);
      }
      equal((await Array.fromAsync(Deno.readDir(cache))).length, 1);
      equal((await Deno.stat(cache)).mode! & 0o777, 0o700);
    });

    await t.step("--version and --help answer on stdout", async () => {
      const version = await start(["--version"]);
      deepEqual([version.code, version.stdout], [
        0,
        `heliosdb-nano ${await versionOf(root)}\n`,
      ]);
      const help = await start(["--help"]);
      deepEqual([help.code, help.stderr], [0, ""]);
      match(help.stdout, /start/);
    });

    await t.step("a wrong call ends with 2", async () => {
      equal((await start(["start", "--no-such-flag"])).code, 2);
      equal((await start(["no-such-command"])).code, 2);
    });

    await t.step("SIGTERM ends the server with 0", async () => {
      equal((await startAndStop(place)).code, 0);
    });

    await t.step(
      "a long read runs in a thread, whose module it brings",
      async () => {
        const { code } = await startAndStop(
          place,
          async ({ http, postgres }) => {
            deepEqual(await readLong(postgres), [{ found: 31350 }]);
            const metrics = await (await fetch(`${http}/metrics`)).text();
            match(metrics, /^heliosdb_sql_off_thread_total [1-9]/m);
          },
        );
        equal(code, 0);
      },
    );

    await t.step("it needs nothing but its own folder", async () => {
      await Deno.writeTextFile(
        join(env.HOME ?? "", "package.json"),
        '{"dependencies":{"zod":"1.0.0"}}',
      );
      await Deno.writeTextFile(
        join(env.HOME ?? "", ".npmrc"),
        "registry=http://127.0.0.1:9/\n",
      );
      equal(
        (await startAndStop({
          ...place,
          env: { ...env, HTTPS_PROXY: "http://127.0.0.1:9" },
        })).code,
        0,
      );
    });

    await t.step({
      name: "a cache folder of somebody else is refused",
      ignore: !isRoot,
      fn: async () => {
        const HELIOSDB_CACHE_DIR = join(folder, "foreign");
        await Deno.mkdir(HELIOSDB_CACHE_DIR);
        await Deno.chown(HELIOSDB_CACHE_DIR, nobody, nobody);
        const { code, stderr } = await start(["--version"], {
          HELIOSDB_CACHE_DIR,
        });
        equal(code, 1);
        match(
          stderr,
          /^heliosdb-nano: Cannot use the cache folder .* belongs to somebody else, set HELIOSDB_CACHE_DIR/,
        );
      },
    });

    await t.step("a cache folder that cannot be made is refused", async () => {
      const { code, stderr } = await start(["--version"], {
        HELIOSDB_CACHE_DIR: join(executable, "cache"),
      });
      equal(code, 1);
      match(
        stderr,
        /^heliosdb-nano: Cannot make the cache folder .*: Not a directory, set HELIOSDB_CACHE_DIR/,
      );
    });
  });
});
