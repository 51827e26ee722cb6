import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { join } from "node:path";
import type { Log } from "../../../../lib/base/log.ts";
import type { SqliteEngine } from "../../../../lib/engine/sqlite/sqlite_engine.ts";
import {
  engineError,
  openEngine,
  startProgram,
  withDirectory,
} from "./support.ts";

const onUnix = { ignore: Deno.build.os === "windows" };

function openAt(path: string, log?: Log): Promise<SqliteEngine> {
  return openEngine({
    place: { kind: "directory", path },
    ...(log === undefined ? {} : { log }),
  });
}

/** A log that remembers the events it was given. */
function rememberingLog(): { log: Log; events: string[] } {
  const events: string[] = [];
  const note = (event: string) => void events.push(event);
  return { log: { debug: note, info: note, warn: note, error: note }, events };
}

async function mode(path: string): Promise<string> {
  const { mode } = await Deno.stat(path);
  return ((mode ?? 0) & 0o777).toString(8);
}

async function names(path: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path));
  return entries.map(({ name }) => name).sort();
}

/** Makes a directory with one table of many pages, closed in order. */
async function fill(path: string): Promise<void> {
  const engine = await openAt(path);
  const session = engine.session({ role: "postgres" });
  await session.query("CREATE TABLE t (v text)");
  await session.query(
    `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000)
     INSERT INTO t SELECT printf('%0100d', n) FROM c`,
  );
  await engine.close();
}

Deno.test("openSqliteEngine() keeps what was written when it is opened again", async () => {
  await withDirectory(async (path) => {
    await fill(path);
    const { log, events } = rememberingLog();
    const engine = await openAt(path, log);
    const session = engine.session({ role: "postgres" });
    deepEqual((await session.query("SELECT count(*) FROM t")).rows, [[1000]]);
    match(engine.description, /^SQLite 3\.54\.1, in \//);
    await engine.close();
    deepEqual(events, []);
    deepEqual(await names(path), ["heliosdb.db", "heliosdb.lock"]);
  });
});

Deno.test(
  "openSqliteEngine() makes folder and files private",
  onUnix,
  async (t) => {
    await withDirectory(async (path) => {
      await t.step("new ones", async () => {
        const engine = await openAt(path);
        await engine.session({ role: "postgres" }).query("CREATE TABLE t (v)");
        equal(await mode(path), "700");
        for (const name of await names(path)) {
          equal(await mode(join(path, name)), "600", name);
        }
        deepEqual(await names(path), [
          "heliosdb.db",
          "heliosdb.db-wal",
          "heliosdb.lock",
        ]);
        await engine.close();
      });
      await t.step("ones that were open to others", async () => {
        await Deno.chmod(path, 0o755);
        await Deno.chmod(join(path, "heliosdb.db"), 0o644);
        await (await openAt(path)).close();
        equal(await mode(path), "700");
        equal(await mode(join(path, "heliosdb.db")), "600");
      });
    });
  },
);

Deno.test(
  "openSqliteEngine() refuses a place that is none of its own",
  onUnix,
  async (t) => {
    await t.step("a file", async () => {
      await withDirectory(async (path) => {
        await Deno.writeTextFile(path, "");
        await rejects(
          openAt(path),
          /^Error: Cannot open data directory .*file/,
        );
      });
    });
    await t.step(
      "a folder with other files, which stays as it was",
      async () => {
        await withDirectory(async (path) => {
          await Deno.mkdir(path, { mode: 0o755 });
          await Deno.writeTextFile(join(path, "letter.txt"), "");
          await rejects(openAt(path), /holds other files and no heliosdb\.db/);
          equal(await mode(path), "755");
        });
      },
    );
    for (const name of ["heliosdb.db", "heliosdb.lock", "heliosdb.db-wal"]) {
      await t.step(`a symbolic link in the place of ${name}`, async () => {
        await withDirectory(async (path) => {
          await fill(path);
          const victim = `${path}.victim`;
          await Deno.writeTextFile(victim, "kept");
          const link = join(path, name);
          await Deno.remove(link).catch(() => {});
          await Deno.symlink(victim, link);
          await rejects(openAt(path), /symbolic link/);
          equal(await Deno.readTextFile(victim), "kept");
        });
      });
    }
    for (const name of ["heliosdb.db", "heliosdb.lock", "heliosdb.db-wal"]) {
      await t.step(`a hard link in the place of ${name}`, async () => {
        await withDirectory(async (path) => {
          await fill(path);
          await Deno.chmod(path, 0o755);
          const victim = `${path}.victim`;
          await Deno.writeTextFile(victim, "kept", { mode: 0o644 });
          const link = join(path, name);
          await Deno.remove(link).catch(() => {});
          await Deno.link(victim, link);
          await rejects(openAt(path), {
            message:
              `Cannot open "${link}": it is a hard link, so the file has another name too, put a copy in its place`,
          });
          equal(await Deno.readTextFile(victim), "kept");
          equal(await mode(victim), "644");
          equal(await mode(path), "755", "nothing was touched");
        });
      });
    }
    await t.step("a path through a file", async () => {
      await withDirectory(async (path) => {
        await Deno.writeTextFile(path, "");
        await rejects(openAt(`${path}/sub`), {
          message:
            `Cannot open data directory "${path}/sub": a part of the path is a file, choose another --data-dir`,
        });
      });
    });
    await t.step("a symbolic link to nowhere", async () => {
      await withDirectory(async (path) => {
        await Deno.symlink(`${path}.nowhere`, path);
        await rejects(
          openAt(path),
          /^Error: Cannot open data directory ".*": something else has the name/,
        );
      });
    });
    await t.step("a file that is no database", async () => {
      await withDirectory(async (path) => {
        await Deno.mkdir(path);
        await Deno.writeTextFile(join(path, "heliosdb.db"), "x".repeat(5000));
        await rejects(openAt(path), /^Error: Cannot open .*not a database/);
      });
    });
    await t.step("a file of a later version", async () => {
      await withDirectory(async (path) => {
        await fill(path);
        // https://sqlite.org/fileformat.html: user_version is at byte 60.
        const file = await Deno.open(join(path, "heliosdb.db"), {
          write: true,
        });
        await file.seek(60, Deno.SeekMode.Start);
        await file.write(Uint8Array.of(0, 0, 0, 99));
        file.close();
        await rejects(openAt(path), /a later heliosdb-nano made it/);
      });
    });
    await t.step("a file of another program", async () => {
      await withDirectory(async (path) => {
        await fill(path);
        const file = await Deno.open(join(path, "heliosdb.db"), {
          write: true,
        });
        await file.seek(68, Deno.SeekMode.Start);
        await file.write(Uint8Array.of(0, 0, 0, 99));
        file.close();
        await rejects(openAt(path), /another program/);
      });
    });
  },
);

Deno.test("openSqliteEngine() refuses a directory that another process uses", async () => {
  await withDirectory(async (path) => {
    const { lines, process } = startProgram("hold.ts", [path]);
    equal((await lines.next()).value, "open");
    await rejects(openAt(path), (error) => {
      ok(error instanceof Error);
      equal(
        error.message,
        `Cannot open data directory "${path}": another heliosdb-nano (pid ${process.pid}) ` +
          "is using it, stop it or choose another --data-dir",
      );
      return true;
    });
    await process.stdin.close();
    equal((await process.status).code, 0);
    await lines.return?.();
    await (await openAt(path)).close();
  });
});

Deno.test("openSqliteEngine() checks the file when the last program did not end in order", async () => {
  await withDirectory(async (path) => {
    const { lines, process } = startProgram("hold.ts", [path]);
    await lines.next();
    process.kill("SIGKILL");
    await process.stdin.close();
    await process.status;
    await lines.return?.();

    const { log, events } = rememberingLog();
    const engine = await openAt(path, log);
    deepEqual(events, ["unclean_start", "quick_check"]);
    const session = engine.session({ role: "postgres" });
    equal((await session.query("SELECT * FROM held")).rowCount, 0);
    await engine.close();
    events.length = 0;
    await (await openAt(path, log)).close();
    deepEqual(events, []);
  });
});

Deno.test("openSqliteEngine() refuses a damaged file after an unclean end", async () => {
  await withDirectory(async (path) => {
    await fill(path);
    await Deno.remove(join(path, "heliosdb.lock"));
    const file = await Deno.open(join(path, "heliosdb.db"), { write: true });
    await file.seek(4096 * 5, Deno.SeekMode.Start);
    await file.write(new Uint8Array(4096).fill(0xaa));
    file.close();
    const { log, events } = rememberingLog();
    await rejects(openAt(path, log), {
      message:
        `Cannot open data directory "${path}": its file is damaged, restore it from a backup`,
    });
    deepEqual(events, ["unclean_start", "quick_check"]);
  });
});

Deno.test(
  "openSqliteEngine() in memory leaves no name behind while it runs",
  onUnix,
  async () => {
    const engine = await openEngine();
    try {
      const session = engine.session({ role: "postgres" });
      await session.query("CREATE TABLE t (v text)");
      await session.query("INSERT INTO t VALUES ($1)", ["x".repeat(100_000)]);
      equal((await session.query("SELECT v FROM t")).rowCount, 1);
      const ours = `heliosdb-${Deno.pid}-`;
      const folder = await Deno.makeTempDir();
      await Deno.remove(folder);
      for (const place of ["/dev/shm", join(folder, "..")]) {
        const left = await names(place).catch(() => []);
        deepEqual(left.filter((name) => name.startsWith(ours)), []);
      }
    } finally {
      await engine.close();
    }
  },
);

Deno.test("openSqliteEngine() in memory shares nothing between two engines", async () => {
  const [one, two] = await Promise.all([openEngine(), openEngine()]);
  try {
    await one.session({ role: "postgres" }).query("CREATE TABLE t (v)");
    await rejects(
      two.session({ role: "postgres" }).query("SELECT * FROM t"),
      engineError("42P01"),
    );
  } finally {
    await one.close();
    await two.close();
  }
});

Deno.test("openSqliteEngine() lets the process end when the engine is not closed", async () => {
  const { lines, process } = startProgram("leave_open.ts", []);
  equal((await lines.next()).value, "written");
  await process.stdin.close();
  equal((await process.status).code, 0);
  await lines.return?.();
});
