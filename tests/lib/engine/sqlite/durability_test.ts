import { deepEqual, equal, ok } from "node:assert/strict";
import { join } from "node:path";
import type { Report } from "./programs/write_until_failure.ts";
import { openEngine, startProgram, withDirectory } from "./support.ts";

async function numbers(path: string, sql: string): Promise<number[]> {
  const engine = await openEngine({ place: { kind: "directory", path } });
  try {
    const { rows } = await engine.session({ role: "postgres" }).query(sql);
    return rows.map(([n]) => Number(n));
  } finally {
    await engine.close();
  }
}

Deno.test("Session.transaction() loses nothing that was acknowledged when the process is killed", async () => {
  await withDirectory(async (path) => {
    const acknowledged = new Set<number>();
    for (const rows of [20, 300, 1000]) {
      const { lines, process } = startProgram("write_rows.ts", [path]);
      for (let i = 0; i < rows; i++) {
        acknowledged.add(Number((await lines.next()).value));
      }
      process.kill("SIGKILL");
      // What it had printed before it died is acknowledged as well.
      for (
        let line = await lines.next();
        !line.done;
        line = await lines.next()
      ) {
        acknowledged.add(Number(line.value));
      }
      await process.stdin.close();
      await process.status;

      const present = new Set(await numbers(path, "SELECT n FROM numbers"));
      deepEqual([...acknowledged].filter((n) => !present.has(n)), []);
      deepEqual(
        await numbers(path, "SELECT n FROM numbers WHERE twice IS NOT n * 2"),
        [],
      );
    }
  });
});

const programs = join(import.meta.dirname ?? "", "programs");

/** Runs `write_until_failure.ts` under a command that lets the disk fail. */
async function failingDisk(
  command: string[],
  ...programArgs: string[]
): Promise<Report> {
  const [program = "", ...args] = command;
  const { stdout, success } = await new Deno.Command(program, {
    args: [
      ...args,
      Deno.execPath(),
      "run",
      "--quiet",
      "--allow-all",
      join(programs, "write_until_failure.ts"),
      ...programArgs,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).output();
  ok(success);
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function works(command: string, args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, {
      args,
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

const hasShell = await works("sh", ["-c", "trap '' XFSZ && ulimit -f 99999"]);
const hasPrlimit = await works("prlimit", ["--fsize"]);
const hasStrace = await works("strace", [
  "-f",
  "-qq",
  "-o",
  "/dev/null",
  "true",
]);

Deno.test(
  "Session.transaction() refuses the whole group when the disk takes no more",
  {
    ignore: !hasShell,
  },
  async () => {
    await withDirectory(async (path) => {
      // Files of at most 4096 blocks of 512 bytes; what goes beyond fails and does not kill.
      const limited = [
        "sh",
        "-c",
        'trap "" XFSZ; ulimit -f 4096; exec "$@"',
        "-",
      ];
      const report = await failingDisk(limited, path);
      ok(report.acknowledged.length > 10);
      deepEqual(new Set(report.refused), new Set(["58030"]));
      deepEqual(report.present, report.acknowledged.toSorted((a, b) => a - b));
      equal(report.failed, false);
      deepEqual(report.writable, [true, false]);
      deepEqual(
        await numbers(path, "SELECT n FROM t ORDER BY n"),
        report.present,
      );
    });
  },
);

Deno.test(
  "Engine.writable() tells without being written to that the disk takes something again",
  {
    ignore: !hasShell || !hasPrlimit,
  },
  async () => {
    await withDirectory(async (path) => {
      const limited = [
        "sh",
        "-c",
        'trap "" XFSZ; ulimit -S -f 4096; exec "$@"',
        "-",
      ];
      const report = await failingDisk(limited, path, "recover");
      deepEqual(report.writable, [true, false, false, true]);
    });
  },
);

Deno.test("Engine.failed resolves and everything is refused when fsync fails", {
  ignore: !hasStrace,
}, async () => {
  await withDirectory(async (path) => {
    const strace = [
      ...["strace", "-f", "-qq", "-o", "/dev/null"],
      ...["-e", "trace=fdatasync"],
      ...["-e", "inject=fdatasync:error=EIO:when=20+"],
    ];
    const report = await failingDisk(strace, path);
    ok(report.acknowledged.length > 0);
    deepEqual(new Set(report.refused), new Set(["58030"]));
    equal(report.present, "58030");
    equal(report.failed, true);
    const present = new Set(await numbers(path, "SELECT n FROM t"));
    deepEqual(report.acknowledged.filter((n) => !present.has(n)), []);
  });
});
